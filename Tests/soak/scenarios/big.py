"""64 MB where a sentence belongs: refused within a second, and never kept."""

import time

from soak import raw
from soak.bench import Growth
from soak.ledger import Outcome
from soak.speaker import Speaker

SIZE = 64 << 20
BLOCK = bytes(1 << 16)


def run(bench) -> Outcome:
    outcome = Outcome()
    slowest = 0.0
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(2)
        growth = Growth(server)
        for name, attempt in ATTEMPTS.items():
            for _ in range(3):
                start = time.monotonic()
                peer, answer, wanted = attempt(server.port)
                seconds = time.monotonic() - start
                peer.close()
                growth.look()
                slowest = max(slowest, seconds)
                outcome.expect(answer in wanted, f"{name}: answered {answer}")
                outcome.expect(seconds <= 1, f"{name}: answered after {seconds:.2f} s")
            outcome.figures[name] = f"{answer}, {seconds:.3f} s"
            speaker.turns(1)
        growth.note(outcome, 24)
    return outcome


def _send(peer, pieces) -> None:
    """Sends until the other side has enough."""
    try:
        for piece in pieces:
            peer.sendall(piece)
    except OSError:
        pass


def _one_frame(port):
    peer = raw.websocket(port, "big")
    _send(peer, [raw.frame(raw.TEXT, claimed=SIZE)] + [b"a" * len(BLOCK)] * (SIZE // len(BLOCK)))
    return peer, raw.closed(peer)[0], (1009,)


def _fragments(port):
    peer = raw.websocket(port, "big")
    more = raw.frame(raw.MORE, BLOCK, final=False)
    _send(peer, [raw.frame(raw.BINARY, BLOCK, final=False)] + [more] * (SIZE // len(BLOCK)))
    return peer, raw.closed(peer)[0], (1009,)


def _claim(port):
    peer = raw.websocket(port, "big")
    peer.sendall(raw.frame(raw.TEXT, b"a", claimed=1 << 62))
    return peer, raw.closed(peer)[0], (1009,)


def _body(port):
    peer = raw.connect(port)
    _send(peer, [b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % SIZE] + [BLOCK] * 1024)
    answer, _ = raw.ended(peer, 5)
    return peer, (answer or b"")[9:12], (b"413", b"405", b"404")


def _head(port):
    peer = raw.connect(port)
    _send(peer, [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "] + [b"a" * len(BLOCK)] * 1024)
    answer, _ = raw.ended(peer, 5)
    return peer, (answer or b"")[9:12], (b"431",)


# A peer that is still sending when it is refused may lose the refusal to the reset that follows: an empty answer.
ATTEMPTS = {
    "one frame": _one_frame, "fragments": _fragments, "a frame that claims 4 EB": _claim, "body": _body,
    "header": _head,
}
