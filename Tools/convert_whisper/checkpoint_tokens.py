"""The tokens of a checkpoint folder, from the files of its tokenizer."""

from pathlib import Path

from .checkpoint import read_json
from .ctranslate2_file import ModelFileError

END_OF_TEXT = "<|endoftext|>"


def read_added(folder: Path) -> dict[str, int]:
    """The special tokens by what they are called; from whichever of the three files there is, the newest form first."""
    added = {}
    try:
        for entry in read_json(folder / "tokenizer.json").get("added_tokens", []):
            added.setdefault(entry["content"], int(entry["id"]))
        decoder = read_json(folder / "tokenizer_config.json").get("added_tokens_decoder", {})
        for number, entry in decoder.items():
            added.setdefault(entry["content"], int(number))
        for content, number in read_json(folder / "added_tokens.json").items():
            added.setdefault(content, int(number))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(f"the special tokens in {folder} are damaged ({error!r})") from error
    if END_OF_TEXT not in added:
        added |= {END_OF_TEXT: number for token, number in _table(folder).items() if token == END_OF_TEXT}
    return added


def read_ranks(folder: Path, end: int) -> dict[bytes, int]:
    """The bytes of every token below `end`, by tokenizer.json or vocab.json."""
    spelling = _spelling()
    ranks = {}
    for token, number in _table(folder).items():
        if number < end:
            try:
                ranks[bytes(spelling[character] for character in token)] = number
            except KeyError as error:
                raise ModelFileError(f"token {number} of the vocabulary has the unknown character {error}") from error
    return ranks


def _table(folder: Path) -> dict[str, int]:
    model = read_json(folder / "tokenizer.json").get("model")
    table = model.get("vocab") if isinstance(model, dict) else None
    table = table or read_json(folder / "vocab.json")
    if not table or not all(isinstance(number, int) for number in table.values()):
        raise ModelFileError(f"{folder} has neither a tokenizer.json with a vocabulary nor a vocab.json")
    return table


def _spelling() -> dict[str, int]:
    """Which byte each character of a token stands for: itself where Latin-1 prints it, else one from 256 on, in order."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(others)}
