"""Makes Tests/Golden/smart-turn: what pipecat-ai's own features and model say of clips that are cut at several places.

Needs the packages numpy and onnxruntime, pipecat-ai 1.14.0 unpacked (nothing else of it is used), and Debian's
pocketsphinx-testdata.
Usage: smart_turn.py PIPECAT-FOLDER OUTPUT-FOLDER
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import onnxruntime

CLIPS = Path("/usr/share/pocketsphinx/test/data")
# The last is longer than what the model looks at.
CUTS = [("goforward.raw", 12000), ("goforward.raw", 30000), ("goforward.raw", 44000), ("goforward.raw x4", 150000)]

smart_turn, output = Path(sys.argv[1]) / "pipecat/audio/turn/smart_turn", Path(sys.argv[2])
spec = importlib.util.spec_from_file_location("features", smart_turn / "_whisper_features.py")
features = importlib.util.module_from_spec(spec)
spec.loader.exec_module(features)
session = onnxruntime.InferenceSession(smart_turn / "data/smart-turn-v3.2-cpu.onnx")

lines = []
for name, count in CUTS:
    samples = np.fromfile(CLIPS / name.split()[0], dtype="<i2").astype(np.float32) / 32768
    samples = np.tile(samples, 4 if name.endswith("x4") else 1)[:count][-128000:]
    samples = np.pad(samples, (128000 - len(samples), 0))
    mel = features.compute_whisper_log_mel_features(samples)
    probability = session.run(None, {"input_features": mel[None]})[0].item()
    lines.append(f"{name}\t{count}\t{probability:.6f}\n")
    if count in (30000, 150000):
        # Every ninth frame of every band is enough to compare.
        mel[:, ::9].astype("<f4").tofile(output / f"mel-{count}.bin")
(output / "probability.tsv").write_text("".join(lines))
