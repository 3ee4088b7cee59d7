"""Counts how often a pause is taken for the end of what somebody says.

Two recordings make one utterance: 400 ms lie between the last labelled sample of the first and the first of the second,
filled with what follows the first recording, then with its noise. A hands-free session hears it in real time. An end that
comes in the pause cuts the speaker off; one within a recording is counted on its own, because people pause there, too;
one after the second recording is right, and how long it took is told. `Benchmarks/run-turn --cutoffs` runs this.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from harness import server
from speech import clips
from turns import report, subjects
from turns.chat import ChatService
from turns.client import Client

# An end that was decided in the pause may arrive this much after it, in milliseconds.
GRACE = 150
LONGEST_SECONDS = 25
PATIENCE_SECONDS = 5


def joined(first: clips.Clip, second: clips.Clip, pause: int) -> bytes:
    return first.followed_by(pause) + second.pcm[2 * second.start : 2 * second.end]


def judgement(at: float | None, first: float, pause: float, whole: float) -> str:
    """What an end of speech at a moment was. All in milliseconds: `first` and `whole` are the lengths of the first
    recording and of the utterance."""
    if at is None:
        return "never"
    if at >= whole:
        return "right"
    return "in the pause" if first <= at < first + pause + GRACE else "within a recording"


async def end_of_speech(port: int, name: str, pcm: bytes) -> float | None:
    """Milliseconds from the first sample to the server's word that the speech ended; none within five seconds after it."""
    async with Client(port, name, audio="stream", turns="auto") as client:
        begins = time.monotonic() + 0.2
        ends = begins + len(pcm) / (2 * clips.RATE)

        async def speak() -> None:
            await client.say(pcm, ends)
            await client.hum(ends)

        async def listen() -> float:
            async for message in client.socket:
                if not isinstance(message, bytes) and json.loads(message)["status"] == "speech_ended":
                    return (time.monotonic() - begins) * 1000
            raise SystemExit("The server closed the connection.")

        speaking = asyncio.create_task(speak())
        try:
            return await asyncio.wait_for(listen(), len(pcm) / (2 * clips.RATE) + PATIENCE_SECONDS)
        except TimeoutError:
            return None
        finally:
            speaking.cancel()


async def measure(options: argparse.Namespace, folder: Path) -> list[dict]:
    people = clips.load(options.clips)
    pairs = [(first, people[(index + stride) % len(people)])
             for stride in range(1, options.strides + 1) for index, first in enumerate(people)]
    pairs = [pair for pair in pairs if pair[0].seconds + pair[1].seconds < LONGEST_SECONDS]
    found: list[dict] = []
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    async with ChatService() as chat:
        chat.expect({"anything": "I see."})
        settings = dict(pair.split("=", 1) for pair in options.setting)
        subject = subjects.hotpin("hotpin", chat.settings, folder / "state", {}, settings)
        free = asyncio.Semaphore(options.at_once)

        async def one(number: int, first: clips.Clip, second: clips.Clip) -> None:
            async with free:
                pcm = joined(first, second, options.pause)
                at = await end_of_speech(subject.port, f"cutoffs-{number}", pcm)
                begins, end = first.end / 16, len(pcm) / 32
                kind = judgement(at, begins, options.pause, end)
                found.append({"first": first.name, "second": second.name, "kind": kind, "wait": at and at - end})
                if kind != "right":
                    print(f"  {kind}: {first.name} + {second.name}" + (f", {at - begins:.0f} ms after the first" if at else ""), flush=True)

        try:
            async with Client(subject.port, "probe", audio="stream", turns="auto") as client:
                if client.agreed.get("turns") != "auto":
                    raise SystemExit(f"This hotpin does not find the end of speech: it answered {client.agreed}.")
            await asyncio.gather(*(one(number, *pair) for number, pair in enumerate(pairs)))
        finally:
            subject.stop()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, help="a folder with more clips that Benchmarks/clips.json labels")
    parser.add_argument("--pause", type=int, default=400, help="milliseconds between two recordings")
    parser.add_argument("--strides", type=int, default=3, help="with how many others each recording is joined")
    parser.add_argument("--at-once", type=int, default=4, help="sessions that speak at the same time")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a setting of hotpin")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = asyncio.run(measure(options, Path(name)))
    kinds = {kind: len(report.select(found, kind=kind)) for kind in ("right", "in the pause", "within a recording", "never")}
    print(f"{subjects.machine()}; {server.binary().name} with {' '.join(options.setting) or 'its own settings'}")
    # An utterance that was cut before its pause says nothing about the pause.
    met = len(found) - kinds["within a recording"]
    print(f"{len(found)} utterances with a pause of {options.pause} ms: {', '.join(f'{n} {kind}' for kind, n in kinds.items())};"
          f" cut off in the pause: {100 * kinds['in the pause'] / max(1, met):.1f} %")
    waits = [result["wait"] for result in found if result["kind"] == "right"]
    if waits:
        print(f"from the last sample to speech_ended: p50 {report.quantile(waits, 0.5):.0f} ms, p90 {report.quantile(waits, 0.9):.0f} ms,"
              f" {min(waits):.0f} to {max(waits):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
