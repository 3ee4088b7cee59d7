"""Token tables and the special tokens, from the model's own files and Whisper's rank tables."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .checkpoint_tokens import read_added, read_ranks
from .ctranslate2_file import ModelFileError

MULTILINGUAL_VOCABULARY = 51865
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Vocabulary:
    """What the run-time must know of the tokens; names follow `model.json`."""

    ranks: dict[bytes, int]
    multilingual: bool
    special: dict[str, int]
    languages: dict[str, int]
    suppress: list[int]
    alignment_heads: list[list[int]]

    @staticmethod
    def read(model: Path, assets: Path | None, size: int) -> "Vocabulary":
        """For a CTranslate2 folder: `model` holds tokenizer.json and config.json, `assets` the two .tiktoken tables.

        Without tables the tokenizer's own vocabulary is taken, which is the same.
        """
        multilingual = size >= MULTILINGUAL_VOCABULARY
        config = json.loads((model / "config.json").read_text())
        added = read_added(model)
        special = _special(added)
        if assets:
            ranks = _ranks(assets / ("multilingual.tiktoken" if multilingual else "gpt2.tiktoken"))
        else:
            ranks = read_ranks(model, special["eot"])
        return Vocabulary._of(ranks, added, multilingual, config["suppress_ids"], config.get("alignment_heads"))

    @staticmethod
    def of_checkpoint(folder: Path, generation: dict, config: dict) -> "Vocabulary":
        """For a checkpoint folder: its tokenizer's files, what it says of decoding, and its sizes."""
        added = read_added(folder)
        size, layers, heads = config["vocab_size"], config["decoder_layers"], config["decoder_attention_heads"]
        suppress = next((found for found in _lists("suppress_tokens", generation, config)), [])
        # A model that was made smaller may still carry the heads of the one it came from.
        alignment = [
            [layer, head]
            for layer, head in generation.get("alignment_heads") or []
            if 0 <= layer < layers and 0 <= head < heads
        ]
        multilingual = generation.get("is_multilingual")
        if multilingual is None:
            multilingual = size >= MULTILINGUAL_VOCABULARY
        ranks = read_ranks(folder, _special(added)["eot"])
        suppress = [token for token in suppress if token < size]
        return Vocabulary._of(ranks, added, multilingual, suppress, alignment)

    @staticmethod
    def _of(
        ranks: dict[bytes, int], added: dict[str, int], multilingual: bool, suppress: list[int], alignment: list | None
    ) -> "Vocabulary":
        special = _special(added)
        if sorted(ranks.values()) != list(range(special["eot"])):
            raise ModelFileError(f"the token table does not hold the tokens 0 to {special['eot'] - 1}")
        never = {token for token in suppress if token >= 0}
        never.update(range(special["eot"] + 1, special["no_timestamps"] + 1))
        languages = _languages(added, special) if multilingual else {}
        if multilingual and DEFAULT_LANGUAGE not in languages:
            raise ModelFileError(f"the tokenizer has no token for the language {DEFAULT_LANGUAGE!r}")
        return Vocabulary(ranks, multilingual, special, languages, sorted(never), alignment or [])

    @property
    def sot_sequence(self) -> list[int]:
        """The tokens before the text, the no-timestamps mark included."""
        start = [self.special["sot"]]
        if self.multilingual:
            start += [self.languages[DEFAULT_LANGUAGE], self.special["transcribe"]]
        return [*start, self.special["no_timestamps"]]

    def write_tokens(self, path: Path) -> None:
        """One line a token: its bytes in base 64, a space, its number.

        The multilingual table has one token without bytes; it is written "=", as in the table itself.
        """
        ordered = sorted(self.ranks.items(), key=lambda item: item[1])
        lines = (f"{base64.b64encode(text).decode() or '='} {number}\n" for text, number in ordered)
        path.write_text("".join(lines))

    def describe(self) -> dict:
        """The vocabulary's part of `model.json`."""
        return {
            "multilingual": self.multilingual,
            "sot_sequence": self.sot_sequence,
            **self.special,
            "timestamp_begin": self.special["no_timestamps"] + 1,
            "blank": self.ranks[b" "],
            "suppress": self.suppress,
            "languages": self.languages,
        }


def _lists(name: str, *documents: dict) -> Iterator[list]:
    return (document[name] for document in documents if isinstance(document.get(name), list))


def _ranks(path: Path) -> dict[bytes, int]:
    lines = (line.split() for line in path.read_text().splitlines() if line.strip())
    return {base64.b64decode(text): int(number) for text, number in lines}


def _special(added: dict[str, int]) -> dict[str, int]:
    names = {
        "sot": ["<|startoftranscript|>"],
        "eot": ["<|endoftext|>"],
        "no_timestamps": ["<|notimestamps|>"],
        # Renamed between the two tokenizer generations.
        "no_speech": ["<|nospeech|>", "<|nocaptions|>"],
        "sot_prev": ["<|startofprev|>"],
        "translate": ["<|translate|>"],
        "transcribe": ["<|transcribe|>"],
    }
    found = {}
    for name, spellings in names.items():
        number = next((added[spelling] for spelling in spellings if spelling in added), None)
        if number is None:
            raise ModelFileError(f"the tokenizer has no {' or '.join(spellings)}")
        found[name] = number
    return found


def _languages(added: dict[str, int], special: dict[str, int]) -> dict[str, int]:
    """The language tokens stand between the start token and `translate`."""
    between = range(special["sot"] + 1, special["translate"])
    tokens = ((content[2:-2], number) for content, number in added.items() if number in between)
    return dict(sorted(tokens, key=lambda item: item[1]))
