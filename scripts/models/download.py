"""Fetches one file after the other; what was broken off goes on where it was.

A file under way is NAME.partial, with NAME.partial.json beside it: which version of the file it is. It gets its name when
its hash is right. Another version, or a server that cannot go on in the middle, begins it anew.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from parts.errors import SetupError

from .progress import Progress
from .web import Answer, Passing, Web, shown

CHUNK = 1 << 18
# Without a byte of progress, and in all.
TRIES = 6
TRIES_IN_ALL = 100
LONGEST_PAUSE_SECONDS = 30
# No file of a model that can be converted is larger.
LARGEST_FILE = 16_000_000_000


@dataclass(frozen=True)
class RemoteFile:
    """One file of a model. Of the two hashes at least one is known before it is used."""

    path: str
    url: str
    sha256: str | None = None
    # SHA-1 of the file with git's header, as a hub gives it for small files.
    git: str | None = None
    size: int | None = None


class Downloader:
    def __init__(self, web: Web, folder: Path, progress: Progress, pause: Callable[[float], None] = time.sleep):
        self.web = web
        self.folder = folder
        self.progress = progress
        self.pause = pause

    def fetch(self, file: RemoteFile) -> Path:
        """Returns the file's path in the folder, with the right hash."""
        target = self.folder / file.path
        if target.exists() and is_right(target, file):
            return target
        partial = _Partial(target)
        idle, anew = 0, False
        for _ in range(TRIES_IN_ALL):
            before = partial.size
            try:
                self._continue(file, partial)
            except Passing as fault:
                idle = 1 if partial.size > before else idle + 1
                if idle >= TRIES:
                    raise SetupError(f"{file.path} could not be fetched: {fault}. Run this again: what is done is kept.") from fault
                self.progress.note(f"  {file.path}: {fault}; trying again")
                self.pause(fault.wait if fault.wait is not None else min(2 ** (idle - 1), LONGEST_PAUSE_SECONDS))
                continue
            if is_right(partial.path, file):
                partial.finish(target)
                return target
            found = _digest(partial.path, hashlib.sha256())
            partial.remove()
            # The pieces of two runs may be of two versions: once more, in one piece.
            if before == 0 or anew:
                raise SetupError(
                    f"{file.path} has the sha256 {found}, not {file.sha256 or 'the one that the hub announced'}: it was not used. "
                    "Check the hash and the address; if both are right, the file was changed."
                )
            anew = True
        raise SetupError(f"{file.path} broke off {TRIES_IN_ALL} times. Run this again later: what is done is kept.")

    def _continue(self, file: RemoteFile, partial: "_Partial") -> None:
        have = partial.size
        if file.size is not None:
            if have == file.size:
                return
            if have > file.size:
                partial.remove()
                have = 0
        version = partial.version if have else {}
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and version.get("validator"):
            headers["If-Range"] = version["validator"]
        with self.web.open(file.url, headers) as answer:
            have, total = _start(answer, have, file, partial)
            if have == total:
                return
            announced = version_of(answer)
            if have and version.get("linked") != announced["linked"]:
                partial.remove()
                raise Passing("it was replaced meanwhile")
            partial.remember(announced)
            self._receive(answer, file, partial, have, total)

    def _receive(self, answer: Answer, file: RemoteFile, partial: "_Partial", have: int, total: int | None) -> None:
        most = total if total is not None else LARGEST_FILE
        with open(partial.path, "r+b" if have else "wb") as output:
            output.seek(have)
            while piece := answer.read(CHUNK):
                have += len(piece)
                if have > most:
                    break
                output.write(piece)
                self.progress.show(file.path, have, total)
            else:
                output.flush()
                os.fsync(output.fileno())
                if total is not None and have < total:
                    raise Passing(f"the connection ended after {have} of {total} bytes")
                return
        partial.remove()
        raise SetupError(f"{shown(file.url)} sends more than {most} bytes: it was not used. Check the address.")


def _start(answer: Answer, have: int, file: RemoteFile, partial: "_Partial") -> tuple[int, int | None]:
    """Where this answer begins, and how long the file is."""
    span = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", answer.headers.get("Content-Range", ""))
    total = int(span[2]) if span and span[2] != "*" else None
    if answer.status == 416:
        if total == have and file.size in (None, have):
            return have, have
        partial.remove()
        raise Passing("it has another length than before")
    if answer.status == 206:
        if not have or not span or span[1] is None or int(span[1]) != have:
            partial.remove()
            raise Passing("the server sent another piece than was asked for")
    else:
        have = 0
        length = answer.headers.get("Content-Length", "")
        total = int(length) if re.fullmatch(r"\d{1,18}", length) else None
    if total is not None and file.size is not None and total != file.size:
        raise SetupError(f"{shown(file.url)} has {total} bytes where {file.size} are wanted: it was not fetched. Check the address.")
    if (total or 0) > LARGEST_FILE:
        raise SetupError(f"{shown(file.url)} has {total} bytes, more than any model that can be converted: check the address.")
    return have, total if total is not None else file.size


def version_of(answer: Answer) -> dict[str, str | None]:
    """What a later request says to get the same version: a strong ETag or a date. And the hub's own mark, where it has one."""
    etag = answer.headers.get("ETag", "")
    strong = etag if re.fullmatch(r'"[^"]*"', etag) else None
    return {"validator": strong or answer.headers.get("Last-Modified"), "linked": answer.own.get("x-linked-etag")}


class _Partial:
    """A file under way."""

    def __init__(self, target: Path):
        self.path = target.with_name(target.name + ".partial")
        self.note = target.with_name(target.name + ".partial.json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def version(self) -> dict:
        try:
            version = json.loads(self.note.read_text())
            return version if isinstance(version, dict) else {}
        except (OSError, ValueError):
            return {}

    def remember(self, version: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.note.write_text(json.dumps(version))

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def finish(self, target: Path) -> None:
        os.replace(self.path, target)
        self.note.unlink(missing_ok=True)


def is_right(path: Path, file: RemoteFile) -> bool:
    if not path.exists() or (file.size is not None and path.stat().st_size != file.size):
        return False
    if file.sha256:
        return _digest(path, hashlib.sha256()) == file.sha256
    header = f"blob {path.stat().st_size}\0".encode()
    return file.git is not None and _digest(path, hashlib.sha1(header, usedforsecurity=False)) == file.git


def sha256_of(path: Path) -> str:
    return _digest(path, hashlib.sha256())


def _digest(path: Path, total) -> str:
    with open(path, "rb") as data:
        while piece := data.read(1 << 20):
            total.update(piece)
    return total.hexdigest()
