"""The load of echo.py: many WebSockets, each sending 1 KiB at its own beat, in one thread with epoll."""

import select
import socket
import sys
import time

PAYLOAD = bytes(range(256)) * 4
# A mask of zeroes leaves the payload as it is.
FRAME = bytes([0x82, 0x80 | 126, 4, 0, 0, 0, 0, 0]) + PAYLOAD
ECHO = bytes([0x82, 126, 4, 0]) + PAYLOAD


def main(port: int, count: int, every: float, seconds: float) -> None:
    peers, poll, partial = {}, select.epoll(), {}
    for _ in range(count):
        peer = socket.create_connection(("127.0.0.1", port))
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        assert peer.recv(4096).startswith(b"HTTP/1.1 101")
        descriptor = peer.fileno()
        peers[descriptor], partial[descriptor] = peer, 0
        poll.register(descriptor, select.EPOLLIN)
    order = list(peers)
    began = time.perf_counter()
    due = [began + every * index / count for index in range(count)]
    sent = {descriptor: [] for descriptor in order}
    delays, turn, now = [], 0, began
    end = began + seconds
    while now < end:
        while due[turn] <= now:
            descriptor = order[turn]
            sent[descriptor].append(now)
            peers[descriptor].sendall(FRAME)
            due[turn] += every
            turn = (turn + 1) % count
        for descriptor, _ in poll.poll(max(0.0, min(due[turn], end) - time.perf_counter())):
            partial[descriptor] += len(peers[descriptor].recv(65_536))
            now = time.perf_counter()
            while partial[descriptor] >= len(ECHO):
                partial[descriptor] -= len(ECHO)
                delays.append(now - sent[descriptor].pop(0))
        now = time.perf_counter()
    delays.sort()
    assert delays, "nothing came back"
    print(len(delays), *(f"{delays[min(len(delays) - 1, int(len(delays) * part))] * 1000:.2f}" for part in (0.5, 0.99, 1)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000, float(sys.argv[4]))
