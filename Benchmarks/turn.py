"""Measures a turn from the end of speech to the first audio: Hotpin beside the reference, in one run, in turns.

Recorded people speak in real time; EOS comes exactly 0 and 300 ms after the labelled last sample of each clip. A chat
service on this machine gives its first token after 150 ms and then 60 a second, to all subjects the same answers. Times
count from EOS to the first binary message. `Benchmarks/run-turn` sets up what is needed and runs this.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path

from websockets.exceptions import WebSocketException

from harness import server, sound
from speech import clips
from turns import picture, report, subjects
from turns.chat import ChatService
from turns.client import Client
from turns.measure import Bench

QUESTIONS = [
    "What is one hundred and twenty five plus seventy seven?",
    "How many kilometers are there in twenty six miles?",
    "Can you tell me what time it is, please?",
    "How many ounces are there in two pounds?",
]
PARTS = ("turns", "skills", "sessions", "words", "hands-free", "barge-in")
STREAMING = {"audio": "stream", "timeline": True}
# For the turns that the server has to end itself; the others end by EOS.
HANDS_FREE = {"ENDPOINT_SILENCE_MS": "500"}


def questions(folder: Path) -> list[clips.Clip]:
    """Questions that skills answer, in Hotpin's own voice: no recording with a free licence asks any."""
    found = []
    for number, text in enumerate(QUESTIONS):
        path = folder / f"question-{number}.wav"
        result = server.run("say", text, "--voice-variation", "off", "--output", str(path), state=folder)
        if result.returncode:
            raise SystemExit(f"hotpin say failed: {result.stderr}")
        found.append(clips.spoken(f"question-{number}", sound.read_pcm(path), text))
    return found


async def speaks(subject: subjects.Subject, **options) -> bool:
    """Whether the server agrees to these members of the handshake."""
    async with Client(subject.port, "probe", **options) as client:
        return all(client.agreed.get(name) == value for name, value in options.items())


async def start(options: argparse.Namespace, chat: dict[str, str], folder: Path) -> list[subjects.Subject]:
    settings = dict(pair.split("=", 1) for pair in options.setting)
    running = []
    try:
        if "reference" in options.only:
            running.append(subjects.reference(chat, options.deps, folder / "reference.log"))
        if "documented" in options.only:
            running.append(subjects.hotpin("Hotpin, documented", chat, folder / "documented", {"timeline": True}, settings))
        if "streaming" in options.only:
            streaming = subjects.hotpin("Hotpin, streaming", chat, folder / "streaming", STREAMING, HANDS_FREE | settings)
            running.append(streaming)
            if not await speaks(streaming, audio="stream"):
                print("This hotpin does not speak the streaming extension: only the documented protocol is measured.")
                running.pop().stop()
    except BaseException:
        for subject in running:
            subject.stop()
        raise
    return running


async def run_parts(bench: Bench, options: argparse.Namespace, people: list[clips.Clip], asked: list[clips.Clip]) -> None:
    everybody = bench.subjects
    await bench.warm_up(people[0])
    if "turns" in options.parts:
        await bench.single("single", people, options.pauses, options.rounds)
    if "words" in options.parts:
        await bench.at_once(people, options.pauses)
    if "sessions" in options.parts:
        await bench.together((people * 8)[: options.sessions], options.pauses, options.rounds)
    bench.subjects = [subject for subject in everybody if subject.name != report.REFERENCE]
    if "skills" in options.parts:
        await bench.single("skill", asked, options.pauses, options.rounds, chat=False)
    bench.subjects = [subject for subject in everybody if subject.options.get("audio") == "stream"]
    if "hands-free" in options.parts:
        await bench.hands_free(asked, options.rounds)
    if "barge-in" in options.parts:
        await bench.interrupted(people[:4], options.rounds)


async def measure(options: argparse.Namespace, folder: Path) -> dict:
    people = clips.load(options.clips, 0.7, options.longest)
    people = people[: options.count] if options.count else people
    asked = questions(folder)
    machine = subjects.machine()
    print(f"{machine}; {len(people)} clips, {options.rounds} rounds", flush=True)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    async with ChatService() as chat:
        bench = Bench(chat, await start(options, chat.settings, folder))
        everybody = bench.subjects
        broken_off = ""
        try:
            await run_parts(bench, options, people, asked)
        except (OSError, WebSocketException, asyncio.CancelledError) as problem:
            # What was measured so far took long enough to be kept.
            broken_off = repr(problem)
        finally:
            memory = {subject.name: subject.memory for subject in everybody if subject.process.poll() is None}
            for subject in everybody:
                subject.stop()
    return {"machine": machine, "load_at_end": subjects.machine(), "versions": subjects.versions(), "memory": memory,
            "broken_off": broken_off, "results": bench.results}


def write(run: dict, output: Path) -> str:
    """results.json, turns.md and turns.svg in a folder; returns the text."""
    results = run["results"]
    parts = [f"{run['machine']} (at the end: {run['load_at_end'].rpartition(', ')[2]}); {run['versions']}."]
    for part in report.unique(results, "part"):
        if part != "no lead":
            parts.append(report.first_audio(results, part))
    if report.select(results, part="single"):
        parts += [report.cost(results, run["memory"]), report.recognition(results)]
        drawn = report.stages(report.select(results, part="single"))
        (output / "turns.svg").write_text(picture.draw(drawn, "From the end of speech to the first audio, median"))
    if run.get("broken_off"):
        parts.append(f"Broken off by {run['broken_off']}: the rest was not measured.")
    late = max((result["late"] for result in results), default=0.0)
    parts.append(f"The latest that the last of the audio and EOS were sent behind the clock: {late:.1f} ms.")
    text = "\n\n".join(parts) + "\n"
    (output / "turns.md").write_text(text)
    (output / "results.json").write_text(json.dumps(run, indent=1) + "\n")
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clips", type=Path, help="a folder with more clips that Benchmarks/clips.json labels")
    parser.add_argument("--count", type=int, default=0, help="only the first so many clips")
    parser.add_argument("--longest", type=float, default=6.0, help="clips of at most so many seconds (default 6)")
    parser.add_argument("--pauses", type=int, nargs="+", default=[0, 300], help="EOS so many ms after the last sample")
    parser.add_argument("--sessions", type=int, default=8, help="how many speak at once")
    parser.add_argument("--only", nargs="+", default=["reference", "documented", "streaming"])
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a setting of hotpin")
    parser.add_argument("--deps", type=Path, default=server.REPOSITORY / ".deps")
    parser.add_argument("--output", type=Path, default=server.REPOSITORY / ".build/turns")
    parser.add_argument("--again", type=Path, help="only write the tables of a results.json anew")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    if options.again:
        run = json.loads(options.again.read_text())
    else:
        with tempfile.TemporaryDirectory() as name:
            run = asyncio.run(measure(options, Path(name)))
    print("\n" + write(run, options.output))
    return 1 if run.get("broken_off") else 0


if __name__ == "__main__":
    sys.exit(main())
