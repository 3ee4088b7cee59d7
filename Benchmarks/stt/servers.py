"""What is compared over HTTP: `hotpin serve` and faster-whisper behind FastAPI, each a real server on a free port."""

import http.client
import io
import json
import os
import select
import socket
import subprocess
import sys
import time
import uuid
import wave
from array import array
from pathlib import Path

import process
from harness import server

from .subjects import BENCHMARKS, REFERENCE, Answer

START_SECONDS = 120
ANSWER_SECONDS = 600
PATH = "/v1/audio/transcriptions"
RATE = 16_000


class ServedSubject:
    """A server, and one connection to it that is kept open."""

    def __init__(self, name: str, running: subprocess.Popen, port: int, times: bool = False):
        self.name, self.process, self.port, self.times = name, running, port, times
        self.connection = Connection(port)
        self.uploads: dict[Path, Upload] = {}
        self.loaded_mb = process.memory_mb(running.pid)[0]
        process.forget_peak(running.pid)

    def recognise(self, samples: Path) -> Answer:
        if samples not in self.uploads:
            self.uploads = {samples: Upload.of(floats(samples), self.times)}
        upload = self.uploads[samples]
        began, worked = time.perf_counter(), process.processor_ms(self.process.pid)
        answer = self.connection.post(upload)
        took = (time.perf_counter() - began) * 1000
        now, most = process.memory_mb(self.process.pid)
        cost = process.processor_ms(self.process.pid) - worked
        return Answer(took, cost, answer["text"], now, self.loaded_mb, most)

    def close(self) -> None:
        self.connection.close()
        process.end(self.process)


class Upload:
    """A form with a WAV file of 16 bits, as every client of this address sends it."""

    def __init__(self, body: bytes, boundary: str):
        self.body = body
        self.headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    @classmethod
    def of(cls, samples: array, times: bool = False, rate: int = RATE) -> "Upload":
        boundary = uuid.uuid4().hex
        fields = {"model": "whisper-1", "language": "en", "response_format": "verbose_json" if times else "json"}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="recording.wav"\r\n'
            "Content-Type: audio/wav\r\n\r\n"
        )
        return cls("".join(parts).encode() + wav(samples, rate) + f"\r\n--{boundary}--\r\n".encode(), boundary)


class Connection:
    """One client: asks again and again over the same connection."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self._open()

    def _open(self) -> None:
        self.connection.close()
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, upload: Upload) -> dict:
        """Raises `Refused` for an answer other than 200."""
        # A server may have ended a connection that was quiet for long, while the others had their turns.
        if self.connection.sock is None or select.select([self.connection.sock], [], [], 0)[0]:
            self._open()
        self.connection.request("POST", PATH, upload.body, upload.headers)
        reply = self.connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise Refused(f"{reply.status}: {body[:200].decode(errors='replace')}")
        return json.loads(body)

    def close(self) -> None:
        self.connection.close()


class Refused(Exception):
    """The server answered with an error."""


def floats(path: Path) -> array:
    found = array("f")
    found.frombytes(path.read_bytes())
    return found


def wav(samples: array, rate: int = RATE) -> bytes:
    with io.BytesIO() as file:
        with wave.open(file, "wb") as output:
            output.setnchannels(1)
            output.setsampwidth(2)
            output.setframerate(rate)
            output.writeframes(array("h", (max(-32_768, min(32_767, round(32_768 * sample))) for sample in samples)).tobytes())
        return file.getvalue()


def hotpin(deps: Path, model: str, threads: int, state: Path, times: bool = False, **settings: str) -> ServedSubject:
    """`hotpin serve` as a user starts it; its own voice, which is not measured here, is the small one."""
    ours = {
        "WHISPER_MODEL": f"whisper-{model}", "THREADS": str(threads), "MODELS_DIR": str(deps / "models"),
        "ONNXRUNTIME_LIBRARY": str(deps / "onnxruntime/libonnxruntime.so"), "VOICE": "espeak-ng",
    }
    if not server.binary().exists():
        raise SystemExit(f"{server.binary()} is missing: run `make build` first.")
    running = server.Server(state, ours | settings).start()
    return ServedSubject("Hotpin", running.process, running.port, times)


def reference(deps: Path, model: str, threads: int, folder: Path, times: bool = False) -> ServedSubject:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "reference.log"
    ours = {
        "REFERENCE_WHISPER": str(deps / f"benchmark/whisper-{model}-ctranslate2"), "THREADS": str(threads),
        "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1",
    }
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "transcription_server:app", "--host", "127.0.0.1", "--port", str(port),
             "--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--timeout-keep-alive", "600"],
            cwd=BENCHMARKS / "peers", env=os.environ | ours, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return ServedSubject(REFERENCE, running, port, times)
        except OSError:
            if running.poll() is not None or time.monotonic() > deadline:
                running.kill()
                raise SystemExit(f"The reference server does not start: {log.read_text()}") from None
            time.sleep(0.1)
