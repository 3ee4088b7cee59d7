"""One model's weights in the forms that the peers read, so that all of them compute with the same numbers.

    model_forms.py --weights FOLDER --converted FOLDER --output FOLDER

FOLDERs: the CTranslate2 model, and what Tools/convert_whisper made of it. Makes `ggml.bin` for whisper.cpp, and
`encoder.int8.onnx`, `decoder.int8.onnx` and `tokens.txt` for sherpa-onnx. Wants Tools on PYTHONPATH.
"""

import argparse
import base64
import json
import struct
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from convert_whisper.ctranslate2_file import read_weights
from convert_whisper.dimensions import Dimensions
from convert_whisper.encoder import hidden_states
from convert_whisper.graph import GraphBuilder
from convert_whisper.quantise import quantise_int8


def tokens_of(converted: Path) -> list[bytes]:
    lines = (line.split() for line in (converted / "tokens.txt").read_text().splitlines())
    return [b"" if text == "=" else base64.b64decode(text) for text, _ in lines]


# whisper.cpp: one file, 16-bit matrices, OpenAI's names.


def ggml(weights: dict[str, np.ndarray], size: Dimensions, converted: Path, path: Path) -> None:
    filters = np.fromfile(converted / "mel_filters.bin", "<f4").reshape(size.mels, -1)
    tokens = tokens_of(converted)
    with path.open("wb") as file:
        file.write(struct.pack("<i", 0x67676D6C))
        half_precision = 1
        file.write(
            struct.pack(
                "<11i", size.vocabulary, size.audio_context, size.state, size.heads, size.encoder_layers,
                size.text_context, size.state, size.heads, size.decoder_layers, size.mels, half_precision,
            )
        )
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)) + token)
        for name, tensor in openai_names(weights, size).items():
            tensor = tensor.astype(np.float32)
            if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
                tensor = tensor.reshape(-1, 1)
            exact = tensor.ndim < 2 or tensor.shape[-1] == 1 or name.endswith("positional_embedding")
            data = tensor if exact else tensor.astype(np.float16)
            shape = tensor.shape[::-1]
            file.write(struct.pack("<3i", len(shape), len(name), 0 if exact else 1))
            file.write(struct.pack(f"<{len(shape)}i", *shape) + name.encode() + np.ascontiguousarray(data).tobytes())


def openai_names(weights: dict[str, np.ndarray], size: Dimensions) -> dict[str, np.ndarray]:
    found = {
        "encoder.positional_embedding": weights["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": weights["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": weights["decoder/embeddings/weight"],
    }
    for conv in ("conv1", "conv2"):
        found |= {f"encoder.{conv}.{part}": weights[f"encoder/{conv}/{part}"] for part in ("weight", "bias")}
    _norm(found, weights, "encoder.ln_post", "encoder/layer_norm")
    _norm(found, weights, "decoder.ln", "decoder/layer_norm")
    for side, layers in (("encoder", size.encoder_layers), ("decoder", size.decoder_layers)):
        for layer in range(layers):
            target, source = f"{side}.blocks.{layer}", f"{side}/layer_{layer}"
            _norm(found, weights, f"{target}.attn_ln", f"{source}/self_attention/layer_norm")
            _split(found, weights, f"{target}.attn", f"{source}/self_attention/linear_0", ("query", "key", "value"))
            _linear(found, weights, f"{target}.attn.out", f"{source}/self_attention/linear_1")
            if side == "decoder":
                _norm(found, weights, f"{target}.cross_attn_ln", f"{source}/attention/layer_norm")
                _linear(found, weights, f"{target}.cross_attn.query", f"{source}/attention/linear_0")
                _split(found, weights, f"{target}.cross_attn", f"{source}/attention/linear_1", ("key", "value"))
                _linear(found, weights, f"{target}.cross_attn.out", f"{source}/attention/linear_2")
            _norm(found, weights, f"{target}.mlp_ln", f"{source}/ffn/layer_norm")
            _linear(found, weights, f"{target}.mlp.0", f"{source}/ffn/linear_0")
            _linear(found, weights, f"{target}.mlp.2", f"{source}/ffn/linear_1")
    return found


def _norm(found: dict, weights: dict, target: str, source: str) -> None:
    found |= {f"{target}.weight": weights[f"{source}/gamma"], f"{target}.bias": weights[f"{source}/beta"]}


def _linear(found: dict, weights: dict, target: str, source: str) -> None:
    found |= {f"{target}.{part}": weights[f"{source}/{part}"] for part in ("weight", "bias")}


def _split(found: dict, weights: dict, target: str, source: str, parts: tuple[str, ...]) -> None:
    """The container keeps query, key and value in one matrix. Whisper's keys have no bias."""
    for name, part in zip(parts, range(len(parts))):
        for kind in ("weight", "bias"):
            whole = weights[f"{source}/{kind}"]
            rows = len(whole) // len(parts)
            if (name, kind) != ("key", "bias"):
                found[f"{target}.{name}.{kind}"] = whole[part * rows : (part + 1) * rows]


# sherpa-onnx: two graphs with its own inputs, its metadata, and a table of tokens.


def sherpa(weights: dict[str, np.ndarray], size: Dimensions, converted: Path, folder: Path) -> None:
    facts = json.loads((converted / "model.json").read_text())
    encoder = quantise_int8(sherpa_encoder(weights, size))
    for key, value in sherpa_facts(facts, size).items():
        entry = encoder.metadata_props.add()
        entry.key, entry.value = key, str(value)
    onnx.save(encoder, folder / "encoder.int8.onnx")
    onnx.save(quantise_int8(sherpa_decoder(weights, size)), folder / "decoder.int8.onnx")
    lines = (f"{base64.b64encode(token).decode() or '='} {number}\n" for number, token in enumerate(tokens_of(converted)))
    (folder / "tokens.txt").write_text("".join(lines))


def sherpa_facts(facts: dict, size: Dimensions) -> dict:
    def listed(values) -> str:
        return ",".join(map(str, values))

    return {
        "model_type": facts["name"], "version": 1, "maintainer": "benchmark", "n_mels": size.mels,
        "n_audio_ctx": size.audio_context, "n_audio_state": size.state, "n_audio_head": size.heads,
        "n_audio_layer": size.encoder_layers, "n_vocab": size.vocabulary, "n_text_ctx": size.text_context,
        "n_text_state": size.state, "n_text_head": size.heads, "n_text_layer": size.decoder_layers,
        "sot_sequence": listed(facts["sot_sequence"][:-1]), "sot": facts["sot"], "sot_index": 0, "eot": facts["eot"],
        "all_language_tokens": listed(facts["languages"].values()),
        "all_language_codes": listed(facts["languages"]), "is_multilingual": int(facts["multilingual"]),
        "blank_id": facts["blank"], "no_speech": facts["no_speech"], "transcribe": facts["transcribe"],
        "translate": facts["translate"], "sot_prev": facts["sot_prev"], "sot_lm": facts["sot_prev"] - 1,
        "non_speech_tokens": listed(token for token in facts["suppress"] if token < facts["eot"]),
        "no_timestamps": facts["no_timestamps"],
    }


def sherpa_encoder(weights: dict[str, np.ndarray], size: Dimensions) -> onnx.ModelProto:
    graph = GraphBuilder(weights)
    x = hidden_states(graph, graph.input("mel", ["N", size.mels, "F"]), size)
    for part, name in enumerate(("k", "v")):
        rows = slice(part * size.state, (part + 1) * size.state)
        projected = []
        for layer in range(size.decoder_layers):
            prefix = f"decoder/layer_{layer}/attention/linear_1"
            one = graph.linear(x, prefix, rows=rows, name=f"{prefix}/{name}")
            projected.append(graph.node("Unsqueeze", [one, graph.integers(0)]))
        output = graph.output(f"n_layer_cross_{name}", [size.decoder_layers, "N", "T", size.state])
        graph.node("Concat", projected, output, axis=0)
    return graph.model("sherpa-whisper-encoder")


def sherpa_decoder(weights: dict[str, np.ndarray], size: Dimensions) -> onnx.ModelProto:
    """The whole cache goes in and comes out at every step, as sherpa-onnx wants it."""
    graph = GraphBuilder(weights)
    layers, context = size.decoder_layers, size.text_context
    cache = [layers, "N", context, size.state]
    tokens = graph.input("tokens", ["N", "n"], TensorProto.INT64)
    caches = {kind: graph.input(f"in_n_layer_self_{kind}_cache", cache) for kind in "kv"}
    cross = {kind: graph.input(f"n_layer_cross_{kind}", [layers, "N", "T", size.state]) for kind in "kv"}
    offset = graph.input("offset", [1], TensorProto.INT64)
    logits = graph.output("logits", ["N", "n", size.vocabulary])

    count = graph.node("Slice", [graph.node("Shape", [tokens]), graph.integers(1), graph.integers(2)])
    end = graph.add(offset, count)
    table = graph.constant("embeddings", graph.weights["decoder/embeddings/weight"])
    rows = graph.node("Cast", [graph.node("Gather", [table, tokens])], to=TensorProto.FLOAT)
    places = graph.constant("positions", graph.weight("decoder/position_encodings/encodings"))
    x = graph.add(rows, graph.node("Slice", [places, offset, end, graph.integers(0)]))
    later = np.triu(np.full((context, context), -1e9, np.float32), 1)
    mask = graph.node("Slice", [graph.constant("mask", later), offset, end, graph.integers(0)])
    mask = graph.node("Slice", [mask, graph.integers(0), end, graph.integers(1)])
    past = {kind: graph.node("Slice", [caches[kind], graph.integers(0), offset, graph.integers(2)]) for kind in "kv"}
    fresh: dict[str, list[str]] = {"k": [], "v": []}
    for layer in range(layers):
        prefix = f"decoder/layer_{layer}"
        number = graph.constant(f"layer_{layer}", np.array(layer, np.int64))
        normed = graph.layer_norm(x, f"{prefix}/self_attention/layer_norm")
        query, *added = (
            graph.linear(
                normed, f"{prefix}/self_attention/linear_0", rows=slice(part * size.state, (part + 1) * size.state),
                name=f"{prefix}/self_attention/{name}",
            )
            for part, name in enumerate(("query", "key", "value"))
        )
        held = {}
        for kind, new in zip("kv", added):
            fresh[kind].append(graph.node("Unsqueeze", [new, graph.integers(0)]))
            held[kind] = graph.node("Concat", [graph.node("Gather", [past[kind], number], axis=0), new], axis=1)
        attended = _attend(graph, size, query, held["k"], held["v"], mask)
        x = graph.add(x, graph.linear(attended, f"{prefix}/self_attention/linear_1"))
        query = graph.linear(graph.layer_norm(x, f"{prefix}/attention/layer_norm"), f"{prefix}/attention/linear_0")
        heard = {kind: graph.node("Gather", [cross[kind], number], axis=0) for kind in "kv"}
        attended = _attend(graph, size, query, heard["k"], heard["v"], None)
        x = graph.add(x, graph.linear(attended, f"{prefix}/attention/linear_2"))
        x = graph.feed_forward(x, f"{prefix}/ffn")
    x = graph.layer_norm(x, "decoder/layer_norm")
    projection = graph.constant("projection", graph.weight("decoder/embeddings/weight").T)
    graph.node("MatMul", [x, projection], logits)
    for kind in "kv":
        rest = graph.node("Slice", [caches[kind], end, graph.integers(context), graph.integers(2)])
        now = graph.node("Concat", fresh[kind], axis=0)
        graph.node("Concat", [past[kind], now, rest], graph.output(f"out_n_layer_self_{kind}_cache", cache), axis=2)
    return graph.model("sherpa-whisper-decoder")


def _attend(graph: GraphBuilder, size: Dimensions, query: str, key: str, value: str, mask: str | None) -> str:
    scale = graph.constant("scale", np.array(size.head_size**-0.5, np.float32))
    split = [graph.split_heads(each, size.heads, size.head_size) for each in (graph.node("Mul", [query, scale]), key, value)]
    scores = graph.node("MatMul", [split[0], graph.node("Transpose", [split[1]], perm=[0, 1, 3, 2])])
    if mask:
        scores = graph.add(scores, mask)
    mixed = graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), split[2]])
    joined = graph.node("Transpose", [mixed], perm=[0, 2, 1, 3])
    return graph.node("Reshape", [joined, graph.integers(0, -1, size.state)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("weights", "converted", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    weights = read_weights(options.weights / "model.bin")
    size = Dimensions.of(weights)
    ggml(weights, size, options.converted, options.output / "ggml.bin")
    sherpa(weights, size, options.converted, options.output)


if __name__ == "__main__":
    main()
