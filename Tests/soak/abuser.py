"""A misbehaving peer in a process of its own, so that what it computes does not slow the measuring client."""

import multiprocessing
import os
import queue
import time
import traceback

CONTEXT = multiprocessing.get_context("spawn")
READY_SECONDS = 120


class Abuser:
    """Runs `play(port, stop, report, **options)` beside the measurement. `play` calls `report("ready")` once it has
    begun, and goes on until `stop` is set."""

    def __init__(self, play, port: int, **options):
        self.stop = CONTEXT.Event()
        self.reports = CONTEXT.Queue()
        self.process = CONTEXT.Process(target=_play, args=(play, port, self.stop, self.reports, options), daemon=True)
        self.heard: list = []

    def __enter__(self) -> "Abuser":
        self.process.start()
        end = time.monotonic() + READY_SECONDS
        while "ready" not in self.heard:
            self.hear(max(0.1, end - time.monotonic()))
        return self

    def hear(self, seconds: float) -> None:
        report = self.reports.get(timeout=seconds)
        if isinstance(report, dict) and "failure" in report:
            raise AssertionError(f"the misbehaving peer failed: {report['failure']}")
        self.heard.append(report)

    def __exit__(self, *problem) -> None:
        self.stop.set()
        end = time.monotonic() + 60
        while self.process.is_alive() and time.monotonic() < end:
            try:
                self.heard.append(self.reports.get(timeout=0.2))
            except queue.Empty:
                pass
        while True:
            try:
                self.heard.append(self.reports.get(timeout=0.2))
            except queue.Empty:
                break
        if self.process.is_alive():
            self.process.kill()
        self.process.join()

    def results(self, outcome, label: str = "") -> list[dict]:
        """What the peer reported; if it failed instead, that becomes a fault of the outcome."""
        reports = [report for report in self.heard if isinstance(report, dict)]
        outcome.faults += [label + report["failure"] for report in reports if "failure" in report]
        return [report for report in reports if "failure" not in report]


def _play(play, port, stop, reports, options) -> None:
    # A real attacker has a processor of its own.
    os.nice(15)
    try:
        play(port, stop, reports.put, **options)
    except Exception:
        reports.put({"failure": traceback.format_exc()[-600:]})
