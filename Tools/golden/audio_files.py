"""Writes the small audio files that the file reader is tested with.

Needs `soundfile` (with libsndfile 1.1 or newer, for MP3) and `numpy`:
    python Tools/golden/audio_files.py Tests/Golden/audio

Every file holds half a second of a 440 Hz sine: amplitude 0.5 on the left, 0.1 on the right (mean 0.3).
"""

import sys
from pathlib import Path

import numpy as np
import soundfile as sf

FILES = [
    ("tone-44100-stereo.flac", 44100, "FLAC", "PCM_16"),
    ("tone-44100-stereo.ogg", 44100, "OGG", "VORBIS"),
    ("tone-48000-stereo.opus", 48000, "OGG", "OPUS"),
    ("tone-44100-stereo.mp3", 44100, "MP3", "MPEG_LAYER_III"),
    ("tone-22050-stereo.aiff", 22050, "AIFF", "PCM_16"),
]


def main() -> None:
    folder = Path(sys.argv[1])
    for name, rate, container, subtype in FILES:
        wave = np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)
        sf.write(folder / name, np.stack([0.5 * wave, 0.1 * wave], 1), rate, subtype, format=container)


if __name__ == "__main__":
    main()
