"""Strangers get nothing: keys at every door, names and origins, and no key in any log."""

import http.client
import json
import sqlite3
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as websocket

from e2e.client import Client
from harness import server as tool

REFUSED = (1008, "Invalid API key")


def make_key(state, name: str) -> str:
    done = tool.run("keys", "add", name, state=state)
    assert done.returncode == 0, done.stderr
    (key,) = done.stdout.split()
    assert key.startswith("hotpin_") and len(key) == 50
    assert key not in done.stderr
    return key


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with two keys in force and one revoked; at its end its whole log is searched for them all."""
    state = tmp_path_factory.mktemp("guarded")
    keys = {name: make_key(state, name) for name in ("phone", "desk", "lost")}
    assert tool.run("keys", "revoke", "lost", state=state).returncode == 0
    keys["configured"] = "configured-secret-1"
    keys["wrong"] = "hotpin_" + "A" * 43
    server = tool.Server(state, {"API_KEYS": keys["configured"], "LOG_LEVEL": "debug", "WRONG_KEYS_PER_MINUTE": "1000"})
    server.start()
    yield server, keys
    assert server.alive and server.stop() == 0
    log = json.dumps(server.log)
    assert "wrong_key" in log and "127.0.0.1" in log
    for name, key in keys.items():
        assert key not in log, f"the key {name} stands in the log"


def knock(port: int, *messages: dict, **options) -> tuple[int, str] | list[dict]:
    """Sends the messages; what came back until the server closed, or its code and reason."""
    with websocket(f"ws://127.0.0.1:{port}/ws", compression=None, **options) as socket:
        answers = []
        try:
            for message in messages:
                socket.send(json.dumps(message))
                answers.append(json.loads(socket.recv(timeout=20)))
        except ConnectionClosed as end:
            return end.rcvd.code, end.rcvd.reason
        return answers


def get(server: tool.Server, path: str, **headers: str) -> tool.Reply:
    return server.get(path, **headers)


def test_the_page_and_the_sign_of_life_are_for_everyone(guarded):
    server, _ = guarded
    for path in ("/", "/health", "/web/main.js", "/web/style/base.css"):
        assert get(server, path).status == 200


@pytest.mark.parametrize("path", ["/nothing", "/v1/audio/nothing", "/web/../Package.swift", "/web/"])
def test_everything_else_wants_a_key(guarded, path):
    server, keys = guarded
    if ".." not in path:
        reply = get(server, path)
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert "key" in reply.json()["error"]["message"]
    for name, status in {"phone": 404, "configured": 404, "lost": 401, "wrong": 401}.items():
        reply = get(server, path, Authorization=f"Bearer {keys[name]}")
        assert reply.status == (400 if ".." in path and reply.status == 400 else status), name
        assert keys[name].encode() not in reply.body


@pytest.mark.parametrize("shown", [None, "wrong", "lost", ""])
def test_a_device_without_the_right_key_is_closed_at_its_handshake(guarded, shown):
    server, keys = guarded
    handshake = {"session_id": "thief"}
    if shown is not None:
        handshake["api_key"] = keys.get(shown, shown)
    assert knock(server.port, handshake) == REFUSED


@pytest.mark.parametrize("shown", ["phone", "desk", "configured"])
def test_a_device_with_its_key_is_answered(guarded, question, shown):
    server, keys = guarded
    with Client(server.port, f"with-{shown}", api_key=keys[shown]) as client:
        assert "56" in client.ask(question).response


def test_a_key_in_the_header_opens_a_websocket(guarded):
    server, keys = guarded
    right = {"Authorization": f"Bearer {keys['phone']}"}
    (answer,) = knock(server.port, {"session_id": "h"}, additional_headers=right)
    assert answer["status"] == "connected"
    with pytest.raises(InvalidStatus) as refused:
        knock(server.port, {"session_id": "h"}, additional_headers={"Authorization": f"Bearer {keys['wrong']}"})
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize("target", ["/?api_key={}", "/health?token={}", "/ws?key={}", "/nothing?x={}", "/?q=1&access_token={}"])
def test_a_key_in_the_url_is_refused_and_not_logged(guarded, target):
    server, keys = guarded
    reply = get(server, target.format(keys["phone"]))
    assert reply.status == 400
    message = reply.json()["error"]["message"]
    assert "URL" in message and "Authorization" in message and keys["phone"] not in message


def test_audio_before_the_key_is_not_heard(guarded):
    server, _ = guarded
    with websocket(f"ws://127.0.0.1:{server.port}/ws", compression=None) as socket:
        socket.send(b"\x01\x00" * 1000)
        assert json.loads(socket.recv(timeout=20))["status"] == "error"
        socket.send(json.dumps({"session_id": "thief"}))
        with pytest.raises(ConnectionClosed) as end:
            socket.recv(timeout=20)
        assert (end.value.rcvd.code, end.value.rcvd.reason) == REFUSED


def raw(port: int, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """A request whose Host is what the caller says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    reply = connection.getresponse()
    body = reply.read().decode()
    connection.close()
    return reply.status, body


UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8000", "localhost.evil.test", "127.0.0.1.nip.test"])
def test_a_name_that_was_made_to_point_here_is_not_answered(server, host):
    for path, headers in (("/ws", UPGRADE), ("/nothing", {})):
        status, body = raw(server.port, "GET", path, {"Host": host, **headers})
        assert status == 421 and "ALLOWED_HOSTS" in body
    assert raw(server.port, "GET", "/", {"Host": host})[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://localhost:1", "file://"])
def test_a_page_of_another_server_may_not_talk(server, origin):
    status, body = raw(server.port, "GET", "/ws", {"Host": f"localhost:{server.port}", "Origin": origin, **UPGRADE})
    assert status == 403 and "ALLOWED_ORIGINS" in body


def test_names_and_pages_that_the_operator_allows(start_server):
    server = start_server(ALLOWED_HOSTS="hotpin.test,*.home.test", ALLOWED_ORIGINS="https://panel.test")
    for host in ("hotpin.test", "kitchen.home.test:443"):
        assert raw(server.port, "GET", "/nothing", {"Host": host})[0] == 404
    assert raw(server.port, "GET", "/nothing", {"Host": "home.test"})[0] == 421
    (answer,) = knock(server.port, {"session_id": "x"}, origin="https://panel.test")
    assert answer["status"] == "connected"


def test_guessing_is_slowed_down_and_behind_a_proxy_only_for_the_guesser(tmp_path):
    state = tmp_path / "state"
    key = make_key(state, "phone")
    # One a minute, so that no slow machine gives the guesser time.
    server = tool.Server(state, {"TRUSTED_PROXIES": "127.0.0.1", "WRONG_KEYS_PER_MINUTE": "1"}).start()
    try:
        def show(key: str, client: str) -> tool.Reply:
            return server.get("/nothing", Authorization=f"Bearer {key}", X_Forwarded_For=client)

        assert show("guess-one", "192.0.2.7").status == 401
        assert show("guess-one", "192.0.2.9").status == 401
        assert show("guess-two", "192.0.2.7").status == 429
        waiting = show(key, "192.0.2.7")
        assert waiting.status == 429 and int(waiting.headers["retry-after"]) >= 1
        assert show(key, "192.0.2.8").status == 404
        with_header = {"additional_headers": {"X-Forwarded-For": "192.0.2.7"}}
        code, reason = knock(server.port, {"session_id": "x", "api_key": "guess-by-websocket"}, **with_header)
        assert code == 1008 and reason.startswith("Too many wrong API keys")
    finally:
        assert server.stop() == 0


def test_a_running_server_sees_keys_come_and_go(start_server, question):
    server = start_server()
    with Client(server.port, "before-the-first-key") as early:
        key = make_key(server.state, "phone")
        # Who came without a key has to go: the operator wants keys now.
        assert early.closed() == 1008
    assert knock(server.port, {"session_id": "x"}) == REFUSED
    other = make_key(server.state, "desk")
    with Client(server.port, "desk", api_key=other) as desk, Client(server.port, "phone", api_key=key) as phone:
        started = time.monotonic()
        assert tool.run("keys", "revoke", "phone", state=server.state).returncode == 0
        assert phone.closed() == 1008
        assert time.monotonic() - started < 60
        assert "56" in desk.ask(question).response
    assert knock(server.port, {"session_id": "x", "api_key": key}) == REFUSED
    assert tool.run("keys", "revoke", "desk", state=server.state).returncode == 0
    assert knock(server.port, {"session_id": "x"}) == REFUSED, "revoking the last key opened the door"


def test_without_keys_only_this_machine_is_listened_to(tmp_path):
    done = tool.run("serve", state=tmp_path, SERVER_HOST="0.0.0.0", LOG_FORMAT="text")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    for advice in ("hotpin keys add", "API_KEYS", "OPEN_ACCESS=on", "SERVER_HOST=127.0.0.1"):
        assert advice in line


def test_open_access_is_said_aloud(start_server):
    # Loopback only, as all tests; an address that only this machine has, under a name that does not say so.
    server = start_server(SERVER_HOST="127.0.0.1", OPEN_ACCESS="on")
    assert server.get("/nothing").status == 404
    assert not any("OPEN_ACCESS" in record["message"] for record in server.log)


def test_the_keys_command(tmp_path):
    state = tmp_path / "state"
    assert "no keys" in tool.run("keys", "list", state=state).stdout
    first = tool.run("keys", "add", "phone", "--json", state=state)
    key = json.loads(first.stdout)["key"]
    again = tool.run("keys", "add", "phone", state=state)
    assert again.returncode == 1 and "already" in again.stderr and not again.stdout
    for name in ("", "a b", "a/b", "API_KEYS", "x" * 65):
        refused = tool.run("keys", "add", "--", name, state=state)
        assert refused.returncode == 2 and not refused.stdout, name
    assert tool.run("keys", "revoke", "nobody", state=state).returncode == 1
    assert tool.run("keys", "revoke", "phone", state=state).returncode == 0
    assert make_key(state, "phone") != key
    rows = json.loads(tool.run("keys", "list", "--json", state=state).stdout)
    assert [(row["name"], "revoked" in row) for row in rows] == [("phone", True), ("phone", False)]
    assert all(len(row["created"]) == 10 for row in rows)
    listed = tool.run("keys", "list", state=state, API_KEYS="configured-secret")
    assert "1 in the configuration" in listed.stdout and "configured-secret" not in listed.stdout
    # Nothing that could be shown as a key is kept: not in the tables, not anywhere in the files.
    for file in state.iterdir():
        assert key.encode() not in file.read_bytes()
    rows = sqlite3.connect(state / "hotpin.sqlite3").execute("SELECT hash FROM keys").fetchall()
    assert all(len(hash) == 64 for (hash,) in rows)


def test_a_server_notes_the_day_a_key_was_used(guarded):
    server, keys = guarded
    assert get(server, "/nothing", Authorization=f"Bearer {keys['desk']}").status == 404
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        rows = json.loads(tool.run("keys", "list", "--json", state=server.state).stdout)
        if any(row["name"] == "desk" and row.get("last_used") for row in rows):
            return
    pytest.fail(f"no use was noted: {rows}")


def test_ask_shows_the_key_of_the_environment(guarded, question, tmp_path):
    server, keys = guarded
    from harness import sound

    file = tmp_path / "question.wav"
    sound.write_wav(file, question)
    arguments = ("ask", str(file), "--server", f"ws://127.0.0.1:{server.port}/ws", "--output", str(tmp_path / "a.wav"))
    right = tool.run(*arguments, state=tmp_path, HOTPIN_API_KEY=keys["phone"])
    assert right.returncode == 0 and "56" in right.stdout, right.stderr
    none = tool.run(*arguments, state=tmp_path)
    assert none.returncode == 1 and "HOTPIN_API_KEY" in none.stderr
    wrong = tool.run(*arguments, state=tmp_path, HOTPIN_API_KEY=keys["wrong"])
    assert wrong.returncode == 1 and "does not take the key" in wrong.stderr and keys["wrong"] not in wrong.stderr
    flag = tool.run(*arguments, "--hotpin-api-key", keys["phone"], state=tmp_path)
    assert flag.returncode == 2 and "list of processes" in flag.stderr and keys["phone"] not in flag.stderr


def test_config_masks_keys(tmp_path):
    done = tool.run("config", state=tmp_path, API_KEYS="very-secret-key", HOTPIN_API_KEY="very-secret-key")
    assert "API_KEYS=(set)" in done.stdout and "very-secret-key" not in done.stdout


def test_doctor_says_who_may_come_in(tmp_path):
    def access(**settings: str) -> dict:
        done = tool.run("doctor", "--json", state=tmp_path / "state", **settings)
        return next(finding for finding in json.loads(done.stdout) if finding["name"] == "access")

    assert access()["detail"] == "only this machine reaches it; no key is needed"
    exposed = access(SERVER_HOST="0.0.0.0")
    assert not exposed["ok"] and "hotpin keys add" in exposed["remedy"]
    make_key(tmp_path / "state", "phone")
    assert "1 key is in force" in access(SERVER_HOST="0.0.0.0")["detail"]
