"""The converter on a made-up model of a few thousand weights: two ways to the same numbers must agree.

Runs in set-up's Python environment; scripts/check.sh calls it.
"""

import struct
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime as ort

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tools"))

from convert_whisper.ctranslate2_file import ELEMENT_TYPES, ModelFileError, read_weights  # noqa: E402
from convert_whisper.decoder import build_decoder  # noqa: E402
from convert_whisper.dimensions import Dimensions  # noqa: E402
from convert_whisper.encoder import build_encoder  # noqa: E402
from convert_whisper.quantise import pack_eight_bits, pack_four_bits, projection_bits, quantise_int8, quantise_projection  # noqa: E402

STATE, HEADS, VOCABULARY, FRAMES, TEXT_CONTEXT = 64, 2, 96, 20, 16


def made_up_weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)

    def matrix(*shape):
        return (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float16)

    weights = {
        "encoder/conv1/weight": matrix(STATE, 80, 3),
        "encoder/conv1/bias": matrix(STATE),
        "encoder/conv2/weight": matrix(STATE, STATE, 3),
        "encoder/conv2/bias": matrix(STATE),
        "encoder/position_encodings/encodings": matrix(FRAMES, STATE),
        "decoder/embeddings/weight": matrix(VOCABULARY, STATE),
        "decoder/position_encodings/encodings": matrix(TEXT_CONTEXT, STATE),
        "decoder/num_heads": np.array(HEADS, np.int16),
    }

    def norm(name):
        weights[name + "/gamma"] = (1 + matrix(STATE)).astype(np.float16)
        weights[name + "/beta"] = matrix(STATE)

    def linear(name, outputs, inputs=STATE):
        weights[name + "/weight"], weights[name + "/bias"] = matrix(outputs, inputs), matrix(outputs)

    for side in ("encoder", "decoder"):
        norm(f"{side}/layer_norm")
        prefix = f"{side}/layer_0"
        norm(f"{prefix}/self_attention/layer_norm")
        linear(f"{prefix}/self_attention/linear_0", 3 * STATE)
        linear(f"{prefix}/self_attention/linear_1", STATE)
        norm(f"{prefix}/ffn/layer_norm")
        linear(f"{prefix}/ffn/linear_0", 4 * STATE)
        linear(f"{prefix}/ffn/linear_1", STATE, 4 * STATE)
    norm("decoder/layer_0/attention/layer_norm")
    linear("decoder/layer_0/attention/linear_0", STATE)
    linear("decoder/layer_0/attention/linear_1", 2 * STATE)
    linear("decoder/layer_0/attention/linear_2", STATE)
    return weights


def session(model) -> ort.InferenceSession:
    return ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def outputs(running: ort.InferenceSession, feeds: dict) -> dict[str, np.ndarray]:
    names = [output.name for output in running.get_outputs()]
    return dict(zip(names, running.run(names, feeds)))


class GraphTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.weights = made_up_weights()
        cls.size = Dimensions.of(cls.weights)
        cls.decoder = build_decoder(cls.weights, cls.size)
        mel = np.random.default_rng(8).standard_normal((1, 80, 2 * FRAMES)).astype(np.float32)
        cls.mel = mel
        cls.encoder = build_encoder(cls.weights, cls.size)
        cls.cross = outputs(session(cls.encoder), {"mel": mel})

    def empty_past(self):
        buffer = np.zeros((1, HEADS, TEXT_CONTEXT, STATE // HEADS), np.float32)
        return {"pk0": buffer, "pv0": buffer.copy()}

    def run_decoder(self, running, tokens, length, past, suppress=None):
        count = len(tokens)
        feeds = {
            "tokens": np.array([tokens], np.int64),
            "pos": np.arange(length, length + count, dtype=np.int64)[None],
            "seqlens_k": np.array([length + count - 1], np.int32),
            "total_len": np.array(length + count, np.int32),
            "suppress": np.zeros(VOCABULARY, np.float32) if suppress is None else suppress,
        }
        return outputs(running, feeds | past | self.cross)

    def test_sizes_are_read_from_the_weights(self):
        self.assertEqual((self.size.state, self.size.heads, self.size.vocabulary), (STATE, HEADS, VOCABULARY))
        self.assertEqual((self.size.encoder_layers, self.size.decoder_layers), (1, 1))

    def test_missing_variable_is_named(self):
        weights = {name: value for name, value in self.weights.items() if name != "decoder/num_heads"}
        with self.assertRaisesRegex(ModelFileError, "decoder/num_heads"):
            Dimensions.of(weights)

    def test_short_audio_gives_half_as_many_keys(self):
        short = outputs(session(self.encoder), {"mel": self.mel[:, :, :16]})
        self.assertEqual(short["ck0"].shape, (1, HEADS, 8, STATE // HEADS))

    def test_tokens_at_once_equal_tokens_one_by_one(self):
        running, tokens = session(self.decoder), [5, 17, 80, 3, 44]
        together = self.run_decoder(running, tokens, 0, self.empty_past())
        past = self.empty_past()
        for position, token in enumerate(tokens):
            step = self.run_decoder(running, [token], position, past)
            past = {"pk0": step["nk0"], "pv0": step["nv0"]}
            np.testing.assert_allclose(step["logits"][0, 0], together["logits"][0, position], atol=1e-4)
            self.assertEqual(step["next"][0, 0], together["next"][0, position])

    def test_suppressed_token_is_never_next(self):
        running = session(self.decoder)
        best = self.run_decoder(running, [5], 0, self.empty_past())["next"][0, 0]
        suppress = np.zeros(VOCABULARY, np.float32)
        suppress[best] = -1e9
        result = self.run_decoder(running, [5], 0, self.empty_past(), suppress)
        self.assertEqual(result["next"][0, 0], np.argsort(result["logits"][0, 0])[-2])
        self.assertEqual(np.argmax(result["logits"][0, 0]), best)

    def test_attention_variant_agrees_and_its_weights_sum_to_one(self):
        variant = session(build_decoder(self.weights, self.size, attention=True))
        fused = self.run_decoder(session(self.decoder), [5, 17, 80], 0, self.empty_past())
        explicit = self.run_decoder(variant, [5, 17, 80], 0, self.empty_past())
        np.testing.assert_allclose(explicit["logits"], fused["logits"], atol=1e-4)
        self.assertEqual(explicit["xa0"].shape, (1, HEADS, 3, FRAMES))
        np.testing.assert_allclose(explicit["xa0"].sum(-1), 1, atol=1e-5)

    def test_queries_and_keys_give_the_attention_weights(self):
        variant = session(build_decoder(self.weights, self.size, [0], attention=True))
        explicit = self.run_decoder(variant, [5, 17, 80], 0, self.empty_past())
        fused = self.run_decoder(session(build_decoder(self.weights, self.size, [0])), [5, 17, 80], 0, self.empty_past())
        head_size = STATE // HEADS
        query = fused["q0"].reshape(1, 3, HEADS, head_size).transpose(0, 2, 1, 3)
        scores = query @ self.cross["ck0"].transpose(0, 1, 3, 2) / np.sqrt(head_size)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        np.testing.assert_allclose(weights / weights.sum(-1, keepdims=True), explicit["xa0"], atol=1e-5)

    def test_queries_change_nothing_else(self):
        for name, make in (("fp32", lambda model: model), ("int8", quantise_int8)):
            with self.subTest(name):
                plain = self.run_decoder(session(make(self.decoder)), [5, 17, 80], 0, self.empty_past())
                with_queries = session(make(build_decoder(self.weights, self.size, [0])))
                same = self.run_decoder(with_queries, [5, 17, 80], 0, self.empty_past())
                for output in plain:
                    np.testing.assert_array_equal(same[output], plain[output])

    def test_only_the_layers_asked_for_give_queries(self):
        names = [output.name for output in session(self.decoder).get_outputs()]
        self.assertNotIn("q0", names)

    def test_heads_of_the_upper_half_stand_in_for_unnamed_ones(self):
        size = Dimensions(80, 1500, 448, 384, 2, 4, 4, 51864)
        self.assertEqual(size.upper_heads, [[2, 0], [2, 1], [3, 0], [3, 1]])

    def test_smaller_weights_stay_near(self):
        exact = self.run_decoder(session(self.decoder), [5, 17], 0, self.empty_past())["logits"]
        for name, model in (
            ("int8", quantise_int8(self.decoder)),
            ("4-bit projection", quantise_projection(self.decoder, 4)),
            ("8-bit projection", quantise_projection(self.decoder, 8)),
            ("both", quantise_int8(quantise_projection(self.decoder, 4))),
        ):
            with self.subTest(name):
                near = self.run_decoder(session(model), [5, 17], 0, self.empty_past())["logits"]
                self.assertLess(np.abs(near - exact).mean(), 0.12 * np.abs(exact).mean())
                self.assertGreater(np.abs(near - exact).max(), 0)


class ProjectionTests(unittest.TestCase):
    def test_wide_models_have_more_bits(self):
        self.assertEqual([projection_bits(state) for state in (384, 512, 768)], [4, 8, 8])

    def test_eight_bits_come_back_within_half_a_step(self):
        matrix = np.random.default_rng(3).standard_normal((5, 64)).astype(np.float32)
        matrix[0] = 0
        levels, scales = pack_eight_bits(matrix)
        back = ((levels.astype(np.float32) - 128) * scales[..., None]).reshape(5, 64)
        self.assertLessEqual(np.abs(back - matrix).max(), np.abs(scales).max() * 0.501)
        self.assertTrue((back[0] == 0).all())

    def test_values_come_back_within_a_step(self):
        matrix = np.random.default_rng(3).standard_normal((5, 64)).astype(np.float32)
        packed, scales = pack_four_bits(matrix)
        levels = np.stack([packed & 15, packed >> 4], -1).reshape(5, 2, 32).astype(np.float32) - 8
        back = (levels * scales[..., None]).reshape(5, 64)
        # The side opposite to the largest value has one step less and may be cut by a whole one.
        self.assertLessEqual(np.abs(back - matrix).max(), np.abs(scales).max() * 1.001)
        self.assertLess(np.abs(back - matrix).mean(), np.abs(scales).mean() / 3)

    def test_zeros_stay_zero(self):
        packed, scales = pack_four_bits(np.zeros((1, 32), np.float32))
        self.assertEqual(scales[0, 0], 0)
        self.assertTrue((packed == 0x88).all())

    def test_odd_width_is_refused(self):
        with self.assertRaises(ValueError):
            pack_four_bits(np.zeros((1, 33), np.float32))


class ModelFileTests(unittest.TestCase):
    def read(self, data: bytes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.bin"
            path.write_bytes(data)
            return read_weights(path)

    @staticmethod
    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    def file(self, version=6, specification="WhisperSpec", element=4, width=3, target="a") -> bytes:
        values = np.array([[1, 2, 3]], ELEMENT_TYPES.get(element, np.float16)).tobytes()
        return (
            struct.pack("<I", version)
            + self.text(specification)
            + struct.pack("<II", 3, 1)
            + self.text("a")
            + struct.pack("<BII", 2, 1, width)
            + struct.pack("<BI", element, len(values))
            + values
            + struct.pack("<I", 1)
            + self.text("b")
            + self.text(target)
        )

    def test_variables_and_aliases(self):
        weights = self.read(self.file())
        np.testing.assert_array_equal(weights["a"], [[1, 2, 3]])
        self.assertIs(weights["b"], weights["a"])

    def test_every_cut_is_refused(self):
        whole = self.file()
        for length in range(len(whole)):
            with self.subTest(length), self.assertRaises(ModelFileError):
                self.read(whole[:length])

    def test_foreign_files_are_refused(self):
        for change in (
            {"version": 1},
            {"version": 7},
            {"specification": "OtherSpec"},
            {"element": 9},
            {"width": 4},
            {"target": "none"},
        ):
            with self.subTest(change), self.assertRaises(ModelFileError):
                self.read(self.file(**change))


if __name__ == "__main__":
    unittest.main()
