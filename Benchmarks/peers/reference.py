"""The reference of the turn benchmark: the conversation server as its source document designs it, in Python.

FastAPI and uvicorn, the documented protocol, and one stage after another: the whole utterance is recognised
(faster-whisper, int8, beam 1), the whole reply is fetched (OpenAI-compatible, not streamed), the whole reply is
synthesised (Piper), then the WAV file is sent in messages of 4,096 bytes. What blocks runs in asyncio's threads.

Run by Benchmarks/turn.py. Settings, all from the environment: REFERENCE_WHISPER (folder of the CTranslate2 model),
REFERENCE_VOICE (the .onnx of the voice), LLM_BASE_URL, LLM_MODEL, THREADS (2).
"""

import asyncio
import io
import json
import os
import wave
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import numpy as np
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from faster_whisper import WhisperModel
from piper import PiperVoice

MESSAGE_BYTES = 4_096
HISTORY_TURNS = 10
INSTRUCTIONS = "You are a voice assistant. Answer in 15 to 60 words that are pleasant to hear."
NOT_UNDERSTOOD = "Could not understand audio. Please try again."


class Engines:
    """Loaded once, before the first connection."""

    def __init__(self) -> None:
        threads = int(os.environ.get("THREADS", "2"))
        self.whisper = WhisperModel(
            os.environ["REFERENCE_WHISPER"], device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        self.voice = PiperVoice.load(os.environ["REFERENCE_VOICE"])
        self.chat = httpx.AsyncClient(base_url=os.environ["LLM_BASE_URL"].rstrip("/") + "/", timeout=30.0)

    def recognise(self, pcm: bytes) -> str:
        samples = np.frombuffer(pcm, np.int16).astype(np.float32) / 32_768
        segments, _ = self.whisper.transcribe(samples, beam_size=1, language="en")
        return " ".join(segment.text.strip() for segment in segments).strip()

    def synthesise(self, text: str) -> bytes:
        file = io.BytesIO()
        with wave.open(file, "wb") as output:
            self.voice.synthesize_wav(text, output)
        return file.getvalue()

    async def reply(self, history: list[dict]) -> str:
        answer = await self.chat.post(
            "chat/completions",
            json={
                "model": os.environ.get("LLM_MODEL", "scripted"),
                "messages": [{"role": "system", "content": INSTRUCTIONS}, *history],
                "temperature": 0.2,
                "max_tokens": 200,
                "stream": False,
            },
        )
        answer.raise_for_status()
        return answer.json()["choices"][0]["message"]["content"].strip()


@dataclass
class Session:
    audio: bytearray = field(default_factory=bytearray)
    history: list[dict] = field(default_factory=list)

    def remember(self, role: str, text: str) -> None:
        self.history.append({"role": role, "content": text})
        del self.history[: -2 * HISTORY_TURNS]


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.engines = await asyncio.to_thread(Engines)
    yield
    await app.state.engines.chat.aclose()


app = FastAPI(lifespan=lifespan)
sessions: dict[str, Session] = {}


async def answer(socket: WebSocket, engines: Engines, session: Session) -> None:
    pcm, session.audio = bytes(session.audio), bytearray()
    if not pcm:
        return await socket.send_json({"status": "error", "message": "Empty audio buffer"})
    await socket.send_json({"status": "processing", "stage": "transcription"})
    transcript = await asyncio.to_thread(engines.recognise, pcm)
    if not transcript:
        return await socket.send_json({"status": "error", "message": NOT_UNDERSTOOD})
    await socket.send_json({"status": "processing", "stage": "llm", "transcript": transcript})
    session.remember("user", transcript)
    response = await engines.reply(session.history)
    session.remember("assistant", response)
    await socket.send_json({"status": "processing", "stage": "tts", "response": response})
    audio = await asyncio.to_thread(engines.synthesise, response)
    for start in range(0, len(audio), MESSAGE_BYTES):
        await socket.send_bytes(audio[start : start + MESSAGE_BYTES])
    await socket.send_json({"status": "complete"})


@app.websocket("/ws")
async def converse(socket: WebSocket) -> None:
    await socket.accept()
    try:
        name = json.loads(await socket.receive_text())["session_id"]
        session = sessions.setdefault(name, Session())
        session.audio.clear()
        await socket.send_json({"status": "connected", "session_id": name})
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                session.audio += message["bytes"]
            elif json.loads(message["text"]).get("signal") == "EOS":
                await answer(socket, socket.app.state.engines, session)
            else:
                session.audio.clear()
                session.history.clear()
    except WebSocketDisconnect:
        pass
