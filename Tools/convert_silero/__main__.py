"""Command line: `python -m convert_silero convert …` and `… check …`; see README.md."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from google.protobuf.message import DecodeError

from . import TOOL_VERSION, ModelError
from .graph import CONTEXT, FRAME, LENGTH, build
from .weights import read_weights

SOURCE, RESULT = "silero_vad.onnx", "silero_vad_16k.onnx"
SECONDS = 8
RATE = 16_000
# Frames of a run: one after another as they come, and many that do not divide the sound.
RUNS = (1, 5, 31, 1000)
# Sums in another order are rounded differently, and the network feeds its results back.
TOLERANCE = 1e-4


def convert(arguments: argparse.Namespace) -> None:
    """Writes into a sibling folder first: the named one appears only when it is complete."""
    final: Path = arguments.output
    work = final.with_name(final.name + ".partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    source = arguments.model / SOURCE
    try:
        model = onnx.load(source)
    except DecodeError as error:
        raise ModelError(f"{source} is not an ONNX file ({error})") from error
    made = build(read_weights(model))
    made.producer_name, made.producer_version = "convert_silero", TOOL_VERSION
    onnx.save(made, work / RESULT)
    shutil.copyfile(source, work / SOURCE)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(work, final)


def check(arguments: argparse.Namespace) -> None:
    """Hears tones, noise and silence with both graphs, and wants the same probabilities."""
    frames = sound()
    expected = frame_by_frame(session(arguments.output / SOURCE), frames)
    made = session(arguments.output / RESULT)
    for count in RUNS:
        state, heard = np.zeros((2, 1, 128), np.float32), []
        for start in range(0, len(frames), count):
            some, state = made.run(None, {"frames": frames[start : start + count], "state": state})
            heard.append(some)
        difference = np.abs(np.concatenate(heard) - expected).max()
        if not difference <= TOLERANCE:
            raise ModelError(f"{count} frames at once differ from the model by {difference:.1e}")
        print(f"{len(frames)} frames, {count} at once: {difference:.1e} from the model; {expected.min():.2f} to {expected.max():.2f}")


def sound() -> np.ndarray:
    """[frames, 576]: buzzing whose pitch and loudness change as a voice's do, noise, and nothing."""
    time = np.arange(SECONDS * RATE) / RATE
    source = np.random.default_rng(5)
    pitch = 110 + 30 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    buzz = sum(np.sin(n * phase) / n for n in range(1, 25)) * np.clip(np.sin(2 * np.pi * 3 * time), 0, 1)
    samples = np.where(time % 2 < 1, 0.2 * buzz, 0.02 * source.standard_normal(len(time)))
    samples[time > SECONDS - 1] = 0
    padded = np.concatenate([np.zeros(CONTEXT), samples]).astype(np.float32)
    starts = range(0, len(samples) - FRAME + 1, FRAME)
    return np.stack([padded[start : start + LENGTH] for start in starts])


def frame_by_frame(model: ort.InferenceSession, frames: np.ndarray) -> np.ndarray:
    state, heard = np.zeros((2, 1, 128), np.float32), []
    for frame in frames:
        some, state = model.run(None, {"input": frame[None], "state": state, "sr": np.array(RATE, np.int64)})
        heard.append(some[0, 0])
    return np.array(heard)


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="convert_silero", description="Silero VAD for many frames at once.")
    commands = parser.add_subparsers(required=True)
    converting = commands.add_parser("convert", help="make the graph")
    converting.add_argument("--model", type=Path, required=True, help=f"folder with {SOURCE}")
    converting.add_argument("--assets", type=Path, help="not used; set-up gives it to every converter")
    converting.add_argument("--output", type=Path, required=True, help="folder to make")
    converting.set_defaults(run=convert)
    checking = commands.add_parser("check", help="compare it with the model")
    checking.add_argument("--output", type=Path, required=True, help="the folder that was made")
    checking.set_defaults(run=check)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (ModelError, OSError, ValueError) as error:
        sys.exit(f"convert_silero: {error}")


if __name__ == "__main__":
    main()
