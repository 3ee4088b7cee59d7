"""A server that hands out the page and then says over its WebSocket whatever a test wants, right or wrong."""

import http
import json
import mimetypes
import threading

from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.sync.server import ServerConnection, serve

from harness.server import REPOSITORY

WEB = REPOSITORY / "Web"


class ScriptedServer:
    """Says `greeting` after the handshake, `script` after each `EOS`, `on_cancel` after each `CANCEL`, and what `say` is
    given at any time: dictionaries as JSON, text and bytes as they are."""

    def __init__(self):
        self.script: list[dict | str | bytes] = []
        self.greeting: list[dict | str | bytes] = []
        self.on_cancel: list[dict | str | bytes] = [{"status": "cancelled"}]
        self.connected = {"status": "connected", "session_id": "scripted"}
        self.handshakes: list[dict] = []
        self.signals: list[dict] = []
        self.audio_bytes = 0
        self._connection: ServerConnection | None = None
        self._server = serve(self._converse, "127.0.0.1", 0, process_request=self._file)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def _file(self, connection: ServerConnection, request) -> Response | None:
        if request.path == "/ws":
            return None
        path = WEB / ("index.html" if request.path == "/" else request.path.removeprefix("/web/"))
        if not path.is_file():
            return connection.respond(http.HTTPStatus.NOT_FOUND, "")
        kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
        body = path.read_bytes()
        headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
        return Response(200, "OK", headers, body)

    def _converse(self, connection: ServerConnection) -> None:
        self.handshakes.append(json.loads(connection.recv()))
        if self.connected is None:
            for _ in connection:
                pass
            return
        self._connection = connection
        connected = self.connected(self.handshakes[-1]) if callable(self.connected) else self.connected
        connection.send(json.dumps(connected))
        self._say(connection, self.greeting)
        for message in connection:
            if isinstance(message, bytes):
                self.audio_bytes += len(message)
                continue
            self.signals.append(json.loads(message))
            signal = self.signals[-1].get("signal")
            if signal in ("EOS", "CANCEL"):
                self._say(connection, self.script if signal == "EOS" else self.on_cancel)

    def hang_up(self) -> None:
        self._connection.close()

    def say(self, *replies: dict | str | bytes) -> None:
        self._say(self._connection, list(replies))

    def _say(self, connection: ServerConnection, replies: list[dict | str | bytes]) -> None:
        for reply in replies:
            connection.send(json.dumps(reply) if isinstance(reply, dict) else reply)
