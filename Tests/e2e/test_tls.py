"""https and wss: as curl, Python's ssl and the tool itself see them."""

import json
import shutil
import signal
import socket
import ssl
import subprocess
import time

import pytest
from websockets.sync.client import connect as open_websocket

from harness import server as tool
from harness import sound

SETTINGS = {"HTTPS": "on", "TLS_PORT": "0", "VOICE": "espeak-ng"}
WAIT_SECONDS = 30


def tls_port(server) -> int:
    return next(record["tls_port"] for record in server.log if record.get("message") == "listening")


def certificate(server):
    return server.state / "tls/certificate.pem"


def trusting(path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(path))


def dial(port: int, context: ssl.SSLContext, name: str = "localhost") -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except Exception:
        plain.close()
        raise


def shown(port: int) -> bytes:
    """The certificate that a new connection gets, believed or not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with dial(port, context) as connection:
        return connection.getpeercert(binary_form=True)


def pem(path) -> bytes:
    """The first certificate of a file."""
    return ssl.PEM_cert_to_DER_cert(path.read_text())


def get(connection: ssl.SSLSocket, path: str) -> bytes:
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A server with a certificate that it made itself."""
    server = tool.Server(tmp_path_factory.mktemp("tls"), dict(SETTINGS)).start()
    yield server
    assert server.stop() == 0


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_curl_believes_the_generated_certificate(encrypted, host):
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--cacert", str(certificate(encrypted)),
         "--resolve", f"localhost:{tls_port(encrypted)}:127.0.0.1", f"https://{host}:{tls_port(encrypted)}/health"],
        capture_output=True, text=True, timeout=WAIT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "healthy"


def test_strangers_do_not_believe_it(encrypted):
    with pytest.raises(ssl.SSLCertVerificationError):
        dial(tls_port(encrypted), ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        dial(tls_port(encrypted), trusting(certificate(encrypted)), "elsewhere.example")


def test_key_is_for_this_user_alone(encrypted):
    assert (encrypted.state / "tls/key.pem").stat().st_mode & 0o777 == 0o600
    assert (encrypted.state / "tls").stat().st_mode & 0o777 == 0o700


def test_page_comes_whole(encrypted):
    with dial(tls_port(encrypted), trusting(certificate(encrypted))) as connection:
        assert connection.version() == "TLSv1.3"
        head, _, body = get(connection, "/").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == encrypted.get("/").body


def test_question_is_answered(encrypted, question):
    url = f"wss://localhost:{tls_port(encrypted)}/ws"
    context = trusting(certificate(encrypted))
    with open_websocket(url, ssl=context, max_size=1 << 20, proxy=None, open_timeout=WAIT_SECONDS) as device:
        device.send(json.dumps({"session_id": "tls"}))
        assert json.loads(device.recv(WAIT_SECONDS))["status"] == "connected"
        for start in range(0, len(question), 4096):
            device.send(question[start : start + 4096])
        device.send(json.dumps({"signal": "EOS"}))
        audio, texts = 0, []
        while not texts or texts[-1].get("status") != "complete":
            message = device.recv(WAIT_SECONDS)
            if isinstance(message, bytes):
                audio += len(message)
            else:
                texts.append(json.loads(message))
    assert any("56" in text.get("response", "") for text in texts), texts
    assert audio > 10_000


def test_tool_asks_over_wss(encrypted, question, tmp_path):
    file = sound.write_wav(tmp_path / "question.wav", question)
    ask = ["ask", str(file), "--json", "--output", str(tmp_path / "answer.wav"),
           "--server", f"wss://localhost:{tls_port(encrypted)}/ws"]
    done = tool.run(*ask, "--cacert", str(certificate(encrypted)), state=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "56" in json.loads(done.stdout)["response"]
    refused = tool.run(*ask, state=tmp_path)
    assert refused.returncode == 1
    assert "not trusted" in refused.stderr and "--cacert" in refused.stderr
    missing = tool.run(*ask, "--cacert", str(tmp_path / "nothing.pem"), state=tmp_path)
    assert missing.returncode == 1
    assert "nothing.pem" in missing.stderr


@pytest.mark.parametrize(
    "weakness",
    [
        {"maximum": ssl.TLSVersion.TLSv1_1, "ciphers": "ALL:@SECLEVEL=0"},
        {"maximum": ssl.TLSVersion.TLSv1_2, "ciphers": "ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256:AES128-SHA"},
        {"alpn": ["h2"]},
    ],
    ids=["old version", "weak ciphers", "unknown protocol"],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_weak_clients_are_refused(encrypted, weakness):
    context = trusting(certificate(encrypted))
    if "maximum" in weakness:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = weakness["maximum"]
        context.set_ciphers(weakness["ciphers"])
    if "alpn" in weakness:
        context.set_alpn_protocols(weakness["alpn"])
    with pytest.raises(ssl.SSLError):
        dial(tls_port(encrypted), context)


def test_old_but_sound_client_is_served(encrypted):
    context = trusting(certificate(encrypted))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2", "http/1.1"])
    with dial(tls_port(encrypted), context) as connection:
        assert connection.version() == "TLSv1.2"
        assert connection.selected_alpn_protocol() == "http/1.1"
        assert b"healthy" in get(connection, "/health")


def test_session_is_resumed(encrypted):
    context = trusting(certificate(encrypted))
    with dial(tls_port(encrypted), context) as first:
        assert b"healthy" in get(first, "/health")
        session = first.session
    plain = socket.create_connection(("127.0.0.1", tls_port(encrypted)), WAIT_SECONDS)
    with context.wrap_socket(plain, server_hostname="localhost", session=session) as second:
        assert second.session_reused
        assert b"healthy" in get(second, "/health")


def test_plain_http_is_told_to_use_https(encrypted):
    with socket.create_connection(("127.0.0.1", tls_port(encrypted)), WAIT_SECONDS) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while piece := plain.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"https://" in answer


def test_cut_connections_disturb_nobody(encrypted):
    """Ends of TCP inside a request, inside a handshake, and without the end that TLS has."""
    context = trusting(certificate(encrypted))
    for _ in range(20):
        connection = dial(tls_port(encrypted), context)
        connection.sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        socket.create_connection(("127.0.0.1", tls_port(encrypted)), WAIT_SECONDS).close()
    with dial(tls_port(encrypted), context) as connection:
        assert b"healthy" in get(connection, "/health")


def until_shown(server, wanted) -> None:
    """Connects until the certificate is the wanted one."""
    end = time.monotonic() + WAIT_SECONDS
    while not wanted(shown(tls_port(server))):
        assert time.monotonic() < end, server.log


def until_logged(server, text: str) -> None:
    """Connects until the log says so."""
    end = time.monotonic() + WAIT_SECONDS
    while not any(text in record.get("message", "") for record in server.log):
        assert time.monotonic() < end, server.log
        shown(tls_port(server))


def test_certificate_is_read_again_on_sighup(encrypted, start_server, tmp_path):
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    shutil.copy(certificate(encrypted), chain)
    shutil.copy(encrypted.state / "tls/key.pem", key)
    server = start_server(**SETTINGS, TLS_CERT=str(chain), TLS_KEY=str(key))
    first = shown(tls_port(server))
    assert first == pem(chain)
    with dial(tls_port(server), trusting(chain)) as kept:
        # What the other server made itself it makes again when it is gone.
        certificate(encrypted).unlink()
        encrypted.process.send_signal(signal.SIGHUP)
        until_shown(encrypted, lambda now: now != first)
        assert shown(tls_port(server)) == first

        chain.write_text("torn")
        server.process.send_signal(signal.SIGHUP)
        until_logged(server, "cannot be read again")
        assert shown(tls_port(server)) == first

        shutil.copy(certificate(encrypted), chain)
        shutil.copy(encrypted.state / "tls/key.pem", key)
        server.process.send_signal(signal.SIGHUP)
        until_shown(server, lambda now: now == pem(chain))
        # What was open before still works.
        assert b"healthy" in get(kept, "/health")


def test_generated_certificate_stays(start_server):
    server = start_server(**SETTINGS)
    first = shown(tls_port(server))
    assert server.stop() == 0
    server.log.clear()
    server.start()
    assert shown(tls_port(server)) == first


def refuses(tmp_path, code: int, **settings: str) -> str:
    done = tool.run("serve", state=tmp_path / "state", LOG_FORMAT="text", **(SETTINGS | settings))
    assert done.returncode == code, (done.returncode, done.stderr)
    assert "Swift/" not in done.stderr
    return done.stderr


def test_mistakes_are_named_at_the_start(encrypted, tmp_path):
    chain, key = certificate(encrypted), encrypted.state / "tls/key.pem"
    missing = refuses(tmp_path, 1, TLS_CERT="/nowhere/a.pem", TLS_KEY="/nowhere/b.pem")
    assert "/nowhere/a.pem" in missing and "/nowhere/b.pem" in missing
    assert "no certificate" in refuses(tmp_path, 1, TLS_CERT=str(key), TLS_KEY=str(key))
    assert "TLS_KEY is not" in refuses(tmp_path, 2, TLS_CERT=str(chain))
    assert "both off" in refuses(tmp_path, 2, HTTPS="off", PLAIN_HTTP="off")
    assert "TLS_PORT" in refuses(tmp_path, 2, TLS_PORT="70000")
    assert "8123" in refuses(tmp_path, 2, TLS_PORT="8123", SERVER_PORT="8123")


def test_chosen_port_must_be_free(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = refuses(tmp_path, 1, TLS_PORT=str(other.getsockname()[1]))
    assert "already in use" in said


def test_default_port_may_be_taken(start_server):
    taken = None
    try:
        taken = socket.create_server(("127.0.0.1", 8443))
    except OSError:
        pass  # Another program has it already; just as good.
    try:
        server = start_server(HTTPS="on", VOICE="espeak-ng")
        assert server.get("/health").status == 200
        assert tls_port(server) == 0
        assert any("port taken" in record["message"] and record.get("port") == 8443 for record in server.log)
    finally:
        if taken:
            taken.close()


def test_plain_http_can_be_switched_off(start_server):
    server = start_server(**SETTINGS, PLAIN_HTTP="off")
    assert server.port == tls_port(server)
    with dial(server.port, trusting(certificate(server))) as connection:
        assert b"healthy" in get(connection, "/health")


# A certificate of one's own, for names of one's own


def own_certificate(folder, days: int = 90, *names: str):
    """A certificate and its key, made as a person would make them."""
    folder.mkdir(exist_ok=True)
    chain, key = folder / "own.pem", folder / "own-key.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
         "/CN=own", "-days", str(days), "-addext", f"subjectAltName={alternatives}", "-keyout", key, "-out", chain],
        check=True, capture_output=True, timeout=WAIT_SECONDS,
    )
    return chain, key


def status_under(server, name: str) -> int:
    """What a request for the API gets under a name."""
    return server.get("/status", Host=name).status


def test_own_names_are_answered_to(start_server, tmp_path):
    chain, key = own_certificate(tmp_path / "own", 90, "hotpin.example.lan", "*.home.lan")
    server = start_server(**SETTINGS, TLS_CERT=str(chain), TLS_KEY=str(key))
    for name, status in [
        ("hotpin.example.lan", 200), (f"kitchen.home.lan:{tls_port(server)}", 200), ("localhost", 200),
        ("a.kitchen.home.lan", 421), ("home.lan", 421), ("evil.example", 421),
    ]:
        assert status_under(server, name) == status, name
    # Also those of the next certificate, without a restart.
    own_certificate(tmp_path / "own", 90, "next.example.lan")
    server.process.send_signal(signal.SIGHUP)
    until_shown(server, lambda now: now == pem(chain))
    assert status_under(server, "next.example.lan") == 200
    assert status_under(server, "hotpin.example.lan") == 421


def doctor(state, **settings: str) -> dict:
    done = tool.run("doctor", "--json", state=state, VOICE="espeak-ng", **settings)
    finding = next(f for f in json.loads(done.stdout) if f["name"] == "certificate")
    assert finding["ok"] or done.returncode == 1
    assert finding["ok"] != ("remedy" in finding)
    return finding


def test_doctor_looks_at_an_own_certificate(tmp_path):
    chain, key = own_certificate(tmp_path / "good", 90, "hotpin.example.lan")
    of_own = {"HTTPS": "on", "TLS_CERT": str(chain), "TLS_KEY": str(key)}
    good = doctor(tmp_path / "state", **of_own)
    assert good["ok"] and str(chain) in good["detail"] and "hotpin.example.lan" in good["detail"], good
    assert "good until 20" in good["detail"]

    short, short_key = own_certificate(tmp_path / "short", 20, "hotpin.example.lan")
    ending = doctor(tmp_path / "state", **of_own | {"TLS_CERT": str(short), "TLS_KEY": str(short_key)})
    assert not ending["ok"] and "less than 21 days" in ending["detail"] and "Renew" in ending["remedy"], ending

    pair = doctor(tmp_path / "state", **of_own | {"TLS_KEY": str(short_key)})
    assert not pair["ok"] and "does not belong" in pair["detail"], pair
    missing = doctor(tmp_path / "state", **of_own | {"TLS_CERT": "/nowhere/a.pem"})
    assert not missing["ok"] and "/nowhere/a.pem cannot be read" in missing["detail"], missing


def test_doctor_looks_at_the_generated_certificate(encrypted, tmp_path):
    made = doctor(encrypted.state, HTTPS="on")
    assert made["ok"] and str(certificate(encrypted)) in made["detail"] and "good until 20" in made["detail"], made
    none = doctor(tmp_path / "state", HTTPS="on")
    assert none["ok"] and "first start" in none["detail"], none
    assert not (tmp_path / "state/tls").exists(), "looking makes nothing"
    assert doctor(tmp_path / "state", HTTPS="off")["detail"] == "https is off"
