"""Reads what a server counts, with a parser of Prometheus' own."""

import time

from prometheus_client.parser import text_string_to_metric_families

WAIT_SECONDS = 30


def scrape(server) -> dict:
    """Every metric family by its name, as a real parser reads the text."""
    reply = server.get("/metrics")
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {family.name: family for family in text_string_to_metric_families(reply.body.decode())}


def value(families: dict, name: str, **labels: str) -> float:
    family = name.removesuffix("_total").removesuffix("_count").removesuffix("_sum").removesuffix("_bucket")
    found = families.get(name) or families[family]
    values = [s.value for s in found.samples if s.name == name and labels.items() <= s.labels.items()]
    assert len(values) == 1, (name, labels, found.samples)
    return values[0]


def until(condition, what: str):
    """Waits for what comes soon, such as a counter that is raised after the answer was sent."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
