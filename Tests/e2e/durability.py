"""Kills whoever writes to a store, at random moments, and sees that all it confirmed is there.

    python -m e2e.durability --rounds 300 [--seed N] [--store sqlite|redis|redis-killed]

One line a hundred rounds, and exit code 0 when nothing was lost.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path

from harness import server
from harness.redis import Redis

SESSIONS = 4


def writer() -> Path:
    """The program that stands in for a server: built beside `hotpin` with the tests."""
    path = server.binary().parent / "storage-writer"
    assert path.exists(), f"{path} is missing: swift build --build-tests makes it"
    return path


class Lost(AssertionError):
    """What was confirmed is not there, or what is there was never said."""


def write_until_killed(place: str, sessions: list[str], milliseconds: float, redis: Redis | None) -> list[str]:
    """Lets the writer run so long after its first confirmation, kills it (and Redis, if given), and returns its lines."""
    process = subprocess.Popen([writer(), "write", place, *sessions], stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("confirmed"):
            break
    else:
        raise AssertionError(f"the writer wrote nothing: {lines}")

    def strike() -> None:
        if redis:
            redis.kill()
        process.kill()

    timer = threading.Timer(milliseconds / 1000, strike)
    timer.start()
    lines += process.stdout.readlines()
    timer.join()
    process.wait()
    process.stdout.close()
    # A line that was cut off was not said.
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def found(place: str, sessions: list[str]) -> dict[str, dict[str, list[str]]]:
    """What is in the store, by session and kind."""
    done = subprocess.run([writer(), "dump", place, *sessions], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    there: dict[str, dict[str, list[str]]] = {session: defaultdict(list) for session in sessions}
    for line in done.stdout.splitlines():
        kind, session, value = line.split(" ", 2)
        there[session][kind].append(value)
    return there


def check(lines: list[str], there: dict[str, dict[str, list[str]]]) -> int:
    """Compares; returns how many changes were confirmed."""
    begun: dict[tuple[str, str], set[int]] = defaultdict(set)
    confirmed: dict[tuple[str, str], set[int]] = defaultdict(set)
    for line in lines:
        if line.startswith("failed"):
            continue  # Redis was taken away before the writer was.
        state, what, session, number = line.split(" ")
        (begun if state == "begun" else confirmed)[session, what].add(int(number))
    for session, kinds in there.items():
        for kind, prefix in (("item", "item-"), ("alarm", "")):
            present = [int(value.removeprefix(prefix)) for value in kinds[kind]]
            if len(present) != len(set(present)):
                raise Lost(f"{session}: {kind} is there twice: {present}")
            gone = f"{kind}-gone"
            must = confirmed[session, kind] - begun[session, gone]
            may = begun[session, kind] - confirmed[session, gone]
            if not must <= set(present):
                raise Lost(f"{session}: {kind} {sorted(must - set(present))} was confirmed and is not there")
            if not set(present) <= may:
                raise Lost(f"{session}: {kind} {sorted(set(present) - may)} is there and should not be")
        turns = [int(value.removeprefix("u")) for value in kinds["user"]]
        if [f"a{turn}" for turn in turns] != kinds["assistant"]:
            raise Lost(f"{session}: half a turn: {kinds['user'][-3:]} {kinds['assistant'][-3:]}")
        last = max(confirmed[session, "turn"], default=-1)
        if turns != list(range(turns[0], turns[0] + len(turns))) if turns else last >= 0:
            raise Lost(f"{session}: turns are missing: {turns}")
        if turns and not last <= turns[-1] <= last + 1:
            raise Lost(f"{session}: the last turn is {turns[-1]}, confirmed was {last}")
    return sum(len(numbers) for numbers in confirmed.values())


def rounds(count: int, seed: int, store: str, folder: Path, tell=lambda text: None) -> int:
    """Kills a writer `count` times on one store that grows; returns how many changes were confirmed in all.

    `redis-killed` kills Redis together with the writer.
    """
    chance = random.Random(seed)
    redis = Redis(folder / "redis").start() if store != "sqlite" else None
    place = redis.url if redis else str(folder / "hotpin.sqlite3")
    total = 0
    try:
        before: tuple[list[str], list[str]] | None = None
        for number in range(count):
            sessions = [f"r{number}s{index}" for index in range(SESSIONS)]
            delay = chance.expovariate(1 / 40)
            try:
                lines = write_until_killed(place, sessions, delay, redis if store == "redis-killed" else None)
                if store == "redis-killed":
                    redis.start()
                total += check(lines, found(place, sessions))
                # Nothing of the round before was touched by what came after it.
                if before:
                    check(before[0], found(place, before[1]))
            except AssertionError as error:
                raise Lost(f"round {number} of seed {seed}, killed after {delay:.1f} ms: {error}") from error
            before = (lines, sessions)
            if (number + 1) % 100 == 0:
                tell(f"{store}: {number + 1} kills, {total} confirmed changes, none lost")
    finally:
        if redis and redis.process.poll() is None:
            redis.kill()
    return total


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--store", choices=["sqlite", "redis", "redis-killed"], default="sqlite")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        total = rounds(chosen.rounds, chosen.seed, chosen.store, Path(name), tell=lambda text: print(text, flush=True))
    print(f"{chosen.store}: {chosen.rounds} kills (seed {chosen.seed}), {total} confirmed changes, none lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
