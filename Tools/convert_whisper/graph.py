"""A small builder for ONNX graphs whose weights come from a CTranslate2 file."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
OPSET = 17
IR_VERSION = 8
LAYER_NORM_EPSILON = 1e-5


class GraphBuilder:
    """Collects nodes and constants; every method returns the name of its result."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self.weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    # Inputs, outputs, constants

    def input(self, name: str, shape: list, element: int = TensorProto.FLOAT) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name: str, shape: list, element: int = TensorProto.FLOAT) -> str:
        self._outputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("integers_" + "_".join(map(str, values)), np.array(values, np.int64))

    def weight(self, name: str) -> np.ndarray:
        return self.weights[name].astype(np.float32)

    # Nodes

    def node(self, operator: str, inputs: list[str], outputs: str | list[str] | None = None, domain: str = "", **attributes) -> str:
        """Adds one node and returns the name of its first output."""
        name = f"{operator}_{len(self._nodes)}"
        if outputs is None:
            outputs = [name + "_out"]
        elif isinstance(outputs, str):
            outputs = [outputs]
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    def add(self, left: str, right: str, output: str | None = None) -> str:
        return self.node("Add", [left, right], output)

    def gelu(self, x: str) -> str:
        return self.node("Gelu", [x], domain=MICROSOFT)

    def layer_norm(self, x: str, prefix: str) -> str:
        gamma = self.constant(prefix + "/gamma", self.weight(prefix + "/gamma"))
        beta = self.constant(prefix + "/beta", self.weight(prefix + "/beta"))
        return self.node("LayerNormalization", [x, gamma, beta], axis=-1, epsilon=LAYER_NORM_EPSILON)

    def linear(
        self, x: str, prefix: str, rows: slice = slice(None), name: str | None = None, output: str | None = None
    ) -> str:
        """Multiplies by `prefix/weight` [out, in] and adds `prefix/bias`; `rows` takes a part of the outputs.

        Fused query, key and value projections are cut with `rows`. Whisper's key projections have
        no bias: an all-zero one is left out, which saves a node.
        """
        name = name or prefix
        matrix = self.constant(name + "/transposed", self.weight(prefix + "/weight")[rows].T)
        bias = self.weight(prefix + "/bias")[rows]
        if not np.any(bias):
            return self.node("MatMul", [x, matrix], output)
        return self.add(self.node("MatMul", [x, matrix]), self.constant(name + "/bias", bias), output)

    def convolution(self, x: str, prefix: str, stride: int) -> str:
        kernel = self.constant(prefix + "/weight", self.weight(prefix + "/weight"))
        bias = self.constant(prefix + "/bias", self.weight(prefix + "/bias"))
        return self.node("Conv", [x, kernel, bias], kernel_shape=[3], pads=[1, 1], strides=[stride])

    def feed_forward(self, x: str, prefix: str) -> str:
        hidden = self.layer_norm(x, prefix + "/layer_norm")
        hidden = self.gelu(self.linear(hidden, prefix + "/linear_0"))
        return self.add(x, self.linear(hidden, prefix + "/linear_1"))

    def split_heads(self, x: str, heads: int, head_size: int, output: str | None = None) -> str:
        """[1, n, state] to [1, heads, n, head_size]."""
        split = self.node("Reshape", [x, self.integers(0, -1, heads, head_size)])
        return self.node("Transpose", [split], output, perm=[0, 2, 1, 3])

    # The result

    def model(self, name: str) -> onnx.ModelProto:
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
