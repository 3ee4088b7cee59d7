"""A model is added, used and removed while the server runs."""

import os
import subprocess
from pathlib import Path

from e2e.forms import send
from e2e.test_transcription import wav
from harness import server as tool

DEPS = Path(os.environ.get("HOTPIN_DEPS", tool.REPOSITORY / ".deps"))


def names(server: tool.Server) -> list[str]:
    return [model["id"] for model in server.get("/v1/models").json()["data"]]


def test_a_model_comes_and_goes(start_server, models, question):
    server = start_server(MODELS_DIR=str(models))
    assert "second" not in names(server)

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [tool.REPOSITORY / "scripts/model.sh", *arguments],
            env=os.environ | {"MODELS_DIR": str(models), "HOTPIN_DEPS": str(DEPS)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # One that was converted already, as a friend's machine would give it.
    said = command("add", str(models / "whisper-tiny.en"), "--name", "second")
    assert "go forward" in said.lower() and "“second” is there" in said
    assert "second" in names(server)
    reply = send(server, "/v1/audio/transcriptions", wav(question), ("model", "second"), field="file")
    assert reply.status == 200 and "times" in reply.json()["text"], reply.body
    assert "second" in command("list")
    command("remove", "second")
    assert "second" not in names(server)
    # It is loaded, but no longer offered.
    assert send(server, "/v1/audio/transcriptions", wav(question), ("model", "whisper-tiny.en"), field="file").status == 200
