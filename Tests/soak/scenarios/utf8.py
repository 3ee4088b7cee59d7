"""Text that is not UTF-8 closes its connection with 1007 within a second."""

from soak import raw
from soak.ledger import Outcome
from soak.speaker import Speaker

BROKEN = [
    b"\xff", b"\xc3", b"\xc3\x28", b"\xe2\x82", b"\xe2\x28\xa1", b"\xf0\x9f\x98", b"\xf0\x28\x8c\xbc",
    b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf8\x88\x80\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80",
    b'{"session_id":"\xfe"}', b'{"signal":"EOS\xc3"}', b"ok " * 1_000 + b"\xff",
]


def run(bench) -> Outcome:
    outcome = Outcome()
    slowest, count = 0.0, 0
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(2)
        for text in BROKEN * 5:
            half = len(text) // 2
            shapes = {
                "whole": raw.frame(raw.TEXT, text),
                "in two frames": raw.frame(raw.TEXT, text[:half], final=False) + raw.frame(raw.MORE, text[half:]),
                "as a close reason": raw.frame(raw.CLOSE, b"\x03\xe8" + text[-100:]),
            }
            for shape, sent in shapes.items():
                for session in (None, f"s{count}"):
                    peer = raw.websocket(server.port, session)
                    peer.sendall(sent)
                    code, seconds, _ = raw.closed(peer, 5)
                    peer.close()
                    slowest, count = max(slowest, seconds), count + 1
                    outcome.expect(code == 1007, f"{text[-8:]!r} {shape}: code {code} after {seconds:.1f} s")
                    if outcome.faults:
                        return outcome
        speaker.turns(2)
    outcome.figures |= {"connections": count, "slowest close, s": f"{slowest:.3f}"}
    outcome.expect(slowest <= 1, f"one took {slowest:.2f} s")
    return outcome
