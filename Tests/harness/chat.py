"""A chat service on a loopback port: answers by what the last message contains, and keeps what it was asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ChatService:
    """Use as a context manager."""

    def __init__(self, answers: dict[str, str]):
        self.requests: list[list[dict]] = []
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                messages = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"]
                chat.requests.append(messages)
                last = messages[-1]["content"].lower()
                text = next((answer for words, answer in answers.items() if words in last), "I do not know.")
                chunk = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": "stop"}]}
                body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments) -> None:
                pass

        self.service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to ask it."""
        return {"LLM_BASE_URL": f"http://127.0.0.1:{self.service.server_port}/v1", "LLM_MODEL": "scripted"}

    def __enter__(self) -> "ChatService":
        threading.Thread(target=self.service.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem) -> None:
        self.service.shutdown()
        self.service.server_close()
