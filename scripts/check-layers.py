#!/usr/bin/env python3
"""Checks which module imports which, and what the built programs link.

    check-layers.py [--root FOLDER] [--binary PROGRAM …]

The table below is the architecture: a module may import what its line names and nothing else.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

# Parts of Swift and of the system that any module but VoiceProtocol may use. Foundation is not among them:
# it brings a second Unicode library of 30 MB; FoundationEssentials does without.
STANDARD = {"Glibc", "Synchronization", "FoundationEssentials"}

ADAPTERS = {"Transport", "SpeechEngines", "AudioCodecs", "Storage", "DeviceIO"}
INNER = {"VoicePipeline", "VoiceProtocol"}

# Every C module has one owner.
C_MODULES = {
    "CUV": "Transport",
    "CLLHTTP": "Transport",
    "CWSLay": "Transport",
    "CCurl": "Transport",
    "COpenSSL": "Transport",
    "COnnxRuntime": "SpeechEngines",
    "CESpeak": "SpeechEngines",
    "CSndfile": "AudioCodecs",
    "CSoxr": "AudioCodecs",
    "COpus": "AudioCodecs",
    "CSQLite": "Storage",
    "CHiredis": "Storage",
    "CCrash": "hotpin",
}

ALLOWED = {
    "VoiceProtocol": set(),
    "VoicePipeline": {"VoiceProtocol"},
    "VoiceBrain": INNER,
    **{adapter: INNER for adapter in ADAPTERS},
    "VoiceServer": INNER | {"VoiceBrain", "Transport"},
    "VoiceDevice": INNER | {"VoiceBrain", "Transport"},
    "VoiceTesting": INNER | {"Transport"},
    # Executables put the parts together, and hear signals through Dispatch, which Swift's concurrency brings anyway.
    "hotpin": {"Dispatch"} | INNER | ADAPTERS | {"VoiceBrain", "VoiceServer"},
    "hotpin-device": {"Dispatch"} | INNER | ADAPTERS | {"VoiceBrain", "VoiceDevice"},
    "ws-echo": {"Dispatch"} | INNER | {"Transport"},
}

# What no program of ours may load at start: Foundation with its Unicode tables, and engines that are opened
# only when they are wanted.
FORBIDDEN_LIBRARIES = re.compile(
    r"libFoundation\.so|lib_FoundationICU|libFoundationInternationalization|libonnxruntime|libgst|libtensorflow"
)

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(\w+)",
    re.MULTILINE,
)

# Swift 6.1 and later give the error back; Debian 13's Swift 6.0 does not.
ERROR_OF_EXPECT = re.compile(r"=\s*(?:try\s+)?(?:await\s+)?#(?:expect|require)\(\s*throws:")

# The thread sanitizer does not see this lock, and would report what it guards.
UNSEEN_LOCK = re.compile(r"\bMutex\s*[<(]")


def import_faults(root: Path) -> list[str]:
    """One line for every import in Sources and Tests that the table does not allow."""
    faults = []
    for folder in sorted(path for path in (root / "Sources").iterdir() if path.is_dir() and path.name != "C"):
        if folder.name not in ALLOWED:
            faults.append(f"Sources/{folder.name}: a new module; give it a line in scripts/check-layers.py")
            continue
        own = {module for module, owner in C_MODULES.items() if owner == folder.name}
        standard = set() if folder.name == "VoiceProtocol" else STANDARD
        faults += _faults(root, folder, ALLOWED[folder.name] | own | standard, folder.name)
    for folder in sorted(root.glob("Sources/C/*/")):
        if folder.name not in C_MODULES:
            faults.append(f"Sources/C/{folder.name}: a new C module; name its owner in scripts/check-layers.py")
    # Tests reach every module's public and package names, but like them no full Foundation; the C module is for the
    # tests of its owner alone, and libFuzzer for the fuzzers.
    modules = set(ALLOWED) | STANDARD | {"Testing"}
    for folder in sorted(root.glob("Tests/*/")):
        own = {module for module, owner in C_MODULES.items() if f"{owner}Tests" == folder.name}
        own |= {"CLibFuzzer"} if folder.name == "fuzz" else set()
        faults += _faults(root, folder, modules | own, folder.name)
    return faults


def _faults(root: Path, folder: Path, allowed: set[str], module: str) -> list[str]:
    faults = []
    for path in sorted(folder.rglob("*.swift")):
        text = path.read_text()
        for match in IMPORT.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            place = f"{path.relative_to(root)}:{line}"
            if match[1] not in allowed:
                faults.append(f"{place}: {module} must not import {match[1]}")
            if "@testable" in match[0]:
                faults.append(f"{place}: tests are built for release and use package access, not @testable")
        for match in UNSEEN_LOCK.finditer(text):
            place = f"{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}"
            faults.append(f"{place}: the thread sanitizer does not see Mutex; use Guarded of VoicePipeline")
        for match in ERROR_OF_EXPECT.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            place = f"{path.relative_to(root)}:{line}"
            faults.append(f"{place}: Swift 6.0's #expect(throws:) gives no error back; use thrown(_:by:) of VoiceTesting")
    return faults


def binary_faults(program: Path) -> list[str]:
    """One line for every library that the program would load at start and must not."""
    try:
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        return [f"{program}: what it links cannot be read ({error}); build it first"]
    names = [line.split()[0].rsplit("/", 1)[-1] for line in listed.splitlines() if line.strip()]
    faults = [f"{program} links {name}" for name in names if FORBIDDEN_LIBRARIES.search(name)]
    faults += [f"{program}: {line.strip()}" for line in listed.splitlines() if "not found" in line]
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks the layers of the sources and of built programs.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--binary", type=Path, action="append", help="check these programs instead of the sources")
    arguments = parser.parse_args()
    if arguments.binary:
        faults = [fault for program in arguments.binary for fault in binary_faults(program)]
    else:
        faults = import_faults(arguments.root)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
