"""A list of a model's files with where they are, their sha256 and size; Documentation/Models.md describes it."""

import json
from dataclasses import dataclass
from urllib.parse import urljoin

from parts.errors import SetupError

from .download import LARGEST_FILE, RemoteFile
from .names import check_file, check_sha256
from .web import check_url

FORMAT = 1
LIMIT = 1_000_000
MOST_FILES = 64


@dataclass(frozen=True)
class Manifest:
    name: str | None
    files: list[RemoteFile]


def read_manifest(data: bytes, base: str, called: str) -> Manifest:
    """`base` is where the list itself came from: an address in it may be relative to that."""
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise SetupError(f"{called} has the format {document['format']!r}; only {FORMAT} can be read: update Hotpin.")
        name, entries = document.get("name"), document["files"]
        if not isinstance(entries, list) or not 0 < len(entries) <= MOST_FILES:
            raise ValueError(f"1 to {MOST_FILES} files are wanted")
        files = [_file(entry, base) for entry in entries]
        if len({file.path for file in files}) < len(files):
            raise ValueError("a file is there twice")
        if name is not None and not isinstance(name, str):
            raise ValueError("the name is no text")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise SetupError(f"{called} is no list of a model's files ({reason}): Documentation/Models.md shows one.") from error
    return Manifest(name, files)


def _file(entry: dict, base: str) -> RemoteFile:
    size = entry.get("size")
    if size is not None and (not isinstance(size, int) or not 0 < size <= LARGEST_FILE):
        raise ValueError(f"the size {size!r} is none")
    path = check_file(entry["path"])
    url = entry.get("url", path)
    return RemoteFile(path, check_url(urljoin(base, url)), check_sha256(entry["sha256"]), size=size)
