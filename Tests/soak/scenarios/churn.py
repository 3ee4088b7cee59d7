"""Thousands of connections that are cut in the middle of something: nothing of them stays."""

import time

from soak import meter, raw
from soak.bench import Growth
from soak.ledger import Outcome
from soak.speaker import Speaker


def run(bench) -> Outcome:
    outcome = Outcome()
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(3)
        for cut in CUTS * 50:
            cut(server.port)
        time.sleep(3)
        growth = Growth(server)
        start, count = time.monotonic(), 0
        for number in range(500):
            for cut in CUTS:
                cut(server.port)
                count += 1
            if number % 100 == 0:
                speaker.turns(1)
                growth.look()
        rate = count / (time.monotonic() - start)
        # What was cut during its closing handshake may linger for two seconds.
        until = time.monotonic() + 10
        while (after := meter.descriptors(growth.pid)) > growth.descriptors and time.monotonic() < until:
            time.sleep(0.2)
        outcome.figures |= {
            "connections": f"{count}, {rate:.0f}/s",
            "descriptors before / after": f"{growth.descriptors} / {after}",
        }
        outcome.expect(after <= growth.descriptors, f"{after - growth.descriptors} descriptors stayed")
        growth.note(outcome, 12)
    return outcome


def _at_once(port):
    raw.vanish(raw.connect(port))


def _in_the_header(port):
    peer = raw.connect(port)
    peer.sendall(raw.UPGRADE[:60])
    raw.vanish(peer)


def _before_the_answer(port):
    peer = raw.connect(port)
    peer.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 3)
    raw.vanish(peer)


def _before_the_handshake(port):
    raw.vanish(raw.websocket(port))


def _in_a_frame(port):
    peer = raw.websocket(port, "cut")
    peer.sendall(raw.frame(raw.BINARY, bytes(4_000))[:2_000])
    raw.vanish(peer)


CUTS = [_at_once, _in_the_header, _before_the_answer, _before_the_handshake, _in_a_frame]
