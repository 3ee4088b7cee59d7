"""A client of the streaming extension, written from Documentation/Protocol.md alone."""

import time
from dataclasses import dataclass, field

from e2e.client import Client, Refused

# What a small client's buffer holds, seconds.
BUFFER_SECONDS = 1.0


@dataclass
class StreamedTurn:
    """What came back for one utterance."""

    frames: list[dict] = field(default_factory=list)
    # Arrival and content of each binary message.
    audio: list[tuple[float, bytes]] = field(default_factory=list)
    # Statuses of text frames and "binary", in order; the same twice in a row counts once.
    order: list[str] = field(default_factory=list)

    def one(self, status: str, stage: str | None = None) -> dict:
        found = [f for f in self.frames if f["status"] == status and f.get("stage") == stage]
        assert len(found) == 1, (status, stage, self.frames)
        return found[0]

    def all(self, status: str) -> list[dict]:
        return [frame for frame in self.frames if frame["status"] == status]

    @property
    def response(self) -> str:
        return self.one("processing", "tts")["response"]

    @property
    def transcript(self) -> str:
        return self.one("processing", "llm")["transcript"]

    @property
    def pcm(self) -> bytes:
        return b"".join(chunk for _, chunk in self.audio)

    def add(self, message: dict | bytes) -> None:
        name = "binary"
        if isinstance(message, bytes):
            self.audio.append((time.monotonic(), message))
        else:
            self.frames.append(message)
            name = message.get("stage", message["status"])
        if not self.order or self.order[-1] != name:
            self.order.append(name)


class StreamingClient(Client):
    """One device that plays an answer while it is made."""

    def __init__(self, port: int, session: str = "stream-1", **options):
        super().__init__(port, session, **{"audio": "stream", **options})

    def __enter__(self) -> "StreamingClient":
        self.socket = self._opening.__enter__()
        self.send(self._handshake)
        self.agreed = self.frame()
        assert self.agreed["status"] == "connected" and self.agreed["session_id"] == self.session
        return self

    def until(self, *statuses: str) -> StreamedTurn:
        """Everything up to a frame of one of these statuses; raises Refused for an error frame."""
        turn = StreamedTurn()
        while True:
            message = self.receive()
            turn.add(message)
            if not isinstance(message, dict):
                continue
            if message["status"] == "error" and "error" not in statuses:
                raise Refused(message["message"])
            if message["status"] in statuses:
                return turn

    def speak_in_time(self, pcm: bytes) -> None:
        """Sends audio as a microphone does: 20 ms every 20 ms."""
        start = time.monotonic()
        for number, at in enumerate(range(0, len(pcm), 640)):
            time.sleep(max(0, start + number * 0.02 - time.monotonic()))
            self.socket.send(pcm[at : at + 640])

    def ask_streamed(self, pcm: bytes) -> StreamedTurn:
        self.speak(pcm)
        self.send({"signal": "EOS"})
        return self.until("complete")


def check_pace(turn: StreamedTurn, seconds_of) -> None:
    """No client's buffer may overflow: what has come is never far ahead of what can have been played."""
    start, came = turn.audio[0][0], 0.0
    for at, chunk in turn.audio:
        came += seconds_of(chunk)
        assert came <= at - start + BUFFER_SECONDS, f"{came:.2f} s of audio {at - start:.2f} s after the first"
