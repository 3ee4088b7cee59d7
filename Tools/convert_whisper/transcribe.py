"""Greedy transcription with the converted graphs: the reference for other run-times, and a check."""

import base64
import json
import wave
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .features import RATE, log_mel

SUPPRESSED = -1e9


class Transcriber:
    """One converted model, loaded. `precision` is "fp32" or "int8"."""

    def __init__(self, folder: Path, precision: str = "int8", decoder: str | None = None):
        suffix = ".int8" if precision == "int8" else ""
        self.facts = json.loads((folder / "model.json").read_text())
        self.encoder = _session(folder / f"encoder{suffix}.onnx")
        self.decoder = _session(folder / (decoder or f"decoder{suffix}.onnx"))
        self.outputs = [output.name for output in self.decoder.get_outputs()]
        self.filters = np.fromfile(folder / "mel_filters.bin", "<f4").reshape(self.facts["mels"], -1)
        lines = (line.split() for line in (folder / "tokens.txt").read_text().splitlines())
        self.tokens = {int(number): base64.b64decode(text) for text, number in lines}
        self.suppress = np.zeros(self.facts["vocabulary"], np.float32)
        self.suppress[self.facts["suppress"]] = SUPPRESSED
        self.suppress[self.facts["timestamp_begin"] :] = SUPPRESSED

    def text(self, samples: np.ndarray) -> str:
        """The words of at most 30 s of speech (16 kHz mono, -1...1)."""
        duration = len(samples) / RATE
        cross = self.encode(samples, min(30, max(8, duration + 1)))
        numbers = self.decode(cross, limit=min(200, int(7 * duration + 10)))
        return b"".join(self.tokens.get(number, b"") for number in numbers).decode("utf-8", "replace").strip()

    def encode(self, samples: np.ndarray, seconds: float) -> dict[str, np.ndarray]:
        names = [output.name for output in self.encoder.get_outputs()]
        return dict(zip(names, self.encoder.run(names, {"mel": log_mel(samples, self.filters, seconds)})))

    def decode(self, cross: dict[str, np.ndarray], limit: int) -> list[int]:
        shape = (1, self.facts["heads"], self.facts["text_context"], self.facts["state"] // self.facts["heads"])
        past = {
            f"{name}{layer}": np.zeros(shape, np.float32)
            for layer in range(self.facts["decoder_layers"])
            for name in ("pk", "pv")
        }
        numbers: list[int] = []
        step, length = self.facts["sot_sequence"], 0
        while len(numbers) < limit:
            results = self.run(step, length, past, cross)
            length += len(step)
            past = {name: results["n" + name[1:]] for name in past}
            following = int(results["next"][0, -1])
            if following == self.facts["eot"]:
                break
            numbers.append(following)
            step = [following]
        return numbers

    def run(self, tokens: list[int], length: int, past: dict, cross: dict) -> dict[str, np.ndarray]:
        """One decoder run over `tokens`, of which `length` earlier ones are in `past`."""
        count = len(tokens)
        feeds = {
            "tokens": np.array([tokens], np.int64),
            "pos": np.arange(length, length + count, dtype=np.int64)[None],
            "seqlens_k": np.array([length + count - 1], np.int32),
            "total_len": np.array(length + count, np.int32),
            "suppress": self.suppress,
        }
        return dict(zip(self.outputs, self.decoder.run(self.outputs, feeds | past | cross)))


def read_samples(path: Path) -> np.ndarray:
    """A mono 16-bit 16 kHz WAV file, or raw samples of that form (.raw), as float32 -1...1."""
    if path.suffix == ".raw":
        data = path.read_bytes()
    else:
        with wave.open(str(path)) as audio:
            if (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) != (RATE, 1, 2):
                raise ValueError(f"{path.name} is not 16 kHz mono 16-bit audio")
            data = audio.readframes(audio.getnframes())
    return np.frombuffer(data, "<i2").astype(np.float32) / 32768


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
