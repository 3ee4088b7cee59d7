"""Virtual environments: one for the conversion (and pip itself), one for the tests."""

import re
import shutil
import sys
from pathlib import Path

from . import steps
from .errors import SetupError, disk_full
from .stamps import Stamps, digest
from .steps import CommandFailed


class PythonEnvironment:
    """A virtual environment in `folder` that holds the pinned packages of one requirements file."""

    def __init__(self, folder: Path, stamps: Stamps):
        self.folder = folder
        self.stamps = stamps
        self.python = folder / "bin" / "python"

    def create(self) -> None:
        recipe = digest("bare", sys.version, str(self.folder))
        name = f"{self.folder.name}-python"
        if self.stamps.is_current(name, recipe, self.folder):
            return
        # Scripts in an environment hold its own path, so it is made in place; the stamp says it is whole.
        self.stamps.forget(name)
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            steps.run(f"Making a Python environment in {self.folder} …", [sys.executable, "-m", "venv", self.folder])
        except CommandFailed as failure:
            if "No space left" in failure.output:
                raise disk_full(self.folder) from failure
            raise SetupError(
                f"Python could not make a virtual environment ({last_line(failure.output)}). "
                "Install it with: sudo apt-get install python3-venv"
            ) from failure
        self.stamps.record(name, recipe, self.folder, ["pyvenv.cfg"])

    def install(self, requirements: Path, purpose: str) -> None:
        """Creates the environment where needed, with every package of the file in it."""
        recipe = digest(requirements, sys.version, str(self.folder))
        name = f"{self.folder.name}-packages"
        self.create()
        if self.stamps.is_current(name, recipe, self.folder):
            return
        command = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]
        try:
            steps.run(f"Installing the Python packages for {purpose} …", command)
        except CommandFailed as failure:
            raise explain_pip(f"the Python packages for {purpose}", failure.output, self.folder) from failure
        self.stamps.record(name, recipe, self.folder, ["pyvenv.cfg"])


def explain_pip(subject: str, output: str, folder: Path) -> SetupError:
    if "No space left on device" in output:
        return disk_full(folder)
    if "DO NOT MATCH THE HASHES" in output:
        return SetupError(
            f"What the package index served for {subject} has another sha256 than Models/catalog.json: it was not "
            "used. A proxy may have changed it: try another network. If it stays so, report it, and do not install it."
        )
    return SetupError(
        f"Could not fetch {subject}: {network_fault(output) or last_line(output)} Check the network and pip's own settings (proxy, index), "
        "and run this again: what is done is kept."
    )


def network_fault(output: str) -> str | None:
    """Why the index was not reached. pip's own last line then only says that it found no package."""
    causes = r"\[Errno -?\d+\] [^'\")]+|certificate verify failed[^'\"(]*|Read timed out|\d{3} (?:Client|Server) Error[^'\"]*"
    found = re.search(causes, output)
    return f"{found[0].strip().rstrip('.')}." if found else None


def last_line(output: str) -> str:
    """The line of a failed command that says why: the last error, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    chosen = (errors or lines or ["no reason was given"])[-1]
    chosen = chosen.removeprefix("ERROR:").strip()
    return chosen if chosen.endswith((".", "!", "?")) else chosen + "."
