"""Makes Tests/Golden/silero/goforward.txt: what silero-vad's own wrapper says of each frame of a clip.

Needs the packages silero-vad 6.2.3, torch and onnxruntime, and Debian's pocketsphinx-testdata.
Usage: silero.py OUTPUT
"""

import sys

import numpy as np
import torch
from silero_vad import load_silero_vad

CLIP = "/usr/share/pocketsphinx/test/data/goforward.raw"
samples = np.fromfile(CLIP, dtype="<i2").astype(np.float32) / 32768
model = load_silero_vad(onnx=True)
with open(sys.argv[1], "w", encoding="ascii") as output:
    for start in range(0, len(samples) - 511, 512):
        output.write(f"{model(torch.from_numpy(samples[start:start + 512]), 16000).item():.7f}\n")
