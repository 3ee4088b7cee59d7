"""WebSockets and HTTP byte by byte, for peers that no library would play."""

import select
import socket
import struct
import time

TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0


def frame(opcode: int, payload: bytes = b"", final: bool = True, claimed: int | None = None) -> bytes:
    """A client's frame with a mask of zeroes. `claimed`: the length that the header says, if another."""
    length = len(payload) if claimed is None else claimed
    head = bytes([(0x80 if final else 0) | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65_536:
        head += bytes([0x80 | 126]) + struct.pack(">H", length)
    else:
        head += bytes([0x80 | 127]) + struct.pack(">Q", length)
    return head + bytes(4) + payload


def connect(port: int, receive_buffer: int | None = None) -> socket.socket:
    peer = socket.socket()
    if receive_buffer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    peer.settimeout(20)
    peer.connect(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def websocket(port: int, session: str | None = None, receive_buffer: int | None = None) -> socket.socket:
    """An open WebSocket; with a session, after the Hotpin handshake."""
    peer = connect(port, receive_buffer)
    peer.sendall(UPGRADE)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        part = peer.recv(1)
        assert part, f"the WebSocket was refused: {answer[:200]!r}"
        answer += part
    assert answer.startswith(b"HTTP/1.1 101 "), answer[:200]
    if session is not None:
        peer.sendall(frame(TEXT, b'{"session_id":"%s"}' % session.encode()))
        opcode, payload = read_frame(peer)
        assert opcode == TEXT and b"connected" in payload, payload
    return peer


def read_exactly(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = peer.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def read_frame(peer: socket.socket) -> tuple[int, bytes]:
    """One frame of a server."""
    first, second = read_exactly(peer, 2)
    length = second & 0x7F
    if length == 126:
        (length,) = struct.unpack(">H", read_exactly(peer, 2))
    elif length == 127:
        (length,) = struct.unpack(">Q", read_exactly(peer, 8))
    return first & 0x0F, read_exactly(peer, length)


def closed(peer: socket.socket, seconds: float = 10) -> tuple[int | None, float, list[bytes]]:
    """Waits for the end of a WebSocket.

    Returns its close code (1006: cut off without one; None: still open after so long), the seconds until then, and the
    texts that came before.
    """
    start, texts = time.monotonic(), []
    try:
        while (left := start + seconds - time.monotonic()) > 0:
            peer.settimeout(max(0.01, left))
            opcode, payload = read_frame(peer)
            if opcode == TEXT:
                texts.append(payload)
            if opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                return code, time.monotonic() - start, texts
    except TimeoutError:
        pass
    except (EOFError, ConnectionError):
        return 1006, time.monotonic() - start, texts
    return None, seconds, texts


def ended(peer: socket.socket, seconds: float = 10) -> tuple[bytes | None, float]:
    """Everything until the peer ends the connection (None: it did not), and the seconds until then."""
    start, answer = time.monotonic(), b""
    try:
        while (left := start + seconds - time.monotonic()) > 0:
            peer.settimeout(max(0.01, left))
            part = peer.recv(65_536)
            if not part:
                return answer, time.monotonic() - start
            answer += part
    except TimeoutError:
        pass
    except ConnectionError:
        return answer, time.monotonic() - start
    return None, seconds


def answered(peer: socket.socket, seconds: float = 10) -> tuple[bytes | None, float]:
    """The first bytes of an answer (empty: the peer closed; None: nothing came), and the seconds until then."""
    start = time.monotonic()
    peer.settimeout(seconds)
    try:
        return peer.recv(65_536), time.monotonic() - start
    except TimeoutError:
        return None, seconds
    except ConnectionError:
        return b"", time.monotonic() - start


def push(peer: socket.socket, data: bytes, stop, seconds: float = 3) -> tuple[int, str]:
    """Sends the same bytes over and over without reading, until `stop` is set, sending blocks for so long, or the peer
    closes. Returns the bytes sent and why it ended."""
    peer.setblocking(False)
    sent, at = 0, 0
    while not stop.is_set():
        if not select.select([], [peer], [], seconds)[1]:
            return sent, "held back"
        try:
            count = peer.send(data[at:])
        except BlockingIOError:
            continue
        except OSError:
            return sent, "closed"
        sent, at = sent + count, (at + count) % len(data)
    return sent, "stopped"


def vanish(peer: socket.socket) -> None:
    """Cuts the connection with a reset."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


