"""The decoder graph: tokens in, the next token and the logits of every position out.

Keys and values of past tokens live in buffers of the full text context which the caller owns.
GroupQueryAttention writes the new rows in place when an output `nk{l}` is bound to the buffer of the
input `pk{l}`, so a step costs no copy. Every position yields a result, so that a draft of several
tokens can be checked in one run. The suppressed tokens are an input (0 or a large negative number
for each token), because what may be said changes from step to step with timestamps.

The queries of the layers whose cross-attention follows the words are outputs too. With the keys, which
the caller has from the encoder, they give the attention weights that word times are read from: no
second graph is needed, and whoever wants no times leaves the outputs alone and pays nothing.
"""

from collections.abc import Iterable

import numpy as np
import onnx
from onnx import TensorProto

from .dimensions import Dimensions
from .graph import MICROSOFT, GraphBuilder

LOGITS = "logits"


def build_decoder(
    weights: dict[str, np.ndarray], size: Dimensions, query_layers: Iterable[int] = (), attention: bool = False
) -> onnx.ModelProto:
    """Builds the graph.

    The cross-attention queries of `query_layers`, `q{l}` [1, n, state], are outputs too; with `attention` each
    layer's cross-attention weights `xa{l}` [1, H, n, T] are.
    """
    query_layers = set(query_layers)
    graph = GraphBuilder(weights)
    x = _embedding(graph)
    seqlens = graph.input("seqlens_k", [1], TensorProto.INT32)
    total = graph.input("total_len", [], TensorProto.INT32)
    suppress = graph.input("suppress", [size.vocabulary])
    following = graph.output("next", [1, "n"], TensorProto.INT64)
    logits = graph.output(LOGITS, [1, "n", size.vocabulary])

    for layer in range(size.decoder_layers):
        prefix = f"decoder/layer_{layer}"
        x = _self_attention(graph, x, layer, size, seqlens, total)
        x = _cross_attention(graph, x, layer, size, layer in query_layers, attention)
        x = graph.feed_forward(x, prefix + "/ffn")
    x = graph.layer_norm(x, "decoder/layer_norm")

    # The vocabulary projection is the embedding table itself.
    projection = graph.constant("projection", graph.weight("decoder/embeddings/weight").T)
    graph.node("MatMul", [x, projection], logits)
    graph.node("ArgMax", [graph.add(logits, suppress)], following, axis=-1, keepdims=0)
    return graph.model("whisper-decoder")


def _embedding(graph: GraphBuilder) -> str:
    tokens = graph.input("tokens", [1, "n"], TensorProto.INT64)
    positions = graph.input("pos", [1, "n"], TensorProto.INT64)
    # The file's own half precision is kept for the table: the cast of the rows taken loses nothing.
    table = graph.constant("embeddings", graph.weights["decoder/embeddings/weight"])
    rows = graph.node("Cast", [graph.node("Gather", [table, tokens])], to=TensorProto.FLOAT)
    places = graph.constant("positions", graph.weight("decoder/position_encodings/encodings"))
    return graph.add(rows, graph.node("Gather", [places, positions]))


def _self_attention(graph: GraphBuilder, x: str, layer: int, size: Dimensions, seqlens: str, total: str) -> str:
    prefix = f"decoder/layer_{layer}/self_attention"
    buffer = [1, size.heads, size.text_context, size.head_size]
    past = [graph.input(f"{name}{layer}", buffer) for name in ("pk", "pv")]
    present = [graph.output(f"{name}{layer}", buffer) for name in ("nk", "nv")]
    # One product for query, key and value: GroupQueryAttention splits it.
    packed = graph.linear(graph.layer_norm(x, prefix + "/layer_norm"), prefix + "/linear_0")
    attended = graph.node(
        "GroupQueryAttention",
        [packed, "", "", *past, seqlens, total],
        [f"self_attended_{layer}", *present],
        domain=MICROSOFT,
        num_heads=size.heads,
        kv_num_heads=size.heads,
    )
    return graph.add(x, graph.linear(attended, prefix + "/linear_1"))


def _cross_attention(
    graph: GraphBuilder, x: str, layer: int, size: Dimensions, query_wanted: bool, weights_wanted: bool
) -> str:
    prefix = f"decoder/layer_{layer}/attention"
    shape = [1, size.heads, "T", size.head_size]
    keys, values = (graph.input(f"{name}{layer}", shape) for name in ("ck", "cv"))
    query = graph.output(f"q{layer}", [1, "n", size.state]) if query_wanted else None
    query = graph.linear(graph.layer_norm(x, prefix + "/layer_norm"), prefix + "/linear_0", output=query)
    if weights_wanted:
        attended = _explicit_attention(graph, query, keys, values, layer, size)
    else:
        attended = graph.node("MultiHeadAttention", [query, keys, values], domain=MICROSOFT, num_heads=size.heads)
    return graph.add(x, graph.linear(attended, prefix + "/linear_2"))


def _explicit_attention(graph: GraphBuilder, query: str, keys: str, values: str, layer: int, size: Dimensions) -> str:
    """The fused operator keeps its weights to itself, so here attention is spelled out."""
    output = graph.output(f"xa{layer}", [1, size.heads, "n", "T"])
    scale = graph.constant("attention_scale", np.array(size.head_size**-0.5, np.float32))
    scaled = graph.node("Mul", [graph.split_heads(query, size.heads, size.head_size), scale])
    scores = graph.node("MatMul", [scaled, graph.node("Transpose", [keys], perm=[0, 1, 3, 2])])
    graph.node("Softmax", [scores], output, axis=-1)
    joined = graph.node("Transpose", [graph.node("MatMul", [output, values])], perm=[0, 2, 1, 3])
    return graph.node("Reshape", [joined, graph.integers(0, -1, size.state)])
