"""What is to be known of a decoder before its sound can be made part by part."""

from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from . import VoiceError
from .graphs import LATENTS

MOST_FRAMES = 512
TRIALS = 3


@dataclass(frozen=True)
class DecoderFacts:
    """Samples of a frame, length of a frame's vector, and how many frames to each side a frame's samples depend on."""

    hop: int
    channels: int
    context: int


def open_session(path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def decode(decoder: ort.InferenceSession, latents: np.ndarray) -> np.ndarray:
    """Samples of latents [1, channels, frames]."""
    return decoder.run(None, {LATENTS: np.ascontiguousarray(latents, np.float32)})[0].reshape(-1)


def decode_in_parts(decoder: ort.InferenceSession, latents: np.ndarray, facts: DecoderFacts, frames: int) -> np.ndarray:
    """The same samples, made `frames` at a time, each part with its surroundings."""
    parts = []
    count = latents.shape[-1]
    for start in range(0, count, frames):
        end = min(start + frames, count)
        first, last = max(0, start - facts.context), min(count, end + facts.context)
        sound = decode(decoder, latents[:, :, first:last])
        parts.append(sound[(start - first) * facts.hop : (end - first) * facts.hop])
    return np.concatenate(parts)


def measure(decoder: ort.InferenceSession) -> DecoderFacts:
    """Changes one frame and sees which samples change.

    A sample that does not depend on the frame is computed from the same numbers in the same order, so that it stays
    equal to the last bit.
    """
    channels = decoder.get_inputs()[0].shape[1]
    random = np.random.default_rng(1)
    hop = frame_length(decoder, random.standard_normal((1, channels, 24)))
    frames = 64
    while frames <= MOST_FRAMES:
        reach = max(_reach(decoder, random.standard_normal((2, channels, frames)), hop) for _ in range(TRIALS))
        # A change that goes up to the edges may go beyond them.
        if reach < frames // 2 - 1:
            return DecoderFacts(hop, channels, reach)
        frames *= 2
    raise VoiceError(f"a sample depends on more than {MOST_FRAMES // 2} frames to one side: its sound cannot be made in parts")


def frame_length(decoder: ort.InferenceSession, latents: np.ndarray) -> int:
    count = latents.shape[-1]
    whole, half = (len(decode(decoder, latents[:, :, :part])) for part in (count, count // 2))
    if whole % count or half * 2 != whole or not whole:
        raise VoiceError(f"{count} frames give {whole} samples and {count // 2} give {half}: frames are not of one length")
    return whole // count


def _reach(decoder: ort.InferenceSession, pair: np.ndarray, hop: int) -> int:
    """Frames to the farther side of a changed one whose samples change."""
    frame = pair.shape[-1] // 2
    before, after = pair[:1], pair[:1].copy()
    after[0, :, frame] = pair[1, :, frame]
    changed = np.flatnonzero(decode(decoder, before) != decode(decoder, after)) // hop
    if not len(changed):
        raise VoiceError("its sound does not depend on its latents")
    return int(max(frame - changed[0], changed[-1] - frame, 0))
