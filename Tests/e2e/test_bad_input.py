"""What a broken, hostile or unlucky client sends: a clear error, and the server goes on serving."""

import http.client
import json
import socket

import pytest
from websockets.exceptions import ConnectionClosed

from e2e.client import Refused
from harness import sound

FIRST = "Send the handshake first"


@pytest.mark.parametrize(
    "message, error",
    [
        ({"signal": "EOS"}, FIRST),
        (b"\x00\x01" * 512, FIRST),
        ("", "Not JSON"),
        ("{", "Not JSON"),
        ("hello", "Not JSON"),
        ('{"session_id":"a"} trailing', "Not JSON"),
        ("[]", "A JSON object was expected"),
        ("7", "A JSON object was expected"),
        ("null", "A JSON object was expected"),
        ("{}", "Neither session_id nor signal"),
        ({"session_id": 7}, "session_id must be"),
        ({"session_id": None}, "session_id must be"),
        ({"session_id": ["a"]}, "session_id must be"),
        ({"session_id": ""}, "session_id must be"),
        ({"session_id": "x" * 129}, "session_id must be"),
        ({"session_id": "line\nbreak"}, "session_id must be"),
        ({"session_id": "a", "announcements": "yes"}, "wrong type"),
        ({"session_id": "a", "timeline": 1}, "wrong type"),
        ("[" * 10_000 + "]" * 10_000, ""),
        ('{"session_id":' + '{"a":' * 5_000 + "1" + "}" * 5_001, ""),
        ('{"session_id":"\\ud800"}', ""),
    ],
)
def test_bad_handshake(connect, still_serves, message, error):
    with connect(handshake=False) as client:
        client.send(message)
        assert error in client.error()
        # The connection survives: a right handshake still makes it.
        client.send({"session_id": "second-try"})
        assert client.frame() == {"status": "connected", "session_id": "second-try"}
    still_serves()


def test_client_that_never_makes_a_handshake_is_closed(connect, still_serves):
    with connect(handshake=False) as client:
        for _ in range(8):
            client.send(b"\x00\x00")
        assert client.closed() == 1008
    still_serves()


@pytest.mark.parametrize(
    "message, error",
    [
        ("{not json", "Not JSON"),
        ("[1]", "A JSON object was expected"),
        ({"signal": "SING"}, "Unknown signal"),
        ({"signal": "eos"}, "Unknown signal"),
        ({"signal": 7}, "wrong type"),
        ({"signal": None}, "wrong type"),
        ({"signal": {"EOS": True}}, "wrong type"),
        ({"hello": "world"}, "Neither session_id nor signal"),
        ({"session_id": "another"}, "handshake was already made"),
    ],
)
def test_bad_message_in_a_session(connect, question, still_serves, message, error):
    with connect() as client:
        client.speak(question)
        client.send(message)
        assert error in client.error()
        # It had no effect otherwise: the audio before it is still the question.
        client.send({"signal": "EOS"})
        assert "56" in client.answer().response
    still_serves()


def test_end_of_speech_without_audio(connect, question, still_serves):
    with connect() as client:
        client.send({"signal": "EOS"})
        assert client.error() == "Empty audio buffer"
        client.speak(b"")
        client.socket.send(b"")
        client.send({"signal": "EOS"})
        assert client.error() == "Empty audio buffer"
        assert "56" in client.ask(question).response
    still_serves()


def test_odd_number_of_bytes(connect, question, still_serves):
    with connect() as client:
        with pytest.raises(Refused, match="number of bytes is odd"):
            client.ask(question + b"\x00")
        assert "56" in client.ask(question).response
    still_serves()


@pytest.mark.parametrize(
    "pcm",
    [sound.silence(0.1), sound.silence(3), sound.noise(3), sound.noise(3, amplitude=12_000), b"\x00\x01" * 20,
     b"\xff\x7f" * 16_000, b"\xff\x7f\x00\x80" * 16_000],
    ids=["short silence", "silence", "noise", "loud noise", "20 samples", "constant", "square wave"],
)
def test_sound_without_words(connect, question, still_serves, pcm):
    with connect() as client:
        with pytest.raises(Refused) as refusal:
            client.ask(pcm)
        assert str(refusal.value) == "Could not understand audio. Please try again."
        assert "56" in client.ask(question).response
    still_serves()


def test_question_that_is_too_long(connect, question, still_serves):
    with connect() as client:
        with pytest.raises(Refused, match="longer than 30 seconds"):
            client.ask(sound.noise(31), 65_536)
        assert "56" in client.ask(question).response
    still_serves()


def test_audio_without_end_is_bounded(connect, still_serves, server):
    """20 minutes of audio and never an EOS: the server keeps what a question may have."""
    before = resident(server)
    with connect() as client:
        block = sound.silence(10)
        for _ in range(120):
            client.socket.send(block)
        client.send({"signal": "EOS"})
        assert "longer than 30 seconds" in client.error()
        assert resident(server) - before < 24, "the server kept the audio"
    still_serves()


def resident(server) -> float:
    """Resident memory of the server, MB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1_024


@pytest.mark.parametrize("stage", ["handshake", "audio", "transcription", "llm", "tts", "audio answer"])
def test_client_that_vanishes(connect, question, still_serves, stage):
    with connect() as client:
        if stage != "handshake":
            client.speak(question)
        if stage not in ("handshake", "audio"):
            client.send({"signal": "EOS"})
            while True:
                message = client.receive()
                if isinstance(message, bytes) or message.get("stage") == stage:
                    break
        client.vanish()
    still_serves()


def test_client_that_leaves_politely_in_the_middle(connect, question, still_serves):
    with connect() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        client.frame()
    still_serves()


def test_text_that_is_not_utf8_closes(connect, still_serves):
    with connect() as client:
        client.socket.send(b"\xff\xfe\xfd", text=True)
        assert client.closed() == 1007
    still_serves()


def test_message_that_is_too_big_closes(connect, still_serves):
    with connect() as client:
        try:
            client.socket.send(bytes((1 << 20) + 2))
        except ConnectionClosed:
            pass
        assert client.closed() == 1009
    still_serves()


def test_unmasked_frame_closes(connect, still_serves):
    with connect() as client:
        client.socket.socket.sendall(b"\x81\x02{}")
        assert client.closed() == 1002
    still_serves()


def test_reserved_opcode_closes(connect, still_serves):
    with connect() as client:
        client.socket.socket.sendall(b"\x83\x80\x00\x00\x00\x00")
        assert client.closed() == 1002
    still_serves()


def raw(server, data: bytes) -> bytes:
    """Sends bytes, ends sending, and returns everything that comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        reply = b""
        try:
            while part := connection.recv(65_536):
                reply += part
        except ConnectionResetError:
            pass
        return reply


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\n"
        b"Sec-WebSocket-Key: x\r\n\r\n",
    ],
    ids=["nothing", "TLS", "nonsense", "no host", "two hosts", "version", "long target", "many headers", "length",
         "smuggling", "chunk size", "old websocket"],
)
def test_bad_http(server, still_serves, data):
    reply = raw(server, data)
    # Nothing, or a refusal; never a page, never a hang.
    assert reply == b"" or reply.split(b"\r\n")[0].split(b" ")[1][:1] in (b"4", b"5"), reply[:200]
    still_serves()


def test_websocket_address_without_upgrade(server, still_serves):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/ws")
    reply = connection.getresponse()
    assert reply.status == 426
    assert "WebSocket" in json.loads(reply.read())["error"]["message"]
    still_serves()
