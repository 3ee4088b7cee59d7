"""A client that speaks in real time and notes when everything came back."""

import asyncio
import json
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect

from speech.clips import RATE, quiet

CHUNK = RATE // 50
PATIENCE_SECONDS = 60
# Statuses that end a turn.
LAST = ("complete", "cancelled", "error")


@dataclass
class Turn:
    """What was said, and what came back. Times are milliseconds from the moment EOS was sent."""

    transcript: str = ""
    response: str = ""
    # Stage or status of each text frame and when it came first.
    frames: dict[str, float] = field(default_factory=dict)
    # (when, bytes) of each binary message.
    audio: list[tuple[float, int]] = field(default_factory=list)
    timeline: dict = field(default_factory=dict)
    error: str = ""
    # How late the last of the audio and EOS were, measured against the steady clock.
    late: float = 0.0

    @property
    def first_audio(self) -> float | None:
        return self.audio[0][0] if self.audio else None

    @property
    def longest_gap(self) -> float:
        """How long a player that starts with the first message would have been without sound, in milliseconds (PCM)."""
        worst, played = 0.0, 0.0
        for when, size in self.audio:
            worst = max(worst, when - self.audio[0][0] - played)
            played += size / (2 * RATE) * 1000
        return worst


class Client:
    """One device: `options` are members of the handshake. Use as an async context manager."""

    def __init__(self, port: int, session: str, **options):
        self.port, self.session, self.options = port, session, options
        self.agreed: dict = {}

    async def __aenter__(self) -> "Client":
        self.socket: ClientConnection = await connect(
            f"ws://127.0.0.1:{self.port}/ws", compression=None, max_size=None, ping_interval=None)
        await self.socket.send(json.dumps({"session_id": self.session, **self.options}))
        self.agreed = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS))
        return self

    async def __aexit__(self, *problem) -> None:
        await self.socket.close()

    async def say(self, pcm: bytes, ends: float) -> float:
        """Sends what a microphone would deliver, in 20 ms chunks, so that the last sample is spoken at `ends`.

        Returns by how many milliseconds the last chunk was late.
        """
        samples = len(pcm) // 2
        begins = ends - samples / RATE
        at = 0
        while at < samples:
            upto = min(at + CHUNK, samples)
            await asyncio.sleep(begins + upto / RATE - time.monotonic())
            await self.socket.send(pcm[2 * at : 2 * upto])
            at = upto
        return (time.monotonic() - ends) * 1000

    async def ask(self, pcm: bytes, ends: float | None = None, whole: bool = True, signal: bool = True) -> Turn:
        """One turn in real time; EOS follows the last sample at once.

        - ends: when the last sample is spoken (time.monotonic); as soon as possible unless given.
        - whole: hear the answer to its end, or break it off half a second after its first audio.
        - signal: send EOS; without it the server has to find the end of speech, and times count from the last sample.
        """
        ends = ends if ends is not None else time.monotonic() + len(pcm) / (2 * RATE) + 0.1
        turn = Turn()
        listening = asyncio.create_task(self._listen(turn, whole, exact := [ends]))
        turn.late = await self.say(pcm, ends)
        if signal:
            exact[0] = time.monotonic()
            await self.socket.send('{"signal":"EOS"}')
        try:
            await asyncio.wait_for(listening, PATIENCE_SECONDS)
        except TimeoutError:
            turn.error = "no answer"
        return turn

    async def ask_at_once(self, pcm: bytes) -> Turn:
        """One turn whose audio is all there when EOS is: nothing can be recognised ahead."""
        turn = Turn()
        for at in range(0, len(pcm), 4096):
            await self.socket.send(pcm[at : at + 4096])
        exact = [time.monotonic()]
        await self.socket.send('{"signal":"EOS"}')
        await asyncio.wait_for(self._listen(turn, False, exact), PATIENCE_SECONDS)
        return turn

    async def hum(self, begins: float) -> None:
        """A quiet room from an instant on, until cancelled: a microphone that nobody speaks into is not silent."""
        room = quiet(RATE, 2, "room")
        while True:
            begins += 1
            await self.say(room, begins)

    async def interrupt(self, question: bytes, speech: bytes, onset: int) -> Turn:
        """Asks, hears a second of the answer, speaks over it; `onset` is the first sample of speech in `speech`.

        Times count from that sample. `audio` of the result is the last message that came before the server held or
        cancelled its answer; none if it went on.
        """
        turn, exact, began = Turn(), [0.0], asyncio.Event()
        ends = time.monotonic() + len(question) / (2 * RATE) + 0.1
        await self.say(question, ends)
        await self.socket.send('{"signal":"EOS"}')
        listening = asyncio.create_task(self._listen(turn, True, exact, began, ("held", *LAST)))
        room = asyncio.create_task(self.hum(ends))
        try:
            await asyncio.wait_for(began.wait(), PATIENCE_SECONDS)
            await asyncio.sleep(1)
            room.cancel()
            begins = time.monotonic()
            exact[0] = begins + onset / RATE
            await self.say(speech, begins + len(speech) / (2 * RATE))
            room = asyncio.create_task(self.hum(begins + len(speech) / (2 * RATE)))
            await asyncio.wait_for(listening, PATIENCE_SECONDS)
        except TimeoutError:
            turn.error = "no answer"
        room.cancel()
        stopped = "held" in turn.frames or "cancelled" in turn.frames
        turn.error = turn.error or ("" if stopped else "the answer went on")
        turn.audio = turn.audio[-1:] if stopped else []
        return turn

    async def _listen(self, turn: Turn, whole: bool, exact: list[float], began: asyncio.Event | None = None,
                      last: tuple[str, ...] = LAST) -> None:
        """Notes everything up to a frame of the statuses `last`. `exact` holds the moment that times count from."""
        came: list[tuple[float, str, int]] = []
        enough: asyncio.TimerHandle | None = None
        async for message in self.socket:
            now = time.monotonic()
            if isinstance(message, bytes):
                came.append((now, "audio", len(message)))
                if began:
                    began.set()
                if not whole and enough is None and self.options.get("audio") == "stream":
                    cancel = lambda: asyncio.ensure_future(self.socket.send('{"signal":"CANCEL"}'))
                    enough = asyncio.get_running_loop().call_later(0.5, cancel)
                continue
            frame = json.loads(message)
            came.append((now, frame.get("stage", frame["status"]), 0))
            turn.transcript = frame.get("transcript", turn.transcript)
            turn.response = frame.get("response", turn.response)
            turn.timeline = frame.get("timeline", turn.timeline)
            if frame["status"] == "error":
                turn.error = frame["message"]
            if frame["status"] in last:
                break
        else:
            turn.error = "the connection was closed"
        if enough:
            enough.cancel()
        for when, kind, size in came:
            moment = (when - exact[0]) * 1000
            if kind == "audio":
                turn.audio.append((moment, size))
            else:
                turn.frames.setdefault(kind, moment)
