"""Models of one's own, from a folder or the loopback web to a folder that runs. Wants set-up's environment."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import numpy as np

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS), str(Path(__file__).parent)]
from checkpoints import write_checkpoint  # noqa: E402
from loopback import Loopback  # noqa: E402
from models.add import Adding, Wishes  # noqa: E402
from models.installed import Models  # noqa: E402
from models.manifest import read_manifest  # noqa: E402
from models.origins import find_origin  # noqa: E402
from models.progress import Progress  # noqa: E402
from models.room import Weights, available_memory, count_weights, require_room  # noqa: E402
from parts.errors import SetupError  # noqa: E402
from test_checkpoint import made_up_tokenizer, two_layers  # noqa: E402
from test_convert_whisper import STATE  # noqa: E402

TOOL = SCRIPTS.parent / "Tools" / "convert_whisper"
GRAPHS = {"encoder.onnx", "encoder.int8.onnx", "decoder.onnx", "decoder.int8.onnx"}
ALL = GRAPHS | {"tokens.txt", "mel_filters.bin", "model.json", "source.json"}


class ReadyEnvironment:
    """The one that these tests run in."""

    python = sys.executable

    def install(self, requirements: Path, purpose: str) -> None:
        assert requirements.exists()


def whole_model() -> dict[str, np.ndarray]:
    """Small, but with room for a clip."""
    random = np.random.default_rng(1)
    weights = two_layers()
    for side, places in (("encoder", 1500), ("decoder", 448)):
        weights[f"{side}/position_encodings/encodings"] = random.standard_normal((places, STATE)).astype(np.float16)
    return weights


class AddingTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        quiet = mock.patch("models.origins.Progress", lambda: Progress(io.StringIO()))
        quiet.start()
        self.addCleanup(quiet.stop)
        self.checkpoint = self.folder / "whisper-small"
        write_checkpoint(self.checkpoint, whole_model(), made_up_tokenizer(), {"suppress_ids": [1]})
        self.models = Models(self.folder / "models")
        self.models.folder.mkdir()

    def add(self, source: object = None, trust: bool = False, **wishes) -> str:
        wanted = Wishes(**({"name": None, "precision": "both", "replace": False, "anyway": False} | wishes))
        said = io.StringIO()
        with redirect_stdout(said):
            origin = find_origin(str(source or self.checkpoint), None, [], trust)
            Adding(self.folder, self.models, TOOL, ReadyEnvironment()).add(origin, wanted)
        return said.getvalue()

    def names(self) -> list[str]:
        """Everything in the folder of models, hidden things too."""
        return sorted(path.name for path in self.models.folder.iterdir())

    def files(self, name: str) -> set[str]:
        return {path.name for path in (self.models.folder / name).iterdir()}

    def test_folder_becomes_a_model(self):
        said = self.add()
        self.assertIn("“whisper-small” is there", said)
        self.assertIn("fp32 and int8", said)
        self.assertRegex(said, "Trying|was not tried")
        self.assertEqual(self.names(), ["whisper-small"])
        self.assertEqual(self.files("whisper-small"), ALL)
        model = self.models.find("whisper-small")
        self.assertEqual((model.facts["name"], model.source["origin"], model.languages), ("whisper-small", "a folder", "2 languages"))

    def test_name_and_precision(self):
        said = self.add(name="mine", precision="int8")
        self.assertIn("WHISPER_PRECISION is int8", said)
        self.assertEqual(self.files("mine") & GRAPHS, {"encoder.int8.onnx", "decoder.int8.onnx"})
        self.assertEqual(self.models.find("mine").facts["name"], "mine")

    def test_a_name_is_given_once(self):
        self.add(precision="int8")
        before = (self.models.folder / "whisper-small" / "model.json").stat().st_ino
        with self.assertRaisesRegex(SetupError, "--replace"):
            self.add()
        self.assertEqual((self.models.folder / "whisper-small" / "model.json").stat().st_ino, before)
        self.add(replace=True)
        self.assertEqual(self.files("whisper-small"), ALL)
        self.assertEqual(self.names(), ["whisper-small"])

    def test_what_set_up_brought_is_left_alone(self):
        self.add(precision="int8")
        (self.models.folder / "whisper-small" / "source.json").unlink()
        for wishes in ({}, {"replace": True}):
            with self.assertRaisesRegex(SetupError, "belongs to set-up"):
                self.add(**wishes)
        with self.assertRaisesRegex(SetupError, "belongs to set-up"):
            self.models.remove("whisper-small")
        (self.models.folder / "voice").mkdir()
        with self.assertRaisesRegex(SetupError, "is in the way"):
            self.add(name="voice")
        self.assertEqual(self.names(), ["voice", "whisper-small"])

    def test_removing(self):
        self.add(precision="int8")
        self.assertEqual([model.name for model in self.models.all()], ["whisper-small"])
        self.models.remove("whisper-small")
        self.assertEqual(self.names(), [])
        with self.assertRaisesRegex(SetupError, "There is no model"):
            self.models.remove("whisper-small")
        for name in ("../models", ".", ""):
            with self.assertRaises(SetupError):
                self.models.remove(name)

    def test_failed_conversion_is_never_seen(self):
        self.add(precision="int8")
        kept = (self.models.folder / "whisper-small" / "model.json").read_text()
        (self.checkpoint / "tokenizer.json").write_text("{")
        with self.assertRaisesRegex(SetupError, "Converting whisper-small failed: tokenizer.json is not JSON"):
            self.add(replace=True)
        self.assertEqual((self.models.folder / "whisper-small" / "model.json").read_text(), kept)
        self.assertEqual([model.name for model in self.models.all()], ["whisper-small"])
        self.assertEqual(self.names(), ["whisper-small"])

    def test_ended_conversion_is_explained(self):
        with mock.patch.object(ReadyEnvironment, "python", "/bin/false"), self.assertRaisesRegex(SetupError, "memory ran out"):
            self.add()
        self.assertEqual(self.models.all(), [])

    def test_model_of_another_machine(self):
        self.add(precision="int8")
        copy = self.folder / "copied"
        shutil.copytree(self.models.folder / "whisper-small", copy)
        (copy / "source.json").unlink()
        self.assertIn("Copying", self.add(copy))
        self.assertEqual(self.models.find("copied").facts["name"], "copied")
        (copy / "decoder.int8.onnx").unlink()
        with self.assertRaisesRegex(SetupError, "no graphs missing"):
            self.add(copy, name="other")
        self.assertEqual(self.names(), ["copied", "whisper-small"])

    def test_container_with_a_tokenizer(self):
        """The folders that faster-whisper uses."""
        folder = self.folder / "container"
        folder.mkdir()
        write_container(folder / "model.bin", whole_model())
        (folder / "tokenizer.json").write_text(json.dumps(made_up_tokenizer()))
        (folder / "config.json").write_text(json.dumps({"suppress_ids": [1], "alignment_heads": []}))
        self.add(folder, precision="int8")
        self.add(precision="int8")
        for file in ("encoder.int8.onnx", "decoder.int8.onnx", "tokens.txt", "mel_filters.bin"):
            first, second = ((self.models.folder / name / file).read_bytes() for name in ("container", "whisper-small"))
            self.assertEqual(first, second, file)

    def test_no_model_at_all(self):
        (self.folder / "other").mkdir()
        with self.assertRaisesRegex(SetupError, "holds no model that can be converted"):
            self.add(self.folder / "other")

    def test_from_a_hub_and_again_from_its_own_list(self):
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        with Loopback() as server, mock.patch.dict(os.environ, environment, clear=True):
            for path in self.checkpoint.iterdir():
                address, data = f"/someone/whisper-x/resolve/main/{path.name}", path.read_bytes()
                server.files[address] = data
                server.headers[address] = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"'}
            os.environ["MODEL_HUB"] = server.address
            said = self.add("someone/whisper-x", trust=True, precision="int8")
            self.assertIn("the hub announces", said)
            self.assertEqual(self.names(), ["whisper-x"])
            self.assertEqual(list((self.folder / "incoming").iterdir()), [])
            self.assertIn("is there already, just so", self.add("someone/whisper-x", trust=True, precision="int8"))
            source = self.models.folder / "whisper-x" / "source.json"
            listing = self.folder / "list.json"
            shutil.copy(source, listing)
            files = read_manifest(listing.read_bytes(), "https://files.example/", "it").files
            self.assertEqual(
                {file.path: file.sha256 for file in files},
                {file.path: hashlib.sha256((self.checkpoint / file.path).read_bytes()).hexdigest() for file in files},
            )
            self.models.remove("whisper-x")
            self.add(listing, precision="int8")
            self.assertEqual(self.names(), ["whisper-x"])


class RoomTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        write_checkpoint(self.folder, two_layers(), made_up_tokenizer(), {}, element="F16", shards=2)

    def test_weights_are_counted(self):
        weights = two_layers()
        keys = 3 * 2 * STATE
        total = 4 * (sum(value.size for name, value in weights.items() if not name.endswith("num_heads")) - keys)
        encoder = 4 * (sum(value.size for name, value in weights.items() if name.startswith("encoder")) - 2 * STATE)
        table = 4 * weights["decoder/embeddings/weight"].size
        self.assertEqual(count_weights(self.folder), Weights(total, max(encoder, total - encoder + table)))
        (self.folder / "model.bin").write_bytes(bytes(100))
        self.assertEqual(count_weights(self.folder), Weights(200, 200))

    def test_damaged_header_counts_nothing(self):
        for path in self.folder.glob("*.safetensors"):
            path.write_bytes(b"\xff" * 20)
        self.assertEqual(count_weights(self.folder), Weights(0, 0))

    def test_too_little_of_either(self):
        with mock.patch("models.room.count_weights", return_value=Weights(10**15, 0)), self.assertRaisesRegex(SetupError, "is full"):
            require_room(self.folder, self.folder, "both", False)
        with mock.patch("models.room.MEMORY_FACTOR", 10**12):
            with self.assertRaisesRegex(SetupError, "GB of memory.*--anyway"):
                require_room(self.folder, self.folder, "both", False)
            require_room(self.folder, self.folder, "both", True)

    def test_memory_report(self):
        self.assertEqual(available_memory("MemTotal: 9 kB\nMemAvailable:    2000 kB\n"), 2_048_000)
        for report in ("", "MemAvailable:\n", "MemAvailable: x kB"):
            self.assertIsNone(available_memory(report))


def write_container(path: Path, weights: dict[str, np.ndarray]) -> None:
    """CTranslate2's format; its layout is in ctranslate2_file.py."""
    from convert_whisper.ctranslate2_file import ELEMENT_TYPES

    codes = {np.dtype(kind): code for code, kind in ELEMENT_TYPES.items()}

    def text(value: str) -> bytes:
        return (len(value) + 1).to_bytes(2, "little") + value.encode() + b"\0"

    data = (6).to_bytes(4, "little") + text("WhisperSpec") + (3).to_bytes(4, "little") + len(weights).to_bytes(4, "little")
    for name, values in weights.items():
        data += text(name) + bytes([values.ndim]) + b"".join(size.to_bytes(4, "little") for size in values.shape)
        data += bytes([codes[values.dtype]]) + values.nbytes.to_bytes(4, "little") + values.tobytes()
    path.write_bytes(data + (0).to_bytes(4, "little"))


if __name__ == "__main__":
    unittest.main()
