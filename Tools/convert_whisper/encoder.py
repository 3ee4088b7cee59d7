"""The encoder graph: log-mel frames in, the cross-attention keys and values of every decoder layer out.

The decoder's cross-attention projections belong to the audio, not to the text, so they are computed
here once instead of at every decoded token.
"""

import numpy as np
import onnx

from .dimensions import Dimensions
from .graph import MICROSOFT, GraphBuilder


def build_encoder(weights: dict[str, np.ndarray], size: Dimensions) -> onnx.ModelProto:
    """`mel` [1, mels, F] (F even, at most twice the audio context) to `ck{l}`, `cv{l}` [1, H, F/2, dh]."""
    graph = GraphBuilder(weights)
    x = hidden_states(graph, graph.input("mel", [1, size.mels, "F"]), size)
    for layer in range(size.decoder_layers):
        _cross_projection(graph, x, layer, size)
    return graph.model("whisper-encoder")


def hidden_states(graph: GraphBuilder, mel: str, size: Dimensions) -> str:
    """What the encoder makes of `mel` [N, mels, F]: [N, F/2, state]."""
    x = graph.gelu(graph.convolution(mel, "encoder/conv1", stride=1))
    x = graph.gelu(graph.convolution(x, "encoder/conv2", stride=2))
    x = graph.node("Transpose", [x], perm=[0, 2, 1])
    x = graph.add(x, _positions(graph, x))
    for layer in range(size.encoder_layers):
        x = _layer(graph, x, f"encoder/layer_{layer}", size)
    return graph.layer_norm(x, "encoder/layer_norm")


def _positions(graph: GraphBuilder, x: str) -> str:
    """The first F/2 rows of the position table, so that audio shorter than 30 s costs less."""
    table = graph.constant("positions", graph.weight("encoder/position_encodings/encodings"))
    length = graph.node("Slice", [graph.node("Shape", [x]), graph.integers(1), graph.integers(2)])
    return graph.node("Slice", [table, graph.integers(0), length, graph.integers(0)])


def _layer(graph: GraphBuilder, x: str, prefix: str, size: Dimensions) -> str:
    attention = prefix + "/self_attention"
    normed = graph.layer_norm(x, attention + "/layer_norm")
    query, key, value = (
        graph.linear(
            normed,
            attention + "/linear_0",
            rows=slice(part * size.state, (part + 1) * size.state),
            name=f"{attention}/{name}",
        )
        for part, name in enumerate(("query", "key", "value"))
    )
    attended = graph.node("MultiHeadAttention", [query, key, value], domain=MICROSOFT, num_heads=size.heads)
    x = graph.add(x, graph.linear(attended, attention + "/linear_1"))
    return graph.feed_forward(x, prefix + "/ffn")


def _cross_projection(graph: GraphBuilder, x: str, layer: int, size: Dimensions) -> None:
    projection = f"decoder/layer_{layer}/attention/linear_1"
    for part, name in enumerate(("ck", "cv")):
        rows = slice(part * size.state, (part + 1) * size.state)
        projected = graph.linear(x, projection, rows=rows, name=f"{projection}/{name}")
        output = graph.output(f"{name}{layer}", [1, size.heads, "T", size.head_size])
        graph.split_heads(projected, size.heads, size.head_size, output)
