"""Models on a loopback hub, and lists of files. Needs no package."""

import io
import json
import os
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))
from loopback import Loopback  # noqa: E402
from loopback_case import DATA, OTHER, LoopbackTests, git, sha256  # noqa: E402
from models.download import RemoteFile  # noqa: E402
from models.hub import HubModel, list_files  # noqa: E402
from models.manifest import read_manifest  # noqa: E402
from models.origins import find_origin  # noqa: E402
from models.progress import Progress  # noqa: E402
from models.web import Web  # noqa: E402
from parts.errors import SetupError  # noqa: E402


class HubTests(LoopbackTests):
    REVISION = "a" * 40

    def setUp(self):
        super().setUp()
        self.store = self.start(Loopback())
        quiet = mock.patch("models.origins.Progress", lambda: Progress(io.StringIO()))
        quiet.start()
        self.addCleanup(quiet.stop)
        self.small = {"config.json": b'{"model_type": "whisper"}', "tokenizer.json": b"{}"}
        for name, data in self.small.items():
            self.put(name, data, {"ETag": f'"{git(data)}"'})
        self.put_large("model.safetensors", DATA)

    def put(self, name: str, data: bytes, headers: dict) -> None:
        for revision in ("main", self.REVISION):
            path = f"/someone/whisper-x/resolve/{revision}/{name}"
            self.server.files[path] = data
            self.server.headers[path] = {"X-Repo-Commit": self.REVISION} | headers

    def put_large(self, name: str, data: bytes) -> None:
        """As hubs do: the answer redirects to a store and says what the file's hash is."""
        self.put(name, data, {"X-Linked-Etag": f'"{sha256(data)}"', "X-Linked-Size": str(len(data))})
        self.store.files[f"/{name}"] = data
        for revision in ("main", self.REVISION):
            self.server.redirects[f"/someone/whisper-x/resolve/{revision}/{name}"] = f"{self.store.address}/{name}"

    def origin(self, *hashes: str, trust: bool = False, source: str = "someone/whisper-x"):
        with mock.patch.dict(os.environ, {"MODEL_HUB": self.server.address + "/"}):
            origin = find_origin(source, None, [*hashes], trust)
        with mock.patch("models.origins.say"):
            origin.locate()
        return origin

    def test_trusted_hub(self):
        origin = self.origin(trust=True)
        self.assertEqual(origin.name, "whisper-x")
        folder = origin.bring(self.folder / "incoming")
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["config.json", "model.safetensors", "tokenizer.json"])
        self.assertEqual((folder / "model.safetensors").read_bytes(), DATA)
        # All files are of the revision that the first answer named.
        fetched = [path for method, path, _ in self.server.requests if method == "GET"]
        self.assertTrue(all(self.REVISION in path for path in fetched), fetched)
        self.assertEqual([path for method, path, _ in self.store.requests if method == "HEAD"], [])

    def test_whole_address(self):
        for tail in ("", "/", "/tree/main", "/resolve/main"):
            origin = self.origin(trust=True, source=f"{self.server.address}/someone/whisper-x{tail}")
            self.assertEqual((origin.name, len(origin.files)), ("whisper-x", 3))

    def test_nothing_is_fetched_that_nobody_vouches_for(self):
        with self.assertRaisesRegex(SetupError, "vouches for config.json, tokenizer.json: .*--trust-hub"):
            self.origin(sha256(DATA))
        self.assertEqual([method for method, _, _ in self.server.requests if method == "GET"], [])
        hashes = [f"{name}={sha256(data)}" for name, data in self.small.items()]
        self.assertEqual(len(self.origin(sha256(DATA), *hashes).files), 3)
        with self.assertRaisesRegex(SetupError, "names other.bin"):
            self.origin(f"other.bin={sha256(DATA)}", trust=True)

    def test_given_hash_goes_before_the_announced_one(self):
        origin = self.origin(sha256(OTHER), trust=True)
        with self.assertRaisesRegex(SetupError, f"not {sha256(OTHER)}"):
            origin.bring(self.folder)

    def test_hub_that_sends_other_bytes_than_it_announced(self):
        origin = self.origin(trust=True)
        self.store.files["/model.safetensors"] = OTHER
        with self.assertRaisesRegex(SetupError, f"not {sha256(DATA)}"):
            origin.bring(self.folder)

    def test_hub_that_announces_nothing(self):
        self.put("tokenizer.json", b"{}", {"ETag": None})
        with self.assertRaisesRegex(SetupError, "announces no hash of tokenizer.json"):
            self.origin(trust=True)

    def test_weights_in_parts(self):
        for revision in ("main", self.REVISION):
            path = f"/someone/whisper-x/resolve/{revision}/model.safetensors"
            del self.server.files[path], self.server.redirects[path]
        index = json.dumps({"weight_map": {"a": "part-1.safetensors", "b": "part-2.safetensors"}}).encode()
        self.put("model.safetensors.index.json", index, {"ETag": f'"{git(index)}"'})
        self.put_large("part-1.safetensors", DATA)
        with self.assertRaisesRegex(SetupError, "lacks a file that its"):
            self.origin(trust=True)
        path = f"/someone/whisper-x/resolve/{self.REVISION}/model.safetensors.index.json"
        self.server.faults[path] = [("status", 503, {})] * 3
        with self.assertRaisesRegex(SetupError, "could not be fetched: .* answered 503"):
            self.origin(trust=True)
        self.put_large("part-2.safetensors", OTHER)
        folder = self.origin(trust=True).bring(self.folder / "incoming")
        self.assertEqual((folder / "part-2.safetensors").read_bytes(), OTHER)
        index = json.dumps({"weight_map": {"a": "../part-1.safetensors"}}).encode()
        self.put("model.safetensors.index.json", index, {"ETag": f'"{git(index)}"'})
        with self.assertRaisesRegex(SetupError, "plain names"):
            self.origin(trust=True)

    def test_pickled_weights_alone(self):
        for revision in ("main", self.REVISION):
            path = f"/someone/whisper-x/resolve/{revision}/model.safetensors"
            del self.server.files[path], self.server.redirects[path]
        with self.assertRaisesRegex(SetupError, "can run code"):
            self.origin(trust=True)
        self.put_large("model.bin", DATA)
        self.assertEqual(self.origin(trust=True).files[-1].path, "model.bin")

    def test_unknown_model(self):
        with self.assertRaisesRegex(SetupError, "has no config.json for someone/nothing"):
            self.origin(trust=True, source="someone/nothing")
        with mock.patch.dict(os.environ), self.assertRaisesRegex(SetupError, "MODEL_HUB"):
            os.environ.pop("MODEL_HUB", None)
            find_origin("someone/whisper-x", None, [], True)
        with self.assertRaisesRegex(SetupError, "without https"):
            find_origin("http://hub.example/someone/whisper-x", None, [], True)

    def test_addresses(self):
        model = HubModel.of_address("https://hub.example/prefix/someone/x/tree/v1", None)
        self.assertEqual((model.hub, model.repository, model.revision), ("https://hub.example/prefix", "someone/x", "v1"))
        self.assertEqual(HubModel.of_address("https://hub.example/a/b", "refs/pr/1").url("f"), "https://hub.example/a/b/resolve/refs%2Fpr%2F1/f")
        for wrong in ("https://hub.example", "https://hub.example/a", "https://hub.example/../b", "ftp://hub.example/a/b"):
            with self.subTest(wrong), self.assertRaises(SetupError):
                HubModel.of_address(wrong, None)

    def test_revision_that_is_no_commit_is_kept(self):
        for headers in self.server.headers.values():
            headers["X-Repo-Commit"] = "../../evil"
        model, files = list_files(Web(timeout=60), HubModel(self.server.address, "someone/whisper-x", "main"))
        self.assertEqual(model.revision, "main")
        self.assertEqual(len(files), 3)


class ListTests(unittest.TestCase):
    GOOD = {"path": "model.safetensors", "url": "https://files.example/x/model.safetensors", "sha256": "0" * 64, "size": 5}

    def read(self, document: object, base: str = "https://files.example/lists/whisper.json"):
        return read_manifest(json.dumps(document).encode(), base, "the list")

    def test_addresses_may_be_relative(self):
        files = [self.GOOD, {"path": "config.json", "sha256": "A" * 64}, {"path": "t.json", "url": "../t", "sha256": "1" * 64}]
        manifest = self.read({"format": 1, "name": "whisper-own", "files": files})
        self.assertEqual(manifest.name, "whisper-own")
        self.assertEqual(manifest.files[0], RemoteFile(self.GOOD["path"], self.GOOD["url"], "0" * 64, size=5))
        self.assertEqual(manifest.files[1].url, "https://files.example/lists/config.json")
        self.assertEqual((manifest.files[2].url, manifest.files[1].sha256), ("https://files.example/t", "a" * 64))

    def test_faults(self):
        for change in (
            {"path": "../x"}, {"path": "a/b"}, {"path": ".hidden"}, {"path": "x.partial"}, {"path": 3}, {"path": None},
            {"sha256": "0" * 63}, {"sha256": None}, {"size": 0}, {"size": -1}, {"size": "5"}, {"size": 10**15},
            {"url": "file:///etc/passwd"}, {"url": "https://user:key@files.example/x"}, {"url": 3}, {"url": "https://a b/"},
        ):
            with self.subTest(change), self.assertRaises(SetupError):
                self.read({"format": 1, "files": [self.GOOD | change]})
        for document in (
            [], 3, {}, {"format": 2, "files": [self.GOOD]}, {"format": 1, "files": []}, {"format": 1, "files": [self.GOOD] * 2},
            {"format": 1, "files": ["a"]}, {"format": 1, "files": {"a": 1}}, {"format": 1, "name": 3, "files": [self.GOOD]},
        ):
            with self.subTest(document), self.assertRaises(SetupError):
                self.read(document)
        with self.assertRaises(SetupError):
            read_manifest(b"[" * 100_000, "https://files.example/", "the list")
        with self.assertRaises(SetupError):
            # A list of this machine has no address that others were relative to.
            self.read({"format": 1, "files": [{"path": "config.json", "sha256": "0" * 64}]}, "file:///tmp/list.json")


if __name__ == "__main__":
    unittest.main()
