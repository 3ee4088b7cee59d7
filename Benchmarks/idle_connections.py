"""Measures what idle WebSockets cost a server: resident memory each, and processor time while all are silent.

The connections come from many loopback addresses, 200 from each, answer pings, and send nothing of their own. Kernel
memory is not counted. With --server hotpin each makes the Hotpin handshake, so that it is a whole session. With --tls
all of it is inside TLS.
"""

import argparse
import os
import platform
import re
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import server

PER_ADDRESS = 200
PONG = bytes([0x8A, 0x80, 0, 0, 0, 0])


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame with a mask of zeroes, which leaves the payload readable."""
    assert len(payload) < 126
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


class Echo:
    """A running `ws-echo`."""

    def __init__(self, count: int, certificates: Path | None):
        program = server.binary().parent / "ws-echo"
        tls = ["--tls", certificates] if certificates else []
        self.process = subprocess.Popen(
            [program, "--port", "0", "--connections", str(count), *tls], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)$", self.process.stdout.readline()).group(1))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def resident(pid: int) -> int:
    """KiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def processor(pid: int) -> float:
    """Seconds used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_one(number: int, port: int, session: bool, tls: ssl.SSLContext | None) -> socket.socket:
    peer = socket.socket()
    peer.bind((f"127.0.{1 + number // PER_ADDRESS // 250}.{1 + number // PER_ADDRESS % 250}", 0))
    peer.connect(("127.0.0.1", port))
    if tls:
        peer = tls.wrap_socket(peer)
    peer.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "User-Agent: idle-connections\r\n\r\n".encode())
    answer = peer.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101"), answer
    if session:
        peer.sendall(frame(1, f'{{"session_id":"idle-{number}"}}'.encode()))
        answer = peer.recv(4096)
        assert b"connected" in answer, answer
    return peer


def answer_pings(peers: dict[int, socket.socket], poll: select.epoll, seconds: float) -> int:
    """Keeps the connections alive for a while; the number of pings answered."""
    pings, end = 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(min(left, 1)):
            try:
                data = peers[descriptor].recv(4096)
            except ssl.SSLWantReadError:
                continue
            assert data, "the server closed an idle connection"
            assert data == bytes([0x89, 0]) * (len(data) // 2), data
            for _ in range(len(data) // 2):
                peers[descriptor].sendall(PONG)
                pings += 1
    return pings


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", choices=["ws-echo", "hotpin"], default="ws-echo")
    options.add_argument("--tls", action="store_true", help="inside TLS")
    options.add_argument("--connections", type=int, default=5000)
    options.add_argument("--seconds", type=float, default=30, help="how long the processor time is counted")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if chosen.server == "hotpin":
            limits = {"MAX_CONNECTIONS": "20000", "MAX_CONNECTIONS_PER_ADDRESS": "20000"}
            subject = server.Server(Path(name), limits | ({"HTTPS": "on", "TLS_PORT": "0"} if chosen.tls else {})).start()
            listening = next(record for record in subject.log if record.get("message") == "listening")
            port = listening["tls_port"] if chosen.tls else subject.port
        else:
            subject = Echo(chosen.connections + 100, Path(name) if chosen.tls else None)
            port = subject.port
        try:
            measure(subject.process.pid, port, chosen)
        finally:
            subject.stop()


def measure(pid: int, port: int, chosen: argparse.Namespace) -> None:
    is_session = chosen.server == "hotpin"
    tls = None
    if chosen.tls:
        # Made for this run; whose it is does not matter here.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    # The first connections wake what every server needs once.
    for number in range(50):
        open_one(number, port, is_session, tls).close()
    time.sleep(1)
    before = resident(pid)
    started = time.monotonic()
    poll, peers = select.epoll(), {}
    for number in range(chosen.connections):
        peer = open_one(number, port, is_session, tls)
        peers[peer.fileno()] = peer
        poll.register(peer, select.EPOLLIN)
        if tls:
            # What is no ping, such as the session tickets, has no data for the reader.
            peer.setblocking(False)
    opened = time.monotonic() - started
    used = processor(pid)
    pings = answer_pings(peers, poll, chosen.seconds)
    used = processor(pid) - used
    after = resident(pid)
    each = (after - before) / len(peers)
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"{chosen.server}{' inside TLS' if tls else ''}: {len(peers)} idle connections, opened in {opened:.1f} s")
    print(f"  resident: {before / 1024:.1f} MB before, {after / 1024:.1f} MB with them:"
          f" {(after - before) / 1024:.1f} MB more, {each:.1f} KB each")
    print(f"  processor: {used / chosen.seconds * 100:.2f} % of one core over {chosen.seconds:.0f} s, {pings} pings")
    for peer in peers.values():
        peer.close()


if __name__ == "__main__":
    sys.exit(main())
