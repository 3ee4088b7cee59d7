"""A made-up network of Silero's shape: the graph for many frames must give what the network gives frame by frame, and other
layouts be refused.

Runs in set-up's Python environment; scripts/check.sh calls it.
"""

import sys
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tools"))

from convert_silero import ModelError  # noqa: E402
from convert_silero.graph import build  # noqa: E402
from convert_silero.weights import SHAPES, read_weights  # noqa: E402


def made_up_weights() -> dict[str, np.ndarray]:
    source = np.random.default_rng(2)
    return {n: (source.standard_normal(s) / np.sqrt(np.prod(s[1:]) or 1)).astype(np.float32) for n, s in SHAPES.items()}


def model(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The weights where the real file has them."""
    constants = [
        helper.make_node("Constant", [], [f"If_0_then_branch__Inline_0__{name}"], value=numpy_helper.from_array(value, name))
        for name, value in weights.items()
    ]
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    branch = helper.make_graph(constants, "then", [], [value])
    choice = helper.make_node("If", ["is16"], ["x"], then_branch=branch, else_branch=helper.make_graph([], "else", [], [value]))
    flag = helper.make_tensor_value_info("is16", TensorProto.BOOL, [])
    return helper.make_model(helper.make_graph([choice], "vad", [flag], [value]))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def step(weights: dict[str, np.ndarray], frame: np.ndarray, state: np.ndarray) -> tuple[float, np.ndarray]:
    """The network as its authors describe it: transform, four convolutions, an LSTM cell, one output."""
    padded = np.pad(frame, (0, 64), mode="reflect")
    columns = np.stack([padded[start : start + 256] for start in range(0, 385, 128)], 1)
    transformed = weights["stft.forward_basis_buffer"][:, 0, :] @ columns
    x = np.sqrt(transformed[:129] ** 2 + transformed[129:] ** 2)
    for layer, stride in enumerate((1, 2, 2, 1)):
        kernel, bias = (weights[f"encoder.{layer}.reparam_conv.{part}"] for part in ("weight", "bias"))
        around = np.pad(x, ((0, 0), (1, 1)))
        sums = [np.einsum("oit,it->o", kernel, around[:, at : at + 3]) + bias for at in range(0, x.shape[1], stride)]
        x = np.maximum(np.stack(sums, 1), 0)
    hidden, cell = state[0, 0], state[1, 0]
    gates = weights["decoder.rnn.weight_ih"] @ x[:, 0] + weights["decoder.rnn.bias_ih"]
    gates = gates + weights["decoder.rnn.weight_hh"] @ hidden + weights["decoder.rnn.bias_hh"]
    enter, forget, candidate, leave = np.split(gates, 4)
    cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(candidate)
    hidden = sigmoid(leave) * np.tanh(cell)
    output = weights["decoder.decoder.2.weight"][0, :, 0] @ np.maximum(hidden, 0) + weights["decoder.decoder.2.bias"][0]
    return float(sigmoid(output)), np.stack([hidden, cell])[:, None, :].astype(np.float32)


class ConvertSileroTests(unittest.TestCase):
    def test_many_frames_are_one_after_another(self):
        weights = made_up_weights()
        session = ort.InferenceSession(build(read_weights(model(weights))).SerializeToString())
        frames = np.random.default_rng(3).standard_normal((7, 576)).astype(np.float32)
        state = np.zeros((2, 1, 128), np.float32)
        expected = []
        for frame in frames:
            probability, state = step(weights, frame, state)
            expected.append(probability)
        for count in (1, 3, 7):
            memory, heard = np.zeros((2, 1, 128), np.float32), []
            for start in range(0, len(frames), count):
                some, memory = session.run(None, {"frames": frames[start : start + count], "state": memory})
                heard += list(some)
            np.testing.assert_allclose(heard, expected, atol=1e-5)
            np.testing.assert_allclose(memory, state, atol=1e-5)
        self.assertGreater(max(expected) - min(expected), 0.01, "the made-up network tells nothing apart")

    def test_other_layouts_are_refused(self):
        weights = made_up_weights()
        with self.assertRaisesRegex(ModelError, "networks to choose"):
            read_weights(helper.make_model(helper.make_graph([], "empty", [], [])))
        del weights["decoder.rnn.bias_hh"]
        with self.assertRaisesRegex(ModelError, "decoder.rnn.bias_hh is missing"):
            read_weights(model(weights))
        weights["decoder.rnn.bias_hh"] = np.zeros(3, np.float32)
        with self.assertRaisesRegex(ModelError, r"decoder.rnn.bias_hh is \(3,\)"):
            read_weights(model(weights))


if __name__ == "__main__":
    unittest.main()
