"""Transcribes the same recordings with Hotpin and its peers, in turns, in one run: same weights, same threads.

A recording's time is the quietest of all rounds. Word errors are counted once for each clip and long recording, with
Whisper's own normaliser; a paired bootstrap says how sure the difference is. `Benchmarks/run-stt` sets up what is needed and runs this.
"""

import argparse
import json
import tempfile
from pathlib import Path

from speech.words import errors
from stt import picture, recordings, report
from stt.subjects import Subject, commands

PARTS = ("short", "long", "words")


def measure(part: str, found: list[recordings.Recording], options: argparse.Namespace) -> list[dict]:
    """A record for each subject, recording and round; the subjects take turns at every recording."""
    records = []
    chosen = {n: c for n, c in commands(options.deps, options.model, options.threads, part == "long").items() if n in options.only}
    running: list[Subject] = []
    try:
        for name, command in chosen.items():
            running.append(Subject(name, command))
        for subject in running:
            subject.recognise(found[0].samples)
        rounds = 1 if part == "words" else options.rounds
        for number in range(rounds):
            for index, recording in enumerate(found):
                # Whoever follows a slow one finds a cold machine: each has every place.
                turn = (number + index) % len(running)
                for subject in running[turn:] + running[:turn]:
                    answer = subject.recognise(recording.samples)
                    wrong, words = errors(recording.words, answer.text)
                    records.append(
                        {"part": part, "round": number, "subject": subject.name, "recording": recording.name}
                        | {"seconds": recording.seconds, "wrong": wrong, "words": words, **vars(answer)}
                    )
                print(f"\r{part}: round {number + 1} of {rounds}, {index + 1} of {len(found)}   ", end="", flush=True)
        print()
    finally:
        for subject in running:
            subject.close()
    return records


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--deps", type=Path, required=True, help="folder of what set-up installs")
    parser.add_argument("--clips", type=Path, help="folder with more of the clips that Benchmarks/clips.json labels")
    parser.add_argument("--model", default="tiny.en", help="tiny.en (the default) or base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ", ".join(PARTS))
    parser.add_argument("--only", help="some of the subjects, by comma")
    parser.add_argument("--output", type=Path, default=Path(".build/stt"))
    parser.add_argument("--again", type=Path, help="draw up the results of an earlier run anew")
    options = parser.parse_args()
    names = list(commands(options.deps, options.model, options.threads, False))
    wanted = [part for name in (options.only or "").split(";") if (part := name.strip())]
    options.only = wanted or names
    if unknown := set(options.only) - set(names):
        parser.error(f"there is no subject {', '.join(unknown)}; there are: {'; '.join(names)} (--only wants ; between them)")
    parts = options.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")

    options.output.mkdir(parents=True, exist_ok=True)
    results = options.output / f"{options.model}.json"
    if options.again:
        records = json.loads(options.again.read_text())
    else:
        records = []
        with tempfile.TemporaryDirectory(prefix="hotpin-stt-") as folder:
            clips = recordings.clips_of(options.clips)
            for part in parts:
                choose = {"short": recordings.short, "long": recordings.long, "words": recordings.single}[part]
                records += measure(part, choose(clips, Path(folder)), options)
                results.write_text(json.dumps(records, indent=1))
    text = report.markdown(records, options.model)
    (options.output / f"{options.model}.md").write_text(text)
    (options.output / f"{options.model}.svg").write_text(picture.draw(records, f"Whisper {options.model}, two threads"))
    print(text)
    print(f"Written to {options.output}: {options.model}.md, .svg and .json")


if __name__ == "__main__":
    main()
