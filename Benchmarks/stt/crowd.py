"""Many clients at once: how many recordings a second a server gets through, and whether any is refused."""

import http.client
import threading
import time
from pathlib import Path

from .recordings import Recording
from .servers import Connection, Refused, ServedSubject, Upload, floats

CLIENTS = (1, 2, 4, 8, 16)
# Recordings a round and number of clients: ten for each of the most clients, so that a run's beginning and end, when fewer
# are under way, weigh little; and for the peer, which is much slower, three.
RECORDINGS = 160
FEWER = 48


def measure(subjects: list[ServedSubject], found: list[Recording], rounds: int, told=print) -> list[dict]:
    """A record for each subject, number of clients and round. Numbers take turns, each round in another order.

    What is asked of Hotpin is how it fares beside itself; the peer, much slower, shows the machine in the first round only.
    """
    uploads = [Upload.of(floats(recording.samples)) for recording in found]
    records = []
    for number in range(rounds):
        levels = CLIENTS[number % len(CLIENTS) :] + CLIENTS[: number % len(CLIENTS)]
        for clients in levels:
            for subject in subjects if number == 0 else subjects[:1]:
                count = RECORDINGS if subject is subjects[0] else FEWER
                shared = {"part": "crowd", "round": number, "subject": subject.name}
                records.append(shared | crowd(subject.port, uploads, clients, count))
        told(f"crowd: round {number + 1} of {rounds}")
    return records


def crowd(port: int, uploads: list[Upload], clients: int, recordings: int) -> dict:
    """`clients` connections take the next recording as soon as they have an answer, until all were sent."""
    lock = threading.Lock()
    waiting = iter(range(recordings))
    took: list[float] = []
    failed: list[str] = []
    ready = threading.Barrier(clients + 1, timeout=60)

    def client() -> None:
        connection = Connection(port)
        ready.wait()
        while True:
            with lock:
                number = next(waiting, None)
            if number is None:
                return connection.close()
            began = time.perf_counter()
            try:
                connection.post(uploads[number % len(uploads)])
                took.append((time.perf_counter() - began) * 1000)
            except (Refused, OSError, ValueError, http.client.HTTPException) as problem:
                failed.append(f"{type(problem).__name__}: {problem}")
                connection.close()
                connection = Connection(port)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return {
        "clients": clients, "recordings": recordings, "seconds": seconds, "failed": len(failed), "problems": failed[:3],
        "slowest_ms": max(took, default=0.0),
    }
