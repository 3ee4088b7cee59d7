"""Where one recogniser makes more errors than another: what was said, and what both heard."""

from .report import select, worded


def listed(records: list[dict], ours: str, theirs: str) -> str:
    """The recordings in which `ours` made more errors, the worst first; then by how much each source is lost or won."""
    records = worded(records)
    mine, other = ({r["recording"]: r for r in select(records, subject=name)} for name in (ours, theirs))
    shared = [name for name in mine if name in other]
    lines, worse = [], [name for name in shared if mine[name]["wrong"] > other[name]["wrong"]]
    better = [name for name in shared if mine[name]["wrong"] < other[name]["wrong"]]
    lost, won = (sum(abs(mine[name]["wrong"] - other[name]["wrong"]) for name in names) for names in (worse, better))
    lines.append(
        f"{ours} beside {theirs}: {len(worse)} recordings with {lost} errors more, {len(better)} with {won} fewer, "
        f"of {len(shared)}."
    )
    for name in sorted(worse, key=lambda name: other[name]["wrong"] - mine[name]["wrong"]):
        one, two = mine[name], other[name]
        lines += [
            f"\n{name} ({one['source']}, {one['seconds']:.1f} s): {one['wrong']} errors, not {two['wrong']}, "
            f"in {one['words']} words",
            f"  said:   {one.get('said', '')}", f"  {ours}: {one['text']}", f"  {theirs}: {two['text']}",
        ]
    return "\n".join(lines) + "\n"

