"""Downloads from a loopback server that breaks off, lies, redirects and changes its mind. Needs no package."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS), str(Path(__file__).parent)]
from loopback import Loopback, make_authority  # noqa: E402
from models.download import TRIES, Downloader, RemoteFile  # noqa: E402
from models.hub import HubModel, list_files  # noqa: E402
from models.manifest import read_manifest  # noqa: E402
from models.names import check_file, check_name  # noqa: E402
from models.origins import find_origin  # noqa: E402
from models.progress import Progress, progress_line  # noqa: E402
from models.web import Web  # noqa: E402
from parts.errors import SetupError  # noqa: E402

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


class DownloadTests(LoopbackTests):
    def test_whole_file_once(self):
        self.assert_fetched(self.fetch())
        self.assert_fetched(self.fetch())
        self.assertEqual(len(self.server.requests), 1)

    def test_broken_connection_goes_on_where_it_was(self):
        self.server.faults[PATH] = [("cut", 300_000), ("cut", 300_000)]
        self.assert_fetched(self.fetch())
        asked = self.server.asked(PATH)
        self.assertEqual([headers.get("range") for headers in asked], [None, "bytes=300000-", "bytes=600000-"])
        self.assertEqual(asked[1]["if-range"], f'"{hashlib.md5(DATA).hexdigest()}"')
        self.assertEqual(self.pauses, [1, 1])

    def test_size_may_be_unknown(self):
        self.server.faults[PATH] = [("cut", 300_000)]
        self.assert_fetched(self.fetch(size=None))

    def test_server_that_ignores_range(self):
        self.server.faults[PATH] = [("cut", 300_000), ("whole",)]
        self.assert_fetched(self.fetch())
        self.assertEqual(len(self.server.requests), 2)

    def test_server_that_sends_another_piece(self):
        self.server.faults[PATH] = [("cut", 300_000), ("shift", 10)]
        self.assert_fetched(self.fetch())
        self.assertEqual([headers.get("range") for headers in self.server.asked(PATH)], [None, "bytes=300000-", None])

    def test_file_that_changed_meanwhile_is_begun_anew(self):
        self.server.faults[PATH] = [("cut", 300_000)] * TRIES
        with self.assertRaises(SetupError):
            # Every try brings a piece, but for the last ones, which find the whole file replaced by nothing new.
            self.server.faults[PATH] += [("cut", 0)] * TRIES
            self.fetch(OTHER)
        self.server.faults[PATH] = []
        self.server.files[PATH] = OTHER
        self.assert_fetched(self.fetch(OTHER), OTHER)
        self.assertIn("if-range", self.server.asked(PATH)[-1])

    def test_pieces_of_two_versions_are_found_out(self):
        """Without a version to name, only the hash tells; then the file is fetched once more, in one piece."""
        self.server.headers[PATH] = {"ETag": None}
        self.server.files[PATH] = OTHER
        self.server.faults[PATH] = [("cut", 300_000)] + [("cut", 0)] * TRIES
        with self.assertRaises(SetupError):
            self.fetch()
        self.server.files[PATH] = DATA
        self.server.faults[PATH] = []
        before = len(self.server.requests)
        self.assert_fetched(self.fetch())
        self.assertEqual([headers.get("range") for headers in self.server.asked(PATH)[before:]], ["bytes=300000-", None])

    def test_hub_that_announces_another_version(self):
        self.server.headers[PATH] = {"ETag": None, "X-Linked-Etag": '"old"'}
        self.server.faults[PATH] = [("cut", 300_000), ("headers", {"X-Linked-Etag": '"new"'})]
        self.assert_fetched(self.fetch())
        self.assertEqual([headers.get("range") for headers in self.server.asked(PATH)], [None, "bytes=300000-", None])

    def test_wrong_hash_is_not_used(self):
        self.server.files[PATH] = OTHER
        with self.assertRaisesRegex(SetupError, f"has the sha256 {sha256(OTHER)}, not {sha256(DATA)}"):
            self.fetch()
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(len(self.server.requests), 1)

    def test_hash_of_git(self):
        self.assert_fetched(self.fetch(sha256=None, git=git(DATA)))
        self.server.files[PATH] = OTHER
        with self.assertRaisesRegex(SetupError, "the hub announced"):
            self.fetch(sha256=None, git=git(DATA[1:]))

    def test_file_without_any_hash_is_never_right(self):
        with self.assertRaises(SetupError):
            self.fetch(sha256=None)

    def test_lies_about_sizes(self):
        with self.assertRaisesRegex(SetupError, f"has {len(DATA)} bytes where {len(DATA) - 1} are wanted"):
            self.fetch(size=len(DATA) - 1)
        self.server.faults[PATH] = [("endless",)]
        with self.assertRaisesRegex(SetupError, f"sends more than {len(DATA)} bytes"):
            self.fetch()
        self.server.faults[PATH] = [("headers", {"Content-Length": str(10**15)})]
        with self.assertRaisesRegex(SetupError, "more than any model"):
            self.fetch(size=None)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_compressed_answer_is_refused(self):
        self.server.headers[PATH] = {"Content-Encoding": "gzip"}
        with self.assertRaisesRegex(SetupError, "comes compressed"):
            self.fetch()
        self.assertEqual(self.server.asked(PATH)[0]["accept-encoding"], "identity")

    def test_what_is_left_of_another_length(self):
        (self.folder / "weights.bin.partial").write_bytes(DATA + b"x")
        self.assert_fetched(self.fetch())
        (self.folder / "weights.bin").rename(self.folder / "weights.bin.partial")
        self.assert_fetched(self.fetch())
        self.assertEqual(len(self.server.requests), 1)
        (self.folder / "weights.bin").rename(self.folder / "weights.bin.partial")
        self.assert_fetched(self.fetch(size=None))
        (self.folder / "weights.bin").write_bytes(b"")
        (self.folder / "weights.bin.partial").write_bytes(DATA + b"x")
        self.assert_fetched(self.fetch(size=None))

    def test_busy_server_is_given_time(self):
        self.server.faults[PATH] = [("status", 503, {"Retry-After": "7"}), ("status", 429, {}), ("status", 500, {})]
        self.assert_fetched(self.fetch())
        self.assertEqual(self.pauses, [7, 2, 4])

    def test_server_that_never_answers_well_is_given_up(self):
        self.server.faults[PATH] = [("cut", 300_000)] + [("status", 503, {"Retry-After": "99999999"})] * 100
        with self.assertRaisesRegex(SetupError, "answered 503. Run this again: what is done is kept"):
            self.fetch()
        self.assertEqual(self.pauses, [1, *[60] * (TRIES - 2)])
        self.assertEqual((self.folder / "weights.bin.partial").stat().st_size, 300_000)

    def test_refusals_are_not_repeated(self):
        for status, words in ((401, "HF_TOKEN"), (403, "HF_TOKEN"), (404, "is not there"), (418, "answered 418")):
            with self.subTest(status):
                self.server.faults[PATH] = [("status", status, {})]
                with self.assertRaisesRegex(SetupError, words):
                    self.fetch()
        self.assertEqual(len(self.server.requests), 4)

    def test_nobody_there(self):
        self.server.server.shutdown()
        self.server.server.server_close()
        with self.assertRaisesRegex(SetupError, "was not reached"):
            self.fetch()
        self.assertEqual(len(self.pauses), TRIES - 1)


class WebTests(LoopbackTests):
    def test_redirects_end(self):
        self.server.redirects["/a"] = PATH
        self.assert_fetched(self.fetch(url=self.server.address + "/a"))
        self.server.redirects["/loop"] = "/loop"
        with self.assertRaisesRegex(SetupError, "redirects more than 5 times"):
            self.fetch(OTHER, url=self.server.address + "/loop")
        self.server.redirects["/file"] = "file:///etc/passwd"
        with self.assertRaisesRegex(SetupError, "begins with https://"):
            self.fetch(OTHER, url=self.server.address + "/file")

    def test_key_stays_with_its_host(self):
        store = self.start(Loopback())
        store.files["/store"] = DATA
        self.server.redirects[PATH] = f"{store.address}/store?signature=secret"
        store.faults["/store"] = [("cut", 300_000)]
        self.assert_fetched(self.fetch(web=Web("hf_key", self.server.address)))
        self.assertEqual({headers.get("authorization") for headers in self.server.asked(PATH)}, {"Bearer hf_key"})
        self.assertEqual({headers.get("authorization") for headers in store.asked("/store")}, {None})
        self.assertEqual(store.asked("/store")[1]["range"], "bytes=300000-")

    def test_messages_hold_no_key(self):
        store = self.start(Loopback())
        self.server.redirects[PATH] = f"{store.address}/none?signature=secret"
        with self.assertRaises(SetupError) as caught:
            self.fetch(web=Web("hf_key", self.server.address))
        self.assertIn("/none", str(caught.exception))
        self.assertNotRegex(str(caught.exception), "secret|hf_key")
        with self.assertRaisesRegex(SetupError, "set HF_TOKEN instead") as caught:
            self.fetch(url=self.server.address.replace("//", "//user:hf_key@") + PATH)
        self.assertNotIn("hf_key", str(caught.exception))
        with self.assertRaises(SetupError) as caught:
            Web("hf_key\nX-Evil: 1", self.server.address)
        self.assertNotIn("hf_key", str(caught.exception))

    def test_key_is_never_sent_in_the_clear(self):
        self.assertIsNone(Web("hf_key", "http://hub.example").key_origin)
        self.assertIsNotNone(Web("hf_key", "https://hub.example").key_origin)

    def test_certificates(self):
        authority, context = make_authority(self.folder)
        secure = self.start(Loopback(context))
        secure.files[PATH] = DATA
        url = secure.address + PATH
        with self.assertRaisesRegex(SetupError, "certificate that is not trusted.*SSL_CERT_FILE"):
            self.fetch(url=url)
        self.assertEqual(self.pauses, [])
        with mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(authority)}):
            web = Web(timeout=60)
        secure.faults[PATH] = [("cut", 300_000)]
        self.assertEqual(self.fetch(url=url, web=web).read_bytes(), DATA)
        secure.redirects["/down"] = self.server.address + PATH
        with self.assertRaisesRegex(SetupError, "not encrypted"):
            self.fetch(OTHER, url=secure.address + "/down", web=web)
        with self.assertRaisesRegex(SetupError, "not trusted"):
            self.fetch(OTHER, url=url.replace("127.0.0.1", "localhost"), web=web)


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


class NameTests(unittest.TestCase):
    def test_names(self):
        for name in ("whisper-small.en", "a", "My_model-2"):
            self.assertEqual(check_name(name), name)
        for name in ("", ".", "..", "../a", "a/b", ".hidden", "-x", "a b", "x.partial", "whisper-1", "tts-1", "a" * 65, "a\n", "é"):
            with self.subTest(name), self.assertRaises(SetupError):
                check_name(name)
        for name in ("", "a/b", "..", "x\n", None, 3):
            with self.subTest(name), self.assertRaises(SetupError):
                check_file(name)


class ProgressTests(unittest.TestCase):
    def test_line(self):
        self.assertEqual(progress_line("a", 2_500_000, 10_000_000, 1e6), "  a: 25 %, 2.5 of 10.0 MB, 1.0 MB/s, 0:07 left")
        self.assertEqual(progress_line("a", 1_520, 1_520, None), "  a: 1.5 kB")
        self.assertEqual(progress_line("a", 2_000_000, None, 5e5), "  a: 2.0 MB, 0.5 MB/s")
        self.assertNotIn("left", progress_line("a", 1, 10**15, 1e-9))

    def test_log_gets_few_lines_and_a_terminal_one(self):
        for terminal, lines in ((False, 3), (True, 1)):
            stream, now = io.StringIO(), [0.0]
            stream.isatty = lambda: terminal
            progress = Progress(stream, lambda: now[0])
            for step in range(1, 26):
                now[0] = float(step)
                progress.show("a", step, 25)
            self.assertEqual(stream.getvalue().count("\n"), lines, stream.getvalue())


class CommandTests(LoopbackTests):
    """The command itself, up to where a conversion would begin."""

    def command(self, *arguments: str, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["bash", SCRIPTS / "model.sh", *map(str, arguments)],
            env=os.environ | {"HOTPIN_DEPS": str(self.folder / "deps")} | environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def assert_fails(self, words: str, *arguments: str, **environment: str):
        process = self.command(*arguments, **environment)
        _, said = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, said)
        self.assertRegex(said.splitlines()[-1], words)
        self.assertNotIn("Traceback", said)

    def test_stopped_download_goes_on(self):
        # A shell that started this in the background ignores the signal, and so would the command.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        listing = self.folder / "own.json"
        entry = {"path": "notes.txt", "url": self.server.address + PATH, "sha256": sha256(DATA), "size": len(DATA)}
        listing.write_text(json.dumps({"format": 1, "files": [entry]}))
        self.server.faults[PATH] = [("hang", 300_000)]
        process = self.command("add", listing)
        self.assertTrue(self.server.hanging.wait(120))
        partial = self.folder / "deps" / "incoming" / "own" / "notes.txt.partial"
        # What the server has sent is on its way; the rest never comes.
        while not partial.exists() or partial.stat().st_size < 200_000:
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("Run this again to go on", said)
        kept = partial.stat().st_size
        self.assertGreaterEqual(kept, 200_000)
        self.assert_fails("holds no model that can be converted", "add", listing)
        self.assertEqual(self.server.asked(PATH)[1]["range"], f"bytes={kept}-")
        self.assertEqual((partial.with_name("notes.txt")).read_bytes(), DATA)
        process = self.command("remove", "own")
        self.assertIn("is removed", process.communicate(timeout=120)[0])
        self.assertFalse(partial.parent.exists())

    def test_faults_are_one_line(self):
        (self.folder / "empty").mkdir()
        self.assert_fails("no folder, no .json list", "add", "/nowhere")
        self.assert_fails("holds no model", "add", self.folder / "empty")
        self.assert_fails("cannot be a model's name", "add", self.folder / "empty", "--name", "../x")
        self.assert_fails("give its hash with --sha256", "add", f"{self.server.address}/list.json")
        self.assert_fails("is no sha256", "add", self.folder / "empty", "--sha256", "12")
        self.assert_fails("There is no model", "remove", "nothing")
        self.assert_fails("MODEL_HUB", "add", "someone/whisper-x")
        self.server.files["/list.json"] = b"{}"
        self.assert_fails(f"has the sha256 {sha256(b'{}')}", "add", f"{self.server.address}/list.json", "--sha256", "0" * 64)

    def test_list_of_nothing(self):
        process = self.command("list")
        said, fault = process.communicate(timeout=120)
        self.assertEqual((process.returncode, fault), (0, ""))
        self.assertIn("There are no Whisper models", said)

    def test_no_host_is_named(self):
        for path in [*SCRIPTS.glob("models/*.py"), SCRIPTS / "model.sh"]:
            for host in re.findall(r"https?://([A-Za-z0-9.-]+)", path.read_text()):
                self.assertIn(host, ("HUB", "hub.example"), path)


if __name__ == "__main__":
    unittest.main()
