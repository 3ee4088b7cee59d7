"""Command line: `python -m split_piper convert …` and `… check …`; see README.md."""

import argparse
import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError

from . import TOOL_VERSION, VoiceError
from .graphs import LATENTS, split
from .parts import Layout, Voice, open_session

# "Hello, this is a test of the voice." in the phonemes that an English voice knows; others speak what they know of it.
PHONEMES = "həlˈoʊ, ðɪs ɪz ɐ tˈɛst ʌv ðə vˈɔɪs."
# Frames of a part: what the server makes, and a length that is no round number.
PARTS = (24, 31, 48, 96)
# One step of a 16-bit sample. Sums over more or fewer frames are rounded differently.
TOLERANCE = 1 / 32768


def convert(arguments: argparse.Namespace) -> None:
    """Writes into a sibling folder first: the named one appears only when it is complete."""
    final: Path = arguments.output
    work = final.with_name(final.name + ".partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    source = arguments.model / "voice.onnx"
    try:
        model = onnx.load(source)
    except DecodeError as error:
        raise VoiceError(f"{source} is not an ONNX file ({error})") from error
    for name, part in split(model).items():
        onnx.save(part, work / f"{name}.onnx")
        print(f"{name}.onnx: {(work / f'{name}.onnx').stat().st_size / 1e6:.0f} MB", flush=True)
    layout = asdict(Voice(work).measure())
    print(", ".join(f"{name} {value}" for name, value in layout.items()))
    described = {**layout, "source": {"sha256": sha256(source)}, "tool": TOOL_VERSION}
    (work / "layout.json").write_text(json.dumps(described) + "\n")
    shutil.copyfile((arguments.assets or arguments.model) / "voice.onnx.json", work / "voice.onnx.json")
    shutil.rmtree(final, ignore_errors=True)
    os.replace(work, final)


def check(arguments: argparse.Namespace) -> None:
    """Speaks a sentence with the whole voice and with its networks, and wants the same sound."""
    described = json.loads((arguments.output / "layout.json").read_text())
    layout = Layout(*(described[field.name] for field in fields(Layout)))
    ids = [int(word) for word in arguments.ids.replace(",", " ").split()] if arguments.ids else known_ids(arguments.output)
    whole = open_session(arguments.model / "voice.onnx")
    encoder = open_session(arguments.output / "encoder.onnx")
    voice = Voice(arguments.output)
    for factor in (1.0, 2.0):
        feed = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            # Without noise: two runs would draw other numbers.
            "scales": np.array([0, factor, 0], np.float32),
        }
        expected = whole.run(None, feed)[0].reshape(-1)
        latents = encoder.run([LATENTS], feed)[0]
        for frames in (*PARTS, latents.shape[-1]):
            sound = voice.speak(latents, layout, frames)
            if sound.shape != expected.shape:
                raise VoiceError(f"parts of {frames} frames give {len(sound)} samples, the whole voice {len(expected)}")
            difference = float(np.abs(sound - expected).max())
            if not difference <= TOLERANCE:
                raise VoiceError(f"parts of {frames} frames differ from the whole voice by {difference:.1e}")
            print(f"{len(sound)} samples in parts of {frames} frames: {difference:.1e} from the whole voice")


def known_ids(folder: Path) -> list[int]:
    """What the voice takes for the sentence: each symbol that it knows, with a pad behind it."""
    symbols = json.loads((folder / "voice.onnx.json").read_text())["phoneme_id_map"]
    spoken = [symbol for symbol in PHONEMES if symbol in symbols]
    return [*symbols["^"], *symbols["_"], *(one for symbol in spoken for one in symbols[symbol] + symbols["_"]), *symbols["$"]]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(prog="split_piper", description="A Piper voice, a file for each of its networks.")
    commands = parser.add_subparsers(required=True)
    converting = commands.add_parser("convert", help="cut a voice")
    converting.add_argument("--model", type=Path, required=True, help="folder with voice.onnx")
    converting.add_argument("--assets", type=Path, help="folder with voice.onnx.json; without it, that of --model")
    converting.add_argument("--output", type=Path, required=True, help="folder to make; its name becomes the voice's")
    converting.set_defaults(run=convert)
    checking = commands.add_parser("check", help="compare it with the whole")
    checking.add_argument("--model", type=Path, required=True, help="folder with voice.onnx")
    checking.add_argument("--output", type=Path, required=True, help="the folder that was made")
    checking.add_argument("--ids", help="what the voice is to speak: numbers of its symbols")
    checking.set_defaults(run=check)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (VoiceError, onnx.checker.ValidationError, OSError, ValueError, KeyError) as error:
        sys.exit(f"split_piper: {error}")


if __name__ == "__main__":
    main()
