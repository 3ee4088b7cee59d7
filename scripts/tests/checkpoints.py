"""Makes checkpoint folders of the form that real ones have, out of weights in CTranslate2's names.

By hand, out of a whole model: `python scripts/tests/checkpoints.py --model FOLDER --output FOLDER [--element BF16]
[--decoder-layers 2] [--shards 3]`, in set-up's environment (.deps/venv).
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tools"))

ELEMENTS = {"F32": np.float32, "F16": np.float16, "F64": np.float64}


def write_safetensors(path: Path, tensors: dict[str, np.ndarray], element: str = "F32") -> None:
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, values in tensors.items():
        data = encode(values, element)
        header[name] = {"dtype": element, "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    # The body begins at a multiple of eight.
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def encode(values: np.ndarray, element: str) -> bytes:
    if element == "BF16":
        return (np.ascontiguousarray(values, np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
    return np.ascontiguousarray(values, ELEMENTS[element]).tobytes()


def checkpoint_tensors(weights: dict[str, np.ndarray], layers: dict[str, int]) -> dict[str, np.ndarray]:
    """From CTranslate2's names to those of a checkpoint."""
    tensors: dict[str, np.ndarray] = {}

    def pair(name: str, source: str, first: str = "weight", second: str = "bias") -> None:
        tensors[f"model.{name}.weight"] = weights[f"{source}/{first}"]
        tensors[f"model.{name}.bias"] = weights[f"{source}/{second}"]

    def norm(name: str, source: str) -> None:
        pair(name, source, "gamma", "beta")

    def apart(name: str, source: str, parts: str) -> None:
        matrices = np.split(weights[f"{source}/weight"], len(parts))
        biases = np.split(weights[f"{source}/bias"], len(parts))
        for part, matrix, bias in zip(parts, matrices, biases):
            tensors[f"model.{name}.{part}_proj.weight"] = matrix
            if part == "k":
                assert not bias.any()
            else:
                tensors[f"model.{name}.{part}_proj.bias"] = bias

    for number in (1, 2):
        pair(f"encoder.conv{number}", f"encoder/conv{number}")
    tensors["model.decoder.embed_tokens.weight"] = weights["decoder/embeddings/weight"]
    for side, count in layers.items():
        tensors[f"model.{side}.embed_positions.weight"] = weights[f"{side}/position_encodings/encodings"]
        for layer in range(count):
            name, source = f"{side}.layers.{layer}", f"{side}/layer_{layer}"
            apart(f"{name}.self_attn", f"{source}/self_attention/linear_0", "qkv")
            pair(f"{name}.self_attn.out_proj", f"{source}/self_attention/linear_1")
            norm(f"{name}.self_attn_layer_norm", f"{source}/self_attention/layer_norm")
            if side == "decoder":
                pair(f"{name}.encoder_attn.q_proj", f"{source}/attention/linear_0")
                apart(f"{name}.encoder_attn", f"{source}/attention/linear_1", "kv")
                pair(f"{name}.encoder_attn.out_proj", f"{source}/attention/linear_2")
                norm(f"{name}.encoder_attn_layer_norm", f"{source}/attention/layer_norm")
            pair(f"{name}.fc1", f"{source}/ffn/linear_0")
            pair(f"{name}.fc2", f"{source}/ffn/linear_1")
            norm(f"{name}.final_layer_norm", f"{source}/ffn/layer_norm")
        norm(f"{side}.layer_norm", f"{side}/layer_norm")
    return tensors


def write_checkpoint(
    folder: Path,
    weights: dict[str, np.ndarray],
    tokenizer: dict,
    decoding: dict,
    element: str = "F32",
    decoder_layers: int | None = None,
    shards: int = 1,
    old_tokenizer: bool = False,
) -> None:
    """`tokenizer` is a tokenizer.json; `decoding` has alignment_heads and suppress_ids; of many layers the first are kept."""
    from convert_whisper.dimensions import Dimensions

    size = Dimensions.of(weights)
    layers = {"encoder": size.encoder_layers, "decoder": decoder_layers or size.decoder_layers}
    folder.mkdir(parents=True, exist_ok=True)
    added = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    _write_weights(folder, checkpoint_tensors(weights, layers), element, shards)
    _write(folder / "config.json", _configuration(size, layers, added))
    _write(folder / "generation_config.json", _generation(size, added, decoding))
    _write(folder / "preprocessor_config.json", {
        "chunk_length": 30, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": size.mels,
        "hop_length": 160, "n_fft": 400, "n_samples": 480_000, "nb_max_frames": 3000, "padding_side": "right",
        "padding_value": 0.0, "processor_class": "WhisperProcessor", "return_attention_mask": False,
        "sampling_rate": 16_000,
    })
    _write(folder / "vocab.json", tokenizer["model"]["vocab"])
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"].get("merges", [])]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{merge}\n" for merge in merges))
    vocabulary = tokenizer["model"]["vocab"]
    _write(folder / "added_tokens.json", {name: number for name, number in added.items() if name not in vocabulary})
    _write(folder / "tokenizer_config.json", {"model_max_length": 1024, "tokenizer_class": "WhisperTokenizer"})
    _write(folder / "special_tokens_map.json", {"eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"})
    if not old_tokenizer:
        _write(folder / "tokenizer.json", tokenizer)


def _write_weights(folder: Path, tensors: dict[str, np.ndarray], element: str, shards: int) -> None:
    if shards == 1:
        write_safetensors(folder / "model.safetensors", tensors, element)
        return
    names = list(tensors)
    places = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = names[shard::shards]
        write_safetensors(folder / file, {name: tensors[name] for name in part}, element)
        places |= dict.fromkeys(part, file)
    total = sum(value.nbytes for value in tensors.values())
    _write(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": places})


def _configuration(size, layers: dict[str, int], added: dict[str, int]) -> dict:
    return {
        "activation_function": "gelu", "architectures": ["WhisperForConditionalGeneration"], "attention_dropout": 0.0,
        "bos_token_id": added["<|endoftext|>"], "d_model": size.state, "decoder_attention_heads": size.heads,
        "decoder_ffn_dim": 4 * size.state, "decoder_layers": layers["decoder"],
        "decoder_start_token_id": added["<|startoftranscript|>"], "dropout": 0.0,
        "encoder_attention_heads": size.heads, "encoder_ffn_dim": 4 * size.state, "encoder_layers": layers["encoder"],
        "eos_token_id": added["<|endoftext|>"], "is_encoder_decoder": True, "max_length": size.text_context,
        "max_source_positions": size.audio_context, "max_target_positions": size.text_context, "model_type": "whisper",
        "num_hidden_layers": layers["encoder"], "num_mel_bins": size.mels, "pad_token_id": added["<|endoftext|>"],
        "scale_embedding": False, "torch_dtype": "float32", "use_cache": True, "vocab_size": size.vocabulary,
    }


def _generation(size, added: dict[str, int], decoding: dict) -> dict:
    generation = {
        "alignment_heads": decoding.get("alignment_heads"), "begin_suppress_tokens": [220, added["<|endoftext|>"]],
        "decoder_start_token_id": added["<|startoftranscript|>"], "eos_token_id": added["<|endoftext|>"],
        "is_multilingual": size.vocabulary != 51864, "max_length": size.text_context,
        "no_timestamps_token_id": added["<|notimestamps|>"], "pad_token_id": added["<|endoftext|>"],
        "suppress_tokens": decoding.get("suppress_ids"), "return_timestamps": False,
    }
    return {name: value for name, value in generation.items() if value is not None}


def _write(path: Path, document: dict) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False))


def main() -> None:
    from convert_whisper.ctranslate2_file import read_weights

    parser = argparse.ArgumentParser(description="Makes a checkpoint folder out of a CTranslate2 model.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--element", choices=("F32", "F16", "BF16"), default="F32")
    parser.add_argument("--decoder-layers", type=int)
    parser.add_argument("--shards", type=int, default=1)
    options = vars(parser.parse_args())
    model, output = options.pop("model"), options.pop("output")
    tokenizer, decoding = (json.loads((model / name).read_text()) for name in ("tokenizer.json", "config.json"))
    write_checkpoint(output, read_weights(model / "model.bin"), tokenizer, decoding, **options)


if __name__ == "__main__":
    main()
