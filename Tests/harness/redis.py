"""A real Redis for a test: on a socket and a port of its own, with its log of changes kept, ended by its process."""

import shutil
import signal
import socket
import subprocess
from pathlib import Path


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Redis:
    """Use as a context manager; `folder` keeps its data from one start to the next."""

    def __init__(self, folder: Path, *options: str):
        assert shutil.which("redis-server"), "redis-server is missing: run scripts/setup.sh --for-tests"
        self.folder = folder
        self.port = free_port()
        self.options = options
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> "Redis":
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder, "--save", "",
             "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no", "--logfile", "", *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "eady to accept connections" in line:
                return self
        raise AssertionError(f"redis-server did not start: {said}")

    def kill(self) -> None:
        """Ends it as a crash does."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> "Redis":
        return self.start()

    def __exit__(self, *problem) -> None:
        if self.process.poll() is None:
            self.kill()
