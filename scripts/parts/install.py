"""Brings the parts of the catalogue into the folder they are used from."""

import shutil
from pathlib import Path

from .catalogue import Part
from .convert import convert
from .environment import PythonEnvironment
from .errors import disk_full
from .fetch import extract, fetch
from .stamps import Stamps, digest
from .steps import say

# The libraries of the conversion, unpacked.
CONVERSION_ENVIRONMENT_SIZE = 300_000_000


class Installer:
    """Works in `root` (the .deps folder) on behalf of the source tree at `repository`."""

    def __init__(self, root: Path, repository: Path):
        self.root = root
        self.repository = repository
        self.stamps = Stamps(root / "stamps")
        self.downloads = root / "downloads"
        self.environment = PythonEnvironment(root / "venv", self.stamps)

    def install(self, parts: list[Part]) -> None:
        due = [part for part in parts if not self.is_installed(part)]
        for part in due:
            self._require_room(part)
            if part.conversion:
                self._install_converted(part)
            else:
                self._install_files(part)
            (self.root / part.folder / "VERSION").write_text(part.version + "\n")
            results = [f"{part.folder}/{name}" for name in part.results]
            self.stamps.record(part.name, self._recipe(part), self.root, results)
        # Only now: until everything is there, a fetched archive may serve a part still to come.
        if due:
            shutil.rmtree(self.downloads, ignore_errors=True)
            say(f"Installed: {', '.join(part.name for part in due)}.")

    def is_installed(self, part: Part) -> bool:
        return self.stamps.is_current(part.name, self._recipe(part), self.root)

    def _install_files(self, part: Part) -> None:
        archives = {archive: fetch(archive, self.downloads, self.environment) for archive in part.archives}
        for file in part.files:
            extract(file, archives, self.root / part.folder)

    def _install_converted(self, part: Part) -> None:
        archives = {archive: fetch(archive, self.downloads, self.environment) for archive in part.archives}
        sources = self.downloads / part.name
        for file in part.files:
            extract(file, archives, sources)
        convert(part, sources, self.root / part.folder, self.repository, self.environment)

    def _recipe(self, part: Part) -> str:
        if not part.conversion:
            return digest(part.entry)
        tool = self.repository / part.conversion.tool
        return digest(part.entry, *sorted(tool.glob("*.py")), tool.parent / "requirements.txt")

    def _require_room(self, part: Part) -> None:
        """Says so before half a gigabyte was fetched in vain."""
        wanted = part.size + sum(archive.size for archive in part.archives)
        if part.conversion:
            wanted += sum(file.size for file in part.files)
            if not self.environment.folder.exists():
                wanted += CONVERSION_ENVIRONMENT_SIZE
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < wanted:
            raise disk_full(self.root, wanted)
