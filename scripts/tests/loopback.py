"""A web server on a loopback port that serves files, and misbehaves where it is told to."""

import hashlib
import re
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Loopback:
    """Use as a context manager. `files` maps a path to bytes; `faults` maps a path to what its next requests meet:

    ("cut", n)          the connection ends after n bytes of the body, though more were announced
    ("hang", n)         after n bytes nothing more comes until the server ends
    ("status", n, {…})  an error, with headers
    ("whole",)          Range is ignored
    ("shift", n)        a 206 that begins n bytes further on than was asked
    ("endless",)        no length is said, and more is sent than there is
    ("headers", {…})    other or further headers; None takes one away
    """

    def __init__(self, context: ssl.SSLContext | None = None):
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[tuple]] = {}
        # Always added, for paths that have any.
        self.headers: dict[str, dict[str, str | None]] = {}
        self.redirects: dict[str, str] = {}
        # Method, path and headers (lower-case names) of each request.
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.ended = threading.Event()
        self.hanging = threading.Event()
        loopback = self

        class Handler(_Handler):
            server_of_files = loopback

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *arguments) -> None:
                """A client that leaves, or trusts no certificate, is part of the tests."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.scheme = "https"

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def asked(self, path: str, method: str = "GET") -> list[dict[str, str]]:
        """The headers of each request for a path."""
        return [headers for verb, asked, headers in self.requests if (verb, asked) == (method, path)]

    def __enter__(self) -> "Loopback":
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *problem) -> None:
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_of_files: Loopback

    def do_GET(self) -> None:
        self._answer(True)

    def do_HEAD(self) -> None:
        self._answer(False)

    def _answer(self, with_body: bool) -> None:
        loopback = self.server_of_files
        path = self.path.split("?")[0]
        loopback.requests.append((self.command, path, {name.lower(): value for name, value in self.headers.items()}))
        faults = loopback.faults.get(path, []) if with_body else []
        fault = faults.pop(0) if faults else ("none",)
        extra = dict(loopback.headers.get(path, {}))
        if path in loopback.redirects:
            extra["Location"] = loopback.redirects[path]
            return self._send(302, extra, b"")
        if fault[0] == "status":
            return self._send(fault[1], extra | fault[2], b"")
        data = loopback.files.get(path)
        if data is None:
            return self._send(404, extra, b"")
        self._send_file(data, fault, extra, with_body)

    def _send_file(self, data: bytes, fault: tuple, extra: dict, with_body: bool) -> None:
        headers = {"ETag": f'"{hashlib.md5(data).hexdigest()}"'} | extra
        if fault[0] == "headers":
            headers |= fault[1]
        status, start = 200, 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") in (None, headers.get("ETag"))
        if asked and same and fault[0] != "whole":
            start = int(asked[1])
            if start >= len(data):
                return self._send(416, headers | {"Content-Range": f"bytes */{len(data)}"}, b"")
            start += fault[1] if fault[0] == "shift" else 0
            status = 206
            headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} | headers
        body = data[start:]
        if fault[0] == "endless":
            self._send(status, headers | {"Content-Length": None}, body + b"and more")
        elif not with_body:
            self._send(status, {"Content-Length": str(len(body))} | headers, b"")
        elif fault[0] in ("cut", "hang"):
            self._send(status, {"Content-Length": str(len(body))} | headers, body[: fault[1]])
            if fault[0] == "hang":
                self.server_of_files.hanging.set()
                self.server_of_files.ended.wait(300)
        else:
            self._send(status, headers, body)

    def _send(self, status: int, headers: dict[str, str | None], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body)), "Connection": "close"} | headers).items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *arguments) -> None:
        pass


def make_authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate authority of our own, and a server's context with a certificate of it for 127.0.0.1."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(
        "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "2", "-days", "2",
        "-extfile", "names", "-out", "server.pem",
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return folder / "ca.pem", context
