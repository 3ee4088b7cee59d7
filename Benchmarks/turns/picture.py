"""A turn as bars: recognition, chat and speech of each subject, on one axis of milliseconds."""

COLOURS = ("#4878a8", "#d8973c", "#5a9e6f")
STAGES = ("recognition", "chat", "speech")
LEFT, WIDTH, ROW, BAR = 250, 620, 34, 20


def draw(stages: dict[tuple[str, int], list[float]], title: str) -> str:
    """An SVG from what `report.stages` gives."""
    longest = max((marks[-1] for marks in stages.values()), default=1) or 1
    step = next(s for s in (50, 100, 200, 250, 500, 1000, 2000, 5000) if longest / s <= 8 or s == 5000)
    scale = WIDTH / (step * -(-longest // step))
    height = 74 + ROW * len(stages) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 70} {height}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="16" y="26" font-size="15" font-weight="bold">{title}</text>',
    ]
    for number, (stage, colour) in enumerate(zip(STAGES, COLOURS)):
        parts.append(f'<rect x="{LEFT + 110 * number}" y="42" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + 18 + 110 * number}" y="53">{stage}</text>')
    bottom = 68 + ROW * len(stages)
    for tick in range(0, int(longest // step + 2) * step, step):
        x = LEFT + tick * scale
        if x <= LEFT + WIDTH + 1:
            parts.append(f'<line x1="{x:.1f}" y1="66" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>')
            parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{tick}</text>')
    for number, ((subject, pause), marks) in enumerate(stages.items()):
        y = 68 + ROW * number + (ROW - BAR) / 2
        parts.append(f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{subject}, EOS +{pause} ms</text>')
        begin = 0.0
        for mark, colour in zip(marks, COLOURS):
            parts.append(f'<rect x="{LEFT + begin * scale:.1f}" y="{y}" width="{max(0, mark - begin) * scale:.1f}" height="{BAR}" fill="{colour}"/>')
            begin = max(begin, mark)
        parts.append(f'<text x="{LEFT + marks[-1] * scale + 6:.1f}" y="{y + 15}">{marks[-1]:,.0f}</text>')
    parts.append(f'<text x="{LEFT + WIDTH + 6}" y="{bottom + 18}">&#160;&#160;&#160;ms</text></svg>')
    return "\n".join(parts) + "\n"
