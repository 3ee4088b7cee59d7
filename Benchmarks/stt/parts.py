"""The parts of a run: each gives records, one for each subject, recording and round."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from speech.words import errors

from . import crowd, recordings, servers, silence, streaming
from .subjects import REFERENCE, Subject, commands, make_mixed

PARTS = ("short", "long", "words", "joined", "http", "stream", "crowd", "silence")


class Run:
    """What the parts share: the recordings, the options, and a folder for samples."""

    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options = options
        self.folder = folder
        self.clips = recordings.clips_of(options.clips)
        self.samples = folder / "samples"
        self.samples.mkdir(exist_ok=True)
        self.servers = 0

    def measure(self, part: str) -> Iterator[list[dict]]:
        """Records as they are complete, so that a run that is broken off leaves what it has."""
        yield from getattr(self, part)()

    def short(self) -> Iterator[list[dict]]:
        yield self._in_process("short", recordings.short(self.clips, self.samples), self.options.rounds)

    def long(self) -> Iterator[list[dict]]:
        yield self._in_process("long", recordings.long(self.clips, self.samples), self.options.rounds, times=True)

    def words(self) -> Iterator[list[dict]]:
        found = recordings.counted(self.options.sources, self.clips, self._announcements, self.samples)
        yield self._in_process("words", found, 1)

    def joined(self) -> Iterator[list[dict]]:
        """Long recordings besides those of `long`, which counts errors itself."""
        found = recordings.counted_long(self.options.sources, self._announcements, self.samples)
        if "clips" in self.options.sources and "long" not in self.options.parts:
            found = recordings.long(self.clips, self.samples) + found
        if found:
            yield self._in_process("joined", found, 1, times=True)

    @property
    def _announcements(self) -> Path:
        return self.options.deps / "benchmark/prompts"

    def http(self) -> Iterator[list[dict]]:
        for part, times in (("short", False), ("long", True)):
            found = getattr(recordings, part)(self.clips, self.samples)
            running = self._both(times)
            try:
                yield take_turns(f"http-{part}", running, found, self.options.rounds)
            finally:
                close(running)

    def stream(self) -> Iterator[list[dict]]:
        options = self.options
        running: list = [self._hotpin(**streaming.SETTINGS)]
        try:
            running.append(Subject(REFERENCE, commands(options.deps, options.model, options.threads, False)[REFERENCE]))
            # In real time: a round takes minutes, and each clip gives many texts.
            rounds = min(options.rounds, streaming.MOST_ROUNDS)
            yield streaming.measure(*running, self.clips, rounds, self.samples, told)
        finally:
            close(running)
            print()

    def crowd(self) -> Iterator[list[dict]]:
        yield self._served(lambda running: crowd.measure(
            running, recordings.short(self.clips, self.samples), self.options.rounds, told))

    def silence(self) -> Iterator[list[dict]]:
        yield self._served(lambda running: silence.measure(running, told))

    def _in_process(self, part: str, found: list[recordings.Recording], rounds: int, times: bool = False) -> list[dict]:
        options = self.options
        make_mixed(options.deps, options.model)
        started = commands(options.deps, options.model, options.threads, times, options.bench)
        running: list[Subject] = []
        try:
            for name in options.only:
                running.append(Subject(name, started[name]))
            return take_turns(part, running, found, rounds)
        finally:
            close(running)

    def _served(self, work: Callable[[list], list[dict]]) -> list[dict]:
        running = self._both(False)
        try:
            for subject in running:
                subject.recognise(recordings.short(self.clips, self.samples)[0].samples)
            return work(running)
        finally:
            close(running)
            print()

    def _both(self, times: bool) -> list[servers.ServedSubject]:
        options = self.options
        running = [self._hotpin(times)]
        try:
            running.append(servers.reference(options.deps, options.model, options.threads, self.folder, times))
        except BaseException:
            close(running)
            raise
        return running

    def _hotpin(self, times: bool = False, **settings: str) -> servers.ServedSubject:
        options = self.options
        self.servers += 1
        settings |= dict(pair.split("=", 1) for pair in options.setting)
        return servers.hotpin(
            options.deps, options.model, options.threads, self.folder / f"state-{self.servers}", times, **settings)


def take_turns(part: str, running: list, found: list[recordings.Recording], rounds: int) -> list[dict]:
    """The subjects take turns at every recording."""
    records = []
    for subject in running:
        subject.recognise(found[0].samples)
    for number in range(rounds):
        for index, recording in enumerate(found):
            # Whoever follows a slow one finds a cold machine: each has every place.
            turn = (number + index) % len(running)
            for subject in running[turn:] + running[:turn]:
                answer = subject.recognise(recording.samples)
                wrong, words = errors(recording.words, answer.text)
                records.append(
                    {"part": part, "round": number, "subject": subject.name, "recording": recording.name}
                    | {"source": recording.source, "seconds": recording.seconds, "said": recording.words}
                    | {"wrong": wrong, "words": words}
                    | vars(answer)
                )
            told(f"{part}: round {number + 1} of {rounds}, {index + 1} of {len(found)}")
    print()
    return records


def told(text: str) -> None:
    print(f"\r{text}   ", end="", flush=True)


def close(running: list) -> None:
    for subject in running:
        subject.close()
