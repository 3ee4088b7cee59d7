"""Command line of the set-up's second half; scripts/setup.sh calls it.

    python3 -m parts install [--with NAME …]    fetch and convert what is not there yet
    python3 -m parts list                       say which parts there are
    python3 -m parts verify                     compare every installed file with its sha256
    python3 -m parts environment FOLDER FILE    a virtual environment with the packages of FILE
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

from .catalogue import Part, read_catalogue
from .command import run
from .environment import PythonEnvironment
from .errors import SetupError
from .install import Installer
from .stamps import Stamps
from .steps import say

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT = Path(os.environ.get("HOTPIN_DEPS") or REPOSITORY / ".deps").resolve()
CATALOGUE = Path(os.environ.get("HOTPIN_CATALOG") or REPOSITORY / "Models" / "catalog.json")


def install(arguments: argparse.Namespace) -> None:
    catalogue = read_catalogue(CATALOGUE)
    known = {part.name for part in catalogue}
    for name in arguments.extra:
        if name not in known:
            raise SetupError(f"There is no part “{name}”. Known parts: {', '.join(sorted(known))}.")
    chosen = [part for part in catalogue if part.default or part.name in arguments.extra]
    Installer(ROOT, REPOSITORY).install(chosen)


def list_parts(_: argparse.Namespace) -> None:
    installer = Installer(ROOT, REPOSITORY)
    for part in read_catalogue(CATALOGUE):
        state = "installed" if installer.is_installed(part) else "not installed"
        say(f"{part.name:24} {state:14} {part.size / 1e6:4.0f} MB  {part.licence}: {part.purpose}")


def verify(_: argparse.Namespace) -> None:
    """Converted files have no hash in the catalogue: for those the stamp's size and time must do."""
    installer = Installer(ROOT, REPOSITORY)
    for part in read_catalogue(CATALOGUE):
        if (ROOT / part.folder).exists():
            _verify(part, installer)


def _verify(part: Part, installer: Installer) -> None:
    if not installer.is_installed(part):
        raise SetupError(f"{part.name} is not complete: run scripts/setup.sh.")
    for file in () if part.conversion else part.files:
        path = ROOT / part.folder / file.path
        if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            raise SetupError(f"{path} was changed: remove it and run scripts/setup.sh.")
    say(f"{part.name}: as it should be")


def environment(arguments: argparse.Namespace) -> None:
    PythonEnvironment(arguments.folder.resolve(), Stamps(ROOT / "stamps")).install(arguments.file, arguments.purpose)


def main() -> int:
    parser = argparse.ArgumentParser(prog="parts")
    commands = parser.add_subparsers(required=True)
    installing = commands.add_parser("install")
    installing.add_argument("--with", dest="extra", action="append", default=[], metavar="NAME")
    installing.set_defaults(run=install)
    commands.add_parser("list").set_defaults(run=list_parts)
    commands.add_parser("verify").set_defaults(run=verify)
    making = commands.add_parser("environment")
    making.add_argument("folder", type=Path)
    making.add_argument("file", type=Path)
    making.add_argument("purpose")
    making.set_defaults(run=environment)
    return run(parser, ROOT, "Stopped. Run this again to go on: what is done is kept.")


if __name__ == "__main__":
    sys.exit(main())
