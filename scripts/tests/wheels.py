"""Makes small packages and a catalogue that names them, for set-up's tests."""

import hashlib
import json
import zipfile
from pathlib import Path


def make_wheel(folder: Path, name: str, files: dict[str, bytes], version: str = "1.0") -> dict:
    """Writes a wheel that pip takes; returns its catalogue entry."""
    module = name.replace("-", "_")
    information = f"{module}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    members = {f"{module}/{inside}": data for inside, data in files.items()} | {
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{information}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{information}/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for inside, data in members.items():
            wheel.writestr(inside, data)
    archive = {"architecture": "any", "tag": "py3-none-any", "sha256": sha256(path.read_bytes()), "size": path.stat().st_size}
    return {"name": name, "version": version, "archives": [archive]}


def make_part(name: str, files: dict[str, tuple[list[tuple[str, str]], bytes]], default: bool = True) -> dict:
    """`files` maps an installed name to the members it is joined from (package, path inside) and its content."""
    return {
        "name": name,
        "kind": "test",
        "version": "1.0",
        "licence": "MIT",
        "purpose": "A test.",
        "default": default,
        "folder": f"models/{name}",
        "files": [
            {
                "path": path,
                "source": [
                    {"package": package, "version": "1.0", "path": f"{package.replace('-', '_')}/{inside}"}
                    for package, inside in members
                ],
                "sha256": sha256(content),
                "size": len(content),
            }
            for path, (members, content) in files.items()
        ],
    }


def write_catalogue(path: Path, packages: list[dict], parts: list[dict]) -> None:
    path.write_text(json.dumps({"format": 1, "packages": packages, "parts": parts}))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
