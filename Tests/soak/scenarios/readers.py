"""Peers that never read what they ask for: held back or closed; what waits for them is bounded."""

import threading

from soak import raw
from soak.abuser import Abuser
from soak.bench import Growth, compare
from soak.ledger import Outcome
from soak.speaker import Speaker

SENDS = {
    "pings": raw.frame(raw.PING, bytes(125)),
    "bad messages": raw.frame(raw.TEXT, b"{}"),
    "page requests": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n",
    "status requests": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}
PEERS = 8


def play(port, stop, report, kind):
    results = []

    def one(number):
        if "requests" in kind:
            peer = raw.connect(port, 4_096)
        else:
            peer = raw.websocket(port, f"{kind}-{number}", 4_096)
        results.append(raw.push(peer, SENDS[kind] * 64, stop, 5))
        stop.wait()
        peer.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(PEERS)]
    for thread in threads:
        thread.start()
    report("ready")
    for thread in threads:
        thread.join()
    report({"sent": sum(sent for sent, _ in results), "ends": sorted({end for _, end in results})})


def run(bench) -> Outcome:
    outcome = Outcome()
    alone, beside = [], []
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(3)
        growth = Growth(server)
        for kind in SENDS:
            alone += speaker.turns(bench.turns // 2)
            with Abuser(play, server.port, kind=kind) as abuser:
                for _ in range(bench.turns // 2):
                    beside += speaker.turns(1)
                    growth.look()
            for result in abuser.results(outcome):
                outcome.figures[f"{PEERS} peers, {kind}"] = f"{result['sent'] / 1e6:.1f} MB, {', '.join(result['ends'])}"
        compare(outcome, alone, beside, 0.5)
        growth.note(outcome, 32)
    return outcome
