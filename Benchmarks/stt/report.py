"""Tables in Markdown from the records of a run."""

from . import score
from .subjects import REFERENCE

TITLES = {
    "short": "Clips of 1.5 to 5 s", "long": "Recordings of 20 to 60 s",
    "http-short": "Clips of 1.5 to 5 s, over HTTP", "http-long": "Recordings of 20 to 60 s, over HTTP",
}


def unique(records: list[dict], name: str) -> list:
    return list(dict.fromkeys(record[name] for record in records))


def select(records: list[dict], **wanted) -> list[dict]:
    return [record for record in records if all(record[name] == value for name, value in wanted.items())]


def rounds(records: list[dict], subject: str, value: str = "ms") -> list[dict[str, float]]:
    """The recordings' times, round by round."""
    chosen = select(records, subject=subject)
    return [{r["recording"]: r[value] for r in select(chosen, round=number)} for number in unique(chosen, "round")]


def times(records: list[dict], part: str) -> str:
    records = select(records, part=part)
    if not records:
        return ""
    seconds = {record["recording"]: record["seconds"] for record in records}
    reference = rounds(records, REFERENCE) if REFERENCE in unique(records, "subject") else None
    rows = [
        f"{TITLES[part]}: {len(seconds)} recordings, {sum(seconds.values()):.0f} s, {len(unique(records, 'round'))} rounds.", "",
        "| | of the reference | single rounds | worst recording | real time | processor time | resident, loaded | busy |",
        "| --- " * 8 + "|",
    ]
    for subject in unique(records, "subject"):
        ours = rounds(records, subject)
        best = score.quietest(ours)
        beside = ("1", "", "") if subject == REFERENCE else ("", "", "")
        if reference and subject != REFERENCE:
            total, worst = score.ratio(best, score.quietest(reference))
            least, most = score.spread(ours, reference)
            beside = (f"{total:.2f}", f"{least:.2f} to {most:.2f}", f"{worst:.2f}")
        work = sum(score.quietest(rounds(records, subject, "cpu_ms")).values()) / 1000
        total = sum(seconds.values())
        rows.append(
            f"| {subject} | {beside[0]} | {beside[1]} | {beside[2]} | {sum(best.values()) / 1000 / total:.3f} | "
            f"{work / total:.3f} | {' | '.join(memory(select(records, subject=subject)))} |"
        )
    return "\n".join(rows) + "\n"


def memory(records: list[dict]) -> tuple[str, str]:
    """Resident when loaded, and at most while it worked."""
    # Records of earlier runs know only what was resident after each recording.
    loaded = max(record.get("loaded_mb", 0) for record in records)
    busy = max(record.get("peak_mb", 0) or record["resident_mb"] for record in records)
    return f"{loaded} MB" if loaded else "", f"{busy} MB"


def worded(records: list[dict]) -> list[dict]:
    """One record for each subject and recording whose errors count: long recordings as they were transcribed with times, which
    is how the peers move through them."""
    return select(records, part="words") + select(records, part="joined") + select(records, part="long", round=0)


def words(records: list[dict]) -> str:
    records = worded(records)
    if not records:
        return ""
    groups = unique(records, "source")
    parts = [errors(select(records, source=group), group[0].upper() + group[1:]) for group in groups]
    return "\n".join([errors(records, "Word errors, all together"), *(parts if len(groups) > 1 else [])])


def errors(records: list[dict], title: str) -> str:
    # Only what all subjects transcribed: a run may have given some of them fewer parts.
    subjects = unique(records, "subject")
    shared = set.intersection(*({r["recording"] for r in select(records, subject=name)} for name in subjects))
    records = [record for record in records if record["recording"] in shared]
    count = sum(record["words"] for record in select(records, subject=subjects[0]))
    rows = [
        f"{title}: {len(shared)} recordings, {count} words.", "",
        "| | errors | rate | points above the reference | 95 % of draws |", "| --- " * 5 + "|",
    ]
    theirs = pairs(records, REFERENCE)
    for subject in subjects:
        ours = pairs(records, subject)
        beside = ("", "")
        if theirs and subject != REFERENCE:
            mean, low, high = score.difference(ours, theirs)
            beside = (f"{mean:+.2f}", f"{low:+.2f} to {high:+.2f}")
        wrong = sum(one for one, _ in ours)
        rows.append(f"| {subject} | {wrong} | {score.error_rate(ours):.1f} % | {beside[0]} | {beside[1]} |")
    return "\n".join(rows) + "\n"


def pairs(records: list[dict], subject: str) -> list[tuple[int, int]]:
    chosen = {record["recording"]: record for record in select(records, subject=subject)}
    return [(chosen[name]["wrong"], chosen[name]["words"]) for name in sorted(chosen)]


def markdown(records: list[dict], model: str) -> str:
    from . import report_served as served

    tables = [*(times(records, part) for part in TITLES), words(records)]
    tables += [served.stream(records), served.crowd(records), served.silence(records)]
    return "\n".join(filter(None, [f"## {model}\n", *tables]))
