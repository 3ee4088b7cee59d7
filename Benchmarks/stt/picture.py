"""Seconds of work for a second of speech, as bars."""

from . import score
from .report import TITLES, rounds, select, unique

COLOURS = {"Hotpin": "#4878a8"}
OTHER = "#b8b8b8"
LEFT, WIDTH, ROW, BAR = 210, 560, 26, 16


def draw(records: list[dict], title: str) -> str:
    """An SVG: a group of bars for each length of recordings."""
    groups = []
    for part, name in TITLES.items():
        chosen = select(records, part=part)
        if not chosen:
            continue
        seconds = sum({r["recording"]: r["seconds"] for r in chosen}.values())
        bars = [(s, sum(score.quietest(rounds(chosen, s)).values()) / 1000 / seconds) for s in unique(chosen, "subject")]
        groups.append((name, bars))
    height = 56 + sum(34 + ROW * len(bars) for _, bars in groups) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 90} {height}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="16" y="26" font-size="15" font-weight="bold">{title}: seconds of work for a second of speech</text>',
    ]
    y = 56
    for name, bars in groups:
        longest = max(value for _, value in bars)
        parts.append(f'<text x="16" y="{y + 4}" font-weight="bold">{name}</text>')
        y += 16
        for subject, value in bars:
            length = value / longest * WIDTH
            parts.append(f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{subject}</text>')
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{COLOURS.get(subject, OTHER)}"/>')
            parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 13}">{value:.3f}</text>')
            y += ROW
        y += 18
    return "\n".join([*parts, "</svg>"]) + "\n"
