"""What is to be known of a voice before its sound can be made part by part, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from . import VoiceError
from .graphs import FEATURES, LATENTS

MOST_FRAMES = 512
TRIALS = 3


@dataclass(frozen=True)
class Layout:
    """Samples of a frame, length of a frame's vector, and on how many frames to each side what is made of it depends."""

    hop: int
    channels: int
    flow_context: int
    decoder_context: int


class Voice:
    """The parts of a voice in a folder, without its encoder."""

    def __init__(self, folder: Path):
        self.flow = open_session(folder / "flow.onnx")
        self.decoder = open_session(folder / "decoder.onnx")

    def features(self, latents: np.ndarray) -> np.ndarray:
        return self.flow.run(None, {LATENTS: np.ascontiguousarray(latents, np.float32)})[0]

    def decode(self, features: np.ndarray) -> np.ndarray:
        return self.decoder.run(None, {FEATURES: np.ascontiguousarray(features, np.float32)})[0].reshape(-1)

    def speak(self, latents: np.ndarray, layout: Layout, frames: int) -> np.ndarray:
        """The sound of latents [1, channels, frames], made `frames` at a time, each part with its surroundings."""
        parts = []
        count = latents.shape[-1]
        for start in range(0, count, frames):
            end = min(start + frames, count)
            first, last = max(0, start - layout.decoder_context), min(count, end + layout.decoder_context)
            left, right = max(0, first - layout.flow_context), min(count, last + layout.flow_context)
            features = self.features(latents[:, :, left:right])[:, :, first - left : last - left]
            sound = self.decode(features)
            parts.append(sound[(start - first) * layout.hop : (end - first) * layout.hop])
        return np.concatenate(parts)

    def measure(self) -> Layout:
        channels = self.decoder.get_inputs()[0].shape[1]
        hop = self._frame_length(np.random.default_rng(1).standard_normal((1, channels, 24)))
        return Layout(
            hop,
            channels,
            measure_reach(lambda latents: self.features(latents)[0].T, channels),
            measure_reach(lambda features: self.decode(features).reshape(-1, hop), channels),
        )

    def _frame_length(self, features: np.ndarray) -> int:
        count = features.shape[-1]
        whole, half = (len(self.decode(features[:, :, :part])) for part in (count, count // 2))
        if whole % count or half * 2 != whole or not whole:
            raise VoiceError(f"{count} frames give {whole} samples and {count // 2} give {half}: frames are not of one length")
        return whole // count


def open_session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def measure_reach(network: Callable[[np.ndarray], np.ndarray], channels: int) -> int:
    """Changes one frame and sees which frames of the result change, to the farther side.

    What does not depend on the frame is computed from the same numbers in the same order, so that it stays equal to the last
    bit.
    """
    random = np.random.default_rng(1)
    frames = 128
    while frames <= MOST_FRAMES:
        frame = frames // 2
        reach = 0
        for _ in range(TRIALS):
            before = random.standard_normal((1, channels, frames))
            after = before.copy()
            after[:, :, frame] = random.standard_normal(channels)
            changed = np.flatnonzero((network(before) != network(after)).any(axis=1))
            if not len(changed):
                raise VoiceError("what it makes of a frame does not depend on it")
            reach = max(reach, int(frame - changed[0]), int(changed[-1] - frame))
        # A change that goes up to the edges may go beyond them.
        if reach < frame - 1:
            return reach
        frames *= 2
    raise VoiceError(f"a frame depends on more than {MOST_FRAMES // 2} others to one side: its sound cannot be made in parts")
