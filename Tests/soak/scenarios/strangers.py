"""What is not HTTP, or not quite, is answered with a refusal or closed within a second."""

from soak import raw
from soak.bench import Growth
from soak.ledger import Outcome
from soak.speaker import Speaker

SAID = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "SMTP": b"EHLO a\r\n\r\n",
    "zeroes": bytes(4_096),
    "bare LF": b"GET / HTTP/1.1\nHost: a\n\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "upwards": b"GET /web/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "upwards, accented": b"GET /web/%2e%2e/%CC%81x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "long target": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "many fields": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "old WebSocket": raw.UPGRADE.replace(b"Version: 13", b"Version: 8"),
}


def run(bench) -> Outcome:
    outcome = Outcome()
    slowest = 0.0
    with bench.server() as server:
        growth = Growth(server)
        for _ in range(20):
            for name, data in SAID.items():
                peer = raw.connect(server.port)
                try:
                    peer.sendall(data)
                except OSError:
                    pass
                answer, seconds = raw.answered(peer, 5)
                peer.close()
                slowest = max(slowest, seconds)
                good = answer == b"" or answer is not None and answer[9:10] in (b"4", b"5")
                outcome.expect(good, f"{name}: answered {answer and answer[:60]!r} after {seconds:.1f} s")
                if outcome.faults:
                    return outcome
        outcome.expect(slowest <= 1, f"one took {slowest:.2f} s")
        outcome.figures["connections"] = 20 * len(SAID)
        outcome.figures["slowest answer, s"] = f"{slowest:.3f}"
        growth.note(outcome, 8)
        with Speaker(server.port, bench.question) as speaker:
            speaker.turns(1)
    return outcome
