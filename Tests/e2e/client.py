"""An independent client of the Hotpin protocol, written from Documentation/Protocol.md alone."""

import json
import socket
import struct
import time
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

WAIT_SECONDS = 20


class Refused(Exception):
    """An error frame; its text is the server's message."""


@dataclass
class Turn:
    """What came back for one utterance, in order."""

    frames: list[dict] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    # The stage or status of each text frame, and "audio" for each binary one.
    order: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def transcript(self) -> str:
        return next(f["transcript"] for f in self.frames if f.get("stage") == "llm")

    @property
    def response(self) -> str:
        return next(f["response"] for f in self.frames if f.get("stage") == "tts")

    @property
    def wav(self) -> bytes:
        return b"".join(self.chunks)


class Client:
    """One device. Use as a context manager."""

    def __init__(
        self, port: int, session: str = "device-1", handshake: bool = True, headers: dict | None = None, **options
    ):
        self._opening = connect(
            f"ws://127.0.0.1:{port}/ws",
            max_size=1 << 20,
            compression=None,
            open_timeout=WAIT_SECONDS,
            additional_headers=headers,
        )
        self.session = session
        self._handshake = {"session_id": session, **options} if handshake else None

    def __enter__(self) -> "Client":
        self.socket: ClientConnection = self._opening.__enter__()
        if self._handshake:
            self.send(self._handshake)
            assert self.frame() == {"status": "connected", "session_id": self.session}
        return self

    def __exit__(self, *problem) -> None:
        self._opening.__exit__(*problem)

    def send(self, message: dict | str | bytes) -> None:
        self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    def speak(self, pcm: bytes, *sizes: int) -> None:
        """Sends audio in messages of the given sizes, over and over; 1,024 bytes unless told."""
        at, turn = 0, 0
        sizes = sizes or (1_024,)
        while at < len(pcm):
            size = sizes[turn % len(sizes)]
            self.socket.send(pcm[at : at + size])
            at, turn = at + size, turn + 1

    def receive(self, timeout: float = WAIT_SECONDS) -> dict | bytes:
        message = self.socket.recv(timeout=timeout)
        if isinstance(message, bytes):
            return message
        assert len(message.encode()) < 512, "a text frame of 512 bytes or more does not fit a device's buffer"
        value = json.loads(message)
        assert isinstance(value, dict), message
        return value

    def frame(self, timeout: float = WAIT_SECONDS) -> dict:
        """The next message, which must be text."""
        message = self.receive(timeout)
        assert isinstance(message, dict), "audio came where a text frame was expected"
        return message

    def error(self) -> str:
        """The message of the next frame, which must be an error."""
        frame = self.frame()
        assert frame["status"] == "error", frame
        assert frame["message"] and set(frame) == {"status", "message"}
        return frame["message"]

    def answer(self) -> Turn:
        """Everything up to `complete`; raises Refused for an error frame."""
        turn, start = Turn(), time.monotonic()
        while True:
            message = self.receive()
            if isinstance(message, bytes):
                turn.chunks.append(message)
                turn.order.append("audio")
                continue
            turn.frames.append(message)
            turn.order.append(message.get("stage", message["status"]))
            if message["status"] == "error":
                raise Refused(message["message"])
            if message["status"] == "complete":
                turn.seconds = time.monotonic() - start
                return turn

    def ask(self, pcm: bytes, *sizes: int) -> Turn:
        self.speak(pcm, *sizes)
        self.send({"signal": "EOS"})
        return self.answer()

    def closed(self) -> int:
        """Waits for the server to close, and returns its code."""
        try:
            while True:
                self.socket.recv(timeout=WAIT_SECONDS)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    def vanish(self) -> None:
        """Cuts the TCP connection without a closing handshake, as a device that loses its power."""
        # Without lingering, closing sends a reset; shutting down wakes the library's own reader.
        self.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.socket.shutdown(socket.SHUT_RD)
        self.socket.socket.close()


def check_wav(wav: bytes) -> tuple[int, bytes]:
    """Reads the header as a device does, byte by byte, and returns rate and PCM."""
    assert len(wav) > 44, "no audio"
    assert len(wav) < 512_000, "the file does not fit a device's buffer"
    riff, size, wave, fmt, fmt_size, kind, channels, rate, byte_rate, align, bits, data, data_size = struct.unpack(
        "<4sI4s4sIHHIIHH4sI", wav[:44]
    )
    assert (riff, wave, fmt, data) == (b"RIFF", b"WAVE", b"fmt ", b"data")
    assert size == len(wav) - 8 and data_size == len(wav) - 44
    assert (fmt_size, kind, channels, rate) == (16, 1, 1, 16_000)
    assert (byte_rate, align, bits) == (32_000, 2, 16)
    return rate, wav[44:]
