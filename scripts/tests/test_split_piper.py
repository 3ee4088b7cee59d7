"""Cuts made-up voices of a few hundred weights; the parts must be the whole, and other layouts be refused.

Runs in set-up's Python environment; scripts/check.sh calls it.
"""

import dataclasses
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TOOLS = Path(__file__).resolve().parents[2] / "Tools"
sys.path.insert(0, str(TOOLS))

from split_piper import VoiceError  # noqa: E402
from split_piper.graphs import FEATURES, LATENTS, split  # noqa: E402
from split_piper.parts import Voice  # noqa: E402

CHANNELS, SYMBOLS, HOP = 6, 20, 4
# Two convolutions of five frames.
FLOW_CONTEXT = 4
# Seven frames wide before the upsampling; behind it eight and seven samples: 3 + 2 frames to each side.
DECODER_CONTEXT = 5
DESCRIPTION = {"phoneme_id_map": {"_": [0], "^": [1], "$": [2], **{letter: [n] for n, letter in enumerate("əɪstɛlð", 3)}}}


def made_up_voice(
    prefix: str = "/dec/", flow: str = "/flow/", speakers: bool = False, second_way: bool = False, adds_mask: bool = False
) -> onnx.ModelProto:
    """Three frames for each id, with the shapes and names of a real voice."""
    random = np.random.default_rng(3)

    def weights(name, *shape):
        return numpy_helper.from_array(random.standard_normal(shape).astype(np.float32) / 4, name)

    encoder = [
        helper.make_node("Gather", ["table", "input"], ["embedded"], "/enc_p/Gather"),
        helper.make_node("Transpose", ["embedded"], ["turned"], "/enc_p/Transpose", perm=[0, 2, 1]),
        helper.make_node("Cast", ["input_lengths"], ["lengths"], "/Cast", to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["lengths"], ["length"], "/ReduceMean", keepdims=0),
        helper.make_node("ReduceSum", ["scales"], ["scale"], "/ReduceSum", keepdims=0),
        helper.make_node("Div", ["scale", "length"], ["factor"], "/Div"),
        helper.make_node("Concat", ["turned", "turned", "turned"], ["spread"], "/Concat", axis=2),
        helper.make_node("ReduceMean", ["spread"], ["mean"], "/ReduceMean_1", axes=[1]),
        helper.make_node("Sub", ["mean", "mean"], ["nothing"], "/Sub"),
        helper.make_node("Exp", ["nothing"], ["ones"], "/Exp"),
        helper.make_node("Mul", ["spread", "factor"], ["/Add_output_0"], "/Add"),
        helper.make_node("Conv", ["/Add_output_0", "in"], ["f"], f"{flow}in_layers.0/Conv", pads=[2, 2]),
        helper.make_node("Add" if adds_mask else "Mul", ["f", "ones"], ["g"], "Mul_5604"),
        helper.make_node("Conv", ["g", "skip"], ["h"], f"{flow}res_skip_layers.0/Conv", pads=[2, 2]),
        helper.make_node("Mul", ["h", "ones"], ["/Mul_7_output_0"], "/Mul_7"),
    ]
    source = "/Mul_7_output_0"
    decoder = [
        helper.make_node("Conv", [source, "pre"], ["a"], f"{prefix}conv_pre/Conv", pads=[3, 3]),
        helper.make_node("LeakyRelu", ["a"], ["b"], f"{prefix}LeakyRelu"),
        helper.make_node("ConvTranspose", ["b", "up"], ["c"], f"{prefix}ups.0/ConvTranspose", strides=[HOP], pads=[2, 2]),
        helper.make_node("Conv", ["c", "post"], ["d"], f"{prefix}conv_post/Conv", pads=[3, 3]),
        helper.make_node("Tanh", ["d"], ["e"], f"{prefix}Tanh"),
        helper.make_node("Unsqueeze", ["e", "axis"], ["output"], "/Unsqueeze"),
    ]
    if second_way:
        decoder[1] = helper.make_node("Mul", ["a", "factor"], ["b"], f"{prefix}Mul")
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, ["batch"]))
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", None, None, None])
    tensors = [
        weights("table", SYMBOLS, CHANNELS),
        weights("in", CHANNELS, CHANNELS, 5),
        weights("skip", CHANNELS, CHANNELS, 5),
        weights("pre", 8, CHANNELS, 7),
        weights("up", 8, 4, 8),
        weights("post", 1, 4, 7),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
    ]
    graph = helper.make_graph(encoder + decoder, "voice", inputs, [output], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


class SplitPiperTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = Path(folder.name) / "source"
        self.output = Path(folder.name) / "models" / "voice"
        self.source.mkdir()
        (self.source / "voice.onnx.json").write_text(json.dumps(DESCRIPTION))

    def tool(self, command: str, *arguments) -> subprocess.CompletedProcess:
        folders = ["--model", self.source, "--output", self.output]
        return subprocess.run(
            [sys.executable, "-B", "-W", "ignore", "-m", "split_piper", command, *folders, *arguments],
            cwd=TOOLS, capture_output=True, text=True)

    def convert(self, voice: onnx.ModelProto) -> subprocess.CompletedProcess:
        onnx.save(voice, self.source / "voice.onnx")
        return self.tool("convert")

    def test_parts_are_the_whole(self):
        result = self.convert(made_up_voice())
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(
            {path.name for path in self.output.iterdir()},
            {"encoder.onnx", "flow.onnx", "decoder.onnx", "layout.json", "voice.onnx.json"})
        layout = json.loads((self.output / "layout.json").read_text())
        self.assertEqual(
            [layout[name] for name in ("hop", "channels", "flow_context", "decoder_context")],
            [HOP, CHANNELS, FLOW_CONTEXT, DECODER_CONTEXT])
        result = self.tool("check")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        result = self.tool("check", "--ids", "1 0 5,0,2")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn(f"{5 * 3 * HOP} samples", result.stdout)

    def test_no_frame_of_context_is_too_many(self):
        for name, part in split(made_up_voice()).items():
            onnx.save(part, self.source / f"{name}.onnx")
        voice = Voice(self.source)
        layout = voice.measure()
        latents = np.random.default_rng(5).standard_normal((1, CHANNELS, 70)).astype(np.float32)
        whole = voice.decode(voice.features(latents))
        for frames in (1, 9, 24):
            np.testing.assert_allclose(voice.speak(latents, layout, frames), whole, atol=1e-6)
        for name in ("flow_context", "decoder_context"):
            less = dataclasses.replace(layout, **{name: getattr(layout, name) - 1})
            self.assertGreater(np.abs(voice.speak(latents, less, 9) - whole).max(), 1e-5, name)

    def test_the_check_finds_a_wrong_layout(self):
        self.convert(made_up_voice())
        path = self.output / "layout.json"
        layout = json.loads(path.read_text())
        for name, value, words in (
            ("decoder_context", 0, "differ from the whole voice"),
            ("flow_context", 0, "differ from the whole voice"),
            ("hop", 3, "samples, the whole voice"),
        ):
            path.write_text(json.dumps(layout | {name: value}))
            result = self.tool("check", "--ids", "1 " + "4 0 7 0 " * 20 + "2")
            self.assertEqual(result.returncode, 1)
            self.assertIn(words, result.stderr)

    def test_other_layouts_are_refused(self):
        for voice, words in (
            (made_up_voice(prefix="/generator/"), "none of its nodes"),
            (made_up_voice(flow="/glow/"), "none of its nodes"),
            (made_up_voice(speakers=True), "several speakers"),
            (made_up_voice(second_way=True), "2 tensors lead to"),
            (made_up_voice(adds_mask=True), "something else with ones"),
        ):
            with self.assertRaisesRegex(VoiceError, words):
                split(voice)

    def test_a_failure_is_one_line_and_leaves_nothing_that_looks_complete(self):
        for content, words in ((b"no model", "not an ONNX file"), (None, "several speakers")):
            if content is None:
                content = made_up_voice(speakers=True).SerializeToString()
            (self.source / "voice.onnx").write_bytes(content)
            result = self.tool("convert")
            self.assertEqual(result.returncode, 1)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertIn(words, result.stderr)
            self.assertFalse(self.output.exists())

    def test_the_parts_carry_their_own_weights_alone(self):
        parts = split(made_up_voice())
        weights = {name: {tensor.name for tensor in part.graph.initializer} for name, part in parts.items()}
        self.assertEqual(
            weights,
            {"encoder": {"table"}, "flow": {"in", "skip", "mask"}, "decoder": {"pre", "up", "post", "axis"}})
        ports = {name: ([p.name for p in part.graph.input], [p.name for p in part.graph.output]) for name, part in parts.items()}
        self.assertEqual(ports["encoder"], (["input", "input_lengths", "scales"], [LATENTS]))
        self.assertEqual(ports["flow"], ([LATENTS], [FEATURES]))
        self.assertEqual(ports["decoder"], ([FEATURES], ["output"]))
        self.assertEqual(parts["flow"].graph.input[0].type.tensor_type.shape.dim[1].dim_value, CHANNELS)


if __name__ == "__main__":
    unittest.main()
