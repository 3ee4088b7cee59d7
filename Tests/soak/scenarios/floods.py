"""Floods of tiny frames and requests: the speaking device beside them hardly notices."""

import select
import time

from soak import raw
from soak.abuser import Abuser
from soak.bench import Growth, compare
from soak.ledger import Outcome
from soak.speaker import Speaker

FLOODS = {
    "pings": raw.frame(raw.PING, b"x"),
    "pongs": raw.frame(raw.PONG),
    "one-byte fragments": raw.frame(raw.MORE, b"a", final=False),
    "empty fragments": raw.frame(raw.MORE, b"", final=False),
    "empty audio": raw.frame(raw.BINARY),
    "bad messages": raw.frame(raw.TEXT, b"{}"),
    "requests": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}
PEERS = 4


def play(port, stop, report, kind):
    """Sends and reads as fast as the server lets it; a peer that is closed comes back."""

    def begin(number):
        peer = raw.connect(port) if kind == "requests" else raw.websocket(port, f"{kind}-{number}")
        if "fragments" in kind:
            peer.sendall(raw.frame(raw.TEXT, b"a", final=False))
        peer.setblocking(False)
        return peer

    data = FLOODS[kind] * 200
    peers = {begin(number): number for number in range(PEERS)}
    report("ready")
    sent = closed = 0
    start = time.monotonic()
    at = dict.fromkeys(peers, 0)
    while not stop.is_set():
        readable, writable, _ = select.select(list(peers), list(peers), [], 1)
        for peer in set(readable) | set(writable):
            try:
                if peer in readable and not peer.recv(1 << 16):
                    raise ConnectionError
                if peer in writable:
                    count = peer.send(data[at[peer] :])
                    at[peer] = (at[peer] + count) % len(data)
                    sent += count
            except BlockingIOError:
                continue
            except OSError:
                closed += 1
                number = peers.pop(peer)
                peer.close()
                try:
                    again = begin(number)
                except (OSError, AssertionError, EOFError):
                    time.sleep(0.05)
                    again = begin(number)
                peers[again], at[again] = number, 0
    seconds = time.monotonic() - start
    report({"rate": sent / len(FLOODS[kind]) / seconds, "closed": closed})


def run(bench) -> Outcome:
    outcome = Outcome()
    alone, beside = [], []
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(3)
        growth = Growth(server)
        for kind in FLOODS:
            before = speaker.turns(max(3, bench.turns // 3))
            with Abuser(play, server.port, kind=kind) as abuser:
                during = []
                for _ in range(max(3, bench.turns // 3)):
                    during += speaker.turns(1)
                    growth.look()
            alone, beside = alone + before, beside + during
            ratio = sorted(turn.first_audio for turn in during)[len(during) // 2]
            ratio /= sorted(turn.first_audio for turn in before)[len(before) // 2]
            for result in abuser.results(outcome, f"{kind}: "):
                outcome.figures[kind] = (
                    f"{result['rate']:,.0f}/s, closed {result['closed']} times, p50 beside {ratio - 1:+.0%}"
                )
        compare(outcome, alone, beside, 0.5)
        growth.note(outcome, 48)
    return outcome
