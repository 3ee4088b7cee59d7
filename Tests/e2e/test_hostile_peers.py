"""Peers that flood, dribble, fall silent or lie: each gets its answer soon, and a turn of another client is undisturbed.

The server of this file has short limits, so that what takes time by its nature is over within a second or two.
"""

import contextlib
import json
import os
import socket
import struct
import threading
import time

import pytest

from harness import server as harness
from harness import sound

# What is a mistake at once is answered within this; the machine of a test may be busy, so it is not the target of 1 s.
SOON = 10
SETTINGS = {
    "HEADER_SECONDS": "1",
    "IDLE_SECONDS": "2",
    "MESSAGE_SECONDS": "1",
    "MAX_MESSAGE_BYTES": "65536",
    "MAX_CONNECTIONS_PER_ADDRESS": "40",
}
OPENING = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = harness.Server(tmp_path_factory.mktemp("state"), SETTINGS).start()
    yield server
    assert server.alive, f"the server ended during the tests: {server.log[-5:]}"
    assert server.stop() == 0


def frame(opcode: int, payload: bytes = b"", final: bool = True, announced: int | None = None, masked: bool = True) -> bytes:
    length = len(payload) if announced is None else announced
    bit = 0x80 if masked else 0
    head = bytes([(0x80 if final else 0) | opcode])
    if length < 126:
        head += bytes([bit | length])
    elif length < 65_536:
        head += bytes([bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", length)
    # A mask of zeroes leaves the payload as it is.
    return head + (bytes(4) if masked else b"") + payload


class Raw:
    """A bare connection. Bytes that the server does not take any more are nobody's mistake."""

    def __init__(self, port: int, source: str = "127.0.0.1"):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SOON, source_address=(source, 0))
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.socket.close()

    def send(self, data: bytes | str) -> None:
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def more(self) -> bool:
        try:
            data = self.socket.recv(65_536)
        except ConnectionError:
            return False
        self.received += data
        return bool(data)

    def status(self) -> int:
        """The status of the next response, whose header and body are taken away."""
        while b"\r\n\r\n" not in self.received:
            assert self.more(), f"the connection ended: {self.received[:200]}"
        head, _, rest = self.received.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        length = int(next((line.split(":")[1] for line in lines if line.startswith("content-length:")), "0"))
        while len(rest) < length:
            assert self.more()
            rest = self.received.partition(b"\r\n\r\n")[2]
        self.body, self.received = rest[:length], rest[length:]
        return int(lines[0].split()[1])

    def upgrade(self) -> "Raw":
        self.send(OPENING.format(port=self.port))
        assert self.status() == 101
        return self

    def handshake(self, session: str = "hostile") -> "Raw":
        self.send(frame(1, json.dumps({"session_id": session}).encode()))
        assert b"connected" in self.frame()[1]
        return self

    def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame."""
        while True:
            data = self.received
            if len(data) >= 2:
                length, at = data[1], 2
                if length == 126 and len(data) >= 4:
                    length, at = struct.unpack(">H", data[2:4])[0], 4
                if length < 126 or at == 4:
                    if len(data) >= at + length:
                        self.received = data[at + length :]
                        return data[0] & 15, data[at : at + length]
            assert self.more(), "the connection ended without a close frame"

    def closed(self) -> tuple[int, str]:
        """Code and reason of the server's close frame."""
        while True:
            opcode, payload = self.frame()
            if opcode == 8:
                return struct.unpack(">H", payload[:2])[0], payload[2:].decode()

    def ended(self) -> bool:
        """Waits until the server has ended the connection."""
        while self.more():
            pass
        return True


@pytest.fixture
def undisturbed(connect, question):
    """`with undisturbed():` has another client ask and be answered all the while."""

    @contextlib.contextmanager
    def run():
        problems, stop, turns = [], threading.Event(), []

        def talk():
            try:
                with connect("undisturbed") as client:
                    while not stop.is_set() or not turns:
                        turn = client.ask(question)
                        assert "56" in turn.response
                        assert sound.rms(turn.wav[44:]) > 100
                        turns.append(turn.seconds)
            except BaseException as problem:
                problems.append(problem)

        talker = threading.Thread(target=talk)
        talker.start()
        try:
            yield
        finally:
            stop.set()
            talker.join(60)
        assert not talker.is_alive() and not problems, problems
        assert turns

    return run


# MARK: HTTP


@pytest.mark.parametrize(
    "request_, status",
    [
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "".join(f"X-{n}: {n}\r\n" for n in range(10_000)) + "\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "x" * 100_000 + "\r\n\r\n", 431),
        ("GET /" + "x" * 100_000 + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 500, 400),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400),
    ],
    ids=["10,000 headers", "long header", "long target", "huge body", "endless length", "negative length", "TLS", "smuggling"],
)
def test_impossible_request_is_answered_at_once(server, request_, status):
    with Raw(server.port) as peer:
        peer.send(request_)
        assert peer.status() == status
        assert json.loads(peer.body)["error"]["message"]
        assert peer.ended()


def test_body_longer_than_announced_is_not_taken_for_a_request(server):
    with Raw(server.port) as peer:
        peer.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc<the rest>\r\n\r\n")
        assert peer.status() == 200
        assert peer.status() == 400
        assert peer.ended()


def test_body_shorter_than_announced_is_not_waited_for(server):
    with Raw(server.port) as peer:
        peer.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 300\r\n\r\nabc")
        assert peer.status() == 200
        assert peer.ended()


def test_dribbled_header_is_closed_in_its_time(server, undisturbed):
    with undisturbed(), Raw(server.port) as peer:
        started = time.monotonic()
        peer.socket.settimeout(0.1)
        text = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"x" * 1000
        # A byte every tenth of a second would take minutes; no byte extends the time.
        for byte in text:
            peer.send(bytes([byte]))
            with contextlib.suppress(TimeoutError):
                if not peer.more() or b"\r\n\r\n" in peer.received:
                    break
            assert time.monotonic() - started < SOON
        peer.socket.settimeout(SOON)
        assert peer.status() == 408


def test_dribbled_body_is_closed_in_its_time(server, undisturbed):
    with undisturbed(), Raw(server.port) as peer:
        started = time.monotonic()
        peer.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n")
        assert peer.status() == 200
        # The answer needed none of the body; what is left of it may not keep the connection either.
        peer.socket.settimeout(0.1)
        while time.monotonic() - started < SOON:
            peer.send(b"x")
            with contextlib.suppress(TimeoutError):
                if not peer.more():
                    break
        assert time.monotonic() - started < SOON


def test_flood_of_pipelined_requests_is_answered_in_order(server, undisturbed):
    count = 3000
    with undisturbed(), Raw(server.port) as peer:
        request = "GET /{} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        sender = threading.Thread(target=peer.send, args=("".join(request.format(n) for n in range(count)),))
        sender.start()
        for number in range(count):
            assert peer.status() == 404
            assert f"/{number}." in json.loads(peer.body)["error"]["message"]
        sender.join(SOON)


def test_pipelining_without_reading_is_held_back(server, undisturbed):
    with undisturbed(), Raw(server.port) as peer:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        peer.socket.settimeout(0.5)
        requests = b"GET /web/page.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 1000
        sent = 0
        # Either the server takes no more, or it cuts the connection.
        with contextlib.suppress(TimeoutError, ConnectionError):
            while sent < 64 << 20:
                sent += peer.socket.send(requests)
        assert sent < 64 << 20


def test_too_many_connections_of_one_address_are_told(server, undisturbed):
    with undisturbed(), contextlib.ExitStack() as open_:
        peers = [open_.enter_context(Raw(server.port, "127.0.0.9")) for _ in range(60)]
        refused = 0
        for peer in peers[40:]:
            assert peer.status() == 429
            assert json.loads(peer.body)["error"]["message"]
            refused += 1
        assert refused == 20
        # Another address has its own share.
        with Raw(server.port, "127.0.0.10") as other:
            other.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert other.status() == 200


# MARK: WebSocket


@pytest.mark.parametrize(
    "frames, code",
    [
        (frame(1, b"a", announced=64 << 20), 1009),
        (frame(2, bytes(65_537)), 1009),
        (frame(2, bytes(40_000), final=False) + frame(0, bytes(40_000)), 1009),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(1, b"\xed\xa0\x80"), 1007),
        (frame(1, b"a", masked=False), 1002),
        (frame(3, b"a"), 1002),
        (frame(0, b"a"), 1002),
        (bytes([0xC1, 0x81, 0, 0, 0, 0, 97]), 1002),
        (frame(9, bytes(126)), 1002),
        (frame(8, b"\x03"), 1002),
        (frame(9, b"x") * 5000, 1008),
        (frame(10, b"") * 5000, 1008),
        (frame(1, b"", final=False) + frame(0, b"", final=False) * 20_000, 1008),
        (frame(2, b"a", final=False) + frame(0, b"a", final=False) * 20_000, 1008),
    ],
    ids=[
        "64 MB announced", "too long", "too long in two", "not UTF-8", "surrogate", "unmasked", "unknown opcode",
        "orphan", "reserved bit", "long ping", "half a code", "pings", "pongs", "empty fragments", "tiny fragments",
    ],
)  # fmt: skip
def test_misuse_of_a_websocket_is_told_and_closed(server, frames, code):
    with Raw(server.port) as peer:
        peer.upgrade().handshake()
        peer.send(frames)
        told, reason = peer.closed()
        assert told == code
        if code == 1008 or code == 1009:
            assert reason
        assert peer.ended()


def test_floods_do_not_disturb_others(server, undisturbed):
    """Every kind of flood, again and again while another client talks."""
    floods = [frame(9, b"x") * 5000, frame(1, b"", final=False) + frame(0, b"", final=False) * 20_000, frame(2, b"") * 20_000]
    with undisturbed():
        for flood in floods * 5:
            with Raw(server.port) as peer:
                peer.upgrade().handshake()
                peer.send(flood)


def test_dribbled_message_is_closed_in_its_time(server, undisturbed):
    with undisturbed(), Raw(server.port) as peer:
        peer.upgrade().handshake()
        started = time.monotonic()
        peer.send(frame(2, b"", announced=1000))
        peer.socket.settimeout(0.1)
        while time.monotonic() - started < SOON:
            peer.send(b"x")
            with contextlib.suppress(TimeoutError):
                peer.more()
                break
        peer.socket.settimeout(SOON)
        assert peer.closed() == (1008, "the message took too long")


def test_reader_that_stops_disturbs_nobody(server, undisturbed):
    with undisturbed(), Raw(server.port) as peer:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.upgrade().handshake()
        # It asks for pongs that it never reads, at a rate that is allowed, with as much output as it can get.
        started = time.monotonic()
        with contextlib.suppress(TimeoutError, ConnectionError):
            while time.monotonic() - started < 1:
                peer.socket.sendall(frame(9, bytes(125)) * 5)
                time.sleep(0.1)


def test_half_open_connections_do_not_pile_up(server, undisturbed):
    """Clients that vanish without a word in the middle of everything."""
    with undisturbed():
        for data in ["", "GET / HT", OPENING.format(port=server.port), "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\na"]:
            for _ in range(20):
                peer = Raw(server.port, "127.0.0.11")
                peer.send(data)
                # Without lingering, closing sends a reset.
                peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.socket.close()
        deadline = time.monotonic() + SOON
        descriptors = f"/proc/{server.process.pid}/fd"
        # All places of the address are free again in the end.
        while True:
            with contextlib.ExitStack() as open_:
                peers = [open_.enter_context(Raw(server.port, "127.0.0.11")) for _ in range(40)]
                for peer in peers:
                    peer.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                if all(peer.status() == 200 for peer in peers):
                    break
            assert time.monotonic() < deadline, f"{len(os.listdir(descriptors))} descriptors are open"


def test_without_descriptors_the_server_waits_for_better_times(start_server):
    """An accept that fails for want of descriptors must neither spin nor end the server."""
    import resource

    server = start_server(MAX_CONNECTIONS="10000", MAX_CONNECTIONS_PER_ADDRESS="10000")
    used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
    with contextlib.ExitStack() as open_:
        for _ in range(100):
            with contextlib.suppress(OSError):
                open_.enter_context(Raw(server.port))
        ticks = os.sysconf("SC_CLK_TCK")

        def processor() -> float:
            with open(f"/proc/{server.process.pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / ticks

        before = processor()
        time.sleep(1)
        assert processor() - before < 0.5, "the server spins"
    deadline = time.monotonic() + SOON
    while True:
        with contextlib.suppress(OSError, AssertionError):
            if server.get("/health").status == 200:
                break
        assert time.monotonic() < deadline, "the server does not answer again"
        time.sleep(0.1)
