"""One recogniser of the transcription benchmark, in a process of its own.

    recogniser.py faster-whisper|whisper.cpp|sherpa-onnx --model PATH --threads N [--beam N] [--times]

Reads a line of JSON for each recording, {"samples": "FILE"} with 32-bit floats at 16 kHz, and writes one:
{"ms": wall time, "cpu_ms": processor time, "text": "…"}. The file is read before the clock starts. The first line
out says that the model is loaded. `--times`: as users transcribe long files, with the times of segments.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

Recogniser = Callable[[np.ndarray], str]


def faster_whisper(options: argparse.Namespace) -> Recogniser:
    from faster_whisper import WhisperModel

    model = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=options.threads, local_files_only=True)

    def recognise(samples: np.ndarray) -> str:
        segments, _ = model.transcribe(
            samples, language="en", beam_size=options.beam, without_timestamps=not options.times
        )
        return "".join(segment.text for segment in segments)

    return recognise


def whisper_cpp(options: argparse.Namespace) -> Recogniser:
    from pywhispercpp.model import Model

    model = Model(f"{options.model}/ggml.bin", n_threads=options.threads, print_progress=False, print_realtime=False, redirect_whispercpp_logs_to=None)

    def recognise(samples: np.ndarray) -> str:
        segments = model.transcribe(samples, language="en", no_timestamps=not options.times)
        return "".join(segment.text for segment in segments)

    return recognise


def sherpa_onnx(options: argparse.Namespace) -> Recogniser:
    import sherpa_onnx

    recogniser = sherpa_onnx.OfflineRecognizer.from_whisper(
        encoder=f"{options.model}/encoder.int8.onnx", decoder=f"{options.model}/decoder.int8.onnx",
        tokens=f"{options.model}/tokens.txt", language="en", num_threads=options.threads,
    )

    def recognise(samples: np.ndarray) -> str:
        stream = recogniser.create_stream()
        stream.accept_waveform(16_000, samples)
        recogniser.decode_stream(stream)
        return stream.result.text

    return recognise


RECOGNISERS = {"faster-whisper": faster_whisper, "whisper.cpp": whisper_cpp, "sherpa-onnx": sherpa_onnx}


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def resident_megabytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recogniser", choices=RECOGNISERS)
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--times", action="store_true")
    options = parser.parse_args()
    # Libraries may print: what is meant for the benchmark has a pipe of its own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    recognise = RECOGNISERS[options.recogniser](options)
    print(json.dumps({"ready": True, "resident_mb": resident_megabytes()}), file=answers, flush=True)
    for line in sys.stdin:
        samples = np.fromfile(json.loads(line)["samples"], "<f4")
        began, worked = time.perf_counter(), processor_seconds()
        text = recognise(samples)
        answer = {
            "ms": (time.perf_counter() - began) * 1000,
            "cpu_ms": (processor_seconds() - worked) * 1000,
            "text": text.strip(),
            "resident_mb": resident_megabytes(),
        }
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
