"""A chat service on a loopback port that speaks as fast as a good remote one: OpenAI's completions, streamed and whole.

The first token comes 150 ms after the request, then 60 tokens a second; a whole answer comes when its last token would.
What is answered is set for each turn, by what is asked: the words of the question tell which of several sessions asks.
"""

import asyncio
import json
import re
from dataclasses import dataclass

from .answers import tokens

FIRST_TOKEN_SECONDS = 0.150
TOKENS_PER_SECOND = 60


@dataclass
class Counts:
    """Requests since the last look. A turn needs one; more is speculation."""

    streamed: int = 0
    whole: int = 0
    # Cancelled by the client before the answer was out.
    broken_off: int = 0


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


class ChatService:
    """Use as an async context manager, in the loop of the clients."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._answers: list[tuple[set[str], str]] = []

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to ask it."""
        return {"LLM_BASE_URL": f"http://127.0.0.1:{self.port}/v1", "LLM_MODEL": "scripted", "LLM_API_KEY": "none"}

    async def __aenter__(self) -> "ChatService":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *problem) -> None:
        self._server.close()

    def expect(self, answers: dict[str, str]) -> None:
        """The answers of the next turns, each under the words that will be said."""
        self._answers = [(words(question), answer) for question, answer in answers.items()]
        self.counts = Counts()

    def _answer(self, question: str) -> str:
        """That of the likeliest question; recognition and partial utterances may differ from what was said."""
        asked = words(question)
        return max(self._answers, key=lambda entry: len(entry[0] & asked) / (len(entry[0] | asked) or 1))[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await self._request(reader):
                await self._reply(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.counts.broken_off += 1
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> dict | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        length = int(re.search(r"(?i)^content-length:\s*(\d+)", head, re.M)[1])
        return json.loads(await reader.readexactly(length))

    async def _reply(self, request: dict, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        started = asyncio.get_running_loop().time()
        text = self._answer(request["messages"][-1]["content"])
        pieces = tokens(text)
        if not request.get("stream"):
            self.counts.whole += 1
            await self._until(started + FIRST_TOKEN_SECONDS + len(pieces) / TOKENS_PER_SECOND, reader)
            message = {"role": "assistant", "content": text}
            body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            return await writer.drain()
        self.counts.streamed += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number, piece in enumerate(pieces):
            await self._until(started + FIRST_TOKEN_SECONDS + number / TOKENS_PER_SECOND, reader)
            await self._event(writer, {"index": 0, "delta": {"content": piece}, "finish_reason": None})
        await self._event(writer, {"index": 0, "delta": {}, "finish_reason": "stop"})
        writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
        await writer.drain()

    async def _event(self, writer: asyncio.StreamWriter, choice: dict) -> None:
        event = f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n".encode()
        writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        await writer.drain()

    async def _until(self, time: float, reader: asyncio.StreamReader) -> None:
        """Waits for an instant of the loop's clock, or throws as soon as the client is gone."""
        await asyncio.sleep(time - asyncio.get_running_loop().time())
        if reader.at_eof() or reader.exception():
            raise ConnectionResetError
