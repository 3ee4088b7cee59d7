"""Brings a model into the folder of models: fetched where it is not here, converted where it is not yet, entered whole."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from parts import steps
from parts.environment import PythonEnvironment, last_line
from parts.errors import SetupError, disk_full
from parts.stamps import digest
from parts.steps import CommandFailed, say

from .installed import NEEDED, Models, precisions_of
from .names import check_name
from .origins import Origin, with_hashes
from .room import count_weights, require_room

CLIP = Path("/usr/share/pocketsphinx/test/data/goforward.raw")


@dataclass(frozen=True)
class Wishes:
    name: str | None
    precision: str
    replace: bool
    anyway: bool


class Adding:
    """One model on its way. `root` is the .deps folder, `tool` the converter's."""

    def __init__(self, root: Path, models: Models, tool: Path, environment: PythonEnvironment):
        self.root = root
        self.models = models
        self.tool = tool
        self.environment = environment

    def add(self, origin: Origin, wishes: Wishes) -> None:
        name = check_name(wishes.name or origin.name)
        there = self.models.find(name)
        if there:
            self.models.require_own(there)
        elif (self.models.folder / name).exists():
            raise SetupError(f"{self.models.folder / name} is in the way: choose another name with --name, or move it.")
        origin.locate()
        recipe = self._recipe(wishes.precision)
        if there and not wishes.replace:
            if there.source.get("recipe") == recipe and _same_files(there.source, origin):
                say(f"“{name}” is there already, just so.")
                return
            raise SetupError(f"There is another “{name}”: add --replace to put this one in its place, or --name for both.")
        downloads = self.root / "incoming" / name
        folder = origin.bring(downloads)
        try:
            self._make(name, folder, wishes)
            files = with_hashes(origin.files, folder) if origin.files else []
            source = {"format": 1, "name": name, "origin": origin.description, "recipe": recipe, "files": files}
            self.models.enter(name, source)
        finally:
            self.models.clear()
        shutil.rmtree(downloads, ignore_errors=True)
        self._tell(name)

    def _make(self, name: str, folder: Path, wishes: Wishes) -> None:
        """The model, in the place for new ones."""
        staged = self.models.stage(name)
        if (folder / "model.json").exists():
            self._copy(folder, staged, name)
        else:
            if not count_weights(folder).all:
                raise SetupError(
                    f"{folder} holds no model that can be converted: wanted are config.json, model.safetensors (or its index and all "
                    "its parts) and a tokenizer; or model.bin. A pytorch_model.bin is not read: unpacking it can run code."
                )
            require_room(folder, self.models.folder, wishes.precision, wishes.anyway)
            self._convert(folder, staged, wishes.precision)
        self._try(staged)

    def _recipe(self, precision: str) -> str:
        return digest(precision, *sorted(self.tool.glob("*.py")), self.tool.parent / "requirements.txt")

    def _copy(self, folder: Path, staged: Path, name: str) -> None:
        """A model that was converted on another machine."""
        missing = [file for file in NEEDED if not (folder / file).exists()]
        if missing or not precisions_of(folder):
            raise SetupError(f"{folder} is an incomplete model ({', '.join(missing or ['no graphs'])} missing): copy it again.")
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        if shutil.disk_usage(staged.parent).free < size:
            raise disk_full(staged.parent, size)
        say(f"Copying {name} …")
        staged.mkdir()
        for path in folder.iterdir():
            if path.suffix in (".onnx", ".json", ".txt", ".bin") and path.is_file():
                shutil.copyfile(path, staged / path.name)
        facts = json.loads((staged / "model.json").read_text())
        (staged / "model.json").write_text(json.dumps(facts | {"name": name}) + "\n")

    def _convert(self, folder: Path, staged: Path, precision: str) -> None:
        self.environment.install(self.tool.parent / "requirements.txt", "the conversion of speech models")
        arguments = ["convert", "--model", folder, "--output", staged, "--precision", precision]
        self._run(f"Converting {staged.name} …", arguments, staged.parent)

    def _try(self, staged: Path) -> None:
        """Loads it and lets it hear a clip; what it makes of that is shown, since a model may know another language."""
        if not CLIP.exists():
            say(f"It was not tried: {CLIP} is missing (sudo apt-get install pocketsphinx-testdata).")
            return
        self.environment.install(self.tool.parent / "requirements.txt", "the conversion of speech models")
        said = self._run(f"Trying {staged.name} on “go forward ten meters” …", ["check", "--output", staged, "--clip", CLIP], staged)
        for line in said.splitlines():
            say(f"  {line}")

    def _run(self, label: str, arguments: list, where: Path) -> str:
        command = [self.environment.python, "-W", "ignore", "-m", self.tool.name, *arguments]
        try:
            return steps.run(label, command, {"PYTHONPATH": str(self.tool.parent), "PYTHONDONTWRITEBYTECODE": "1"})
        except CommandFailed as failure:
            if "No space left on device" in failure.output:
                raise disk_full(where) from failure
            reason = last_line(failure.output).removeprefix(f"{self.tool.name}: ")
            if not failure.output.strip():
                reason = "it was ended, most likely because memory ran out."
            raise SetupError(f"{label.removesuffix(' …')} failed: {reason}") from failure

    def _tell(self, name: str) -> None:
        model = self.models.find(name)
        say(f"“{name}” is there: {model.size / 1e6:.0f} MB, {' and '.join(model.precisions)}, {model.languages}.")
        if "int8" not in model.precisions:
            say("  It is offered where WHISPER_PRECISION=fp32.")
        elif "fp32" not in model.precisions:
            say("  It is offered where WHISPER_PRECISION is int8, the default.")
        say(f"  A running server offers it at once: model={name}. hotpin transcribe --model {name} FILE uses it.")
        say(f"  WHISPER_MODEL={name} makes it the server's own.")


def _same_files(source: dict, origin: Origin) -> bool:
    """A folder may have changed since: what is in it is not remembered."""
    before = {entry.get("path"): entry.get("sha256") for entry in source.get("files", [])}
    return bool(origin.files) and {file.path: file.sha256 or before.get(file.path) for file in origin.files} == before
