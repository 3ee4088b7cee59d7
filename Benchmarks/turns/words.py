"""Word errors, counted as Whisper's authors count them: both texts go through their English normaliser first."""

from functools import cache

from whisper_normalizer.english import EnglishTextNormalizer


@cache
def normaliser() -> EnglishTextNormalizer:
    return EnglishTextNormalizer()


def errors(said: str, heard: str) -> tuple[int, int]:
    """Words that were changed, lost or invented, and how many were said."""
    reference, found = (normaliser()(text).split() for text in (said, heard))
    row = list(range(len(found) + 1))
    for i, word in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(found, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1], len(reference)
