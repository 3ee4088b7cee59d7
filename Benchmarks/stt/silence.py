"""Sounds in which nobody speaks: ten seconds each of zeros, white noise and hum, fifty in all."""

import math
import random
from array import array

from .servers import RATE, ServedSubject, Upload

SECONDS = 10
# Root mean square, decibels below full scale.
LEVELS = (-60, -50, -40, -30, -20)
SEEDS = 5
# Mains and their overtone; zeros come in as many rates.
HUMS = (50, 60, 100, 120)
RATES = (8_000, 16_000, 22_050, 44_100, 48_000)
HARMONICS = (1.0, 0.5, 0.25, 0.12)


def white(level: int, seed: int) -> array:
    source, deviation = random.Random(seed), 10 ** (level / 20)
    return array("f", (max(-1.0, min(1.0, source.gauss(0, deviation))) for _ in range(SECONDS * RATE)))


def hum(level: int, frequency: int) -> array:
    wanted = 10 ** (level / 20)
    scale = wanted / math.sqrt(sum(part * part for part in HARMONICS) / 2)
    turn = 2 * math.pi * frequency / RATE
    return array("f", (
        max(-1.0, min(1.0, scale * sum(part * math.sin(turn * (number + 1) * index) for number, part in enumerate(HARMONICS))))
        for index in range(SECONDS * RATE)
    ))


def sounds() -> dict[str, Upload]:
    found = {f"zeros at {rate} Hz": Upload.of(array("f", bytes(4 * SECONDS * rate)), rate=rate) for rate in RATES}
    for level in LEVELS:
        for seed in range(SEEDS):
            found[f"white noise {seed}, {level} dB"] = Upload.of(white(level, seed))
        for frequency in HUMS:
            found[f"hum of {frequency} Hz, {level} dB"] = Upload.of(hum(level, frequency))
    return found


def measure(subjects: list[ServedSubject], told=print) -> list[dict]:
    """A record for each subject and sound: what it took for words."""
    records = []
    for name, upload in sounds().items():
        for subject in subjects:
            text = subject.connection.post(upload)["text"].strip()
            records.append({"part": "silence", "round": 0, "subject": subject.name, "recording": name, "text": text})
    told(f"silence: {len(sounds_of(records))} sounds")
    return records


def sounds_of(records: list[dict]) -> set[str]:
    return {record["recording"] for record in records}
