"""Runs the soak's scenarios, those first that were not passed yet.

    python -m soak [--again] [--minutes N] [--cycles N] [--turns N] [--kills N] [SCENARIO …]
"""

import argparse
import hashlib
import importlib
import sys
import time
import traceback

from harness import server as harness
from soak.bench import Bench
from soak.ledger import Ledger, Outcome

# Short ones first, so that a broken server shows early.
SCENARIOS = (
    "strangers", "utf8", "big", "hour", "readers", "dribble", "floods", "churn", "halfopen", "silent", "kills", "cycles",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="soak", description="Long and hostile use of a real server.")
    parser.add_argument("scenario", nargs="*", help=", ".join(SCENARIOS))
    parser.add_argument("--again", action="store_true", help="also what was passed before")
    parser.add_argument("--minutes", type=float, default=30, help="begin no further scenario after this time (30)")
    parser.add_argument("--cycles", type=int, default=1_000, help="connect-talk-leave cycles (1000)")
    parser.add_argument("--turns", type=int, default=20, help="turns in each measurement (20)")
    parser.add_argument("--kills", type=int, default=200, help="kills at random points (200)")
    parser.add_argument("--table", action="store_true", help="only show what was found so far")
    parser.add_argument("--markdown", action="store_true", help="the same for a page")
    arguments = parser.parse_args()

    folder = harness.REPOSITORY / ".build/soak"
    ledger = Ledger(folder / "results.jsonl")
    if arguments.table or arguments.markdown:
        print(ledger.markdown() if arguments.markdown else ledger.table())
        return 0
    if not harness.binary().exists():
        sys.exit(f"{harness.binary()} is missing: run `make build` first.")
    program = hashlib.sha256(harness.binary().read_bytes()).hexdigest()[:12]
    bench = Bench(folder, arguments.cycles, arguments.turns, arguments.kills)
    begin, failed, left = time.monotonic(), [], []
    for name in arguments.scenario or SCENARIOS:
        if not arguments.again and ledger.passed(name):
            print(f"{name}: passed before; --again runs it again", flush=True)
            continue
        if time.monotonic() - begin > arguments.minutes * 60:
            left.append(name)
            continue
        scenario = importlib.import_module(f"soak.scenarios.{name}")
        print(f"{name}: {scenario.__doc__.splitlines()[0]}", flush=True)
        start = time.monotonic()
        try:
            outcome = scenario.run(bench)
        except Exception as error:
            traceback.print_exc()
            outcome = Outcome(faults=[f"{type(error).__name__}: {error}"[:400]])
        ledger.add(name, program, time.monotonic() - start, outcome)
        failed += [name] if outcome.faults else []
        for what, value in outcome.figures.items():
            print(f"    {what}: {value}", flush=True)
        for fault in outcome.faults:
            print(f"    FAULT: {fault}", flush=True)
    print("\n" + ledger.table())
    if left:
        print(f"\nThe time was up before: {', '.join(left)}. Run it again to go on.")
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main())
