"""Measures what a user notices of one server: start, memory, and the wait after a question.

The questions are spoken by Hotpin's own voice, so that they are surely understood, and sent as fast as the socket takes
them: all audio is there when the end of speech is signalled, as with a button. Answers come from skills, so no network
is part of the figures. Answers that come again are made anew.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

from e2e.client import Client
from harness import server, sound

QUESTIONS = [
    "What is one hundred and twenty five plus seventy seven?",
    "How many kilometers are there in twenty six miles?",
    "Set a timer for two hours and fifteen minutes.",
    "Can you tell me what time it is, please?",
    "What is fifteen percent of two hundred and forty?",
]


def speak(text: str, folder: Path) -> bytes:
    path = folder / "question.wav"
    result = server.run("say", text, "--voice-variation", "off", "--output", str(path), state=folder)
    assert result.returncode == 0, result.stderr
    return sound.read_pcm(path)


def first_audio(client: Client, pcm: bytes) -> tuple[float, str]:
    """Milliseconds from the end of speech to the first audio message, and what was answered."""
    client.speak(pcm, 4096)
    started = time.monotonic()
    client.send({"signal": "EOS"})
    response = ""
    waited = None
    while True:
        message = client.receive()
        if isinstance(message, bytes):
            waited = waited or (time.monotonic() - started) * 1000
        elif message["status"] == "complete":
            assert waited, "the answer had no audio"
            return waited, response
        else:
            assert message["status"] == "processing", message
            response = message.get("response", response)


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="how often each question is asked (default 5)")
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spoken = {question: speak(question, folder) for question in QUESTIONS}
        starts = []
        for _ in range(3):
            subject = server.Server(folder / "state", {"PHRASE_CACHE_MB": "0"}).start()
            starts.append(next(r for r in subject.log if r.get("message") == "listening"))
            subject.stop()
        subject = server.Server(folder / "state", {"PHRASE_CACHE_MB": "0"}).start()
        waits: dict[str, list[float]] = {question: [] for question in QUESTIONS}
        answers = {}
        with Client(subject.port) as client:
            for _ in range(rounds):
                for question, pcm in spoken.items():
                    wait, answers[question] = first_audio(client, pcm)
                    waits[question].append(wait)
        memory = resident(subject.process.pid)
        subject.stop()
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"start to ready: {min(s['ready_ms'] for s in starts):.0f} to {max(s['ready_ms'] for s in starts):.0f} ms")
    print(f"resident: {starts[-1]['resident_mb']} MB loaded, {memory} MB after {rounds * len(QUESTIONS)} turns")
    print("end of speech to first audio, ms:   best  median  worst")
    for question, values in waits.items():
        seconds = len(spoken[question]) / 32_000
        print(
            f"  {seconds:.1f} s question                    {min(values):5.0f} {statistics.median(values):7.0f}"
            f" {max(values):6.0f}   {answers[question]}"
        )
    together = [value for values in waits.values() for value in values]
    print(f"  all                               {min(together):5.0f} {statistics.median(together):7.0f} {max(together):6.0f}")


if __name__ == "__main__":
    sys.exit(main())
