"""scripts/model.sh as far as it needs no package, and what it shows."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from loopback_case import DATA, PATH, SCRIPTS, LoopbackTests, sha256  # noqa: E402
from models.names import check_file, check_name  # noqa: E402
from models.progress import Progress, progress_line  # noqa: E402
from parts.errors import SetupError  # noqa: E402


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
