"""What scenarios are given: servers of their own, speech, and how much to do."""

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from harness import server as harness
from harness import sound
from soak import meter
from soak.ledger import Outcome
from soak.speaker import QUESTION, Latency, figures

# Limits that the soak wants out of the way, since all its peers come from one address.
ROOMY = {
    "MAX_CONNECTIONS": "8192",
    "MAX_CONNECTIONS_PER_ADDRESS": "8192",
    "TURNS_PER_MINUTE": "6000",
    "TURNS_PER_MINUTE_PER_ADDRESS": "60000",
}


@dataclass
class Bench:
    folder: Path
    cycles: int
    turns: int
    kills: int

    @contextlib.contextmanager
    def server(self, **settings: str) -> Iterator[harness.Server]:
        """A server that must outlive the scenario and end well."""
        with tempfile.TemporaryDirectory(dir=self.folder) as state:
            server = harness.Server(Path(state), ROOMY | settings).start()
            try:
                yield server
                assert server.alive, f"the server ended: {server.log[-3:]}"
            except BaseException:
                if server.alive:
                    server.process.kill()
                raise
            assert server.stop() == 0, "the server's exit code"

    @property
    def question(self) -> bytes:
        """The question as 16 kHz PCM, said by Hotpin's own voice once a folder."""
        path = self.folder / "question.wav"
        if not path.exists():
            done = harness.run(
                "say", QUESTION, "--output", str(path), "--voice-variation", "off", state=self.folder / "say"
            )
            assert done.returncode == 0, done.stderr
        return sound.read_pcm(path)


def compare(outcome: Outcome, alone: list[Latency], beside: list[Latency], allowed: float) -> None:
    """Notes first-audio times alone and beside, and faults a rise of the median above what is allowed."""
    (alone50, alone95), (beside50, beside95) = figures(alone), figures(beside)
    rise = beside50 / alone50 - 1
    outcome.figures |= {
        "turns alone / beside": f"{len(alone)} / {len(beside)}",
        "first audio alone, p50 / p95, ms": f"{alone50:.0f} / {alone95:.0f}",
        "first audio beside, p50 / p95, ms": f"{beside50:.0f} / {beside95:.0f}",
        "rise of p50 / p95, %": f"{rise * 100:+.0f} / {(beside95 / alone95 - 1) * 100:+.0f}",
    }
    outcome.expect(rise <= allowed, f"p50 rose by {rise:.0%}; {allowed:.0%} is allowed")


class Growth:
    """Memory and descriptors of a server over a scenario."""

    def __init__(self, server: harness.Server):
        self.pid = server.process.pid
        self.before = meter.resident(self.pid)
        self.peak = self.before
        self.descriptors = meter.descriptors(self.pid)

    def look(self) -> None:
        self.peak = max(self.peak, meter.resident(self.pid))

    def note(self, outcome: Outcome, allowed: float) -> None:
        self.look()
        outcome.figures["memory before / highest, MB"] = f"{self.before:.0f} / {self.peak:.0f}"
        outcome.expect(
            self.peak - self.before <= allowed,
            f"memory grew by {self.peak - self.before:.0f} MB; {allowed:.0f} is allowed",
        )
