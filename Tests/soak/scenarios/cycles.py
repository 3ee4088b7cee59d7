"""1,000 times connect, talk, leave: memory and descriptors flat over the last 500."""

import time

from e2e.client import Client
from soak import meter
from soak.bench import Growth
from soak.ledger import Outcome
from soak.speaker import ask

ALLOWED = 0.02


def run(bench) -> Outcome:
    outcome = Outcome()
    memory, descriptors = [], []
    start = time.monotonic()
    with bench.server() as server:
        growth = Growth(server)
        for number in range(bench.cycles):
            _cycle(server.port, number, bench.question)
            growth.look()
            memory.append(round(meter.resident(growth.pid), 2))
            descriptors.append(meter.descriptors(growth.pid))
            if number % 100 == 99:
                print(
                    f"    {number + 1} cycles, {time.monotonic() - start:.0f} s, {memory[-1]:.1f} MB, "
                    f"{descriptors[-1]} descriptors",
                    flush=True,
                )
    half, window = len(memory) // 2, max(1, len(memory) // 20)
    early, late = meter.median(memory[half : half + window]), meter.median(memory[-window:])
    rise = late / early - 1
    files = meter.median(descriptors[half : half + window]), meter.median(descriptors[-window:])
    outcome.series = {"memory": memory, "descriptors": descriptors}
    outcome.figures |= {
        "cycles": f"{len(memory)} in {time.monotonic() - start:.0f} s",
        f"memory after {half} / {len(memory)}, MB": f"{early:.1f} / {late:.1f} ({rise:+.2%})",
        "memory at the start / highest, MB": f"{memory[0]:.1f} / {max(memory):.1f}",
        f"descriptors after {half} / {len(memory)}": f"{files[0]} / {files[1]}",
    }
    outcome.expect(rise < ALLOWED, f"memory rose by {rise:.2%}; {ALLOWED:.0%} is allowed")
    outcome.expect(files[1] <= files[0] + 1, f"descriptors rose from {files[0]} to {files[1]}")
    return outcome


def _cycle(port: int, number: int, question: bytes) -> None:
    """Every tenth device loses its power in the middle of the answer, every tenth before it; the others say goodbye."""
    with Client(port, f"device-{number}") as client:
        if number % 10 == 3:
            client.speak(question)
            client.send({"signal": "EOS"})
            while not isinstance(client.receive(), bytes):
                pass
            client.vanish()
        elif number % 10 == 7:
            client.speak(question[: len(question) // 2])
            client.vanish()
        else:
            ask(client, question)
