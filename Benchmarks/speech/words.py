"""Word errors, counted as Whisper's authors count them: both texts go through their English normaliser first."""

import re
from collections.abc import Callable
from functools import cache

ELLIPSIS = re.compile(r"\.{2,}|…")


@cache
def normaliser() -> Callable[[str], str]:
    # Only who counts errors needs it.
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


def errors(said: str, heard: str) -> tuple[int, int]:
    """Words that were changed, lost or invented, and how many were said."""
    # Of an ellipsis the normaliser would leave one dot, which would count as a word.
    return distance(*(normaliser()(ELLIPSIS.sub(" ", text)).split() for text in (said, heard)))


def distance(reference: list[str], found: list[str]) -> tuple[int, int]:
    """Words to be changed, removed or added to make one text the other, and how many the first has."""
    row = list(range(len(found) + 1))
    for i, word in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(found, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1], len(reference)
