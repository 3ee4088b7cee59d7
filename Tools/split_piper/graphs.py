"""Finds the one tensor between the two networks of a Piper voice, and cuts there.

A voice (VITS) is a text encoder with durations and a flow, which gives a vector for each frame, and behind it a
generator (HiFi-GAN), which gives a fixed number of samples for each frame. The exporter names the generator's nodes
`/dec/…`.
"""

import onnx

from . import VoiceError

DECODER = "/dec/"
LATENTS = "latents"
OUTPUT = "output"
INPUTS = {"input", "input_lengths", "scales"}


def split(model: onnx.ModelProto) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """The encoder (`input`, `input_lengths`, `scales` to `latents`) and the decoder (`latents` to `output`)."""
    graph = model.graph
    inputs = {port.name for port in graph.input} - {weights.name for weights in graph.initializer}
    if inputs != INPUTS:
        several = ": a voice with several speakers" if "sid" in inputs else ""
        raise VoiceError(f"it takes {', '.join(sorted(inputs))} where {', '.join(sorted(INPUTS))} were expected{several}")
    if [port.name for port in graph.output] != [OUTPUT]:
        raise VoiceError(f"its result is {', '.join(port.name for port in graph.output)}, not {OUTPUT}")
    boundary = find_boundary(graph)
    channels = count_channels(graph, boundary)
    for node in graph.node:
        node.input[:] = [LATENTS if name == boundary else name for name in node.input]
        node.output[:] = [LATENTS if name == boundary else name for name in node.output]
    latents = onnx.helper.make_tensor_value_info(LATENTS, onnx.TensorProto.FLOAT, ["batch", channels, "frames"])
    return (
        extract(model, [port for port in graph.input if port.name in INPUTS], latents, "encoder"),
        extract(model, [latents], graph.output[0], "decoder"),
    )


def find_boundary(graph: onnx.GraphProto) -> str:
    """The only tensor that the generator's nodes take from the rest of the graph."""
    weights = {tensor.name for tensor in graph.initializer} | {""}
    weights |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    decoder = [node for node in graph.node if node.name.startswith(DECODER)]
    if not decoder:
        raise VoiceError(f"none of its nodes is named {DECODER}…: it was exported in another way")
    own = {name for node in decoder for name in node.output}
    taken = {name for node in decoder for name in node.input} - own - weights
    if len(taken) != 1:
        raise VoiceError(f"{len(taken)} tensors lead to its {DECODER} nodes where one was expected: {', '.join(sorted(taken))}")
    return taken.pop()


def count_channels(graph: onnx.GraphProto, boundary: str) -> int:
    """Length of a frame's vector: what the first convolution of the generator expects."""
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[0] == boundary and len(shapes.get(node.input[1], [])) == 3:
            return shapes[node.input[1]][1]
    raise VoiceError("its generator does not begin with a convolution")


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
        wanted += [taken for taken in graph.node[made_by[tensor]].input if taken]
        wanted += outer_names(graph.node[made_by[tensor]])
    foreign = needed & (INPUTS | {LATENTS}) - given - {output.name}
    if foreign:
        raise VoiceError(f"its {name} needs {', '.join(sorted(foreign))} as well")
    part = onnx.helper.make_graph(
        [node for index, node in enumerate(graph.node) if index in kept],
        name,
        inputs,
        [output],
        [tensor for tensor in graph.initializer if tensor.name in needed],
    )
    result = onnx.helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.checker.check_model(result)
    return result


def outer_names(node: onnx.NodeProto) -> list[str]:
    """What the bodies of a loop or branch may take from the graph around them."""
    bodies = [attribute.g for attribute in node.attribute if attribute.type == onnx.AttributeProto.GRAPH]
    return [name for body in bodies for inner in body.node for name in [*inner.input, *outer_names(inner)] if name]
