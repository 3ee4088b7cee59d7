"""What is transcribed: clips and announcements as they are, and joined to longer recordings, with what is said in them."""

import hashlib
from array import array
from dataclasses import dataclass
from pathlib import Path

from speech import prompts
from speech.clips import RATE, Clip, load, quiet

SHORT = (1.5, 5.0)
LONG = (20.0, 60.0)
# Joined clips: seconds that they reach for, and the pause between two, milliseconds.
JOINED = ((25.0, 300), (40.0, 700), (55.0, 1000))
SOURCES = ("clips", "prompts", "telephone")


@dataclass(frozen=True)
class Recording:
    name: str
    words: str
    seconds: float
    samples: Path
    # Whose words they are: errors are counted for each source too.
    source: str = "clips"


def seconds(clip: Clip) -> float:
    return len(clip.pcm) / 2 / RATE


def short(clips: list[Clip], folder: Path) -> list[Recording]:
    return [keep(clip.name, clip.words, clip.pcm, folder) for clip in clips if SHORT[0] <= seconds(clip) <= SHORT[1]]


def long(clips: list[Clip], folder: Path) -> list[Recording]:
    """Clips that are long, and the others joined until each length of JOINED is there once."""
    found = [keep(c.name, c.words, c.pcm, folder) for c in clips if LONG[0] <= seconds(c) <= LONG[1]]
    parts = mixed(clips)
    used = 0
    for target, pause in JOINED:
        chosen = []
        while parts and joined_seconds(chosen, pause) < target:
            clip = parts[used % len(parts)]
            used += 1
            if chosen and joined_seconds([*chosen, clip], pause) > LONG[1]:
                break
            chosen.append(clip)
        if joined_seconds(chosen, pause) >= LONG[0]:
            found.append(join(chosen, pause, folder, "joined clips"))
    return found


def single(clips: list[Clip], folder: Path, source: str = "clips") -> list[Recording]:
    """For counting errors: each clip that is not among the long ones."""
    return [keep(clip.name, clip.words, clip.pcm, folder, source) for clip in clips if seconds(clip) < LONG[0]]


def all_joined(clips: list[Clip], folder: Path, source: str) -> list[Recording]:
    """Every clip once, in recordings of 20 to 60 s: those that are long themselves, and the others joined, with lengths and
    pauses of JOINED in turn. What is left over at the end and stays short is left out."""
    found = [keep(c.name, c.words, c.pcm, folder, source) for c in clips if seconds(c) >= LONG[0]]
    rest = mixed(clips)
    while rest:
        target, pause = JOINED[len(found) % len(JOINED)]
        chosen = []
        while rest and joined_seconds(chosen, pause) < target:
            if chosen and joined_seconds([*chosen, rest[0]], pause) > LONG[1]:
                break
            chosen.append(rest.pop(0))
        if joined_seconds(chosen, pause) >= LONG[0]:
            found.append(join(chosen, pause, folder, source))
    return found


def mixed(clips: list[Clip]) -> list[Clip]:
    """Those that are not long, in the order of a hash of their names, so that voices change."""
    return sorted((c for c in clips if seconds(c) < LONG[0]), key=lambda c: hashlib.sha256(c.name.encode()).digest())


def joined_seconds(clips: list[Clip], pause: int) -> float:
    return sum(map(seconds, clips)) + max(0, len(clips) - 1) * pause / 1000


def join(clips: list[Clip], pause: int, folder: Path, source: str) -> Recording:
    pcm = b""
    for clip in clips:
        pcm += (quiet(pause * RATE // 1000, clip.floor, clip.name) if pcm else b"") + clip.pcm
    return keep("+".join(clip.name for clip in clips), " ".join(clip.words for clip in clips), pcm, folder, source)


def clips_of(folder: Path | None) -> list[Clip]:
    return load(folder)


def counted(sources: list[str], clips: list[Clip], announcements: Path, folder: Path) -> list[Recording]:
    """For counting errors: what is said in each source, singly."""
    found = single(clips, folder) if "clips" in sources else []
    if "prompts" in sources:
        found += single(prompts.load(announcements), folder, "announcements")
    if "telephone" in sources:
        found += single(prompts.load(announcements, "wav"), folder, "announcements, 8 kHz")
    return found


def counted_long(sources: list[str], announcements: Path, folder: Path) -> list[Recording]:
    """For counting errors in long recordings, besides those of `long`."""
    return all_joined(prompts.load(announcements), folder, "joined announcements") if "prompts" in sources else []


def keep(name: str, words: str, pcm: bytes, folder: Path, source: str = "clips") -> Recording:
    """Writes the samples as all recognisers read them: 32-bit floats."""
    path = folder / f"{hashlib.sha256(pcm).hexdigest()[:16]}.f32"
    if not path.exists():
        path.write_bytes(array("f", (sample / 32_768 for sample in array("h", pcm))).tobytes())
    return Recording(name, words, len(pcm) / 2 / RATE, path, source)
