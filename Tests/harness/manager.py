"""A service manager of the tests' own: hears what a server tells systemd."""

import os
import socket
import tempfile
import time
from pathlib import Path

WAIT_SECONDS = 30


class Manager:
    """Listens on a datagram socket, by path or by an abstract name; messages are kept in the order they came."""

    def __init__(self, abstract: bool = False):
        self._folder = tempfile.TemporaryDirectory()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"\0hotpin-test-{os.getpid()}-{id(self)}" if abstract else str(Path(self._folder.name) / "notify")
        self.socket.bind(name)
        self.name = name.replace("\0", "@")
        self.messages: list[dict[str, str]] = []

    def next(self, timeout: float = WAIT_SECONDS) -> dict[str, str]:
        """The next message, as names and values."""
        self.socket.settimeout(timeout)
        text = self.socket.recv(4_096).decode()
        message = dict(line.split("=", 1) for line in text.splitlines())
        self.messages.append(message)
        return message

    def wait_for(self, name: str) -> dict[str, str]:
        """The next message that has the name; those before it are kept in `messages`."""
        deadline = time.monotonic() + WAIT_SECONDS
        while name not in (message := self.next(max(0.01, deadline - time.monotonic()))):
            pass
        return message

    def silent_for(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def drain(self) -> None:
        """Forgets what has come so far."""
        self.socket.setblocking(False)
        try:
            while self.socket.recv(4_096):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        self.socket.close()
        self._folder.cleanup()
