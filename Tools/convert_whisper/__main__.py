"""Command line: `python -m convert_whisper convert …` and `… check …`; see README.md."""

import argparse
import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx

from . import CONVERTER_VERSION
from .ctranslate2_file import ModelFileError, read_weights
from .decoder import build_decoder
from .dimensions import Dimensions
from .encoder import build_encoder
from .quantise import quantise_int8, quantise_projection
from .vocabulary import Vocabulary


def convert(arguments: argparse.Namespace) -> None:
    """Writes into a sibling folder first: the named one appears only when it is complete."""
    final: Path = arguments.output
    work = final.with_name(final.name + ".partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)

    weights = read_weights(arguments.model / "model.bin")
    size = Dimensions.of(weights)
    vocabulary = Vocabulary.read(arguments.model, arguments.assets, size.vocabulary)
    vocabulary.write_tokens(work / "tokens.txt")
    filters = np.load(arguments.assets / "mel_filters.npz")[f"mel_{size.mels}"]
    filters.astype("<f4").tofile(work / "mel_filters.bin")

    # A model whose makers do not name its alignment heads gets all that may be.
    alignment_heads = vocabulary.alignment_heads or size.upper_heads
    query_layers = {layer for layer, _ in alignment_heads}
    encoder, decoder = build_encoder(weights, size), build_decoder(weights, size, query_layers)
    save(encoder, work / "encoder.onnx")
    save(quantise_int8(encoder), work / "encoder.int8.onnx")
    save(decoder, work / "decoder.onnx")
    smaller = quantise_projection(decoder) if arguments.projection == "int4" else decoder
    save(quantise_int8(smaller), work / "decoder.int8.onnx")
    if arguments.attention:
        save(build_decoder(weights, size, query_layers, attention=True), work / "decoder.attention.onnx")

    source = {"model.bin": hashlib.sha256((arguments.model / "model.bin").read_bytes()).hexdigest()}
    facts = {
        "name": final.name,
        **asdict(size),
        **vocabulary.describe(),
        "alignment_heads": alignment_heads,
        "source": {"sha256": source},
        "converter": CONVERTER_VERSION,
    }
    (work / "model.json").write_text(json.dumps(facts) + "\n")
    shutil.rmtree(final, ignore_errors=True)
    os.replace(work, final)


def save(model: onnx.ModelProto, path: Path) -> None:
    onnx.save(model, path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB", flush=True)


def check(arguments: argparse.Namespace) -> None:
    """Transcribes one clip with every precision and wants the given words in each result."""
    from .transcribe import Transcriber, read_samples

    samples = read_samples(arguments.clip)
    for precision in ("fp32", "int8"):
        text = Transcriber(arguments.output, precision).text(samples)
        print(f"{precision}: {text}")
        heard = "".join(character for character in text.lower() if character.isalnum() or character == " ")
        if arguments.words.lower() not in heard:
            sys.exit(f"The converted {precision} model heard “{text}” where “{arguments.words}” was said.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="convert_whisper", description="Whisper weights from CTranslate2 to ONNX.")
    commands = parser.add_subparsers(required=True)
    converting = commands.add_parser("convert", help="make the graphs")
    converting.add_argument("--model", type=Path, required=True, help="folder with model.bin, config.json, tokenizer.json")
    converting.add_argument("--assets", type=Path, required=True, help="folder with mel_filters.npz and *.tiktoken")
    converting.add_argument("--output", type=Path, required=True, help="folder to make; its name becomes the model's")
    converting.add_argument("--projection", choices=("int8", "int4"), default="int4", help="vocabulary projection of decoder.int8.onnx")
    converting.add_argument("--attention", action="store_true", help="also make decoder.attention.onnx")
    converting.set_defaults(run=convert)
    checking = commands.add_parser("check", help="transcribe a clip with the graphs")
    checking.add_argument("--output", type=Path, required=True, help="the converted folder")
    checking.add_argument("--clip", type=Path, required=True, help="16 kHz mono 16-bit .wav or .raw")
    checking.add_argument("--words", required=True, help="words that must be heard")
    checking.set_defaults(run=check)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (ModelFileError, OSError, ValueError, KeyError) as error:
        sys.exit(f"convert_whisper: {error}")


if __name__ == "__main__":
    main()
