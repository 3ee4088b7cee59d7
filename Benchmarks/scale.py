"""Turns a second of one server process and of two, with one and with two threads for the models.

Spoken questions that skills answer, asked in a closed loop: each client asks its next question when the answer to the
last is there whole. The clients connect to the servers directly, half of them to each. What is compared runs by turns,
round by round, so that a change of the machine's speed meets all alike; it needs a machine that does nothing else.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from e2e.client import Client
from figures import QUESTIONS, resident, speak
from harness import server
from harness.redis import Redis


@dataclass(frozen=True)
class Subject:
    processes: int
    threads: int
    shared: bool

    @property
    def name(self) -> str:
        processes = "1 process" if self.processes == 1 else f"{self.processes} processes"
        return f"{processes}, {'Redis' if self.shared else 'SQLite'}, THREADS={self.threads}"


SUBJECTS = [Subject(1, 1, False), Subject(1, 1, True), Subject(2, 1, True),
            Subject(1, 2, False), Subject(1, 2, True), Subject(2, 2, True)]


def busy(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(subject: Subject, clients: int, seconds: float, questions: list[bytes], folder: Path, redis: Redis):
    """Turns a second, median milliseconds a turn, cores used by the servers, their resident memory in MB."""
    settings = {"THREADS": str(subject.threads), "LOG_LEVEL": "warning", "TURNS_PER_MINUTE": "6000",
                "TURNS_PER_MINUTE_PER_ADDRESS": "60000"}
    if subject.shared:
        settings["REDIS_URL"] = redis.url
    servers = []
    for number in range(subject.processes):
        # “listening” must be logged to be found.
        servers.append(server.Server(folder / f"state-{number}", settings | {"LOG_LEVEL": "info"}).start())
    ready = threading.Barrier(clients + 1)
    turns: list[tuple[float, float]] = []
    problems: list[str] = []
    end = [0.0]

    def talk(number: int) -> None:
        with Client(servers[number % len(servers)].port, f"bench-{number}") as client:
            # The first turn is not counted.
            client.ask(questions[number % len(questions)], 32_768)
            ready.wait(120)
            asked = number
            while (begun := time.monotonic()) < end[0]:
                asked += 1
                try:
                    client.ask(questions[asked % len(questions)], 32_768)
                except Exception as error:  # A refused turn is no turn, and is told.
                    problems.append(str(error))
                    continue
                turns.append((time.monotonic(), time.monotonic() - begun))

    end[0] = time.monotonic() + 3600
    threads = [threading.Thread(target=talk, args=(number,), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait(120)
    started = time.monotonic()
    used = sum(busy(one.process.pid) for one in servers)
    end[0] = started + seconds
    for thread in threads:
        thread.join(120)
    used = sum(busy(one.process.pid) for one in servers) - used
    memory = sum(resident(one.process.pid) for one in servers)
    finished = max((at for at, _ in turns), default=started + seconds)
    for one in servers:
        one.process.kill()
        one.process.wait()
    if problems:
        print(f"  {len(problems)} turns failed: {problems[0]}", file=sys.stderr)
    waits = [took for _, took in turns]
    return len(turns) / (finished - started), statistics.median(waits) * 1000, used / (finished - started), memory


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=15, help="of each measurement (default 15)")
    options.add_argument("--clients", type=int, nargs="+", default=[4, 8, 16])
    chosen = options.parse_args()
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load before {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        questions = [speak(question, folder) for question in QUESTIONS]
        with Redis(folder / "redis") as redis:
            for clients in chosen.clients:
                results: dict[Subject, list[tuple]] = {subject: [] for subject in SUBJECTS}
                for number in range(chosen.rounds):
                    for subject in SUBJECTS:
                        place = folder / f"{clients}-{number}-{SUBJECTS.index(subject)}"
                        results[subject].append(
                            measure(subject, clients, chosen.seconds, questions, place, redis))
                print(f"{clients} clients:                     turns/s  ms a turn   cores     MB", flush=True)
                for subject, runs in results.items():
                    rate, wait, cores, memory = (statistics.median(column) for column in zip(*runs))
                    print(f"  {subject.name:34} {rate:6.2f} {wait:10.0f} {cores:7.2f} {memory:6.0f}", flush=True)
                for threads in (1, 2):
                    one, two = results[Subject(1, threads, True)], results[Subject(2, threads, True)]
                    ratios = [b[0] / a[0] for a, b in zip(one, two)]
                    print(f"  two processes to one, THREADS={threads}: {statistics.median(ratios):.2f} x "
                          f"({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
