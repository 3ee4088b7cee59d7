"""What the tests of downloads share: a server, a folder, and an environment without a proxy or key."""

import hashlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SCRIPTS))
from loopback import Loopback  # noqa: E402
from models.download import Downloader, RemoteFile  # noqa: E402
from models.progress import Progress  # noqa: E402
from models.web import Web  # noqa: E402

DATA = bytes(range(256)) * 4000
OTHER = DATA[::-1]
PATH = "/weights.bin"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def git(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class LoopbackTests(unittest.TestCase):
    def setUp(self):
        # A proxy of this machine is not meant for loopback.
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower() and name != "HF_TOKEN"}
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.server = self.start(Loopback())
        self.server.files[PATH] = DATA
        self.pauses: list[float] = []

    def start(self, server: Loopback) -> Loopback:
        server.__enter__()
        self.addCleanup(server.__exit__)
        return server

    def downloader(self, web: Web | None = None) -> Downloader:
        return Downloader(web or Web(timeout=60), self.folder, Progress(io.StringIO()), self.pauses.append)

    def fetch(self, data: bytes = DATA, web: Web | None = None, **changes) -> Path:
        file = {"path": "weights.bin", "url": self.server.address + PATH, "sha256": sha256(data), "size": len(data)} | changes
        return self.downloader(web).fetch(RemoteFile(**file))

    def assert_fetched(self, path: Path, data: bytes = DATA):
        self.assertEqual(path.read_bytes(), data)
        self.assertEqual([found.name for found in self.folder.iterdir() if "partial" in found.name], [])
