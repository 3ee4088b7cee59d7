"""Peers that send a byte now and then: closed when their time for the phase is up."""

import time

from soak import raw
from soak.abuser import Abuser
from soak.bench import Growth, compare
from soak.ledger import Outcome
from soak.speaker import Speaker

PEERS = 50
# From the first byte, seconds; as settings of the server.
LIMITS = {"HEADER_SECONDS": "4", "MESSAGE_SECONDS": "6", "HANDSHAKE_SECONDS": "5"}
PHASES = {"request header": 4, "WebSocket message": 6, "no handshake": 5}


def play(port, stop, report, phase):
    """Every peer sends one byte every quarter of a second until it is closed."""
    text = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 4_000
    if phase == "WebSocket message":
        text = raw.frame(raw.BINARY, bytes(4_000))
    peers = []
    for number in range(PEERS):
        session = f"d{number}" if phase == "WebSocket message" else None
        peers.append(raw.connect(port) if phase == "request header" else raw.websocket(port, session))
    start = time.monotonic()
    report("ready")
    times = []
    for at in range(len(text)):
        if stop.is_set() or not peers:
            break
        for peer in list(peers):
            try:
                if phase != "no handshake":
                    peer.send(text[at : at + 1])
                peer.settimeout(0.001)
                got = peer.recv(4_096)
                # A close frame is the end too: the server then waits a little for the answer to it.
                over = not got or b"\x88" in got
            except TimeoutError:
                over = False
            except OSError:
                over = True
            if over:
                times.append(time.monotonic() - start)
                peers.remove(peer)
                peer.close()
        time.sleep(0.25)
    report({"closed": len(times), "first": min(times, default=0), "last": max(times, default=0)})


def run(bench) -> Outcome:
    outcome = Outcome()
    alone, beside = [], []
    with bench.server(**LIMITS) as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(3)
        growth = Growth(server)
        for phase, limit in PHASES.items():
            alone += speaker.turns(bench.turns // 3)
            with Abuser(play, server.port, phase=phase) as abuser:
                until = time.monotonic() + limit + 4
                while time.monotonic() < until:
                    beside += speaker.turns(1)
            for result in abuser.results(outcome):
                outcome.figures[f"{phase}, limit {limit} s"] = (
                    f"{result['closed']} of {PEERS} closed, {result['first']:.1f} to {result['last']:.1f} s"
                )
                outcome.expect(result["closed"] == PEERS, f"{phase}: only {result['closed']} of {PEERS} were closed")
                # The client looks every quarter of a second.
                outcome.expect(result["last"] <= limit + 1.5, f"{phase}: the last was closed after {result['last']:.1f} s")
        compare(outcome, alone, beside, 0.5)
        growth.note(outcome, 24)
    return outcome
