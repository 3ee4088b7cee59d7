"""The layer check must fail on every kind of violation it promises to find."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CHECK = REPOSITORY / "scripts" / "check-layers.py"


def check(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, CHECK, *arguments], capture_output=True, text=True)


class LayerCheckTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("Sources", "Tests"):
            shutil.copytree(REPOSITORY / name, self.root / name, ignore=shutil.ignore_patterns("node_modules"))

    def assert_fault(self, path: str, text: str, expected: str):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        result = check("--root", str(self.root))
        self.assertEqual(result.returncode, 1)
        self.assertIn(expected, result.stderr)

    def test_tree_as_it_is_passes(self):
        self.assertEqual(check("--root", str(self.root)).stderr, "")

    def test_adapter_importing_adapter(self):
        self.assert_fault("Sources/Storage/X.swift", "import Transport\n", "X.swift:1: Storage must not import Transport")

    def test_lock_that_the_sanitizer_does_not_see(self):
        self.assert_fault("Sources/Storage/X.swift", "let a = Mutex(0)\n", "X.swift:1: the thread sanitizer does not see")

    def test_pipeline_importing_adapter_with_access_level(self):
        self.assert_fault("Sources/VoicePipeline/X.swift", "\npackage import Storage\n", "X.swift:2: VoicePipeline must not")

    def test_c_module_of_another(self):
        self.assert_fault("Sources/VoiceServer/X.swift", "import CUV\n", "VoiceServer must not import CUV")

    def test_foundation(self):
        self.assert_fault("Sources/VoiceBrain/X.swift", "@preconcurrency import Foundation\n", "must not import Foundation")

    def test_foundation_of_one_type(self):
        self.assert_fault("Sources/VoiceBrain/X.swift", "import struct Foundation.Date\n", "must not import Foundation")

    def test_protocol_imports_nothing(self):
        self.assert_fault("Sources/VoiceProtocol/X.swift", "import Glibc\n", "VoiceProtocol must not import Glibc")

    def test_foundation_in_tests(self):
        self.assert_fault("Tests/StorageTests/X.swift", "import Foundation\n", "StorageTests must not import Foundation")

    def test_c_module_in_the_tests_of_another(self):
        self.assert_fault("Tests/VoiceBrainTests/X.swift", "import CSQLite\n", "VoiceBrainTests must not import CSQLite")

    def test_testable(self):
        self.assert_fault("Tests/StorageTests/X.swift", "@testable import Storage\n", "not @testable")

    def test_error_that_only_later_versions_give_back(self):
        text = "func f() async {\n    let error = await #expect(throws: E.self) { try g() }\n}\n"
        self.assert_fault("Tests/StorageTests/X.swift", text, "X.swift:2: Swift 6.0's #expect(throws:) gives no error back")

    def test_unknown_module(self):
        self.assert_fault("Sources/Extra/X.swift", "", "Sources/Extra: a new module")

    def test_unknown_c_module(self):
        self.assert_fault("Sources/C/CExtra/shim.h", "", "Sources/C/CExtra: a new C module")

    def test_program_that_links_a_forbidden_library(self):
        """A library of the forbidden name is made and linked for real."""
        (self.root / "e.c").write_text("int f(void) { return 0; }\n")
        (self.root / "m.c").write_text("int f(void); int main(void) { return f(); }\n")
        library, program = self.root / "libonnxruntime.so", self.root / "program"
        subprocess.run(["cc", "-shared", "-o", library, self.root / "e.c"], check=True)
        subprocess.run(["cc", "-o", program, self.root / "m.c", library, f"-Wl,-rpath,{self.root}"], check=True)
        result = check("--binary", str(program))
        self.assertEqual(result.returncode, 1)
        self.assertIn("links libonnxruntime.so", result.stderr)

    def test_program_that_links_none(self):
        self.assertEqual(check("--binary", "/bin/sh").returncode, 0)

    def test_program_that_is_missing(self):
        self.assertEqual(check("--binary", str(self.root / "none")).returncode, 1)


if __name__ == "__main__":
    unittest.main()
