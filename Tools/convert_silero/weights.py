"""The weights of Silero VAD's network for 16 kHz, by name."""

import numpy as np
import onnx
from onnx import numpy_helper

from . import ModelError

SHAPES = {
    "stft.forward_basis_buffer": (258, 1, 256),
    "encoder.0.reparam_conv.weight": (128, 129, 3),
    "encoder.0.reparam_conv.bias": (128,),
    "encoder.1.reparam_conv.weight": (64, 128, 3),
    "encoder.1.reparam_conv.bias": (64,),
    "encoder.2.reparam_conv.weight": (64, 64, 3),
    "encoder.2.reparam_conv.bias": (64,),
    "encoder.3.reparam_conv.weight": (128, 64, 3),
    "encoder.3.reparam_conv.bias": (128,),
    "decoder.rnn.weight_ih": (512, 128),
    "decoder.rnn.weight_hh": (512, 128),
    "decoder.rnn.bias_ih": (512,),
    "decoder.rnn.bias_hh": (512,),
    "decoder.decoder.2.weight": (1, 128, 1),
    "decoder.decoder.2.bias": (1,),
}


def read_weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Those of `SHAPES`. The file holds a network for 16 kHz and one for 8 kHz, as the two ways of a condition."""
    conditions = [node for node in model.graph.node if node.op_type == "If"]
    branches = [a.g for node in conditions for a in node.attribute if a.name == "then_branch"]
    if len(branches) != 1:
        raise ModelError(f"the model has {len(branches)} networks to choose by the sampling rate, not one of two")
    found = {}
    for node in branches[0].node:
        if node.op_type != "Constant":
            continue
        # The exporter puts the way there before the name.
        name = node.output[0].rpartition("__")[2]
        if name in SHAPES:
            found[name] = numpy_helper.to_array(node.attribute[0].t)
    for name, shape in SHAPES.items():
        if name not in found or found[name].shape != shape:
            raise ModelError(f"{name} is {found[name].shape if name in found else 'missing'}; it must be {shape}")
    return found
