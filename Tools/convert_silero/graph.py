"""The same network, for any number of frames in one run.

A frame goes through a Fourier transform at four places and four convolutions that leave one vector of it: for that all
frames are rows of the same matrices. Only the recurrent layer behind them has to take one after another, and it is an
operator that does so itself.
"""

import numpy as np
import onnx
from onnx import TensorProto

from convert_whisper.graph import GraphBuilder

# Samples: of the frame before, of a frame, and of what the transform sees at once and steps on by.
CONTEXT, FRAME, WINDOW, HOP = 64, 512, 256, 128
LENGTH = CONTEXT + FRAME
BINS, HIDDEN = 129, 128
STRIDES = (1, 2, 2, 1)


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """`frames` [N, 576], `state` [2, 1, 128] to `probabilities` [N], `stateN` [2, 1, 128]."""
    graph = GraphBuilder(weights)
    frames = graph.input("frames", ["N", LENGTH])
    state = graph.input("state", [2, 1, HIDDEN])
    probabilities = graph.output("probabilities", ["N"])
    following = graph.output("stateN", [2, 1, HIDDEN])
    rows = _magnitudes(graph, frames)
    for layer, stride in enumerate(STRIDES):
        rows = _convolution(graph, rows, f"encoder.{layer}.reparam_conv", stride)
    (features,) = rows
    hidden = _recurrent(graph, features, state, following)
    weight = graph.constant("output/weight", graph.weight("decoder.decoder.2.weight")[:, :, 0].T)
    bias = graph.constant("output/bias", graph.weight("decoder.decoder.2.bias"))
    sums = graph.node("Gemm", [graph.node("Relu", [hidden]), weight, bias])
    graph.node("Reshape", [graph.node("Sigmoid", [sums]), graph.integers(-1)], probabilities)
    return graph.model("silero-vad-16k")


def _magnitudes(graph: GraphBuilder, frames: str) -> list[str]:
    """[N, 129] for each place. The last one reaches beyond the frame, where the samples are mirrored."""
    basis = graph.weight("stft.forward_basis_buffer")[:, 0, :]
    places = []
    for start in range(0, LENGTH - HOP, HOP):
        end = min(start + WINDOW, LENGTH)
        matrix = basis[:, : end - start].T.copy()
        for beyond in range(end - start, WINDOW):
            matrix[2 * (LENGTH - 1 - start) - beyond] += basis[:, beyond]
        part = _columns(graph, frames, start, end)
        transformed = graph.node("MatMul", [part, graph.constant(f"basis/{start}", matrix)])
        parts = [_columns(graph, transformed, first, first + BINS) for first in (0, BINS)]
        power = graph.add(*(graph.node("Mul", [part, part]) for part in parts))
        places.append(graph.node("Sqrt", [power]))
    return places


def _columns(graph: GraphBuilder, x: str, start: int, end: int) -> str:
    return graph.node("Slice", [x, graph.integers(start), graph.integers(end), graph.integers(1)])


def _convolution(graph: GraphBuilder, places: list[str], prefix: str, stride: int) -> list[str]:
    """Three places wide, zeros around them, then a rectifier: for each place that is kept one product."""
    kernel = graph.weight(prefix + ".weight")
    bias = graph.constant(prefix + "/bias", graph.weight(prefix + ".bias"))
    results = []
    for place in range(0, len(places), stride):
        taps = [tap for tap in range(3) if 0 <= place + tap - 1 < len(places)]
        name = prefix + "/" + "".join(map(str, taps))
        matrix = graph.constant(name, np.concatenate([kernel[:, :, tap].T for tap in taps]))
        around = [places[place + tap - 1] for tap in taps]
        x = around[0] if len(around) == 1 else graph.node("Concat", around, axis=1)
        results.append(graph.node("Relu", [graph.node("Gemm", [x, matrix, bias])]))
    return results


def _recurrent(graph: GraphBuilder, features: str, state: str, following: str) -> str:
    """One frame after another: [N, 128]."""

    def gates(name: str) -> np.ndarray:
        # PyTorch has input, forget, cell and output; ONNX input, output, forget and cell.
        parts = graph.weight(name).reshape(4, HIDDEN, -1)
        return parts[[0, 3, 1, 2]].reshape(4 * HIDDEN, -1)

    inputs = graph.constant("lstm/input", gates("decoder.rnn.weight_ih")[None])
    hidden = graph.constant("lstm/hidden", gates("decoder.rnn.weight_hh")[None])
    biases = [gates(f"decoder.rnn.bias_{part}").reshape(-1) for part in ("ih", "hh")]
    bias = graph.constant("lstm/bias", np.concatenate(biases)[None])
    parts = [graph.node("Slice", [state, graph.integers(n), graph.integers(n + 1), graph.integers(0)]) for n in (0, 1)]
    sequence = graph.node("Unsqueeze", [features, graph.integers(1)])
    outputs = ["lstm_all", "lstm_hidden", "lstm_cell"]
    every = graph.node("LSTM", [sequence, inputs, hidden, bias, "", *parts], outputs, hidden_size=HIDDEN)
    graph.node("Concat", outputs[1:], following, axis=0)
    return graph.node("Reshape", [every, graph.integers(-1, HIDDEN)])
