"""What a model is made from: a CTranslate2 folder or a checkpoint folder, read to the same form."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .checkpoint import Checkpoint
from .ctranslate2_file import ModelFileError, read_weights
from .dimensions import Dimensions
from .mel_filters import mel_filters
from .vocabulary import Vocabulary

# More does not fit into one ONNX file: its container counts in 31 bits.
GRAPH_LIMIT = 2_000_000_000


@dataclass(frozen=True)
class Source:
    weights: dict[str, np.ndarray]
    size: Dimensions
    vocabulary: Vocabulary
    # [mels, 201] float32.
    filters: np.ndarray
    # The weights' own files, by name.
    sha256: dict[str, str]

    @staticmethod
    def read(model: Path, assets: Path | None) -> "Source":
        if (model / "model.bin").exists():
            return Source._container(model, assets)
        if Checkpoint.is_in(model):
            return Source._checkpoint(model)
        raise ModelFileError(
            f"{model} holds no model: wanted are config.json and model.safetensors, or model.bin, and a tokenizer"
        )

    @staticmethod
    def _container(model: Path, assets: Path | None) -> "Source":
        weights = read_weights(model / "model.bin")
        size = Dimensions.of(weights)
        vocabulary = Vocabulary.read(model, assets, size.vocabulary)
        filters = np.load(assets / "mel_filters.npz")[f"mel_{size.mels}"] if assets else mel_filters(size.mels)
        return Source(weights, size, vocabulary, filters, _hashes([model / "model.bin"]))

    @staticmethod
    def _checkpoint(model: Path) -> "Source":
        checkpoint = Checkpoint(model)
        size = Dimensions.of(checkpoint.weights)
        _require_room(checkpoint.weights)
        vocabulary = Vocabulary.of_checkpoint(model, checkpoint.generation, checkpoint.config)
        return Source(checkpoint.weights, size, vocabulary, mel_filters(size.mels), _hashes(checkpoint.files))


def _require_room(weights: dict[str, np.ndarray]) -> None:
    """The graphs hold float32, and the decoder its token table twice: for looking up and for projecting."""
    for side in ("encoder", "decoder"):
        graph = 4 * sum(value.size for name, value in weights.items() if name.startswith(side))
        if side == "decoder":
            graph += weights["decoder/embeddings/weight"].nbytes
        if graph > GRAPH_LIMIT:
            raise ModelFileError(
                f"the {side} would take {graph / 1e9:.1f} GB as one ONNX file, which may have 2: the model is too "
                "large for this converter (tiny to small and their smaller variants fit)"
            )


def _hashes(files: list[Path]) -> dict[str, str]:
    hashes = {}
    for file in files:
        with open(file, "rb") as data:
            hashes[file.name] = hashlib.file_digest(data, "sha256").hexdigest()
    return hashes
