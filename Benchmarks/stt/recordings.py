"""What is transcribed: clips as they are, and clips joined to longer recordings, with what is said in them."""

import hashlib
from array import array
from dataclasses import dataclass
from pathlib import Path

from speech.clips import RATE, Clip, load, quiet

SHORT = (1.5, 5.0)
LONG = (20.0, 60.0)
# Joined clips: seconds that they reach for, and the pause between two, milliseconds.
JOINED = ((25.0, 300), (40.0, 700), (55.0, 1000))


@dataclass(frozen=True)
class Recording:
    name: str
    words: str
    seconds: float
    samples: Path


def short(clips: list[Clip], folder: Path) -> list[Recording]:
    return [
        keep(clip.name, clip.words, clip.pcm, folder) for clip in clips if SHORT[0] <= len(clip.pcm) / 2 / RATE <= SHORT[1]
    ]


def long(clips: list[Clip], folder: Path) -> list[Recording]:
    """Clips that are long, and the others joined in the order of a hash of their names, so that voices change."""
    found = [keep(c.name, c.words, c.pcm, folder) for c in clips if LONG[0] <= len(c.pcm) / 2 / RATE <= LONG[1]]
    mixed = sorted((c for c in clips if len(c.pcm) / 2 / RATE < LONG[0]), key=lambda c: hashlib.sha256(c.name.encode()).digest())
    used = 0
    for seconds, pause in JOINED:
        names, words, pcm = [], [], b""
        while mixed and len(pcm) / 2 / RATE < seconds:
            clip = mixed[used % len(mixed)]
            used += 1
            if pcm and len(pcm + clip.pcm) / 2 / RATE > LONG[1]:
                break
            pcm += (quiet(pause * RATE // 1000, clip.floor, clip.name) if pcm else b"") + clip.pcm
            names.append(clip.name)
            words.append(clip.words)
        if len(pcm) / 2 / RATE >= LONG[0]:
            found.append(keep("+".join(names), " ".join(words), pcm, folder))
    return found


def single(clips: list[Clip], folder: Path) -> list[Recording]:
    """For counting errors: each clip that is not among the long ones."""
    return [keep(clip.name, clip.words, clip.pcm, folder) for clip in clips if len(clip.pcm) / 2 / RATE < LONG[0]]


def clips_of(folder: Path | None) -> list[Clip]:
    return load(folder)


def keep(name: str, words: str, pcm: bytes, folder: Path) -> Recording:
    """Writes the samples as all recognisers read them: 32-bit floats."""
    path = folder / f"{hashlib.sha256(pcm).hexdigest()[:16]}.f32"
    if not path.exists():
        path.write_bytes(array("f", (sample / 32_768 for sample in array("h", pcm))).tobytes())
    return Recording(name, words, len(pcm) / 2 / RATE, path)
