"""An hour of audio in one utterance: memory stays, and the end of it is answered with an error within a second."""

import time

from soak.bench import Growth
from soak.ledger import Outcome
from soak.speaker import Speaker, ask

SECONDS = 3_600


def run(bench) -> Outcome:
    outcome = Outcome()
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(2)
        growth = Growth(server)
        with Speaker(server.port, bench.question, "endless") as endless:
            block = bytes(32_000)
            start = time.monotonic()
            for second in range(SECONDS):
                endless.client.socket.send(block)
                if second % 60 == 0:
                    growth.look()
                if second % 900 == 450:
                    speaker.turns(1)
            sent = time.monotonic() - start
            start = time.monotonic()
            endless.client.send({"signal": "EOS"})
            error = endless.client.error()
            answered = time.monotonic() - start
            outcome.expect("longer than" in error, f"another error: {error}")
            outcome.expect(answered <= 1, f"answered after {answered:.2f} s")
            ask(endless.client, bench.question)
        outcome.figures |= {
            "audio sent, MB": f"{SECONDS * 32_000 / 1e6:.0f} in {sent:.1f} s",
            "error after EOS, s": f"{answered:.3f}",
        }
        growth.note(outcome, 24)
    return outcome
