"""Draws memory and descriptors over the cycles of the last `cycles` scenario: `python -m soak.picture FILE.svg`."""

import sys
from pathlib import Path

from harness import server as harness
from soak.ledger import Ledger

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 320, 60, 30, 60, 44


def line(values: list[float], top: float, colour: str) -> str:
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    points = " ".join(
        f"{LEFT + across * index / max(1, len(values) - 1):.1f},{TOP + down * (1 - value / top):.1f}"
        for index, value in enumerate(values)
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def label(x: float, y: float, text: str, anchor: str = "middle", colour: str = "#444") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def draw(memory: list[float], descriptors: list[float]) -> str:
    """An SVG; both scales begin at zero, so that flat looks flat."""
    memory_top, files_top = max(memory) * 1.25, max(descriptors) * 2.5
    base, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{LEFT} {TOP}V{base}H{right}V{TOP}" fill="none" stroke="#bbb"/>',
    ]
    for part in range(5):
        y, share = base - (base - TOP) * part / 4, part / 4
        parts.append(label(LEFT - 8, y + 4, f"{memory_top * share:.0f}", "end", "#1f5fa8"))
        parts.append(label(right + 8, y + 4, f"{files_top * share:.0f}", "start", "#b4561c"))
        parts.append(label(LEFT + (right - LEFT) * share, base + 18, f"{len(memory) * share:.0f}"))
    parts += [
        label(LEFT, TOP - 12, "resident memory, MB", "start", "#1f5fa8"),
        label(right, TOP - 12, "open descriptors", "end", "#b4561c"),
        label((LEFT + right) / 2, HEIGHT - 8, "cycles of connect, talk, leave"),
        line(memory, memory_top, "#1f5fa8"),
        line(descriptors, files_top, "#b4561c"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    series = Ledger(harness.REPOSITORY / ".build/soak/results.jsonl").latest()["cycles"]["series"]
    Path(sys.argv[1]).write_text(draw(series["memory"], series["descriptors"]))
