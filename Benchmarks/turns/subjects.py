"""What is compared: the reference and Hotpin, each a running server of its own."""

import importlib.metadata
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import process
from harness import server

PEERS = Path(__file__).resolve().parents[1] / "peers"
START_SECONDS = 120
PACKAGES = ("faster-whisper", "ctranslate2", "piper-tts", "onnxruntime", "fastapi", "uvicorn", "websockets")


@dataclass
class Subject:
    """A server and how its clients greet it."""

    name: str
    port: int
    process: subprocess.Popen
    # Members of the handshake.
    options: dict = field(default_factory=dict)

    @property
    def memory(self) -> tuple[int, int]:
        """Resident now and at most so far, in MB."""
        return process.memory_mb(self.process.pid)

    @property
    def processor(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        process.end(self.process)


def reference(chat: dict[str, str], deps: Path, log: Path) -> Subject:
    """The design of the source document, in Python."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {
        "REFERENCE_WHISPER": str(deps / "benchmark/whisper-tiny.en-ctranslate2"),
        "REFERENCE_VOICE": str(deps / "benchmark/piper-en_US-joe-medium-whole/voice.onnx"),
        "THREADS": "2", "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "reference:app", "--host", "127.0.0.1", "--port", str(port),
         "--loop", "uvloop", "--http", "httptools", "--log-level", "warning"],
        cwd=PEERS, env=os.environ | chat | ours, stdin=subprocess.DEVNULL, stdout=log.open("w"), stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Subject("reference", port, process)
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise SystemExit(f"The reference does not start: {log.read_text()}") from None
            time.sleep(0.1)


def hotpin(name: str, chat: dict[str, str], state: Path, options: dict, settings: dict[str, str]) -> Subject:
    """`hotpin serve` as a user starts it. One process for each name, so that none has heard the other's answers.

    Phrases that come again are not kept: questions to skills are asked several times, and a user's are not.
    """
    running = server.Server(state, chat | {"PHRASE_CACHE_MB": "0"} | settings).start()
    return Subject(name, running.port, running.process, options)


def versions() -> str:
    found = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    ours = subprocess.run([server.binary(), "--version"], capture_output=True, text=True).stdout.strip()
    return ", ".join([ours or "hotpin", f"Python {sys.version.split()[0]}", *found])


def machine() -> str:
    text = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.*)", text)
    return f"{os.cpu_count()} cores, {model[1] if model else os.uname().machine}, load {os.getloadavg()[0]:.1f}"
