"""Makes Tests/Golden/whisper/mel-*.bin: openai-whisper's log-mel spectrogram of a clip and of noise.

Needs the packages openai-whisper 20250625 and torch, and Debian's pocketsphinx-testdata.
Usage: whisper_mel.py FOLDER
Each file: float32 little-endian, [80][number of frames kept]; which frames are kept is said below.
"""

import sys

import numpy as np
import torch
from whisper.audio import log_mel_spectrogram

CLIP = "/usr/share/pocketsphinx/test/data/goforward.raw"


def spectrogram(samples, total):
    """Of the samples followed by zeros up to `total`."""
    padded = np.zeros(total, np.float32)
    padded[: len(samples)] = samples
    return log_mel_spectrogram(torch.from_numpy(padded), 80).numpy().astype("<f4")


def noise(count):
    """Numbers that any language can make again: a 32-bit linear congruence, its upper 16 bits as a sample."""
    state, values = 1, np.empty(count, np.float32)
    for index in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[index] = ((state >> 16) - 32768) / 32768 / 4
    return values


folder = sys.argv[1]
speech = np.fromfile(CLIP, dtype="<i2").astype(np.float32) / 32768
# Every ninth frame of 8 s.
spectrogram(speech, 8 * 16000)[:, ::9].tofile(f"{folder}/mel-goforward.bin")
# The first and the last eight frames of 30 s without a pause, where the mirrored ends count.
full = spectrogram(noise(30 * 16000), 30 * 16000)
np.concatenate([full[:, :8], full[:, -8:]], axis=1).tofile(f"{folder}/mel-noise.bin")
