"""Speech for the tests, and sounds that are not speech."""

import array
import math
import random
import wave
from pathlib import Path

RATE = 16_000


def read_pcm(path: Path) -> bytes:
    """The samples of a mono 16-bit WAV, at 16 kHz."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), f"{path.name} is not mono 16 bit"
        return resampled(file.readframes(file.getnframes()), file.getframerate())


def resampled(pcm: bytes, rate: int, target: int = RATE, half: int = 24) -> bytes:
    """Changes the rate by windowed-sinc interpolation, low-passed below half of the lower rate."""
    if rate == target:
        return pcm
    samples = array.array("h", pcm)
    cutoff = 0.92 * min(1.0, target / rate)
    filters: dict[int, list[float]] = {}
    result = array.array("h")
    for index in range(len(samples) * target // rate):
        whole, phase = divmod(index * rate, target)
        if phase not in filters:
            places = [tap - phase / target for tap in range(1 - half, half + 1)]
            filters[phase] = [
                cutoff * (math.sin(math.pi * cutoff * x) / (math.pi * cutoff * x) if x else 1.0)
                * (0.5 + 0.5 * math.cos(math.pi * x / (half + 1)))
                for x in places
            ]
        start = whole + 1 - half
        taps = filters[phase]
        if start < 0:
            taps, start = taps[-start:], 0
        value = sum(weight * sample for weight, sample in zip(taps, samples[start : start + len(taps)]))
        result.append(max(-32_768, min(32_767, round(value))))
    return result.tobytes()


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


def add_noise(pcm: bytes, level: float, seed: int = 7) -> bytes:
    """The samples with white noise of so much of full scale (root mean square) over them, the same on every run."""
    source = random.Random(seed)
    samples = array.array("h", pcm)
    mixed = (round(value + source.gauss(0, level * 32_768)) for value in samples)
    return array.array("h", (max(-32_768, min(32_767, value)) for value in mixed)).tobytes()
