"""What was confirmed is there after `kill -9`; a full, locked or damaged store is an answer, not an end."""

import contextlib
import json
import random
import resource
import socket
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from e2e import durability
from e2e.client import Client
from harness import server as tool

# Servers are started again and again, on a machine that may be busy.
pytestmark = pytest.mark.timeout(600)

THINGS = ["milk", "bread", "eggs", "butter", "cheese", "apples", "bananas", "coffee", "sugar", "salt"]


@pytest.mark.parametrize("store, rounds", [("sqlite", 20), ("redis", 5), ("redis-killed", 5)])
def test_a_writer_killed_at_random_moments_loses_nothing(tmp_path, store, rounds):
    assert durability.rounds(rounds, 20, store, tmp_path) > rounds


LINES = ["begun item a 0", "confirmed item a 0", "begun turn a 0", "confirmed turn a 0", "begun item a 1"]
THERE = {"item": ["item-0"], "alarm": [], "user": ["u0"], "assistant": ["a0"]}


@pytest.mark.parametrize(
    "change",
    [{"item": []}, {"item": ["item-0", "item-0"]}, {"item": ["item-0", "item-2"]}, {"user": [], "assistant": []},
     {"assistant": []}, {"user": ["u0", "u2"], "assistant": ["a0", "a2"]}, {"alarm": ["7"]}],
)
def test_the_comparison_sees_what_is_lost(change):
    durability.check(LINES, {"a": THERE})
    durability.check(LINES, {"a": THERE | {"item": ["item-0", "item-1"]}})
    with pytest.raises(durability.Lost):
        durability.check(LINES, {"a": THERE | change})


def items(state, session: str) -> list[str]:
    with sqlite3.connect(state / "hotpin.sqlite3", timeout=10) as database:
        return [row[0] for row in database.execute("SELECT text FROM items WHERE session = ? ORDER BY id", [session])]


def test_a_server_killed_at_random_moments_keeps_what_it_said(tmp_path, speech):
    spoken = {thing: speech(f"Add {thing} to my shopping list.") for thing in THINGS}
    chance = random.Random(5)
    confirmed: dict[str, list[str]] = {session: [] for session in ("anna", "bob", "carl")}
    heard: dict[str, int] = dict.fromkeys(confirmed, 0)

    def talk(port: int, session: str, first: threading.Event) -> None:
        try:
            with Client(port, session) as client:
                for thing in chance.sample(THINGS, len(THINGS)):
                    client.speak(spoken[thing], 4096)
                    client.send({"signal": "EOS"})
                    while True:
                        message = client.receive(60)
                        if isinstance(message, bytes):
                            continue
                        if "response" in message and "I added" in message["response"]:
                            confirmed[session].append(thing)
                            first.set()
                        if message["status"] == "complete":
                            heard[session] += 1
                            break
        except (ConnectionClosed, OSError, TimeoutError):
            pass  # The server is gone.

    for _ in range(3):
        server = tool.Server(tmp_path).start()
        first = threading.Event()
        clients = [threading.Thread(target=talk, args=(server.port, session, first)) for session in confirmed]
        for client in clients:
            client.start()
        assert first.wait(60), server.log[-3:]
        time.sleep(chance.random())
        server.process.kill()
        server.process.wait()
        for client in clients:
            client.join(90)
            assert not client.is_alive()
    server = tool.Server(tmp_path).start()
    try:
        for session, things in confirmed.items():
            there = items(tmp_path, session)
            assert set(things) <= set(there), (session, things, there)
            assert len(there) == len(set(there)), "an item is there twice"
        with sqlite3.connect(tmp_path / "hotpin.sqlite3", timeout=10) as database:
            turns = database.execute("SELECT session, user, assistant FROM turns").fetchall()
        for session, count in heard.items():
            whole = [turn for turn in turns if turn[0] == session]
            assert len(whole) >= count and all(user and assistant for _, user, assistant in whole)
        session = max(confirmed, key=lambda name: len(confirmed[name]))
        with Client(server.port, session) as client:
            answer = client.ask(speech("What is on my shopping list?")).response
        assert all(thing in answer for thing in confirmed[session]), (answer, confirmed[session])
    finally:
        assert server.stop() == 0


def test_a_timer_set_before_a_kill_rings_after_it(tmp_path, speech):
    first = tool.Server(tmp_path).start()
    with Client(first.port, "kitchen") as client:
        assert "5 seconds" in client.ask(speech("Set a timer for five seconds.")).response
        first.process.kill()
        first.process.wait()
    second = tool.Server(tmp_path).start()
    try:
        with Client(second.port, "kitchen", announcements=True) as client:
            assert "5 second timer" in announced(client)
    finally:
        assert second.stop() == 0


def test_a_timer_that_rang_for_a_dead_connection_rings_again(start_server, speech):
    """The network takes the bytes, but the device has gone: nothing says so until it comes back."""
    server = start_server()
    with Client(server.port, "kitchen") as client:
        assert "2 seconds" in client.ask(speech("Set a timer for two seconds.")).response
    with dead_device(server.port, "kitchen"):
        with Client(server.port, "kitchen", announcements=True) as client:
            assert "2 second timer" in announced(client)
            assert client.answer().order[-1] == "complete"
    # Once is enough.
    with Client(server.port, "kitchen", announcements=True) as client:
        assert "56" in client.ask(speech("What is seven times eight?")).response


@contextlib.contextmanager
def dead_device(port: int, session: str):
    """A connection that has heard an announcement to its end but answers nothing any more."""
    handshake = json.dumps({"session_id": session, "announcements": True}).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as device:
        device.sendall(
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        # A mask of zeroes leaves the text as it is.
        device.sendall(bytes([0x81, 0x80 | len(handshake), 0, 0, 0, 0]) + handshake)
        seen = b""
        while b'"announcement"' not in seen or not seen.endswith(b'{"status":"complete"}'):
            part = device.recv(65_536)
            assert part, "the server closed"
            seen += part
        yield


def announced(client: Client) -> str:
    """The next announcement's words; waits for it a minute."""
    frame = client.frame(60)
    assert frame["status"] == "announcement", frame
    return frame["response"]


FORGETFUL = "I can't remember that now."


def test_a_full_disk_is_an_answer(start_server, speech, question):
    server = start_server()
    with Client(server.port, "kitchen") as client:
        assert "I added" in client.ask(speech("Add milk to my shopping list.")).response
        # No file may grow: what a full disk does, without filling one.
        hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1024, hard))
        for thing in ("bread", "eggs"):
            assert client.ask(speech(f"Add {thing} to my shopping list.")).response == FORGETFUL
        assert "56" in client.ask(question).response
        assert "milk" in client.ask(speech("What is on my shopping list?")).response
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert "I added" in client.ask(speech("Add butter to my shopping list.")).response
    assert items(server.state, "kitchen") == ["milk", "butter"]


def test_a_store_that_another_program_holds_is_an_answer(start_server, speech, question):
    server = start_server()
    other = sqlite3.connect(server.state / "hotpin.sqlite3", isolation_level=None)
    with Client(server.port, "kitchen") as client:
        other.execute("BEGIN IMMEDIATE")
        assert client.ask(speech("Add bread to my shopping list.")).response == FORGETFUL
        assert "56" in client.ask(question).response
        other.execute("ROLLBACK")
        assert "I added" in client.ask(speech("Add butter to my shopping list.")).response
    other.close()


def refusal(state) -> str:
    """The one line that a server says which cannot start."""
    done = tool.run("serve", state=state, timeout=60, LOG_FORMAT="text")
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 1 and len(lines) == 1, (done.returncode, done.stderr)
    return lines[0]


def test_a_damaged_store_is_named_at_the_start(tmp_path):
    (tmp_path / "hotpin.sqlite3").write_bytes(b"\x5a" * 8192)
    line = refusal(tmp_path)
    assert "is damaged" in line and "hotpin.sqlite3" in line and "Move it away" in line
    assert (tmp_path / "hotpin.sqlite3").read_bytes() == b"\x5a" * 8192, "the file was changed"


def test_a_store_in_use_is_named_at_the_start(tmp_path):
    other = sqlite3.connect(tmp_path / "hotpin.sqlite3", isolation_level=None)
    other.execute("CREATE TABLE other (x)")
    other.execute("BEGIN EXCLUSIVE")
    assert "in use by another program" in refusal(tmp_path)
    other.close()


def test_a_folder_that_cannot_be_written_is_named_at_the_start(tmp_path):
    # Not even root makes files there.
    assert "/proc/hotpin" in refusal(Path("/proc/hotpin"))
