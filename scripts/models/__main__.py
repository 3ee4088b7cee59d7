"""Command line; scripts/model.sh calls it.

    python3 -m models add FOLDER|LIST.json|URL|OWNER/NAME …
    python3 -m models list
    python3 -m models remove NAME
"""

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parts.command import run
from parts.environment import PythonEnvironment
from parts.errors import SetupError
from parts.stamps import Stamps
from parts.steps import say

from .add import Adding, Wishes
from .installed import Models
from .names import check_name
from .origins import find_origin

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT = Path(os.environ.get("HOTPIN_DEPS") or REPOSITORY / ".deps").resolve()


def models() -> Models:
    """Where the server looks, too."""
    named = os.environ.get("MODELS_DIR")
    return Models((REPOSITORY / named if named else ROOT / "models").resolve())


@contextmanager
def alone() -> Iterator[None]:
    """One at a time works in the folder, set-up included; the lock ends with the process."""
    models().folder.mkdir(parents=True, exist_ok=True)
    ROOT.mkdir(parents=True, exist_ok=True)
    with open(ROOT / ".lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Set-up, or another model, is at work in {ROOT}: waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add(arguments: argparse.Namespace) -> None:
    origin = find_origin(arguments.source, arguments.revision, arguments.sha256, arguments.trust_hub)
    wishes = Wishes(arguments.name, arguments.precision, arguments.replace, arguments.anyway)
    environment = PythonEnvironment(ROOT / "venv", Stamps(ROOT / "stamps"))
    with alone():
        Adding(ROOT, models(), REPOSITORY / "Tools" / "convert_whisper", environment).add(origin, wishes)


def show(_: argparse.Namespace) -> None:
    found = models().all()
    for model in found:
        origin = model.source.get("origin", "?") if model.source else "set-up"
        say(f"{model.name:28} {model.size / 1e6:6.0f} MB  {'+'.join(model.precisions):9}  {model.languages:13}  {origin}")
    if not found:
        say(f"There are no Whisper models in {models().folder}: run scripts/setup.sh.")


def remove(arguments: argparse.Namespace) -> None:
    with alone():
        begun = ROOT / "incoming" / check_name(arguments.name)
        if begun.exists() and not models().find(arguments.name):
            shutil.rmtree(begun)
            say(f"What was fetched for “{arguments.name}” is removed.")
            return
        model = models().remove(arguments.name)
    say(f"“{model.name}” is removed. A server that has it loaded keeps it until it needs the memory.")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="scripts/model.sh", description="Speech models of your own.")
    commands = top.add_subparsers(required=True, metavar="add | list | remove")
    adding = commands.add_parser("add", help="fetch where needed, convert, and offer a model")
    adding.add_argument(
        "source", metavar="SOURCE", help="a folder, a .json list of files (path or address), OWNER/NAME of MODEL_HUB, or its address"
    )
    adding.add_argument("--name", help="what to call it; by default as the folder or the list is called")
    adding.add_argument("--precision", choices=("both", "int8", "fp32"), default="both", help="which graphs to make")
    adding.add_argument("--revision", help="of a model on a hub: a branch, tag or commit (main)")
    adding.add_argument(
        "--sha256", action="append", default=[], metavar="[FILE=]HASH", help="of a file, of the list, or of model.safetensors"
    )
    adding.add_argument("--trust-hub", action="store_true", help="accept the hashes that the hub announces")
    adding.add_argument("--replace", action="store_true", help="take the place of a model of yours with that name")
    adding.add_argument("--anyway", action="store_true", help="convert although memory is short")
    adding.set_defaults(run=add)
    commands.add_parser("list", help="the Whisper models that there are").set_defaults(run=show)
    removing = commands.add_parser("remove", help="remove a model that was added")
    removing.add_argument("name")
    removing.set_defaults(run=remove)
    return top


def main() -> int:
    return run(parser(), ROOT, "\nStopped. Run this again to go on: what is fetched is kept.")


if __name__ == "__main__":
    sys.exit(main())
