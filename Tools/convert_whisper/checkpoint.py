"""A checkpoint folder as the Transformers library writes it: config.json, model.safetensors and the tokenizer's files.

Its weights are given the names of CTranslate2's container, which the graphs are built from: the projections of query,
key and value are one matrix there, those of the encoder's keys and values another.
"""

import json
from pathlib import Path

import numpy as np

from .ctranslate2_file import ModelFileError
from .safetensors_file import read_sharded, read_tensors

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
# Nothing is taken from these: unpacking them can run code of whoever made them.
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
PREFIX = "model."
PROJECTION = "proj_out.weight"
EMBEDDINGS = "decoder.embed_tokens.weight"
# What the graphs are built for; a checkpoint that says otherwise is another kind of network.
WANTED = {"model_type": "whisper", "activation_function": "gelu", "scale_embedding": False}


def read_json(path: Path) -> dict:
    """The object of a JSON file; an empty one if there is no such file."""
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise ModelFileError(f"{path.name} is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise ModelFileError(f"{path.name} holds no object")
    return document


class Checkpoint:
    """The weights of one folder, with their files and configuration."""

    def __init__(self, folder: Path):
        self.config = read_json(folder / "config.json")
        self.generation = read_json(folder / "generation_config.json")
        _check(self.config, read_json(folder / "preprocessor_config.json"))
        tensors, self.files = _tensors(folder)
        self.weights = _Renaming(tensors, self.config).weights()

    @staticmethod
    def is_in(folder: Path) -> bool:
        return (folder / "config.json").exists() and any(
            (folder / name).exists() for name in (WEIGHTS, INDEX, *PICKLES)
        )


def _tensors(folder: Path) -> tuple[dict[str, np.ndarray], list[Path]]:
    if (folder / WEIGHTS).exists():
        return read_tensors(folder / WEIGHTS), [folder / WEIGHTS]
    if (folder / INDEX).exists():
        return read_sharded(folder / INDEX)
    raise ModelFileError(
        f"{folder} has no {WEIGHTS}. A pytorch_model.bin is not read, because unpacking it can run code: "
        "take the model in its safetensors form"
    )


def _check(config: dict, preprocessor: dict) -> None:
    for name, wanted in WANTED.items():
        if config.get(name, wanted) != wanted:
            raise ModelFileError(f"config.json has {name} {config[name]!r}; only {wanted!r} can be converted")
    if "model_type" not in config:
        raise ModelFileError("config.json names no model_type: is this the folder of a Whisper model?")
    if config.get("encoder_attention_heads") != config.get("decoder_attention_heads"):
        raise ModelFileError("encoder and decoder have different numbers of heads, which the graphs do not know")
    wanted = {"sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "feature_size": config.get("num_mel_bins")}
    for name, value in wanted.items():
        if preprocessor.get(name, value) != value:
            raise ModelFileError(f"preprocessor_config.json has {name} {preprocessor[name]}; the model needs {value}")


class _Renaming:
    """From one set of names to the other; what is missing, left over or of a wrong shape is named."""

    def __init__(self, tensors: dict[str, np.ndarray], config: dict):
        # A bare model, without the head that projects to tokens, is saved without the prefix.
        prefixed = any(name.startswith(PREFIX) for name in tensors)
        self.left = {name.removeprefix(PREFIX) if prefixed else name: value for name, value in tensors.items()}
        self.config = config
        self.result: dict[str, np.ndarray] = {}

    def weights(self) -> dict[str, np.ndarray]:
        self._drop_projection()
        for part, side in (("encoder", "encoder"), ("decoder", "decoder")):
            self.result[f"{side}/num_heads"] = np.array(self._size(f"{part}_attention_heads"), np.int16)
            self._take(f"{side}/position_encodings/encodings", f"{part}.embed_positions.weight")
            self._norm(f"{side}/layer_norm", f"{part}.layer_norm")
            for layer in range(self._size(f"{part}_layers")):
                self._layer(f"{side}/layer_{layer}", f"{part}.layers.{layer}", crossed=part == "decoder")
        for number in (1, 2):
            self._linear(f"encoder/conv{number}", f"encoder.conv{number}")
        self.result["decoder/embeddings/weight"] = _half_if_exact(self._pop(EMBEDDINGS))
        if self.left:
            raise ModelFileError(
                f"the weights hold {min(self.left)} and {len(self.left) - 1} more that are no part of Whisper: "
                "an adapter must be merged into its model first"
            )
        self._check_sizes()
        return self.result

    def _drop_projection(self) -> None:
        projection = self.left.pop(PROJECTION, None)
        if projection is not None and not np.array_equal(projection, self.left.get(EMBEDDINGS)):
            raise ModelFileError(f"{PROJECTION} differs from the token embeddings, which the graphs use for both")

    def _layer(self, side: str, part: str, crossed: bool) -> None:
        own = f"{side}/self_attention"
        self._norm(f"{own}/layer_norm", f"{part}.self_attn_layer_norm")
        self._joined(f"{own}/linear_0", [f"{part}.self_attn.{name}_proj" for name in "qkv"])
        self._linear(f"{own}/linear_1", f"{part}.self_attn.out_proj")
        if crossed:
            cross = f"{side}/attention"
            self._norm(f"{cross}/layer_norm", f"{part}.encoder_attn_layer_norm")
            self._linear(f"{cross}/linear_0", f"{part}.encoder_attn.q_proj")
            self._joined(f"{cross}/linear_1", [f"{part}.encoder_attn.{name}_proj" for name in "kv"])
            self._linear(f"{cross}/linear_2", f"{part}.encoder_attn.out_proj")
        self._norm(f"{side}/ffn/layer_norm", f"{part}.final_layer_norm")
        self._linear(f"{side}/ffn/linear_0", f"{part}.fc1")
        self._linear(f"{side}/ffn/linear_1", f"{part}.fc2")

    def _norm(self, name: str, source: str) -> None:
        self._take(f"{name}/gamma", f"{source}.weight")
        self._take(f"{name}/beta", f"{source}.bias")

    def _linear(self, name: str, source: str) -> None:
        self._take(f"{name}/weight", f"{source}.weight")
        self._take(f"{name}/bias", f"{source}.bias")

    def _joined(self, name: str, sources: list[str]) -> None:
        matrices = [self._pop(f"{source}.weight") for source in sources]
        # Keys have no bias: it would change nothing after the softmax.
        biases = [
            self.left.pop(f"{source}.bias", np.zeros(len(matrix), matrix.dtype))
            for source, matrix in zip(sources, matrices)
        ]
        self.result[f"{name}/weight"] = np.concatenate(matrices)
        self.result[f"{name}/bias"] = np.concatenate(biases)

    def _take(self, name: str, source: str) -> None:
        self.result[name] = self._pop(source)

    def _pop(self, source: str) -> np.ndarray:
        if source not in self.left:
            raise ModelFileError(f"the weights hold no {PREFIX}{source}")
        return self.left.pop(source)

    def _size(self, name: str) -> int:
        value = self.config.get(name)
        if not isinstance(value, int) or not 0 < value <= 256:
            raise ModelFileError(f"config.json has no plain {name}")
        return value

    def _check_sizes(self) -> None:
        state = self.config.get("d_model")
        shapes = {
            "decoder/embeddings/weight": (self.config.get("vocab_size"), state),
            "decoder/position_encodings/encodings": (self.config.get("max_target_positions"), state),
            "encoder/position_encodings/encodings": (self.config.get("max_source_positions"), state),
            "encoder/conv1/weight": (state, self.config.get("num_mel_bins"), 3),
        }
        for name, shape in shapes.items():
            if self.result[name].shape != shape:
                raise ModelFileError(f"{name} has the shape {self.result[name].shape}; config.json says {shape}")
        if state % int(self.result["decoder/num_heads"]):
            raise ModelFileError(f"config.json has d_model {state} for {self.result['decoder/num_heads']} heads")


def _half_if_exact(table: np.ndarray) -> np.ndarray:
    """Whisper was published in half precision: where nothing is lost, the table keeps to it and takes half the room."""
    with np.errstate(over="ignore"):
        half = table.astype(np.float16)
    return half if np.array_equal(half.astype(table.dtype), table) else table
