"""Peers that fall silent without a word: given up after two unanswered pings."""

import time

from soak import meter, raw
from soak.bench import Growth, compare
from soak.ledger import Outcome
from soak.speaker import Speaker

PEERS = 200
# The server asks after 20 s of silence, and gives up after 40.
GIVEN_UP = 40


def run(bench) -> Outcome:
    outcome = Outcome()
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(3)
        alone = speaker.turns(bench.turns)
        growth = Growth(server)
        start = time.monotonic()
        # To the server a peer whose answers never come is the same as one whose network is gone.
        peers = [raw.websocket(server.port, f"gone-{number}") for number in range(PEERS)]
        beside = speaker.turns(bench.turns)
        while meter.descriptors(growth.pid) > growth.descriptors and time.monotonic() - start < GIVEN_UP + 30:
            growth.look()
            time.sleep(0.2)
        seconds = time.monotonic() - start
        left = meter.descriptors(growth.pid) - growth.descriptors
        for peer in peers:
            peer.close()
        outcome.figures["peers / given up after, s"] = f"{PEERS} / {seconds:.1f}"
        outcome.expect(left <= 0, f"{left} are still open")
        compare(outcome, alone, beside, 0.5)
        growth.note(outcome, 24)
        speaker.turns(1)
    return outcome
