"""Human speech with labels: where in a clip the speech begins and ends, to the sample.

Benchmarks/clips.json holds the labels, not the sound: clips come from Debian's package pocketsphinx-testdata and, where
a folder is given, from NAME.wav in it. A label belongs to exactly these samples, which their sha256 says.
"""

import hashlib
import json
import random
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

RATE = 16_000
LABELS = Path(__file__).resolve().parents[1] / "clips.json"
DEBIAN = Path("/usr/share/pocketsphinx/test/data")


@dataclass(frozen=True)
class Clip:
    name: str
    # 16 kHz, mono, S16LE.
    pcm: bytes
    words: str
    # In samples: the first of the speech, and the one after its last.
    start: int
    end: int
    # Root mean square of the quietest tenth, in steps of 16-bit samples.
    floor: float

    @property
    def seconds(self) -> float:
        """Up to the last labelled sample."""
        return self.end / RATE

    @property
    def speech(self) -> bytes:
        return self.pcm[: 2 * self.end]

    def followed_by(self, milliseconds: int) -> bytes:
        """The clip up to its last labelled sample, then its own sound that follows; noise where it has no more."""
        wanted = 2 * (self.end + milliseconds * RATE // 1000)
        missing = max(0, wanted - len(self.pcm)) // 2
        return self.pcm[:wanted] + quiet(missing, self.floor, self.name)


def quiet(samples: int, level: float, seed: str) -> bytes:
    """Noise as quiet as a room: `level` is its root mean square, at least 1 and at most 30. Always the same for a seed."""
    source, level = random.Random(seed), min(30.0, max(1.0, level))
    return array("h", (round(source.gauss(0, level)) for _ in range(samples))).tobytes()


def read(path: Path) -> bytes:
    """The samples of a WAV of 16 kHz, or of a file without header."""
    if path.suffix == ".raw":
        return path.read_bytes()
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"{path} is not 16 kHz, mono, 16 bit.")
        return file.readframes(file.getnframes())


def spoken(name: str, pcm: bytes, words: str) -> Clip:
    """A clip that was synthesised: it has no breath and no room, so its end is where it becomes silent."""
    samples = array("h", pcm)
    loudest = max(abs(sample) for sample in samples)
    heard = [index for index, sample in enumerate(samples) if abs(sample) > loudest / 50]
    return Clip(name, pcm, words, heard[0], heard[-1] + 1, 1.0)


def find(entry: dict, folder: Path | None) -> Path | None:
    places = [DEBIAN / entry["debian"]] if "debian" in entry else []
    places += [folder / f"{entry['name']}.wav"] if folder else []
    return next((place for place in places if place.exists()), None)


def load(folder: Path | None = None, shortest: float = 0.0, longest: float = 1e9) -> list[Clip]:
    """Every labelled clip that is here, of a length in seconds of speech."""
    clips = []
    for entry in json.loads(LABELS.read_text()):
        path = find(entry, folder)
        if path is None:
            continue
        pcm = read(path)
        if hashlib.sha256(pcm).hexdigest() != entry["sha256"]:
            raise SystemExit(f"{path} is not the recording that Benchmarks/clips.json labels; leave it out or label it anew.")
        clip = Clip(entry["name"], pcm, entry["words"], entry["start"], entry["end"], entry["floor"])
        if shortest <= clip.seconds <= longest:
            clips.append(clip)
    if not clips:
        raise SystemExit("No clips: sudo apt-get install pocketsphinx-testdata, or give --clips FOLDER.")
    return clips
