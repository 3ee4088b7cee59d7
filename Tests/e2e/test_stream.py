"""Live transcription at /stream, as the source document has it: samples in, partial and final texts out."""

import array
import json
import math
import re
import time
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_socket

from harness import opus, server as tool, sound

WAIT = 30


class Stream:
    """One client of /stream."""

    def __init__(self, socket):
        self.socket = socket
        self.frames: list[dict] = []

    def say(self, **message) -> None:
        self.socket.send(json.dumps(message))

    def receive(self) -> dict:
        frame = json.loads(self.socket.recv(timeout=WAIT))
        self.frames.append(frame)
        return frame

    def until(self, kind: str) -> dict:
        while True:
            frame = self.receive()
            if frame["type"] == kind:
                return frame

    def flushed(self) -> str:
        """What was understood so far; both before and by the flush."""
        self.say(type="flush")
        return self.until("final")["text"]


@pytest.fixture
def stream(server):
    @contextmanager
    def opened(port: int = server.port, **options):
        address = f"ws://127.0.0.1:{port}/stream"
        with open_socket(address, compression=None, max_size=1 << 20, open_timeout=WAIT, **options) as socket:
            yield Stream(socket)

    return opened


def floats(pcm: bytes) -> bytes:
    return array.array("f", (sample / 32_768 for sample in array.array("h", pcm))).tobytes()


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


@pytest.fixture(scope="module")
def forward(human_speech) -> bytes:
    """“Go forward ten meters”, a recorded person, as 16-bit PCM."""
    return (human_speech / "goforward.raw").read_bytes()


def test_documented_floats_give_partial_and_final_texts(stream, forward):
    """Sent as a microphone gives it; 8 KB every 128 ms."""
    pcm = floats(forward) + floats(sound.silence(1.2))
    with stream() as client:
        begun = time.monotonic()
        for index, start in enumerate(range(0, len(pcm), 8192)):
            time.sleep(max(0.0, begun + 0.128 * index - time.monotonic()))
            client.socket.send(pcm[start : start + 8192])
        final = client.until("final")
    assert "forward" in words(final["text"]) and "meters" in words(final["text"])
    assert 0 <= final["start"] < 1 and 2 < final["end"] < 3.2
    assert final["segments"] and final["segments"][0]["text"] and final["language"] == "en"
    assert 0.2 < final["confidence"] <= 1 and abs(final["timestamp"] - time.time()) < 60
    partials = [frame for frame in client.frames if frame["type"] == "partial"]
    assert partials and all(frame["text"].startswith(frame["stable"]) for frame in partials)
    # What was stable is never taken back.
    for one, two in zip(partials, partials[1:]):
        assert words(two["stable"]).startswith(words(one["stable"])), (one, two)


def test_other_forms_of_sound_are_understood(stream, forward):
    for setup, messages in (
        ({"sample_format": "s16le"}, [forward]),
        ({"sample_format": "s16le", "sample_rate": 8000}, [sound.resampled(forward, 16_000, 8_000)]),
        ({"sample_format": "opus"}, opus.Encoder().packets(forward)),
    ):
        with stream() as client:
            client.say(**setup, partials=False)
            for message in messages:
                client.socket.send(message)
            assert "forward" in words(client.flushed()), setup


def test_silence_and_noise_have_no_text(stream):
    with stream() as client:
        for pcm in (sound.silence(3), sound.noise(3)):
            client.socket.send(floats(pcm))
        assert client.flushed() == ""
        assert {frame["text"] for frame in client.frames} == {""}


def test_what_was_said_last_is_written_down_when_the_client_ends(stream, forward):
    with stream() as client:
        client.socket.send(floats(forward))
        client.say(type="end")
        assert "forward" in words(client.until("final")["text"])
        with pytest.raises(ConnectionClosed):
            client.receive()
        assert client.socket.close_code == 1000


def test_long_speech_is_cut_and_nothing_is_lost(stream, human_speech):
    """Nearly a minute without a pause that would end an utterance."""
    clips = {"0870": "leisure", "0880": "young", "0890": "selfish", "0920": "respectable", "0930": "himself"}
    folder = human_speech / "librivox"
    pcm = b"".join(sound.read_pcm(folder / f"sense_and_sensibility_01_austen_64kb-{name}.wav") for name in clips)
    with stream() as client:
        client.say(sample_format="s16le", partials=False)
        for _ in range(2):
            for start in range(0, len(pcm), 64_000):
                client.socket.send(pcm[start : start + 64_000])
        client.say(type="end")
        finals = []
        with pytest.raises(ConnectionClosed):
            while True:
                finals.append(client.until("final"))
    assert len(finals) >= 3 and all(frame["end"] - frame["start"] <= 28 for frame in finals)
    text = words(" ".join(frame["text"] for frame in finals))
    # A clip may be misheard at a seam, but none is left out.
    found = sum(min(2, text.count(word)) for word in clips.values())
    assert found >= 8, text
    for one, two in zip(finals, finals[1:]):
        assert one["end"] <= two["start"] + 0.001


@pytest.mark.parametrize(
    "message, part",
    [
        (b"\0" * 6, "middle of a sample"),
        (array.array("f", [math.nan] * 512).tobytes(), "no numbers"),
        ("{", "not a JSON object"),
        ('{"type":"dance"}', "type"),
        ('{"sample_rate":"fast"}', "sample_rate"),
        ('{"type":"start","sample_format":"s16le"}', "first message"),
        ("x" * 20_000, "at most"),
    ],
)
def test_bad_messages_are_answered_and_the_stream_goes_on(stream, forward, message, part):
    with stream() as client:
        client.socket.send(floats(sound.silence(0.1)))
        client.socket.send(message)
        error = client.receive()
        assert error["type"] == "error" and error["code"] and part in error["message"], error
        client.socket.send(floats(forward))
        assert "forward" in words(client.flushed())


@pytest.mark.parametrize(
    "setup, part",
    [
        ({"sample_rate": 5}, "8000 to 192000"),
        ({"sample_format": "mp3"}, "sample_format"),
        ({"model": "whisper-enormous"}, "whisper-tiny.en"),
    ],
)
def test_what_is_not_possible_is_refused(stream, setup, part):
    """At once: nothing is sent behind it, because the connection may be closed by then."""
    with stream() as client:
        client.say(**setup)
        refused(client, part)


def test_a_language_that_the_model_lacks_is_refused(stream, forward):
    with stream() as client:
        client.say(language="de")
        client.socket.send(floats(forward) + floats(sound.silence(2)))
        refused(client, "en")


def refused(client: Stream, part: str) -> None:
    error = client.receive()
    assert error["type"] == "error" and part in error["message"], error
    with pytest.raises(ConnectionClosed):
        client.receive()
    assert client.socket.close_code == 1008


def test_a_key_is_wanted(start_server, stream, forward):
    server = start_server()
    done = tool.run("keys", "add", "phone", state=server.state)
    assert done.returncode == 0
    key = done.stdout.strip()
    with stream(server.port) as client:
        client.socket.send(floats(forward))
        with pytest.raises(ConnectionClosed):
            client.receive()
        assert client.socket.close_code == 1008
    for headers, setup in (({"Authorization": f"Bearer {key}"}, {}), ({}, {"api_key": key})):
        with stream(server.port, additional_headers=headers) as client:
            client.say(**setup)
            client.socket.send(floats(forward))
            assert "forward" in words(client.flushed())
    assert key not in str(server.log)


def test_a_stopping_server_writes_down_what_was_said(start_server, stream, forward):
    server = start_server()
    with stream(server.port) as client:
        client.socket.send(floats(forward))
        # The server has it when it has answered what comes behind.
        client.socket.send(b"\0")
        assert client.receive()["type"] == "error"
        assert server.stop() == 0
        assert "forward" in words(client.until("final")["text"])
