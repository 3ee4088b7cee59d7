"""Times beside the reference's, and word errors with how sure they are."""

import random
from collections.abc import Sequence

DRAWS = 10_000


def ratio(ours: dict[str, float], theirs: dict[str, float]) -> tuple[float, float]:
    """Sum of the quietest times beside the reference's, and the worst recording's own ratio."""
    shared = ours.keys() & theirs.keys()
    total = sum(ours[name] for name in shared) / sum(theirs[name] for name in shared)
    return total, max(ours[name] / theirs[name] for name in shared)


def spread(rounds: Sequence[dict[str, float]], reference: Sequence[dict[str, float]]) -> tuple[float, float]:
    """The least and the most that a single round's ratio was."""
    each = [ratio(one, other)[0] for one, other in zip(rounds, reference)]
    return min(each), max(each)


def error_rate(errors: Sequence[tuple[int, int]]) -> float:
    """Per cent of the words that were said."""
    return 100 * sum(wrong for wrong, _ in errors) / max(1, sum(words for _, words in errors))


def difference(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """Points of word error rate that ours is above theirs: mean and the ends of the 95 % interval.

    A paired bootstrap: recordings are drawn with replacement, both subjects' errors of each together.
    """
    if len(ours) != len(theirs):
        raise ValueError("both must have transcribed the same recordings")
    source = random.Random(1)
    # Both said the same words of each recording.
    pairs = [(ours_wrong - theirs_wrong, words) for (ours_wrong, words), (theirs_wrong, _) in zip(ours, theirs)]
    drawn = []
    for _ in range(DRAWS):
        chosen = source.choices(pairs, k=len(pairs))
        drawn.append(100 * sum(more for more, _ in chosen) / max(1, sum(words for _, words in chosen)))
    drawn.sort()
    mean = error_rate(ours) - error_rate(theirs)
    return mean, drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS)]


def quietest(times: Sequence[dict[str, float]]) -> dict[str, float]:
    """The least time of each recording over all rounds."""
    return {name: min(one[name] for one in times) for name in times[0]}
