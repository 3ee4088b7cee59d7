"""The folder of models: what is in it, and how a model enters and leaves it whole.

A folder whose name begins with a dot is no model to the server. New models are made in `.adding`, on the same disk.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from parts.errors import SetupError

from .names import check_name

SOURCE = "source.json"
STAGING = ".adding"
GRAPHS = {"fp32": ("encoder.onnx", "decoder.onnx"), "int8": ("encoder.int8.onnx", "decoder.int8.onnx")}
NEEDED = ("model.json", "tokens.txt", "mel_filters.bin")


@dataclass(frozen=True)
class Installed:
    name: str
    path: Path
    # As model.json has it.
    facts: dict
    # As source.json has it; None for what set-up brought.
    source: dict | None

    @property
    def precisions(self) -> list[str]:
        return precisions_of(self.path)

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.path.iterdir() if file.is_file())

    @property
    def languages(self) -> str:
        return f"{len(self.facts['languages'])} languages" if self.facts.get("languages") else "English"


class Models:
    def __init__(self, folder: Path):
        self.folder = folder
        self.staging = folder / STAGING

    def all(self) -> list[Installed]:
        if not self.folder.is_dir():
            return []
        names = sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))
        return [model for model in map(self.find, names) if model]

    def find(self, name: str) -> Installed | None:
        path = self.folder / name
        facts = _object(path / "model.json")
        return Installed(name, path, facts, _object(path / SOURCE)) if facts else None

    def stage(self, name: str) -> Path:
        """An empty place for a new model; anything that an earlier run left there is gone."""
        path = self.staging / name
        shutil.rmtree(path, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def enter(self, name: str, source: dict) -> None:
        """From now on the staged model is there; one of the same name makes room."""
        staged, final, old = self.staging / name, self.folder / name, self.staging / f"{name}.old"
        (staged / SOURCE).write_text(json.dumps(source, indent=1) + "\n")
        if final.exists():
            os.replace(final, old)
        os.replace(staged, final)

    def clear(self) -> None:
        shutil.rmtree(self.staging, ignore_errors=True)

    def remove(self, name: str) -> Installed:
        model = self.find(check_name(name))
        if not model:
            raise SetupError(f"There is no model “{name}”: scripts/model.sh list shows those there are.")
        self.require_own(model)
        gone = self.stage(name)
        os.replace(model.path, gone)
        self.clear()
        return model

    @staticmethod
    def require_own(model: Installed) -> None:
        if model.source is None:
            raise SetupError(f"“{model.name}” belongs to set-up: choose another name with --name, or leave it as it is.")


def precisions_of(folder: Path) -> list[str]:
    return [name for name, graphs in GRAPHS.items() if all((folder / graph).exists() for graph in graphs)]


def _object(path: Path) -> dict | None:
    try:
        document = json.loads(path.read_text())
        return document if isinstance(document, dict) else None
    except (OSError, ValueError):
        return None
