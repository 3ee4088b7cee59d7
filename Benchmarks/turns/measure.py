"""The rounds: every subject meets the same clips and the same answers, one after another, in turns."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from .answers import answers
from .chat import ChatService
from .client import Client, Turn
from speech.clips import Clip
from .subjects import Subject

# Between two turns: what a subject still does for the last one must not meet the next.
SETTLE_SECONDS = 0.25


@dataclass
class Bench:
    chat: ChatService
    subjects: list[Subject]
    # One record a turn, as results.json keeps it.
    results: list[dict] = field(default_factory=list)
    _texts: Iterator[str] = field(default_factory=lambda: iter(answers(1500)))
    _sessions: Iterator[int] = field(default_factory=itertools.count)

    def client(self, subject: Subject, **more) -> Client:
        return Client(subject.port, f"turn-{next(self._sessions)}", **subject.options, **more)

    def record(self, part: str, subject: Subject, clip: Clip, pause: int, number: int, turn: Turn, cpu: float = 0) -> None:
        wait = f"{turn.first_audio:5.0f} ms" if turn.first_audio is not None else f"no audio ({turn.error})"
        print(f"  {part:9} {number}  {subject.name:24} {clip.name:14} EOS +{pause:3}: {wait}  {turn.transcript[:50]}", flush=True)
        self.results.append({
            "part": part, "subject": subject.name, "clip": clip.name, "seconds": round(clip.seconds, 2), "pause": pause,
            "round": number, "said": clip.words, "heard": turn.transcript, "response": turn.response,
            "first_audio": turn.first_audio, "frames": turn.frames, "timeline": turn.timeline, "late": turn.late,
            "gap": turn.longest_gap, "audio_bytes": sum(size for _, size in turn.audio), "error": turn.error,
            "processor": cpu, "chat": self.chat.counts.streamed + self.chat.counts.whole,
            "broken_off": self.chat.counts.broken_off,
        })

    async def warm_up(self, clip: Clip) -> None:
        """Two turns for each that do not count."""
        for subject in self.subjects:
            for _ in range(2):
                self.chat.expect({clip.words: next(self._texts)})
                async with self.client(subject) as client:
                    await client.ask_at_once(clip.followed_by(0))

    async def single(self, part: str, clips: list[Clip], pauses: list[int], rounds: int, chat: bool = True) -> None:
        """One session speaks, the others are silent; who begins changes from clip to clip."""
        order = itertools.cycle(range(len(self.subjects)))
        for number, clip, pause in itertools.product(range(rounds), clips, pauses):
            text = next(self._texts) if chat else "This was not for the language model."
            first = next(order)
            for subject in self.subjects[first:] + self.subjects[:first]:
                await asyncio.sleep(SETTLE_SECONDS)
                self.chat.expect({clip.words: text})
                cpu = subject.processor
                async with self.client(subject) as client:
                    turn = await client.ask(clip.followed_by(pause), whole=number == 0)
                self.record(part, subject, clip, pause, number, turn, subject.processor - cpu)

    async def together(self, clips: list[Clip], pauses: list[int], rounds: int) -> None:
        """As many sessions as clips speak at once; their EOS come at the same moment."""
        for number, pause in itertools.product(range(rounds), pauses):
            texts = {clip.words: next(self._texts) for clip in clips}
            for subject in self.subjects[number % len(self.subjects) :] + self.subjects[: number % len(self.subjects)]:
                await asyncio.sleep(4 * SETTLE_SECONDS)
                self.chat.expect(texts)
                clients = [self.client(subject) for _ in clips]
                await asyncio.gather(*(client.__aenter__() for client in clients))
                ends = time.monotonic() + max(clip.seconds for clip in clips) + 1
                asked = [client.ask(clip.followed_by(pause), ends) for client, clip in zip(clients, clips)]
                for clip, turn in zip(clips, await asyncio.gather(*asked)):
                    self.record(f"{len(clips)} at once", subject, clip, pause, number, turn)
                await asyncio.gather(*(client.__aexit__() for client in clients))

    async def at_once(self, clips: list[Clip], pauses: list[int]) -> None:
        """What is recognised when all audio is there at EOS: nothing ran ahead of it."""
        for clip, pause, subject in itertools.product(clips, pauses, self.subjects):
            self.chat.expect({clip.words: next(self._texts)})
            async with self.client(subject) as client:
                self.record("no lead", subject, clip, pause, 0, await client.ask_at_once(clip.followed_by(pause)))

    async def hands_free(self, clips: list[Clip], rounds: int) -> None:
        """No EOS: times count from the last labelled sample, and silence follows until the answer begins."""
        for number, clip, subject in itertools.product(range(rounds), clips, self.subjects):
            self.chat.expect({clip.words: "This was not for the language model."})
            async with self.client(subject, turns="auto") as client:
                ends = time.monotonic() + clip.seconds + 0.2
                room = asyncio.create_task(client.hum(ends))
                turn = await client.ask(clip.speech, ends, whole=False, signal=False)
                room.cancel()
            self.record("hands-free", subject, clip, 0, number, turn)
            await asyncio.sleep(SETTLE_SECONDS)

    async def interrupted(self, clips: list[Clip], rounds: int) -> None:
        """Speech over an answer that plays: from the first labelled sample to the last audio that was sent."""
        for number, clip, subject in itertools.product(range(rounds), clips, self.subjects):
            self.chat.expect({clip.words: next(self._texts)})
            async with self.client(subject, turns="auto", barge_in=True) as client:
                turn = await client.interrupt(clip.speech, clip.speech, clip.start)
            self.record("barge-in", subject, clip, 0, number, turn)
            await asyncio.sleep(SETTLE_SECONDS)
