"""The server under test: the real executable, started as a person starts it."""

import json
import os
import queue
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 15


def binary() -> Path:
    """`hotpin` as the build leaves it, or the file that HOTPIN_BINARY names."""
    return Path(os.environ.get("HOTPIN_BINARY", REPOSITORY / ".build/release/hotpin"))


# Settings that a developer may have exported, or keeps in .env, and that would change what is tested.
SETTINGS = ("SERVER_", "GROQ_", "LLM_", "LOG_", "STATE_", "WEB_", "WHISPER_", "VOSK_", "VOICE", "PHRASE_", "WORDS_", "THREADS", "MAX_", "API_", "TLS_", "HTTPS", "PLAIN_", "REDIS_", "TURNS_", "STILL_", "SESSION_", "HANDSHAKE_", "DRAIN_", "START_", "HISTORY_", "STUCK_", "OPEN_", "ALLOWED_", "TRUSTED_", "WRONG_", "HOTPIN_API_", "NOTIFY_SOCKET", "WATCHDOG_", "HEADER_", "MESSAGE_", "IDLE_", "ENDPOINT_", "VAD_", "TURN_", "AHEAD", "MODEL_", "CORS_", "ONNX_", "HOST", "PORT")
NO_CHAT = {"GROQ_API_KEY": "", "GROQ_MODEL": "", "LLM_BASE_URL": "", "LLM_MODEL": "", "LLM_API_KEY": ""}


def environment(state: Path, **more: str) -> dict[str, str]:
    """This process's environment with the settings of a test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    ours = {"SERVER_HOST": "127.0.0.1", "SERVER_PORT": "0", "STATE_DIR": str(state), "LOG_FORMAT": "json", "HTTPS": "off"}
    # Tests ask faster than people do, all of them from one address.
    ours |= {"TURNS_PER_MINUTE": "6000", "TURNS_PER_MINUTE_PER_ADDRESS": "60000"}
    if "HOTPIN_DEPS" in kept:
        ours["MODELS_DIR"] = kept["HOTPIN_DEPS"] + "/models"
        ours["ONNXRUNTIME_LIBRARY"] = kept["HOTPIN_DEPS"] + "/onnxruntime/libonnxruntime.so"
    return kept | NO_CHAT | ours | more


@dataclass
class Server:
    """A running `hotpin serve`. Records of its log are kept in `log`, newest last."""

    state: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    port: int = 0
    log: list[dict] = field(default_factory=list)

    def start(self) -> "Server":
        self.state.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [binary(), "serve"],
            cwd=REPOSITORY,
            env=environment(self.state, **self.settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        ports: queue.Queue[int | None] = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, ports), daemon=True).start()
        try:
            port = ports.get(timeout=START_SECONDS)
        except queue.Empty:
            self.process.kill()
            raise AssertionError(f"the server did not say “listening” within {START_SECONDS} s: {self.log}") from None
        assert port is not None, f"the server ended instead of listening: {self.log}"
        self.port = port
        return self

    def _read(self, process: subprocess.Popen, ports: "queue.Queue[int | None]") -> None:
        """Reads the log to its end, so that the server never waits for a reader."""
        for line in process.stderr:
            try:
                record = json.loads(line)
            except ValueError:
                record = {"message": line.rstrip()}
            self.log.append(record)
            if record.get("message") == "listening":
                ports.put(int(record["port"]))
        ports.put(None)

    def stop(self) -> int:
        """Asks the server to end, as a service manager does, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the server did not end within {STOP_SECONDS} s of SIGTERM") from None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> "Reply":
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, **headers: str) -> "Reply":
        """One HTTP request; a status other than 2xx is a reply like any other."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.origin + path, headers=named, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return Reply(reply.status, {k.lower(): v for k, v in reply.headers.items()}, reply.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


def run(*arguments: str, state: Path, timeout: float = 60, **settings: str) -> subprocess.CompletedProcess:
    """One command of the tool, to its end."""
    return subprocess.run(
        [binary(), *arguments],
        cwd=REPOSITORY,
        env=environment(state, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
