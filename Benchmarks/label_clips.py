"""Labels recordings of speech: finds the first and the last sample of speech, and writes Benchmarks/clips.json.

Two judges have to agree. Energy says it to 10 ms: the last two frames in a row that are less than 26 dB below the loud
frames of the recording and clearly louder than its quietest tenth. Silero's voice activity says it to 32 ms, by its usual
threshold. A final "s" outlasts Silero's judgement, a breath should not: what is more than 100 ms outside of it does not
count. Where energy says 200 ms less than Silero, the clip is named, to be looked at.
Clips that are in the file already keep their words; new ones come from FOLDER/manifest.json.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

from speech import clips

STEP = 160
FRAME = 512
CONTEXT = 64
# In samples: how far outside of Silero's judgement sound may still be speech, and how far inside is a contradiction.
MARGIN = 1_600
AGREEMENT = 3_200


def voiced(samples: np.ndarray, model: Path) -> np.ndarray:
    """One probability of speech for each 512 samples."""
    session = onnxruntime.InferenceSession(str(model))
    state, rate = np.zeros((2, 1, 128), np.float32), np.array(clips.RATE, np.int64)
    padded = np.concatenate([np.zeros(CONTEXT), samples, np.zeros(-len(samples) % FRAME)]).astype(np.float32)
    found = []
    for start in range(0, len(padded) - CONTEXT, FRAME):
        window = padded[np.newaxis, start : start + CONTEXT + FRAME]
        probability, state = session.run(None, {"input": window, "state": state, "sr": rate})
        found.append(float(probability[0, 0]))
    return np.array(found)


def levels(samples: np.ndarray) -> np.ndarray:
    """The root mean square of each 10 ms in steps of 16 bits; never 0."""
    frames = samples[: len(samples) // STEP * STEP].reshape(-1, STEP) * 32_768
    return np.maximum(1.0, np.sqrt((frames**2).mean(axis=1)))


def label(samples: np.ndarray, model: Path) -> tuple[int, int, float, bool]:
    """First sample, the one after the last, noise floor, and whether both judges agree."""
    level = levels(samples)
    floor, loud = np.percentile(level, 10), np.percentile(level, 95)
    threshold = min(loud / 10, max(floor * 2.5, loud / 20))
    speech = np.flatnonzero(voiced(samples, model) >= 0.5)
    first, last = speech[0] * FRAME, min(len(samples), (speech[-1] + 1) * FRAME)
    over = level > threshold
    paired = over & (np.append(over[1:], False) | np.insert(over[:-1], 0, False))
    start = max(np.flatnonzero(paired)[0] * STEP, first - MARGIN, 0)
    end = min((np.flatnonzero(paired)[-1] + 1) * STEP, last + MARGIN, len(samples))
    agree = start - first <= AGREEMENT and last - end <= AGREEMENT
    print(f"  energy {start / 16:6.0f} to {end / 16:6.0f} ms, Silero {first / 16:6.0f} to {last / 16:6.0f} ms,"
          f" of {len(samples) / 16:6.0f} ms; floor {floor:4.0f}, threshold {threshold:5.0f}, loud {loud:5.0f}", end="")
    return int(start), int(end), round(float(floor), 1), agree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, help="folder with NAME.wav and manifest.json")
    parser.add_argument("--vad", type=Path, default=Path(".deps/models/silero-vad/silero_vad.onnx"))
    options = parser.parse_args()
    entries = {entry["name"]: entry for entry in json.loads(clips.LABELS.read_text())}
    if options.clips:
        for known in json.loads((options.clips / "manifest.json").read_text()):
            entries.setdefault(known["id"], {"name": known["id"], "words": known["ref"]})
    disagreed = []
    for entry in entries.values():
        path = clips.find(entry, options.clips)
        if path is None:
            continue
        pcm = clips.read(path)
        samples = np.frombuffer(pcm, np.int16) / 32_768
        print(f"{entry['name']:16}", end="")
        entry["start"], entry["end"], entry["floor"], agree = label(samples, options.vad)
        entry["sha256"] = hashlib.sha256(pcm).hexdigest()
        print("" if agree else "  << differ")
        disagreed += [] if agree else [entry["name"]]
    lines = ",\n ".join(json.dumps(entry, sort_keys=True) for entry in entries.values())
    clips.LABELS.write_text(f"[{lines}]\n")
    if disagreed:
        print(f"Look at these: {', '.join(disagreed)}.", file=sys.stderr)
    return 1 if disagreed else 0


if __name__ == "__main__":
    sys.exit(main())
