"""Transcribes the same recordings with Hotpin and its peers, in turns, in one run: same weights, same threads.

A recording's time is the quietest of all rounds. Word errors are counted once for each recording, with Whisper's own
normaliser; a paired bootstrap says how sure the difference is. `Benchmarks/run-stt` sets up what is needed and runs this.

parts:
  short    clips of 1.5 to 5 s, in-process: Hotpin, faster-whisper with beam 1 and 5, whisper.cpp, sherpa-onnx
  long     recordings of 20 to 60 s, in-process, with the times of segments
  words    word errors in the clips and in a telephone exchange's announcements (--sources)
  joined   word errors in announcements joined to 20 to 60 s, with the times of segments (clips: in long)
  http     the recordings of short and long over HTTP, beside faster-whisper behind FastAPI
  stream   text of a growing utterance over /stream, in real time, beside decoding the same buffers
  crowd    1, 2, 4, 8 and 16 clients at once over HTTP
  silence  50 sounds in which nobody speaks, over HTTP

examples:
  make bench-stt
  make bench-stt STT="--model base --rounds 3 --clips FOLDER"
  make bench-stt STT="--parts words,joined --sources prompts --only 'Hotpin;faster-whisper, beam 1'"
  make bench-stt STT="--parts words,joined --model base --only 'Hotpin;Hotpin, fp32;Hotpin, fp32 encoder;faster-whisper, beam 1'"
  make bench-stt STT="--parts crowd,silence --rounds 5"
  make bench-stt STT="--again .build/stt/base.json --model base"
"""

import argparse
import json
import tempfile
from pathlib import Path

from stt import losses, picture, recordings, report
from stt.parts import PARTS, Run
from stt.subjects import PRECISIONS, REFERENCE, commands


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "bench-stt", description=__doc__.partition("\nparts:")[0], epilog="parts:" + __doc__.partition("\nparts:")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deps", type=Path, required=True, help="folder of what set-up installs")
    parser.add_argument("--clips", type=Path, help="folder with more of the clips that Benchmarks/clips.json labels")
    parser.add_argument("--model", default="tiny.en", help="tiny.en (the default) or base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ", ".join(PARTS))
    parser.add_argument("--sources", default="clips,prompts", help="of words: some of " + ", ".join(recordings.SOURCES))
    parser.add_argument("--only", help="some of the subjects in-process, with ; between them")
    parser.add_argument("--bench", type=Path, help="another build of recognition-bench")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a setting of Hotpin's server")
    parser.add_argument("--output", type=Path, default=Path(".build/stt"))
    parser.add_argument("--again", type=Path, help="draw up the results of an earlier run anew")
    options = parser.parse_args()
    options.deps = options.deps.resolve()
    names = list(commands(options.deps, options.model, options.threads, False))
    wanted = [part for name in (options.only or "").split(";") if (part := name.strip())]
    options.only = wanted or [name for name in names if name not in PRECISIONS]
    if unknown := set(options.only) - set(names):
        parser.error(f"there is no subject {', '.join(unknown)}; there are: {'; '.join(names)} (--only wants ; between them)")
    for name, known in (("parts", PARTS), ("sources", recordings.SOURCES)):
        chosen = getattr(options, name).split(",")
        if unknown := set(chosen) - set(known):
            parser.error(f"--{name}: there is no {', '.join(unknown)}; there are: {', '.join(known)}")
        setattr(options, name, chosen)
    if wrong := [pair for pair in options.setting if "=" not in pair]:
        parser.error(f"--setting wants NAME=VALUE, not {wrong[0]}")
    if options.rounds < 1:
        parser.error("--rounds wants at least 1")
    return options


def main() -> None:
    options = parse()
    options.output.mkdir(parents=True, exist_ok=True)
    results = options.output / f"{options.model}.json"
    if options.again:
        records = json.loads(options.again.read_text())
    else:
        records = []
        with tempfile.TemporaryDirectory(prefix="hotpin-stt-") as folder:
            run = Run(options, Path(folder))
            for part in options.parts:
                for found in run.measure(part):
                    records += found
                    results.write_text(json.dumps(records, indent=1))
    text = report.markdown(records, options.model)
    (options.output / f"{options.model}.md").write_text(text)
    title = f"Whisper {options.model}, {options.threads} threads"
    (options.output / f"{options.model}.svg").write_text(picture.draw(records, title))
    (options.output / f"{options.model}-losses.txt").write_text(losses.listed(records, "Hotpin", REFERENCE))
    print(text)
    print(f"Written to {options.output}: {options.model}.md, .svg, .json and -losses.txt")


if __name__ == "__main__":
    main()
