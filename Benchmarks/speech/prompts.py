"""Human speech with known words: the announcements of a telephone exchange that Debian packages.

`asterisk-core-sounds-en-g722` holds them at 16 kHz (G.722), `-wav` at 8 kHz, `asterisk-core-sounds-en` the list of what
is said. Allison Smith spoke them; CC-BY-SA-3.0. `Benchmarks/speech/fetch-prompts` unpacks the three packages into a folder.

What is chosen was fixed before anything was transcribed, and depends on the list alone:
- announcements of at least four words, with spaces between them;
- none with a remark in brackets ("[ascending tones]", "(simple tone sound plays)", "<beep>"): it is not speech;
- of two with the same samples, the first by name.
Signs are written as they are spoken (`*` star, `#` pound, as the announcements of these names say), and five misspellings
of the list are mended (SPELLED); nothing else is changed.
"""

import hashlib
import math
import re
from array import array
from pathlib import Path

from .clips import RATE, Clip

LIST = "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison"
FEWEST_WORDS = 4
SIGNS = {"*": " star ", "#": " pound "}
SPELLED = {
    "umute": "unmute", "represenatives": "representatives", "witheld": "withheld", "un-indentified": "unidentified",
    "thru": "through",
}
# A remark about the sound, as the list writes it.
REMARK = re.compile(r"[\[\](){}<>]")
WORD = re.compile(r"\S*\w\S*")
TENTHS = 10


def listed(text: str) -> dict[str, str]:
    """What is said in each announcement, in the list's order. Lines are `name: words`; `;` begins a remark."""
    found = {}
    for line in text.splitlines():
        name, colon, words = line.partition(":")
        if colon and not line.startswith(";"):
            found[name.strip()] = words.strip()
    return found


def spoken(words: str) -> str:
    for sign, word in SIGNS.items():
        words = words.replace(sign, word)
    mended = re.sub(r"[\w-]+", lambda match: SPELLED.get(match[0].lower(), match[0]), words)
    return " ".join(mended.split())


def chosen(announcements: dict[str, str]) -> dict[str, str]:
    """The announcements to be transcribed, with their words as spoken."""
    found = {name: spoken(words) for name, words in announcements.items() if not REMARK.search(words)}
    return {name: words for name, words in found.items() if len(WORD.findall(words)) >= FEWEST_WORDS}


def decode(path: Path) -> bytes:
    """The samples at 16 kHz, mono, S16LE."""
    # Only who fetched the announcements needs it; it comes with faster-whisper.
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pcm = bytearray()
    # A .g722 file has no header to be known by.
    with av.open(str(path), format="g722" if path.suffix == ".g722" else None) as file:
        for frame in [*file.decode(audio=0), None]:
            for piece in resampler.resample(frame):
                pcm += bytes(piece.planes[0])[: 2 * piece.samples]
    return bytes(pcm)


def floor(pcm: bytes) -> float:
    """Root mean square of the quietest tenth of 20 ms frames."""
    samples, frame = array("h", pcm), RATE // 50
    levels = sorted(
        math.sqrt(sum(sample * sample for sample in samples[start : start + frame]) / frame)
        for start in range(0, len(samples) - frame + 1, frame)
    )
    quietest = levels[: max(1, len(levels) // TENTHS)]
    return sum(quietest) / max(1, len(quietest))


def load(folder: Path, ending: str = "g722") -> list[Clip]:
    """The chosen announcements of the packages unpacked in `folder`. `ending`: `g722`, or `wav` for telephone speech."""
    import gzip

    clips, seen = [], set()
    for name, words in sorted(chosen(listed(gzip.decompress((folder / LIST).read_bytes()).decode())).items()):
        path = folder / SOUNDS / f"{name}.{ending}"
        if not path.exists():
            continue
        pcm = decode(path)
        digest = hashlib.sha256(pcm).digest()
        if digest not in seen:
            seen.add(digest)
            clips.append(Clip(f"prompt {name}", pcm, words, 0, len(pcm) // 2, floor(pcm)))
    return clips
