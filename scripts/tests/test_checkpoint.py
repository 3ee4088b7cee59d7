"""Checkpoint folders of a made-up model: each form must give the same graphs, each fault must be named.

With HOTPIN_CONTAINER=FOLDER (a whole CTranslate2 model: model.bin, config.json, tokenizer.json) that model is made into a
checkpoint and converted from both forms, too; the graphs must be equal byte for byte. Runs in set-up's environment.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from checkpoints import checkpoint_tensors, write_checkpoint, write_safetensors  # noqa: E402
from test_convert_whisper import HEADS, STATE, VOCABULARY, made_up_weights  # noqa: E402

from convert_whisper.ctranslate2_file import ModelFileError  # noqa: E402
from convert_whisper.decoder import build_decoder  # noqa: E402
from convert_whisper.encoder import build_encoder  # noqa: E402
from convert_whisper.mel_filters import mel_filters  # noqa: E402
from convert_whisper.safetensors_file import read_tensors  # noqa: E402
from convert_whisper.source import Source  # noqa: E402
from convert_whisper.transcribe import Transcriber  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
DEPS = Path(os.environ.get("HOTPIN_DEPS") or REPOSITORY / ".deps")
END = 80
NAMES = ["endoftext", "startoftranscript", "en", "de", "translate", "transcribe", "startofprev", "nospeech", "notimestamps"]
SPECIAL = {f"<|{name}|>": END + place for place, name in enumerate(NAMES)}


def made_up_tokenizer() -> dict:
    characters = ["Ġ", *(chr(33 + place) for place in range(END - 1))]
    vocabulary = {character: number for number, character in enumerate(characters)} | {"<|endoftext|>": END}
    added = [{"id": number, "content": content, "special": True} for content, number in SPECIAL.items()]
    return {"version": "1.0", "added_tokens": added, "model": {"type": "BPE", "vocab": vocabulary, "merges": []}}


def two_layers() -> dict[str, np.ndarray]:
    weights = made_up_weights()
    weights |= {name.replace("layer_0", "layer_1"): -value for name, value in weights.items() if "layer_0" in name}
    for layer in range(2):
        # Keys have no bias.
        for side in ("encoder", "decoder"):
            weights[f"{side}/layer_{layer}/self_attention/linear_0/bias"][STATE : 2 * STATE] = 0
        weights[f"decoder/layer_{layer}/attention/linear_1/bias"][:STATE] = 0
    return weights


def run_tool(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "convert_whisper", *map(str, arguments)],
        cwd=REPOSITORY / "Tools",
        capture_output=True,
        text=True,
    )


class CheckpointTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "checkpoint"
        self.weights = two_layers()
        self.decoding = {"alignment_heads": [[1, 0]], "suppress_ids": [3, 5]}

    def write(self, **options) -> Path:
        write_checkpoint(self.folder, self.weights, made_up_tokenizer(), self.decoding, **options)
        return self.folder

    def edit(self, file: str, **changes) -> None:
        path = self.folder / file
        document = json.loads(path.read_text()) | changes
        path.write_text(json.dumps({name: value for name, value in document.items() if value is not None}))

    def tensors(self) -> dict[str, np.ndarray]:
        return checkpoint_tensors(self.weights, {"encoder": 2, "decoder": 2})

    def assert_refused(self, words: str):
        with self.assertRaisesRegex(ModelFileError, words):
            Source.read(self.folder, None)

    # What should work

    def test_every_form_gives_the_same_graphs(self):
        source = Source.read(self.write(), None)
        encoder = build_encoder(self.weights, source.size).SerializeToString()
        decoder = build_decoder(self.weights, source.size, [1]).SerializeToString()
        for options in ({}, {"element": "F16"}, {"element": "F64"}, {"shards": 3}):
            with self.subTest(options):
                for old in self.folder.iterdir():
                    old.unlink()
                source = Source.read(self.write(**options), None)
                self.assertEqual(build_encoder(source.weights, source.size).SerializeToString(), encoder)
                self.assertEqual(build_decoder(source.weights, source.size, [1]).SerializeToString(), decoder)

    def test_brain_half_keeps_its_eight_bits(self):
        source = Source.read(self.write(element="BF16"), None)
        expected = self.weights["encoder/conv1/weight"].astype(np.float32)
        np.testing.assert_allclose(source.weights["encoder/conv1/weight"], expected, rtol=2**-7)
        self.assertEqual(source.weights["encoder/conv1/weight"].dtype, np.float32)

    def test_bare_model_and_tied_projection(self):
        self.write()
        tensors = {name.removeprefix("model."): value for name, value in self.tensors().items()}
        write_safetensors(self.folder / "model.safetensors", tensors)
        # Copies, because weights stay in their file, which is written anew here.
        bare = {name: np.array(value) for name, value in Source.read(self.folder, None).weights.items()}
        tied = self.tensors() | {"proj_out.weight": self.weights["decoder/embeddings/weight"]}
        write_safetensors(self.folder / "model.safetensors", tied)
        whole = Source.read(self.folder, None).weights
        for name in whole:
            np.testing.assert_array_equal(bare[name], whole[name], name)

    def test_token_table_keeps_what_half_precision_would_lose(self):
        self.weights["decoder/embeddings/weight"] = self.weights["decoder/embeddings/weight"].astype(np.float32) / 3
        table = Source.read(self.write(), None).weights["decoder/embeddings/weight"]
        self.assertEqual(table.dtype, np.float32)
        np.testing.assert_array_equal(table, self.weights["decoder/embeddings/weight"])

    def test_fewer_decoder_layers(self):
        source = Source.read(self.write(decoder_layers=1), None)
        self.assertEqual((source.size.encoder_layers, source.size.decoder_layers), (2, 1))
        # The heads of the model that it was made from are no longer there.
        self.assertEqual(source.vocabulary.alignment_heads, [])
        self.assertEqual(source.size.upper_heads, [[0, head] for head in range(HEADS)])

    def test_tokens_come_from_the_files(self):
        self.write()
        self.edit("generation_config.json", is_multilingual=True)
        facts = Source.read(self.folder, None).vocabulary.describe()
        self.assertEqual(facts["languages"], {"en": END + 2, "de": END + 3})
        self.assertEqual(facts["sot_sequence"], [END + 1, END + 2, END + 5, END + 8])
        self.assertEqual((facts["eot"], facts["timestamp_begin"], facts["blank"]), (END, END + 9, 0))
        self.assertEqual(facts["suppress"], [3, 5, *range(END + 1, END + 9)])
        self.edit("generation_config.json", is_multilingual=False)
        self.assertEqual(Source.read(self.folder, None).vocabulary.describe()["sot_sequence"], [END + 1, END + 8])

    def test_older_tokenizer_files_say_the_same(self):
        new = Source.read(self.write(), None).vocabulary
        (self.folder / "tokenizer.json").unlink()
        self.assertEqual(Source.read(self.folder, None).vocabulary, new)

    def test_suppressed_tokens_may_stand_in_either_file(self):
        new = Source.read(self.write(), None).vocabulary
        self.edit("generation_config.json", suppress_tokens=None)
        self.edit("config.json", suppress_tokens=[-1, 3, 5, 10**6])
        self.assertEqual(Source.read(self.folder, None).vocabulary.suppress, new.suppress)

    def test_conversion_makes_a_model_that_runs(self):
        self.write(decoder_layers=1)
        output = self.folder.with_name("made")
        result = run_tool("convert", "--model", self.folder, "--output", output, "--precision", "int8", "--projection", "8")
        self.assertEqual(result.returncode, 0, result.stderr)
        files = {"encoder.int8.onnx", "decoder.int8.onnx", "tokens.txt", "mel_filters.bin", "model.json"}
        self.assertEqual({path.name for path in output.iterdir()}, files)
        self.assertEqual(json.loads((output / "model.json").read_text())["name"], "made")
        self.assertEqual(list(self.folder.parent.glob(".*")), [])
        transcriber = Transcriber(output, "int8")
        cross = transcriber.encode(np.zeros(1600, np.float32), 0.2)
        self.assertEqual(sorted(cross), ["ck0", "cv0"])
        self.assertLessEqual(len(transcriber.decode(cross, 5)), 5)

    def test_failed_conversion_leaves_the_old_model(self):
        self.write()
        output = self.folder.with_name("made")
        output.mkdir()
        (output / "model.json").write_text("old")
        (self.folder / "tokenizer.json").unlink()
        (self.folder / "vocab.json").write_text("{")
        result = run_tool("convert", "--model", self.folder, "--output", output)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn("vocab.json is not JSON", result.stderr)
        self.assertEqual((output / "model.json").read_text(), "old")

    # What is refused

    def test_weights_that_do_not_fit(self):
        self.write()
        tensors = self.tensors()
        for words, change in {
            "hold no model.decoder.layers.1.fc1.bias": {"model.decoder.layers.1.fc1.bias": None},
            "decoder.layers.0.fc1.lora_A and 0 more": {"model.decoder.layers.0.fc1.lora_A": np.zeros(2)},
            "has the shape": {"model.encoder.embed_positions.weight": np.zeros((7, STATE))},
            "differs from the token embeddings": {"proj_out.weight": np.zeros((VOCABULARY, STATE))},
        }.items():
            with self.subTest(words):
                changed = {name: value for name, value in (tensors | change).items() if value is not None}
                write_safetensors(self.folder / "model.safetensors", changed)
                self.assert_refused(words)

    def test_other_networks(self):
        for words, change in {
            "model_type 'wav2vec2'": {"model_type": "wav2vec2"},
            "names no model_type": {"model_type": None},
            "activation_function": {"activation_function": "relu"},
            "numbers of heads": {"encoder_attention_heads": 4},
            "no plain decoder_layers": {"decoder_layers": "2"},
            "config.json says": {"num_mel_bins": 128, "vocab_size": 3},
        }.items():
            with self.subTest(words):
                self.write()
                if "num_mel_bins" in change:
                    self.edit("preprocessor_config.json", feature_size=128)
                self.edit("config.json", **change)
                self.assert_refused(words)
        self.write()
        self.edit("preprocessor_config.json", feature_size=128)
        self.assert_refused("feature_size 128; the model needs 80")

    def test_missing_files(self):
        self.write(shards=2)
        (self.folder / "model-00002-of-00002.safetensors").unlink()
        self.assert_refused("names model-00002-of-00002.safetensors, which is missing")
        (self.folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../secret"}}')
        self.assert_refused("outside the folder")
        (self.folder / "model.safetensors.index.json").unlink()
        self.assert_refused("holds no model")
        (self.folder / "pytorch_model.bin").write_bytes(b"\x80")
        self.assert_refused("can run code")

    def test_tokenizer_with_a_gap(self):
        self.write()
        tokenizer = made_up_tokenizer()
        del tokenizer["model"]["vocab"]["A"]
        (self.folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        self.assert_refused("does not hold the tokens 0 to 79")
        tokenizer["model"]["vocab"]["語"] = 33
        (self.folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        self.assert_refused("unknown character")

    def test_models_too_large_for_a_file(self):
        self.write()
        source = Source.read(self.folder, None)
        from convert_whisper import source as module

        limit, module.GRAPH_LIMIT = module.GRAPH_LIMIT, 100_000
        self.addCleanup(setattr, module, "GRAPH_LIMIT", limit)
        self.assertGreater(len(build_decoder(source.weights, source.size).SerializeToString()), 100_000)
        self.assert_refused("too large for this converter")


class SafetensorsTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "a.safetensors"

    def refuse(self, data: bytes):
        self.path.write_bytes(data)
        with self.assertRaises(ModelFileError):
            read_tensors(self.path)

    def header(self, entry: object, body: bytes = bytes(8)) -> bytes:
        text = json.dumps({"a": entry}).encode()
        return len(text).to_bytes(8, "little") + text + body

    def test_every_cut_is_refused(self):
        write_safetensors(self.path, {"a": np.arange(6).reshape(2, 3), "b": np.ones(1)})
        whole = self.path.read_bytes()
        np.testing.assert_array_equal(read_tensors(self.path)["a"], [[0, 1, 2], [3, 4, 5]])
        for length in range(len(whole)):
            with self.subTest(length):
                self.refuse(whole[:length])

    def test_lies_are_refused(self):
        good = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
        self.path.write_bytes(self.header(good))
        np.testing.assert_array_equal(read_tensors(self.path)["a"], [0, 0])
        for change in (
            {"dtype": "I8"}, {"dtype": ["F32"]}, {"shape": [3]}, {"shape": [-1, -2]}, {"shape": "2"}, {"shape": [2.0]},
            {"data_offsets": [8, 16]}, {"data_offsets": [-8, 0]}, {"data_offsets": [8, 0]}, {"data_offsets": [0]},
            {"shape": [2**62, 4], "data_offsets": [0, 0]},
        ):
            with self.subTest(change):
                self.refuse(self.header(good | change))
        for data in (b"\xff" * 8, b"\xff" * 64, self.header([]), self.header("a"), (2).to_bytes(8, "little") + b"[]"):
            with self.subTest(data):
                self.refuse(data)


class MelFilterTests(unittest.TestCase):
    def test_formula_gives_the_published_table(self):
        published = DEPS / "models" / "whisper-tiny.en" / "mel_filters.bin"
        np.testing.assert_array_equal(mel_filters(80), np.fromfile(published, "<f4").reshape(80, 201))

    def test_128_bands(self):
        filters = mel_filters(128)
        self.assertEqual((filters.shape, filters.dtype), ((128, 201), np.float32))
        self.assertTrue((filters.max(1) > 0).all())


@unittest.skipUnless(os.environ.get("HOTPIN_CONTAINER"), "HOTPIN_CONTAINER names no whole model")
class WholeModelTests(unittest.TestCase):
    def test_both_forms_give_the_same_bytes(self):
        from convert_whisper.ctranslate2_file import read_weights

        container = Path(os.environ["HOTPIN_CONTAINER"]).resolve()
        tokenizer, decoding = (json.loads((container / name).read_text()) for name in ("tokenizer.json", "config.json"))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_checkpoint(folder / "checkpoint", read_weights(container / "model.bin"), tokenizer, decoding)
            for source in (container, folder / "checkpoint"):
                result = run_tool("convert", "--model", source, "--output", folder / source.name / "made")
                self.assertEqual(result.returncode, 0, result.stderr)
            made = sorted((folder / container.name / "made").iterdir())
            self.assertEqual(len(made), 7)
            for path in made:
                other = folder / "checkpoint" / "made" / path.name
                if path.name == "model.json":
                    pair = [json.loads(file.read_text()) | {"source": None} for file in (path, other)]
                    self.assertEqual(*pair)
                else:
                    self.assertEqual(path.read_bytes(), other.read_bytes(), path.name)


if __name__ == "__main__":
    unittest.main()
