"""Requests with a body, as programs send them to the speech services."""

import http.client
import json
import uuid

from harness import server as tool


def multipart(fields=(), files=()) -> tuple[bytes, str]:
    """A form and its content type. `fields`: (name, text); `files`: (name, file name, bytes)."""
    cut = uuid.uuid4().hex
    body = b""
    for name, text in fields:
        body += f'--{cut}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
    for name, file, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: audio/wav'
        body += f"--{cut}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{cut}--\r\n".encode(), f"multipart/form-data; boundary={cut}"


def post(server: tool.Server, path: str, body: bytes, kind: str = "application/json", **headers: str) -> tool.Reply:
    """Sends a body and reads the whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, body, {"Content-Type": kind} | named)
        answer = connection.getresponse()
        return tool.Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    finally:
        connection.close()


def announce(server: tool.Server, path: str, size: int) -> tool.Reply:
    """Says how large a form will be, sends its beginning, and reads the answer that comes all the same."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", "multipart/form-data; boundary=cut")
        connection.putheader("Content-Length", str(size))
        connection.endheaders(b"--cut\r\n")
        answer = connection.getresponse()
        return tool.Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    finally:
        connection.close()


def send(server: tool.Server, path: str, audio: bytes | None, *fields, field="audio_file", **headers: str) -> tool.Reply:
    """Sends a recording as a form."""
    files = [] if audio is None else [(field, "speech.wav", audio)]
    return post(server, path, *multipart(fields, files), **headers)


def send_json(server: tool.Server, path: str, value, **headers: str) -> tool.Reply:
    return post(server, path, json.dumps(value).encode(), **headers)
