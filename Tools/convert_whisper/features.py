"""Whisper's log-mel features, for the check after conversion only."""

import numpy as np

RATE = 16_000
WINDOW = 400
HOP = 160


def log_mel(samples: np.ndarray, filters: np.ndarray, seconds: float) -> np.ndarray:
    """Samples (16 kHz, -1...1) zero-padded to `seconds`, to [1, mels, frames] float32."""
    length = int(seconds * RATE) // (2 * HOP) * (2 * HOP)
    padded = np.zeros(length, np.float64)
    count = min(length, len(samples))
    padded[:count] = samples[:count]
    # A centred spectrogram: half a window is mirrored at either end, and the last frame is dropped.
    mirrored = np.pad(padded, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(mirrored, WINDOW)[::HOP][:-1]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.abs(np.fft.rfft(frames * hann)) ** 2
    logarithm = np.log10(np.maximum(power @ filters.T.astype(np.float64), 1e-10))
    floored = np.maximum(logarithm, logarithm.max() - 8)
    return ((floored + 4) / 4).T[None].astype(np.float32, order="C")
