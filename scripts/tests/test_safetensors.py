"""Safetensors files that are cut and that lie, and the mel filters' formula. Runs in set-up's environment."""

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from checkpoints import write_safetensors  # noqa: E402

from convert_whisper.ctranslate2_file import ModelFileError  # noqa: E402
from convert_whisper.mel_filters import mel_filters  # noqa: E402
from convert_whisper.safetensors_file import read_tensors  # noqa: E402

DEPS = Path(os.environ.get("HOTPIN_DEPS") or Path(__file__).resolve().parents[2] / ".deps")


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


if __name__ == "__main__":
    unittest.main()
