"""Where a model comes from: a folder, a list of files, or a hub; each ends as a folder to convert."""

import hashlib
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from parts.errors import SetupError, disk_full
from parts.steps import say

from .download import Downloader, RemoteFile, sha256_of
from .hub import REPOSITORY, WEIGHTS, HubModel, list_files
from .manifest import LIMIT, Manifest, read_manifest
from .names import check_file, check_sha256
from .progress import Progress
from .web import is_private, shown, web


class Hashes:
    """What --sha256 gave: one hash, for the list or the weights, or FILE=HASH."""

    def __init__(self, given: list[str]):
        self.single: str | None = None
        self.files: dict[str, str] = {}
        for text in given:
            name, _, value = text.rpartition("=")
            if name:
                self.files[check_file(name)] = check_sha256(value)
            elif self.single is None:
                self.single = check_sha256(value)
            else:
                raise SetupError("--sha256 was given twice without a file: write --sha256 FILE=HASH.")


class Origin:
    """A model that is to be added. `locate` finds out what there is; `bring` has it in a folder."""

    name: str
    # For `source.json`: what to show, and the files with their hashes.
    description: str
    files: list[RemoteFile]

    def locate(self) -> None:
        """Nothing is to be found out about a folder or a list."""

    def bring(self, downloads: Path) -> Path:
        raise NotImplementedError


class FolderOrigin(Origin):
    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.name = self.folder.name
        self.description = "a folder"
        self.files = []

    def bring(self, downloads: Path) -> Path:
        return self.folder


class ListOrigin(Origin):
    """A list of files, here or on a web server."""

    def __init__(self, source: str, hashes: Hashes):
        self.source = source
        self.hashes = hashes
        self.web = web(os.environ.get("MODEL_HUB"))
        self.is_remote = source.startswith(("http://", "https://"))
        self.description = shown(source) if self.is_remote else "a list of files"
        self.manifest = self._read()
        self.name = self.manifest.name or re.sub(r"\.json$", "", Path(urlsplit(source).path).name)
        self.files = self.manifest.files

    def _read(self) -> Manifest:
        if not self.is_remote:
            path = Path(self.source).resolve()
            return read_manifest(path.read_bytes()[: LIMIT + 1], path.as_uri(), self.source)
        if not self.hashes.single:
            raise SetupError("A list from a web server must be the one you mean: give its hash with --sha256 HASH.")
        data = self.web.read(self.source, LIMIT)
        found = hashlib.sha256(data).hexdigest()
        if found != self.hashes.single:
            raise SetupError(f"{shown(self.source)} has the sha256 {found}, not {self.hashes.single}: it was not used.")
        return read_manifest(data, self.source, shown(self.source))

    def bring(self, downloads: Path) -> Path:
        return fetch_all(Downloader(self.web, downloads, Progress()), self.files, downloads)


class HubOrigin(Origin):
    def __init__(self, model: HubModel, hashes: Hashes, trust: bool):
        self.model = model
        self.hashes = hashes
        self.trust = trust
        self.web = web(model.hub)
        self.name = model.name
        self.files = []
        if trust and not is_private(model.hub):
            raise SetupError("--trust-hub takes a hub's word, which anyone on the way could change without https://: use that.")

    @property
    def description(self) -> str:
        return f"{self.model.hub}/{self.model.repository} at {self.model.revision}"

    def locate(self) -> None:
        self.model, announced = list_files(self.web, self.model)
        given = dict(self.hashes.files)
        if self.hashes.single:
            given.setdefault(WEIGHTS, self.hashes.single)
        unknown = set(given) - {file.path for file in announced}
        if unknown:
            raise SetupError(f"--sha256 names {min(unknown)}, which {self.model.repository} does not have.")
        for file in announced:
            mark = file.sha256 or (f"git {file.git}" if file.git else "nothing")
            say(f"  {file.path:28} {(file.size or 0) / 1e6:8.1f} MB   the hub announces {mark}")
        if not self.trust and (missing := [file.path for file in announced if file.path not in given]):
            raise SetupError(
                f"Nothing vouches for {', '.join(missing)}: give --sha256 FILE=HASH for each, from a place that you trust, or "
                "accept what the hub announces (above) with --trust-hub."
            )
        silent = [file.path for file in announced if not (file.sha256 or file.git or file.path in given)]
        if silent:
            raise SetupError(f"The hub announces no hash of {', '.join(silent)}: give --sha256 FILE=HASH for each.")
        self.files = [replace(file, sha256=given.get(file.path, file.sha256)) for file in announced]

    def bring(self, downloads: Path) -> Path:
        return fetch_all(Downloader(self.web, downloads, Progress()), self.files, downloads)


def fetch_all(downloader: Downloader, files: list[RemoteFile], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(path.stat().st_size for path in folder.iterdir())
    wanted = max(0, sum(file.size or 0 for file in files) - there)
    if shutil.disk_usage(folder).free < wanted:
        raise disk_full(folder, wanted)
    # The small files first: what is wrong with them shows before the weights have come.
    for file in sorted(files, key=lambda file: file.size or 0):
        downloader.fetch(file)
    # Left by a run for other files; a conversion must not find them.
    for path in folder.iterdir():
        if path.name not in {file.path for file in files}:
            path.unlink()
    return folder


def with_hashes(files: list[RemoteFile], folder: Path) -> list[dict]:
    """The files as a list gives them: whoever has this list gets just these files."""
    return [
        {"path": file.path, "url": shown(file.url), "sha256": file.sha256 or sha256_of(folder / file.path),
         "size": (folder / file.path).stat().st_size}
        for file in files
    ]  # fmt: skip


def find_origin(source: str, revision: str | None, given: list[str], trust: bool) -> Origin:
    hashes = Hashes(given)
    if Path(source).is_dir():
        return FolderOrigin(Path(source))
    if source.startswith(("http://", "https://")):
        if urlsplit(source).path.endswith(".json"):
            return ListOrigin(source, hashes)
        return HubOrigin(HubModel.of_address(source, revision), hashes, trust)
    if source.endswith(".json"):
        return ListOrigin(source, hashes)
    if REPOSITORY.fullmatch(source):
        hub = os.environ.get("MODEL_HUB")
        if not hub:
            raise SetupError(f"{source} is no folder here. If a hub has it, say which: MODEL_HUB=https://HUB, or the whole address.")
        return HubOrigin(HubModel.of_address(f"{hub.rstrip('/')}/{source}", revision), hashes, trust)
    raise SetupError(f"{source} is no folder, no .json list and no model of a hub: check it.")
