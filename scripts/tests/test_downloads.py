"""Downloads from a loopback server that breaks off, lies, redirects and changes its mind. Needs no package."""

import hashlib
import os
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))
from loopback import Loopback, make_authority  # noqa: E402
from loopback_case import DATA, OTHER, PATH, LoopbackTests, git, sha256  # noqa: E402
from models.download import TRIES  # noqa: E402
from models.web import Web  # noqa: E402
from parts.errors import SetupError  # noqa: E402


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


if __name__ == "__main__":
    unittest.main()
