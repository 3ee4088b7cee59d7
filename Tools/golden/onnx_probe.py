"""Makes the tiny graph that the ONNX Runtime wrapper runs when it loads the library.

Needs the packages onnx and onnxruntime. Prints the bytes in base64, and what the graph gives for the probe's input.
"""

import base64

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

weights = np.array([[1, -2], [3, 4], [-5, 6]], dtype=np.float32)
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["x", "w"], ["m"]),
        helper.make_node("Cast", ["k"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["m", "f"], ["y"]),
    ],
    "probe",
    [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3]),
        helper.make_tensor_value_info("k", TensorProto.INT64, []),
    ],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
    [numpy_helper.from_array(weights, "w")],
)
model = helper.make_model(graph, producer_name="hotpin", opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
helper.set_model_props(model, {"probe": "1"})
onnx.checker.check_model(model)
data = model.SerializeToString()
session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
x = np.array([[0.5, 1, 2], [-1, 0.25, 8]], dtype=np.float32)
print(len(data), base64.b64encode(data).decode())
print(session.run(["y"], {"x": x, "k": np.array(7)})[0].tolist())
