"""Whisper's mel filters by their formula, for models that come without the table: 80 bands, or the 128 of large-v3."""

import numpy as np

from .features import RATE, WINDOW

# Slaney's scale: linear below 1 kHz, logarithmic above.
LINEAR_HERTZ = 200 / 3
BREAK_HERTZ = 1000.0
BREAK_MEL = BREAK_HERTZ / LINEAR_HERTZ
LOGARITHMIC_STEP = np.log(6.4) / 27


def mel_filters(bands: int) -> np.ndarray:
    """[bands, 201] float32: triangles of equal area, evenly spaced on the mel scale from 0 to 8 kHz."""
    top = BREAK_MEL + np.log(RATE / 2 / BREAK_HERTZ) / LOGARITHMIC_STEP
    mels = np.linspace(0, top, bands + 2)
    edges = np.where(
        mels < BREAK_MEL, mels * LINEAR_HERTZ, BREAK_HERTZ * np.exp(LOGARITHMIC_STEP * (mels - BREAK_MEL))
    )
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    widths = np.diff(edges)
    ramps = edges[:, None] - bins
    rising = -ramps[:-2] / widths[:-1, None]
    falling = ramps[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    triangles *= (2 / (edges[2:] - edges[:-2]))[:, None]
    return triangles
