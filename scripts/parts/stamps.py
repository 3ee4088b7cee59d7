"""Remembers what is complete, so that a second run has nothing to do.

A stamp holds a digest of everything that went into a part and the size and time of every file that
came out. A changed recipe, or a file that is missing, cut short or replaced, makes the part due again.
"""

import hashlib
import json
import os
from pathlib import Path


class Stamps:
    def __init__(self, folder: Path):
        self.folder = folder

    def is_current(self, name: str, recipe: str, root: Path) -> bool:
        """Whether `name` was completed from `recipe` and its files are still as they were."""
        try:
            stamp = json.loads((self.folder / f"{name}.json").read_text())
            return stamp["recipe"] == recipe and all(
                _state(root / path) == state for path, state in stamp["files"].items()
            )
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def record(self, name: str, recipe: str, root: Path, files: list[str]) -> None:
        stamp = {"recipe": recipe, "files": {path: _state(root / path) for path in files}}
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{name}.json.partial"
        partial.write_text(json.dumps(stamp, indent=1) + "\n")
        os.replace(partial, self.folder / f"{name}.json")

    def forget(self, name: str) -> None:
        (self.folder / f"{name}.json").unlink(missing_ok=True)


def digest(*pieces: object) -> str:
    """A digest of JSON values and of the contents of files (given as paths)."""
    total = hashlib.sha256()
    for piece in pieces:
        data = piece.read_bytes() if isinstance(piece, Path) else json.dumps(piece, sort_keys=True).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def _state(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
