"""Fixtures of the end-to-end tests."""

import os
from pathlib import Path

import pytest

from e2e.client import Client
from harness import server as tool
from harness import sound


@pytest.fixture(scope="session")
def question(speech):
    """“What is seven times eight?”, as PCM."""
    return speech("What is seven times eight?")


@pytest.fixture
def connect(server):
    """`with connect() as client:` is a device with its handshake made; options as `Client` has them."""
    return lambda *arguments, **options: Client(server.port, *arguments, **options)


@pytest.fixture
def still_serves(connect, question):
    """Asserts that another device gets its right answer."""

    def check() -> None:
        with connect("another-device") as client:
            turn = client.ask(question)
            assert "56" in turn.response
            assert sound.rms(turn.wav[44:]) > 100

    return check


@pytest.fixture
def models(tmp_path) -> Path:
    """A copy of the models' folder made of links, to take something away from."""
    deps = Path(os.environ.get("HOTPIN_DEPS", tool.REPOSITORY / ".deps"))
    folder = tmp_path / "models"
    for path in (deps / "models").rglob("*"):
        target = folder / path.relative_to(deps / "models")
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.resolve())
    return folder
