"""Tables of what only a server shows: text while somebody speaks, many clients at once, sounds without speech."""

from .report import rounds, select, unique
from .score import quietest
from .subjects import REFERENCE


def stream(records: list[dict]) -> str:
    records = select(records, part="stream")
    if not records:
        return ""
    seconds = sum({r["recording"]: r["seconds"] for r in records}.values())
    theirs = cost(records, REFERENCE)
    rows = [
        f"A growing utterance: {len(unique(records, 'recording'))} clips, {seconds:.0f} s of speech in real time, "
        f"{len(unique(records, 'round'))} rounds; the least cost of each clip.", "",
        "| | due texts in time | late, middle | late, worst of 20 | processor s a second | of the reference "
        "| with the final text |",
        "| --- " * 7 + "|",
    ]
    for subject in unique(records, "subject"):
        chosen = select(records, subject=subject)
        late = sorted(value for record in chosen for value in record["late_ms"])
        due, in_time = (sum(record[name] for record in chosen) for name in ("due", "in_time"))
        told = ("", "", "")
        if late:
            share = f"{100 * in_time / due:.1f} % of {due}"
            told = (share, f"{late[len(late) // 2]:.0f} ms", f"{late[int(0.95 * len(late))]:.0f} ms")
        work, whole = cost(records, subject)
        beside = ("1", "1") if subject == REFERENCE else (f"{work / theirs[0]:.3f}", f"{whole / theirs[1]:.3f}")
        rows.append(f"| {subject} | {' | '.join(told)} | {work / 1000 / seconds:.3f} | {' | '.join(beside)} |")
    return "\n".join(rows) + "\n"


def cost(records: list[dict], subject: str) -> tuple[float, float]:
    """Milliseconds up to the end of speech, and with the final text."""
    parts = [sum(quietest(rounds(records, subject, name)).values()) for name in ("cpu_ms", "final_cpu_ms")]
    return parts[0], sum(parts)


def crowd(records: list[dict]) -> str:
    records = select(records, part="crowd")
    if not records:
        return ""
    subjects, levels = unique(records, "subject"), sorted(unique(records, "clients"))
    rows = [
        f"Clients at once: recordings a second, the best of {len(unique(records, 'round'))} rounds of "
        f"{records[0]['recordings']} clips (the reference: one round, and fewer).", "",
        "| | " + " | ".join(map(str, levels)) + f" | {levels[-1]} beside the best of fewer | in single rounds | refused or failed "
        f"| slowest answer at {levels[-1]} |",
        "| --- " * (len(levels) + 5) + "|",
    ]
    for subject in subjects:
        best = throughput(records, subject)
        chosen = select(records, subject=subject)
        single = sorted(beside(throughput(select(chosen, round=number), subject)) for number in unique(chosen, "round"))
        rows.append(
            f"| {subject} | " + " | ".join(f"{best[level]:.1f}" for level in levels)
            + f" | {beside(best):.2f} | {single[0]:.2f} to {single[-1]:.2f} | {sum(record['failed'] for record in chosen)} of "
            f"{sum(record['recordings'] for record in chosen)} | "
            f"{min(r['slowest_ms'] for r in select(chosen, clients=levels[-1])) / 1000:.2f} s |"
        )
    return "\n".join(rows) + "\n"


def throughput(records: list[dict], subject: str) -> dict[int, float]:
    """Recordings a second for each number of clients, in the quietest round. Those that failed were not transcribed."""
    best: dict[int, float] = {}
    for record in select(records, subject=subject):
        rate = (record["recordings"] - record["failed"]) / record["seconds"]
        best[record["clients"]] = max(best.get(record["clients"], 0.0), rate)
    return best


def beside(rates: dict[int, float]) -> float:
    """The most clients' throughput beside the best of fewer."""
    *fewer, most = sorted(rates)
    return rates[most] / max(rates[level] for level in fewer)


def silence(records: list[dict]) -> str:
    records = select(records, part="silence")
    if not records:
        return ""
    rows = ["Ten seconds in which nobody speaks: zeros, white noise and hum at five levels.", "",
            "| | empty texts | what was heard instead |", "| --- " * 3 + "|"]
    for subject in unique(records, "subject"):
        chosen = select(records, subject=subject)
        heard = [record for record in chosen if record["text"]]
        shown = "; ".join(f"{record['recording']}: “{brief(record['text'])}”" for record in heard[:3])
        rows.append(f"| {subject} | {len(chosen) - len(heard)} of {len(chosen)} | {shown} |")
    return "\n".join(rows) + "\n"


def brief(text: str, most: int = 40) -> str:
    plain = " ".join(text.replace("|", " ").split())
    return plain if len(plain) <= most else plain[:most].rstrip() + " …"
