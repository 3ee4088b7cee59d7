"""Fetches archives with pip and takes single files out of them, both checked by sha256."""

import hashlib
import os
import zipfile
from pathlib import Path

from . import steps
from .catalogue import Archive, CataloguedFile
from .environment import PythonEnvironment, explain_pip
from .errors import SetupError
from .steps import CommandFailed

CHUNK = 1 << 20


def fetch(archive: Archive, folder: Path, environment: PythonEnvironment) -> Path:
    """Returns the archive's path in `folder`. pip puts it there only when it is whole and its hash is right."""
    target = folder / archive.file_name
    if target.exists():
        if _sha256(target) == archive.sha256:
            return target
        # Left by a catalogue of another day, or damaged since.
        target.unlink()
    environment.create()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n")
    label = f"{archive.package} {archive.version}"
    command = [environment.python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-cache-dir", "--require-hashes", "--only-binary", ":all:", *_platform(archive)]
    command += ["--dest", folder, "--requirement", wanted]
    try:
        steps.run(f"Fetching {label} ({_megabytes(archive.size)}) …", command)
    except CommandFailed as failure:
        raise explain_pip(label, failure.output, folder) from failure
    finally:
        wanted.unlink(missing_ok=True)
    if not target.exists():
        raise SetupError(f"pip fetched {label} under another name than {archive.file_name}: report this.")
    return target


def extract(file: CataloguedFile, archives: dict[Archive, Path], folder: Path) -> None:
    """Writes `file` into `folder`; it has its final name only when its hash is right."""
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    total = hashlib.sha256()
    with open(partial, "wb") as output:
        for member in file.members:
            source = archives[member.archive]
            try:
                with zipfile.ZipFile(source) as opened, opened.open(member.path) as data:
                    while chunk := data.read(CHUNK):
                        total.update(chunk)
                        output.write(chunk)
            except (KeyError, zipfile.BadZipFile) as error:
                raise SetupError(
                    f"{source.name} does not hold {member.path} ({error}). Remove {source} and run this again."
                ) from error
        output.flush()
        os.fsync(output.fileno())
    if total.hexdigest() != file.sha256:
        partial.unlink()
        raise SetupError(
            f"{file.path} of {source.name} has the sha256 {total.hexdigest()}, Models/catalog.json wants "
            f"{file.sha256}: it was not used. Remove {source} and run this again; if it stays so, report it."
        )
    os.replace(partial, target)


def _platform(archive: Archive) -> list[str]:
    """Archives of one Python version are fetched by name: only a library inside is of interest."""
    python, abi, platform = archive.tag.split("-")
    if platform == "any":
        return []
    # A wheel may have several names of its system.
    platforms = [option for name in platform.split(".") for option in ("--platform", name)]
    if abi == "none":
        # For any Python of that system.
        return platforms
    version = f"{python[2]}.{python[3:]}"
    return ["--python-version", version, "--implementation", python[:2], "--abi", abi, *platforms]


def _sha256(path: Path) -> str:
    with open(path, "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1e6))} MB"
