"""Makes Tests/Golden/recording/trim.txt: what librosa's trimming and a mean power of -20 dB make of some signals.

Follows the documentation of librosa 0.11 (`effects.trim`, `feature.rms`, `power_to_db`) with numpy alone, frame by frame.
Usage: recording_trim.py FILE
A line a case: name, samples, where each loudness begins, first sample kept, end, gain, samples clipped; tabs between.
"""

import sys

import numpy as np

FRAME, HOP, TOP_DB = 2048, 512, 30


def noise(count):
    """Numbers that any language can make again: a 32-bit linear congruence, its upper 16 bits as a sample."""
    state, values = 1, np.empty(count, np.float64)
    for index in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[index] = ((state >> 16) - 32768) / 32768 / 4
    return values


def trim(samples):
    padded = np.pad(samples, FRAME // 2)
    count = 1 + (len(padded) - FRAME) // HOP
    rms = np.array([np.sqrt(np.mean(padded[i * HOP : i * HOP + FRAME] ** 2)) for i in range(count)])
    floor = 1e-5
    decibels = 20 * np.log10(np.maximum(floor, rms)) - 20 * np.log10(max(floor, rms.max()))
    loud = np.flatnonzero(decibels > -TOP_DB)
    if len(loud) == 0:
        return 0, 0
    return loud[0] * HOP, min(len(samples), (loud[-1] + 1) * HOP)


def shaped(count, *steps):
    """Noise; from each step's first sample on its loudness is the step's."""
    samples = noise(count)
    gains = np.zeros(count)
    for start, gain in steps:
        gains[start:] = gain
    return samples * gains


CASES = {
    "speech between faint noise": (48000, (0, 0.001), (8000, 1.0), (30000, 0.001)),
    "all the same": (20000, (0, 0.5)),
    "quiet, but only so": (30000, (0, 0.04), (10000, 1.0), (20000, 0.04)),
    "just too quiet": (30000, (0, 0.02), (10000, 1.0), (20000, 0.02)),
    "loud at both ends": (25000, (0, 1.0), (3000, 0.0001), (22000, 1.0)),
    "a click": (20000, (0, 0.0), (5000, 1.0), (5001, 0.0)),
    "shorter than a frame": (100, (0, 0.3)),
    "a hop exactly": (5120, (0, 0.0), (512, 0.3)),
    "zeros": (10000, (0, 0.0)),
    "nearly zeros": (10000, (0, 1e-6), (5000, 1e-5)),
    "one sample": (1, (0, 1.0)),
    "few loud ones": (40000, (0, 0.01), (20000, 4.0), (20300, 0.01)),
}

with open(sys.argv[1], "w") as file:
    for name, (count, *steps) in CASES.items():
        samples = shaped(count, *steps).astype(np.float32).astype(np.float64)
        start, end = trim(samples)
        kept = samples[start:end]
        power = np.mean(kept**2)
        gain = 10 ** (-20 / 20) / np.sqrt(power) if power > 0 else 1.0
        clipped = int(np.count_nonzero(np.abs(kept * gain) > 1))
        levels = " ".join(f"{at}:{gain_}" for at, gain_ in steps)
        file.write(f"{name}\t{count}\t{levels}\t{start}\t{end}\t{gain:.9g}\t{clipped}\n")
