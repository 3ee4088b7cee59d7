"""Speech for the tests, and sounds that are not speech."""

import array
import random
import wave
from pathlib import Path

RATE = 16_000


def read_pcm(path: Path) -> bytes:
    """The samples of a 16 kHz mono 16-bit WAV, or of a headerless file with the same samples."""
    if path.suffix == ".raw":
        return path.read_bytes()
    with wave.open(str(path)) as file:
        found = (file.getframerate(), file.getnchannels(), file.getsampwidth())
        assert found == (RATE, 1, 2), f"{path.name} is {found}, not 16 kHz mono 16 bit"
        return file.readframes(file.getnframes())


def write_wav(path: Path, pcm: bytes, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path


def silence(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


def noise(seconds: float, amplitude: int = 800, seed: int = 7) -> bytes:
    """White noise, the same on every run."""
    source = random.Random(seed)
    return array.array("h", (source.randint(-amplitude, amplitude) for _ in range(int(seconds * RATE)))).tobytes()


def seconds(pcm: bytes) -> float:
    return len(pcm) / (2 * RATE)


def rms(pcm: bytes) -> float:
    samples = array.array("h", pcm[: len(pcm) // 2 * 2])
    return (sum(value * value for value in samples) / max(1, len(samples))) ** 0.5
