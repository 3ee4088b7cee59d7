"""Command line: `python -m convert_whisper convert …` and `… check …`; see README.md."""

import argparse
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import onnx

from . import CONVERTER_VERSION
from .ctranslate2_file import ModelFileError
from .decoder import build_decoder
from .encoder import build_encoder
from .quantise import projection_bits, quantise_int8, quantise_projection
from .source import Source


def convert(arguments: argparse.Namespace) -> None:
    """Writes into a sibling folder first: the named one appears only when it is complete."""
    final: Path = arguments.output.resolve()
    # A name that begins with a dot is no model to a server that looks meanwhile.
    work = final.with_name(f".{final.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)

    source = Source.read(arguments.model, arguments.assets)
    source.vocabulary.write_tokens(work / "tokens.txt")
    source.filters.astype("<f4").tofile(work / "mel_filters.bin")

    # A model whose makers do not name its alignment heads gets all that may be.
    alignment_heads = source.vocabulary.alignment_heads or source.size.upper_heads
    save_graphs(source, {layer for layer, _ in alignment_heads}, work, arguments)

    facts = {
        "name": final.name,
        **asdict(source.size),
        **source.vocabulary.describe(),
        "alignment_heads": alignment_heads,
        "source": {"sha256": source.sha256},
        "converter": CONVERTER_VERSION,
    }
    (work / "model.json").write_text(json.dumps(facts) + "\n")
    shutil.rmtree(final, ignore_errors=True)
    os.replace(work, final)


def save_graphs(source: Source, query_layers: set[int], work: Path, arguments: argparse.Namespace) -> None:
    """One graph after the other, so that only one is in memory; temporary copies go to the disk of the result."""
    weights, size, exact, small = source.weights, source.size, *wanted(arguments.precision)
    encoder = build_encoder(weights, size)
    if exact:
        save(encoder, work / "encoder.onnx")
    if small:
        save(quantise_int8(encoder, work), work / "encoder.int8.onnx")
    del encoder
    decoder = build_decoder(weights, size, query_layers)
    if exact:
        save(decoder, work / "decoder.onnx")
    if small:
        bits = projection_bits(size.state) if arguments.projection == "auto" else int(arguments.projection)
        smaller = quantise_projection(decoder, bits)
        del decoder
        save(quantise_int8(smaller, work), work / "decoder.int8.onnx")
    if arguments.attention:
        save(build_decoder(weights, size, query_layers, attention=True), work / "decoder.attention.onnx")


def wanted(precision: str) -> tuple[bool, bool]:
    """Whether fp32 is to be made, and whether int8."""
    return precision != "int8", precision != "fp32"


def save(model: onnx.ModelProto, path: Path) -> None:
    onnx.save(model, path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB", flush=True)


def check(arguments: argparse.Namespace) -> None:
    """Transcribes one clip with every precision that there is, and wants the given words in each result."""
    from .transcribe import Transcriber, read_samples

    samples = read_samples(arguments.clip)
    for precision, graph in (("fp32", "encoder.onnx"), ("int8", "encoder.int8.onnx")):
        if not (arguments.output / graph).exists():
            continue
        text = Transcriber(arguments.output, precision).text(samples)
        print(f"{precision}: {text}")
        heard = "".join(character for character in text.lower() if character.isalnum() or character == " ")
        if arguments.words.lower() not in heard:
            sys.exit(f"The converted {precision} model heard “{text}” where “{arguments.words}” was said.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="convert_whisper", description="Whisper weights to ONNX.")
    commands = parser.add_subparsers(required=True)
    converting = commands.add_parser("convert", help="make the graphs")
    converting.add_argument("--model", type=Path, required=True, help="folder with a checkpoint, or with model.bin")
    converting.add_argument("--assets", type=Path, help="folder with mel_filters.npz and *.tiktoken, for a model.bin")
    converting.add_argument("--precision", choices=("both", "int8", "fp32"), default="both", help="which graphs to make")
    converting.add_argument("--output", type=Path, required=True, help="folder to make; its name becomes the model's")
    converting.add_argument("--projection", choices=("auto", "4", "8"), default="auto", help="bits of the vocabulary projection of decoder.int8.onnx")
    converting.add_argument("--attention", action="store_true", help="also make decoder.attention.onnx")
    converting.set_defaults(run=convert)
    checking = commands.add_parser("check", help="transcribe a clip with the graphs")
    checking.add_argument("--output", type=Path, required=True, help="the converted folder")
    checking.add_argument("--clip", type=Path, required=True, help="16 kHz mono 16-bit .wav or .raw")
    checking.add_argument("--words", default="", help="words that must be heard")
    checking.set_defaults(run=check)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (ModelFileError, OSError, ValueError, KeyError) as error:
        sys.exit(f"convert_whisper: {error}")


if __name__ == "__main__":
    main()
