"""Measures how long a quiet client waits for its echo while another one floods the same server.

The floods are all within the limits, and their sender reads what comes back: messages of 16,000 fragments of one byte,
empty messages, and messages of 64 KiB, each as fast as the server takes them.
"""

import argparse
import os
import platform
import socket
import subprocess
import sys
import threading
import time

from idle_connections import Echo, open_one

QUIET = bytes([0x82, 0x80 | 4, 0, 0, 0, 0]) + b"echo"
MASK = bytes(4)
FLOODS = {
    "none": b"",
    "tiny fragments": bytes([0x02, 0x81]) + MASK + b"x" + (bytes([0x00, 0x81]) + MASK + b"x") * 15_998 + bytes([0x80, 0x81]) + MASK + b"x",
    "empty messages": (bytes([0x82, 0x80]) + MASK) * 10_000,
    "64 KiB messages": bytes([0x82, 0xFF]) + (65_536).to_bytes(8, "big") + MASK + bytes(65_536),
}


def flood(port: int, kind: str) -> None:
    """In a process of its own, until it is ended."""
    peer = open_one(0, port, False)

    def read() -> None:
        while peer.recv(1 << 20):
            pass

    threading.Thread(target=read, daemon=True).start()
    while True:
        peer.sendall(FLOODS[kind])


def quiet(port: int, seconds: float) -> list[float]:
    peer = open_one(200, port, False)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waits, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        peer.sendall(QUIET)
        assert len(peer.recv(100)) == 6
        waits.append((time.perf_counter() - started) * 1000)
        time.sleep(0.005)
    peer.close()
    return sorted(waits)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--flood", nargs=2, metavar=("PORT", "KIND"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.flood:
        flood(int(chosen.flood[0]), chosen.flood[1])
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print("wait of a quiet client, ms:      median    p99  worst")
    subject = Echo(100)
    for kind in FLOODS:
        flooder = None
        if FLOODS[kind]:
            flooder = subprocess.Popen([sys.executable, "-B", __file__, "--flood", str(subject.port), kind])
            time.sleep(0.5)
        waits = quiet(subject.port, chosen.seconds)
        if flooder:
            flooder.kill()
            flooder.wait()
        print(f"  beside {kind:22} {waits[len(waits) // 2]:7.2f} {waits[len(waits) * 99 // 100]:6.2f} {waits[-1]:6.2f}")
    subject.stop()


if __name__ == "__main__":
    sys.exit(main())
