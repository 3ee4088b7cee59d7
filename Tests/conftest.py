"""Fixtures of the end-to-end and the browser tests: the real server, and speech to ask it with."""

from pathlib import Path

import pytest

from harness import server as harness
from harness import sound


@pytest.fixture(scope="session", autouse=True)
def built():
    if not harness.binary().exists():
        pytest.exit(f"{harness.binary()} is missing: run `swift build -c release --product hotpin` first.", 1)


@pytest.fixture(scope="session")
def speech(tmp_path_factory):
    """`speech("what time is it")` gives PCM (16 kHz mono 16 bit) of Hotpin's own voice saying so; made once a text."""
    folder = tmp_path_factory.mktemp("speech")
    made: dict[str, bytes] = {}

    def say(text: str) -> bytes:
        if text not in made:
            path = folder / f"{len(made)}.wav"
            done = harness.run(
                "say", text, "--output", str(path), "--voice-variation", "off", state=folder / "state"
            )
            assert done.returncode == 0, done.stderr
            made[text] = sound.read_pcm(path)
            assert sound.rms(made[text]) > 100, "the synthesised question is silent"
        return made[text]

    return say


@pytest.fixture(scope="session")
def human_speech() -> Path:
    """The folder of Debian's pocketsphinx-testdata: human speech with known words."""
    folder = Path("/usr/share/pocketsphinx/test/data")
    if not folder.is_dir():
        pytest.fail("the package pocketsphinx-testdata is missing: run scripts/setup.sh --for-tests")
    return folder


@pytest.fixture
def start_server(tmp_path):
    """`start_server(SETTING="…")` starts a server of the test's own; each still running must end with exit code 0."""
    started: list[harness.Server] = []

    def start(**settings: str) -> harness.Server:
        server = harness.Server(tmp_path / f"state-{len(started)}", settings)
        started.append(server)
        return server.start()

    yield start
    codes = [server.stop() for server in started if server.alive]
    assert all(code == 0 for code in codes), f"exit codes after SIGTERM: {codes}"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for the tests of a file; it must outlive them all and end with exit code 0."""
    server = harness.Server(tmp_path_factory.mktemp("state")).start()
    yield server
    assert server.alive, f"the server ended during the tests: {server.log[-5:]}"
    assert server.stop() == 0
