"""The recognisers that are compared, each in a process of its own that stays loaded."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
ANSWER_SECONDS = 600
REFERENCE = "faster-whisper, beam 1"


@dataclass
class Answer:
    ms: float
    cpu_ms: float
    text: str
    resident_mb: int


class Subject:
    """A line of JSON in for each recording, one out; see Benchmarks/peers/recogniser.py."""

    def __init__(self, name: str, command: list[str]):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.loaded_mb = self._read()["resident_mb"]

    def recognise(self, samples: Path) -> Answer:
        self.process.stdin.write(json.dumps({"samples": str(samples)}) + "\n")
        self.process.stdin.flush()
        return Answer(**self._read())

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


def commands(deps: Path, model: str, threads: int, times: bool) -> dict[str, list[str]]:
    """How each is started. `model`: `tiny.en` or `base`; `times`: whether the times of segments are wanted."""
    weights, forms = deps / f"benchmark/whisper-{model}-ctranslate2", deps / f"benchmark/whisper-{model}-peers"
    more = ["--threads", str(threads), *(["--times"] if times else [])]

    def peer(name: str, folder: Path, *options: str) -> list[str]:
        return [sys.executable, "-B", str(BENCHMARKS / "peers/recogniser.py"), name, "--model", str(folder), *more, *options]

    ours = [str(BENCHMARKS.parent / ".build/release/recognition-bench"), "recognise", str(deps), f"whisper-{model}"]
    return {
        "Hotpin": [*ours, "int8", str(threads), *(["times"] if times else [])],
        REFERENCE: peer("faster-whisper", weights),
        "faster-whisper, beam 5": peer("faster-whisper", weights, "--beam", "5"),
        "whisper.cpp": peer("whisper.cpp", forms),
        "sherpa-onnx": peer("sherpa-onnx", forms),
    }
