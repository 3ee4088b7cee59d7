"""Scores what `recognition-bench texts` wrote: word errors against references, word times against faster-whisper's.

    .build/release/recognition-bench texts .deps CLIP.wav … > texts.tsv
    .deps/bench-venv/bin/python Benchmarks/recognition_score.py texts.tsv manifest.json [FOLDER]

The manifest is a list of {"id": file name without its ending, "ref": what was said}. FOLDER holds faster-whisper's
model (`.deps/benchmark/whisper-tiny.en-ctranslate2`); with it times are compared too.
"""

import difflib
import json
import sys
from pathlib import Path

from whisper_normalizer.english import EnglishTextNormalizer

normalise = EnglishTextNormalizer()


def errors(reference: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for count, word in enumerate(reference, 1):
        before, row[0] = row[0], count
        for index, other in enumerate(heard, 1):
            before, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, before + (word != other))
    return row[-1]


def score_texts(lines: list[list[str]], references: dict[str, list[str]]) -> None:
    ways: dict[str, list] = {}
    for _, way, path, milliseconds, temperature, text in lines:
        reference = references[Path(path).stem]
        wrong = errors(reference, normalise(text).split())
        total = ways.setdefault(way, [0, 0, 0.0, 0])
        total[0] += wrong
        total[1] += len(reference)
        total[2] += float(milliseconds)
        total[3] += temperature not in ("-", "0.0")
    for way, (wrong, words, milliseconds, warm) in ways.items():
        print(f"{way:16} {wrong:4} errors in {words} words ({100 * wrong / words:.1f} %), {milliseconds:.0f} ms, {warm} by chance")


def plain(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())


def score_times(lines: list[list[str]], folder: str) -> None:
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2)
    clips: dict[str, list] = {}
    for _, path, start, end, text in lines:
        clips.setdefault(path, []).append((float(start), float(end), plain(text)))
    starts, ends = [], []
    for path, ours in clips.items():
        segments, _ = model.transcribe(path, beam_size=1, word_timestamps=True, language="en", vad_filter=False)
        theirs = [(word.start, word.end, plain(word.word)) for segment in segments for word in segment.words]
        matcher = difflib.SequenceMatcher(None, [word[2] for word in ours], [word[2] for word in theirs], autojunk=False)
        for mine, other, count in matcher.get_matching_blocks():
            for offset in range(count):
                starts.append((ours[mine + offset][0] - theirs[other + offset][0], path, ours[mine + offset]))
                ends.append((ours[mine + offset][1] - theirs[other + offset][1], path, ours[mine + offset]))
    for name, differences in (("starts", starts), ("ends", ends)):
        values = sorted(abs(difference) for difference, _, _ in differences)
        near = sum(value <= 0.1 + 1e-9 for value in values)
        print(
            f"{name}: {len(values)} words, mean difference {sum(values) / len(values):.3f} s, middle {values[len(values) // 2]:.3f} s, "
            f"{100 * near / len(values):.0f} % within 100 ms"
        )
        for difference, path, word in sorted(differences, key=lambda entry: -abs(entry[0]))[:8]:
            print(f"    {difference:+.2f} s {Path(path).stem} {word}")


def main() -> None:
    lines = [line.split("\t") for line in Path(sys.argv[1]).read_text().splitlines()]
    references = {entry["id"]: normalise(entry["ref"]).split() for entry in json.loads(Path(sys.argv[2]).read_text())}
    score_texts([line for line in lines if line[0] == "TEXT"], references)
    if len(sys.argv) > 3:
        score_times([line for line in lines if line[0] == "WORD"], sys.argv[3])


if __name__ == "__main__":
    main()
