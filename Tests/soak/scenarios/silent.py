"""500 silent devices beside one that speaks: its answers come at most 20 % later."""

from soak import meter
from soak.abuser import Abuser
from soak.bench import Growth, compare
from soak.ledger import Outcome
from soak.speaker import Speaker

DEVICES = 500
ROUNDS = 5
ALLOWED = 0.2


def play(port, stop, report):
    """Devices that keep their connections, and answer pings."""
    import asyncio
    import json

    from websockets.asyncio.client import connect

    async def main():
        async def device(number):
            socket = await connect(
                f"ws://127.0.0.1:{port}/ws", compression=None, ping_interval=None, open_timeout=60, proxy=None
            )
            await socket.send(json.dumps({"session_id": f"silent-{number}"}))
            assert "connected" in await socket.recv()
            return socket

        sockets = []
        for start in range(0, DEVICES, 50):
            sockets += await asyncio.gather(*(device(number) for number in range(start, start + 50)))
        report("ready")
        while not stop.is_set():
            await asyncio.sleep(0.1)
        await asyncio.gather(*(socket.close() for socket in sockets))

    asyncio.run(main())


def run(bench) -> Outcome:
    outcome = Outcome()
    alone, beside = [], []
    with bench.server() as server, Speaker(server.port, bench.question) as speaker:
        speaker.turns(5)
        growth = Growth(server)
        # In turn, so that a machine that slows down or speeds up does so for both.
        for _ in range(ROUNDS):
            alone += speaker.turns(bench.turns)
            with Abuser(play, server.port):
                growth.look()
                outcome.figures["connections"] = meter.descriptors(growth.pid) - growth.descriptors
                beside += speaker.turns(bench.turns)
        compare(outcome, alone, beside, ALLOWED)
        growth.note(outcome, 40)
    return outcome
