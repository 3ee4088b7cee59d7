"""Measures the processor time of one echoed WebSocket message, beside FastAPI on uvicorn[standard] in one run.

Both servers echo 1 KiB binary messages on the same machine, in turns, several rounds each. The load comes from a process
of its own, so that only the servers' time is counted; every delivered message is. Wants a Python with fastapi and
uvicorn[standard] in --peer-python; without one only ws-echo is measured.
"""

import argparse
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import server
from idle_connections import Echo, processor, resident

PEER = """
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
app = FastAPI()

@app.websocket("/ws")
async def echo(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await socket.receive_bytes())
    except WebSocketDisconnect:
        pass
"""

VERSIONS = "import uvicorn, uvloop, fastapi, websockets as w; print(f'uvicorn {uvicorn.__version__}, uvloop {uvloop.__version__}, fastapi {fastapi.__version__}, websockets {w.__version__}')"


class Peer:
    """FastAPI on uvicorn with uvloop and httptools, no access log."""

    def __init__(self, python: str, folder: Path):
        (folder / "peer.py").write_text(PEER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [python, "-m", "uvicorn", "peer:app", "--port", str(self.port), "--log-level", "warning",
             "--loop", "uvloop", "--http", "httptools"], cwd=folder)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "uvicorn does not listen"
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def load(port: int, options: argparse.Namespace) -> tuple[int, list[float]]:
    """Runs the load in a process of its own: messages delivered, and their delays in milliseconds at 50, 99 and 100 %."""
    result = subprocess.run(
        [sys.executable, "-B", Path(__file__).with_name("echo_load.py"), str(port), str(options.connections),
         str(options.every), str(options.seconds)],
        capture_output=True, text=True, check=True)
    delivered, *delays = result.stdout.split()
    return int(delivered), [float(delay) for delay in delays]


def measure(subject, options: argparse.Namespace) -> tuple[float, list[float], float]:
    used = processor(subject.process.pid)
    delivered, delays = load(subject.port, options)
    used = processor(subject.process.pid) - used
    return used / delivered * 1e6, delays, resident(subject.process.pid) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--every", type=float, default=32, help="milliseconds between two messages of a connection")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-python", default=os.environ.get("PEER_PYTHON", ""), help="Python with uvicorn[standard]")
    options = parser.parse_args()
    results: dict[str, list] = {}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(options.rounds):
            kinds = {"ws-echo": lambda: Echo(options.connections + 10)}
            if options.peer_python:
                kinds["uvicorn"] = lambda: Peer(options.peer_python, Path(name))
            for kind, start in kinds.items():
                subject = start()
                try:
                    results.setdefault(kind, []).append(measure(subject, options))
                finally:
                    subject.stop()
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    if options.peer_python:
        print(subprocess.run([options.peer_python, "-c", VERSIONS], capture_output=True, text=True).stdout.strip())
    print(f"{options.connections} connections, 1 KiB every {options.every:g} ms, {options.rounds} rounds of {options.seconds:g} s in turns")
    for kind, rounds in results.items():
        each = [round[0] for round in rounds]
        delays = [statistics.median(round[1][column] for round in rounds) for column in range(3)]
        print(f"  {kind:8} {statistics.median(each):5.1f} µs a message ({min(each):.1f} to {max(each):.1f}),"
              f" delay median {delays[0]:.1f}, p99 {delays[1]:.1f}, worst {delays[2]:.1f} ms, {rounds[-1][2]:.0f} MB")
    if len(results) == 2:
        ratios = [ours[0] / theirs[0] for ours, theirs in zip(*results.values(), strict=True)]
        print(f"  ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    sys.exit(main())
