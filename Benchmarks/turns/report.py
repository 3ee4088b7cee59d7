"""Tables in Markdown from the records of a run."""

import statistics
from collections.abc import Iterable

from speech.words import errors

REFERENCE = "reference"


def quantile(values: list[float], share: float) -> float:
    """The value that so many lie at or below; interpolated."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def select(results: list[dict], **wanted) -> list[dict]:
    return [result for result in results if all(result[name] == value for name, value in wanted.items())]


def waits(results: Iterable[dict]) -> list[float]:
    return [result["first_audio"] for result in results if result["first_audio"] is not None]


def unique(results: list[dict], name: str) -> list:
    return list(dict.fromkeys(result[name] for result in results))


def ratio(results: list[dict], subject: str) -> str:
    """Median beside the reference's median, and how that differed from round to round."""
    ours, theirs = (waits(select(results, subject=name)) for name in (subject, REFERENCE))
    if subject == REFERENCE or not ours or not theirs:
        return ""
    rounds = []
    for number in unique(results, "round"):
        pair = [waits(select(results, subject=name, round=number)) for name in (subject, REFERENCE)]
        if all(pair):
            rounds.append(statistics.median(pair[0]) / statistics.median(pair[1]))
    spread = f" ({min(rounds):.2f} to {max(rounds):.2f})" if len(rounds) > 1 else ""
    return f"{statistics.median(ours) / statistics.median(theirs):.2f}{spread}"


# What is measured, where it is not the usual.
SPANS = {
    "hands-free": "from the last sample to the first audio, without EOS, ENDPOINT_SILENCE_MS=500",
    "barge-in": "from the first sample spoken over an answer to the last audio of it",
}


def first_audio(results: list[dict], part: str) -> str:
    """One row a subject and pause: what the wait was."""
    span = SPANS.get(part, "from EOS to the first audio")
    rows = [f"{part}, {span}", "", "| | EOS after the last sample | turns | p50 | p90 | least to most | of the reference |", "| --- " * 7 + "|"]
    results = select(results, part=part)
    for pause in unique(results, "pause"):
        for subject in unique(results, "subject"):
            chosen = select(results, subject=subject, pause=pause)
            found, silent = waits(chosen), [result for result in chosen if result["first_audio"] is None]
            count = f"{len(found)}" + (f", {len(silent)} without audio" if silent else "")
            shown = "" if part in SPANS else f"{pause} ms"
            figures = "| | |"
            if found:
                figures = (f"{quantile(found, 0.5):,.0f} ms | {quantile(found, 0.9):,.0f} ms |"
                           f" {min(found):,.0f} to {max(found):,.0f} ms")
            rows.append(f"| {subject} | {shown} | {count} | {figures} | {ratio(select(results, pause=pause), subject)} |")
    return "\n".join(rows)


def text_known(result: dict) -> float:
    """When the text that is spoken first was there: a streaming session says it, else the whole answer was awaited."""
    timeline = result["timeline"]
    if "stream" in result["subject"]:
        return timeline.get("first_clause") or timeline.get("first_token") or 0.0
    return result["frames"].get("tts", 0.0)


def stages(results: list[dict]) -> dict[tuple[str, int], list[float]]:
    """For each subject and pause the medians of: words known, text of the first piece known, first audio (ms after EOS)."""
    found = {}
    for subject in unique(results, "subject"):
        for pause in unique(results, "pause"):
            chosen = [r for r in select(results, subject=subject, pause=pause) if r["first_audio"] is not None]
            if not chosen:
                continue
            marks = [[r["frames"].get("llm", 0.0) for r in chosen], [text_known(r) for r in chosen], [r["first_audio"] for r in chosen]]
            medians = [max(0.0, statistics.median(mark)) for mark in marks]
            found[subject, pause] = [min(medians[0], medians[2]), min(max(medians[:2]), medians[2]), medians[2]]
    return found


def recognition(results: list[dict]) -> str:
    """Word errors of the final texts: in real time, and with all audio there at EOS, so that nothing can run ahead."""
    rows = ["| word errors | EOS | words | in real time, first round | all audio at once |", "| --- " * 5 + "|"]
    together = select(results, part="single", round=0)
    for subject in unique(together, "subject"):
        for pause in unique(together, "pause"):
            cells, count = [], 0
            for part in ("single", "no lead"):
                scores = [errors(r["said"], r["heard"]) for r in select(results, part=part, subject=subject, pause=pause, round=0)]
                wrong, count = sum(score[0] for score in scores), sum(score[1] for score in scores) or count
                cells.append(f"{wrong} ({100 * wrong / count:.1f} %)" if scores else "")
            rows.append(f"| {subject} | +{pause} ms | {count} | {' | '.join(cells)} |")
    changed = []
    for r in together:
        other = select(results, part="no lead", subject=r["subject"], pause=r["pause"], clip=r["clip"])
        if other and other[0]["heard"] != r["heard"]:
            changed.append(f"- {r['subject']}, {r['clip']} +{r['pause']}: “{r['heard']}”, at once “{other[0]['heard']}”")
    return "\n".join(rows) + ("\n\nTexts that differ:\n" + "\n".join(changed) if changed else "")


def cost(results: list[dict], memory: dict[str, tuple[int, int]]) -> str:
    """What a turn took of the machine; gaps are those that a player which starts at once would have had."""
    rows = ["| | resident at the end, most | processor a turn | chat requests a turn | broken off | longest gap |", "| --- " * 6 + "|"]
    for subject, (now, most) in memory.items():
        chosen = select(results, part="single", subject=subject)
        if not chosen:
            continue
        mean = [statistics.mean(r[name] for r in chosen) for name in ("processor", "chat", "broken_off")]
        gap = max(r["gap"] for r in chosen)
        rows.append(f"| {subject} | {now} MB, {most} MB | {mean[0] * 1000:,.0f} ms | {mean[1]:.2f} | {mean[2]:.2f} |"
                    f" {f'{gap:.0f} ms' if 'stream' in subject else ''} |")
    return "\n".join(rows)
