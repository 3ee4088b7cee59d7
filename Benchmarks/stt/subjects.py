"""The recognisers that are compared in-process, each in a process of its own that stays loaded."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import process

BENCHMARKS = Path(__file__).resolve().parents[1]
REFERENCE = "faster-whisper, beam 1"
# Hotpin with other numbers in its weights: for finding out where words are lost.
PRECISIONS = {"Hotpin, fp32": "fp32", "Hotpin, fp32 encoder": "int8", "Hotpin, fp32 decoder": "int8"}


@dataclass
class Answer:
    ms: float
    cpu_ms: float
    text: str
    resident_mb: int
    # Resident when the model was loaded, and the most since then.
    loaded_mb: int = 0
    peak_mb: int = 0


class Subject:
    """A line of JSON in for each recording, one out; see Benchmarks/peers/recogniser.py."""

    def __init__(self, name: str, command: list[str]):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.loaded_mb = self._read()["resident_mb"]
        process.forget_peak(self.process.pid)

    def recognise(self, samples: Path) -> Answer:
        self.process.stdin.write(json.dumps({"samples": str(samples)}) + "\n")
        self.process.stdin.flush()
        answer = Answer(**self._read())
        answer.loaded_mb, answer.peak_mb = self.loaded_mb, process.memory_mb(self.process.pid)[1]
        return answer

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with code {self.process.wait(10)}.")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def commands(deps: Path, model: str, threads: int, times: bool, bench: Path | None = None) -> dict[str, list[str]]:
    """How each is started. `model`: `tiny.en` or `base`; `times`: whether the times of segments are wanted; `bench`: the
    program of Benchmarks/Recognition."""
    weights, forms = deps / f"benchmark/whisper-{model}-ctranslate2", deps / f"benchmark/whisper-{model}-peers"
    more = ["--threads", str(threads), *(["--times"] if times else [])]

    def peer(name: str, folder: Path, *options: str) -> list[str]:
        return [sys.executable, "-B", str(BENCHMARKS / "peers/recogniser.py"), name, "--model", str(folder), *more, *options]

    def ours(folder: str, precision: str) -> list[str]:
        program = bench or BENCHMARKS.parent / ".build/release/recognition-bench"
        return [str(program), "recognise", str(deps), folder, precision, str(threads), *(["times"] if times else [])]

    return {
        "Hotpin": ours(f"whisper-{model}", "int8"),
        REFERENCE: peer("faster-whisper", weights),
        "faster-whisper, beam 5": peer("faster-whisper", weights, "--beam", "5"),
        "whisper.cpp": peer("whisper.cpp", forms),
        "sherpa-onnx": peer("sherpa-onnx", forms),
    } | {
        # The folder is named from deps/models, where the program looks.
        name: ours(f"whisper-{model}" if precision == "fp32" else f"../benchmark/{mixed_name(model, name)}", precision)
        for name, precision in PRECISIONS.items()
    }


def mixed_name(model: str, name: str) -> str:
    return f"whisper-{model}-{name.removeprefix('Hotpin, ').replace(' ', '-')}"


def make_mixed(deps: Path, model: str) -> None:
    """Folders in which one graph of the model stands in 32 bits under the 8-bit graph's name; links, no copies."""
    whole = deps / f"models/whisper-{model}"
    for graph in ("encoder", "decoder"):
        folder = deps / "benchmark" / mixed_name(model, f"fp32 {graph}")
        folder.mkdir(parents=True, exist_ok=True)
        for file in whole.iterdir():
            if file.name in (f"{name}.onnx" for name in ("encoder", "decoder")):
                continue
            target = whole / f"{graph}.onnx" if file.name == f"{graph}.int8.onnx" else file
            link = folder / file.name
            link.unlink(missing_ok=True)
            link.symlink_to(target.resolve())
