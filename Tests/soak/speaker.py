"""The well-behaved device: asks by voice, and checks the answer."""

import time
from dataclasses import dataclass

from e2e.client import Client
from harness import sound
from soak import meter

QUESTION = "What is seven times eight?"
ANSWER = "56"


@dataclass
class Latency:
    """Seconds from the end of the question."""

    first_audio: float
    complete: float


def ask(client: Client, question: bytes) -> Latency:
    """One turn. Raises AssertionError when the answer is wrong, Refused when there is none."""
    client.speak(question, 4_096)
    start = time.monotonic()
    client.send({"signal": "EOS"})
    first, response, wav = None, "", b""
    while True:
        message = client.receive(timeout=60)
        if isinstance(message, bytes):
            first = first or time.monotonic() - start
            wav += message
            continue
        assert message["status"] != "error", f"the turn was refused: {message['message']}"
        response = message.get("response", response)
        if message["status"] == "complete":
            break
    assert ANSWER in response, f"another answer than {ANSWER}: {response}"
    assert sound.rms(wav[44:]) > 100, "the answer is silent"
    return Latency(first, time.monotonic() - start)


class Speaker:
    """A connected device."""

    def __init__(self, port: int, question: bytes, session: str = "speaker"):
        self.client = Client(port, session)
        self.question = question

    def __enter__(self) -> "Speaker":
        self.client.__enter__()
        return self

    def __exit__(self, *problem) -> None:
        self.client.__exit__(*problem)

    def turns(self, count: int) -> list[Latency]:
        return [ask(self.client, self.question) for _ in range(count)]


def figures(turns: list[Latency]) -> tuple[float, float]:
    """p50 and p95 of the first audio, ms."""
    times = [turn.first_audio * 1_000 for turn in turns]
    return meter.percentile(times, 50), meter.percentile(times, 95)
