"""kill -9 at random moments, of the writer, of Redis, and of both: what was confirmed is still there."""

import tempfile
from pathlib import Path

from soak.ledger import Outcome

STORES = ("sqlite", "redis", "redis-killed")


def run(bench) -> Outcome:
    from e2e import durability

    outcome = Outcome()
    for seed, store in enumerate(STORES, start=20):
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            confirmed = durability.rounds(
                bench.kills, seed, store, Path(folder), tell=lambda text: print(f"    {text}", flush=True)
            )
        outcome.figures[store] = f"{bench.kills} kills, {confirmed} confirmed changes, none lost"
    return outcome
