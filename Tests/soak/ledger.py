"""What was found so far, one JSON line a scenario, so that a soak can be broken off and taken up again."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Outcome:
    """What one scenario came to. Without faults it is passed."""

    faults: list[str] = field(default_factory=list)
    # Measured, in the order to be shown.
    figures: dict[str, float | int | str] = field(default_factory=dict)
    # Long series for pictures; not shown.
    series: dict[str, list[float]] = field(default_factory=dict)

    def expect(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


class Ledger:
    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def latest(self) -> dict[str, dict]:
        """The last record of each scenario."""
        if not self.path.exists():
            return {}
        records = [json.loads(line) for line in self.path.read_text().splitlines() if line.startswith("{")]
        return {record["scenario"]: record for record in records}

    def passed(self, scenario: str) -> bool:
        record = self.latest().get(scenario)
        return record is not None and not record["faults"]

    def add(self, scenario: str, program: str, seconds: float, outcome: Outcome) -> None:
        record = {
            "scenario": scenario,
            "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "program": program,
            "seconds": round(seconds, 1),
            **asdict(outcome),
        }
        with self.path.open("a") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def table(self) -> str:
        lines = []
        for name, record in self.latest().items():
            verdict = "passed" if not record["faults"] else "FAILED"
            lines.append(f"{name:<12} {verdict}  {record['seconds']:>7.1f} s  program {record['program']}")
            lines += [f"    {what}: {value}" for what, value in record["figures"].items()]
            lines += [f"    FAULT: {fault}" for fault in record["faults"]]
        return "\n".join(lines)

    def markdown(self) -> str:
        """The same for a page."""
        lines = ["| scenario | result | what was measured |", "| --- | --- | --- |"]
        for name, record in self.latest().items():
            verdict = "passed" if not record["faults"] else "**failed**: " + "; ".join(record["faults"])
            figures = "<br>".join(f"{what}: {value}" for what, value in record["figures"].items())
            lines.append(f"| `{name}`, {record['seconds']:.0f} s | {verdict} | {figures} |")
        return "\n".join(lines)
