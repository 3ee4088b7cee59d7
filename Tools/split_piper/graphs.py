"""Finds the seams between the networks of a Piper voice, and cuts there.

A voice (VITS) is a text encoder that also says how long each phoneme is, behind it a flow, and a generator (HiFi-GAN) that
makes a fixed number of samples for each frame. The exporter names the nodes of the last two `/flow/…` and `/dec/…`.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from . import VoiceError

FLOW, DECODER = "/flow/", "/dec/"
LATENTS, FEATURES, MASK, OUTPUT = "latents", "features", "mask", "output"
INPUTS = {"input", "input_lengths", "scales"}


def split(model: onnx.ModelProto) -> dict[str, onnx.ModelProto]:
    """encoder: `input`, `input_lengths`, `scales` to `latents`; flow: to `features`; decoder: to `output`."""
    graph = model.graph
    inputs = {port.name for port in graph.input} - {weights.name for weights in graph.initializer}
    if inputs != INPUTS:
        several = ": a voice with several speakers" if "sid" in inputs else ""
        raise VoiceError(f"it takes {', '.join(sorted(inputs))} where {', '.join(sorted(INPUTS))} were expected{several}")
    if [port.name for port in graph.output] != [OUTPUT]:
        raise VoiceError(f"its result is {', '.join(port.name for port in graph.output)}, not {OUTPUT}")
    features = find_features(graph)
    channels = count_channels(graph, features)
    latents = find_latents(graph)
    mask = find_mask(graph, latents, features)
    for old, new in ((features, FEATURES), (latents, LATENTS), (mask, MASK)):
        rename(graph, old, new)
    ports = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", length, "frames"])
        for name, length in ((LATENTS, channels), (FEATURES, channels), (MASK, 1))
    }
    flow = extract(model, [ports[LATENTS], ports[MASK]], ports[FEATURES], "flow")
    # The mask hides the ends of shorter texts among longer ones; here one text comes at a time.
    flow.graph.input.remove(ports[MASK])
    flow.graph.initializer.append(numpy_helper.from_array(np.ones((1, 1, 1), np.float32), MASK))
    parts = {
        "encoder": extract(model, [port for port in graph.input if port.name in INPUTS], ports[LATENTS], "encoder"),
        "flow": flow,
        "decoder": extract(model, [ports[FEATURES]], graph.output[0], "decoder"),
    }
    for part in parts.values():
        onnx.checker.check_model(part)
    return parts


def find_features(graph: onnx.GraphProto) -> str:
    """The only tensor that the generator's nodes take from the rest of the graph."""
    taken = taken_by([node for node in graph.node if node.name.startswith(DECODER)], graph, DECODER)
    if len(taken) != 1:
        raise VoiceError(f"{len(taken)} tensors lead to its {DECODER} nodes where one was expected: {', '.join(sorted(taken))}")
    return taken.pop()


def find_latents(graph: onnx.GraphProto) -> str:
    """What the first node of the flow takes. Nodes are in the order in which they are computed."""
    first = [node for node in graph.node if node.name.startswith(FLOW)][:1]
    taken = taken_by(first, graph, FLOW)
    if len(taken) != 1:
        raise VoiceError(f"its flow begins with {len(taken)} tensors where one was expected: {', '.join(sorted(taken))}")
    return taken.pop()


def find_mask(graph: onnx.GraphProto, latents: str, features: str) -> str:
    """The only other tensor that is needed on the way from `latents` to `features`; everything is multiplied by it."""
    after = {latents}
    for node in graph.node:
        if after & {*node.input, *outer_names(node)}:
            after |= set(node.output)
    way, wanted = [], {features}
    for node in reversed(graph.node):
        if wanted & set(node.output) and after & set(node.output) and latents not in node.output:
            way.append(node)
            wanted |= {*node.input, *outer_names(node)}
    others = taken_by(way, graph, FLOW) - {latents}
    if len(others) != 1:
        raise VoiceError(f"its flow needs {len(others)} more tensors where one was expected: {', '.join(sorted(others))}")
    mask = others.pop()
    if any(node.op_type != "Mul" for node in way if mask in node.input):
        raise VoiceError(f"its flow does something else with {mask} than to multiply by it")
    return mask


def taken_by(nodes: list[onnx.NodeProto], graph: onnx.GraphProto, prefix: str) -> set[str]:
    """What nodes take that is neither a weight nor made by one of them."""
    if not nodes:
        raise VoiceError(f"none of its nodes is named {prefix}…: it was exported in another way")
    weights = {tensor.name for tensor in graph.initializer} | {""}
    weights |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    own = {name for node in nodes for name in node.output}
    return {name for node in nodes for name in [*node.input, *outer_names(node)]} - own - weights


def count_channels(graph: onnx.GraphProto, features: str) -> int:
    """Length of a frame's vector: what the first convolution of the generator expects."""
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[0] == features and len(shapes.get(node.input[1], [])) == 3:
            return shapes[node.input[1]][1]
    raise VoiceError("its generator does not begin with a convolution")


def rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
        node.output[:] = [new if name == old else name for name in node.output]


def extract(
    model: onnx.ModelProto, inputs: list[onnx.ValueInfoProto], output: onnx.ValueInfoProto, name: str
) -> onnx.ModelProto:
    """The part of a graph that leads from `inputs` to `output`, with its weights."""
    graph = model.graph
    made_by = {made: index for index, node in enumerate(graph.node) for made in node.output}
    given = {port.name for port in inputs}
    wanted, needed, kept = [output.name], set(), set()
    while wanted:
        tensor = wanted.pop()
        if tensor in needed:
            continue
        needed.add(tensor)
        if tensor in given or tensor not in made_by:
            continue
        kept.add(made_by[tensor])
        node = graph.node[made_by[tensor]]
        wanted += [*(taken for taken in node.input if taken), *outer_names(node)]
    foreign = needed & {port.name for port in graph.input} - given
    if foreign:
        raise VoiceError(f"its {name} needs {', '.join(sorted(foreign))} as well")
    part = helper.make_graph(
        [node for index, node in enumerate(graph.node) if index in kept],
        name,
        inputs,
        [output],
        [tensor for tensor in graph.initializer if tensor.name in needed],
    )
    return helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)


def outer_names(node: onnx.NodeProto) -> list[str]:
    """What the bodies of a loop or branch may take from the graph around them."""
    bodies = [attribute.g for attribute in node.attribute if attribute.type == onnx.AttributeProto.GRAPH]
    return [name for body in bodies for inner in body.node for name in [*inner.input, *outer_names(inner)] if name]
