"""Text of a growing utterance: how much of what is due comes in time, and what it costs beside decoding the same buffers.

A clip is sent to `/stream` in real time. From 0.9 s after its labelled beginning a text is due every 300 ms, up to the
labelled end. It came in time if, 150 ms after that moment, the client holds a text of the sound up to that moment less one
interval; where a speaker pauses nothing new can come, and what was due then is counted as missed. The peer decodes, in a
process of its own and as fast as it can, the sound from the clip's beginning up to each of these moments.
"""

import json
import math
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import process
from speech.clips import RATE, Clip

from .recordings import Recording, keep
from .servers import ServedSubject
from .subjects import Subject

FIRST, INTERVAL, LATE = 0.9, 0.3, 0.15
CHUNK_SECONDS = 0.02
# Seconds of labelled speech: long enough for several texts, short enough to be one utterance.
SPEECH = (1.8, 7.5)
# One utterance all along, so that both have the same buffers: a pause within a clip does not end it.
SETTINGS = {"ENDPOINT_SILENCE_MS": "2000"}
CLOSE_SECONDS = 60
MOST_ROUNDS = 2


@dataclass(frozen=True)
class Text:
    # Seconds of sound, from the stream's beginning, that it covers.
    end: float
    # Seconds since the beginning at which it arrived.
    arrived: float


def chosen(clips: list[Clip]) -> list[Clip]:
    return [clip for clip in clips if SPEECH[0] <= (clip.end - clip.start) / RATE <= SPEECH[1]]


def due(clip: Clip) -> list[float]:
    """Seconds from the clip's beginning at which a text is due."""
    first, last = clip.start / RATE + FIRST, clip.end / RATE
    return [first + INTERVAL * number for number in range(max(0, math.floor((last - first) / INTERVAL + 1e-9) + 1))]


def in_time(moments: list[float], texts: list[Text]) -> int:
    return sum(
        any(text.arrived <= moment + LATE and text.end >= moment - INTERVAL for text in texts) for moment in moments
    )


def stream(subject: ServedSubject, clip: Clip, samples: Path) -> dict:
    """Sends a clip in real time. The cost counts everything the server did, up to the end and with the final text."""
    # Only who measures needs it: the rest of the benchmark, its help and its tests do without.
    from websockets.sync.client import connect

    sound, texts, finals = samples.read_bytes(), [], []
    step = int(CHUNK_SECONDS * RATE)
    sent: list[float] = []
    before = process.processor_ms(subject.process.pid)
    with connect(f"ws://127.0.0.1:{subject.port}/stream", max_size=None, close_timeout=CLOSE_SECONDS) as socket:
        began = time.perf_counter()

        def read() -> None:
            for message in socket:
                arrived = time.perf_counter() - began
                event = json.loads(message)
                if event["type"] == "partial":
                    texts.append(Text(event["end"], arrived))
                elif event["type"] == "final":
                    finals.append(event["text"])

        reader = threading.Thread(target=read)
        reader.start()
        for number, start in enumerate(range(0, len(sound), 4 * step)):
            # A chunk can be sent when its last sample was spoken.
            time.sleep(max(0.0, began + (number + 1) * CHUNK_SECONDS - time.perf_counter()))
            socket.send(sound[start : start + 4 * step])
            sent.append(time.perf_counter() - began)
            if (number + 1) * step <= clip.end:
                spoken = process.processor_ms(subject.process.pid)
        socket.send('{"type":"end"}')
        reader.join(CLOSE_SECONDS)
        done = process.processor_ms(subject.process.pid)
    late = [text.arrived - sent[min(len(sent) - 1, max(0, round(text.end / CHUNK_SECONDS) - 1))] for text in texts]
    moments = due(clip)
    return {
        "seconds": (clip.end - clip.start) / RATE, "due": len(moments), "in_time": in_time(moments, texts),
        "late_ms": [1000 * value for value in late], "cpu_ms": spoken - before, "final_cpu_ms": done - spoken,
        "text": " ".join(finals),
    }


def decode(subject: Subject, clip: Clip, folder: Path) -> dict:
    """The peer's cost for the same buffers, and for the whole clip at the end."""
    buffers = [keep(clip.name, clip.words, clip.pcm[: 2 * round(moment * RATE)], folder) for moment in due(clip)]
    cost = sum(subject.recognise(buffer.samples).cpu_ms for buffer in buffers)
    last = subject.recognise(keep(clip.name, clip.words, clip.pcm, folder).samples)
    return {
        "seconds": (clip.end - clip.start) / RATE, "due": len(buffers), "in_time": 0, "late_ms": [], "cpu_ms": cost,
        "final_cpu_ms": last.cpu_ms, "text": last.text,
    }


def measure(ours: ServedSubject, peer: Subject, clips: list[Clip], rounds: int, folder: Path, told=print) -> list[dict]:
    records = []
    found: list[tuple[Clip, Recording]] = [(clip, keep(clip.name, clip.words, clip.pcm, folder)) for clip in chosen(clips)]
    for number in range(rounds):
        for index, (clip, recording) in enumerate(found):
            shared = {"part": "stream", "round": number, "recording": clip.name}
            records.append(shared | {"subject": ours.name} | stream(ours, clip, recording.samples))
            records.append(shared | {"subject": peer.name} | decode(peer, clip, folder))
            told(f"stream: round {number + 1} of {rounds}, {index + 1} of {len(found)}")
    return records
