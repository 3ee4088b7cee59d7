"""Frames of streamed answers, for the scripted server."""

from harness import sound

BEGIN = {"status": "processing", "stage": "transcription"}
AUDIO = {"status": "audio", "format": "pcm", "sample_rate": 16_000, "channels": 1}
STREAMED = {"status": "connected", "session_id": "scripted", "audio": "stream", "audio_format": "pcm", "turns": "manual"}
HANDS_FREE = STREAMED | {"turns": "auto", "barge_in": True}
COMPLETE = {"status": "complete"}
SENTENCE = "one two three four five six seven eight nine ten"


def heard(text: str) -> dict:
    return {"status": "processing", "stage": "llm", "transcript": text}


def said(text: str) -> dict:
    return {"status": "processing", "stage": "tts", "response": text}


def speaking(text: str, at_ms: int) -> dict:
    return {"status": "speaking", "text": text, "at_ms": at_ms}


def chunks(seconds: float) -> list[bytes]:
    pcm = sound.noise(seconds, amplitude=8_000)
    return [pcm[at : at + 4_096] for at in range(0, len(pcm), 4_096)]


def audio_end(seconds: float) -> dict:
    return {"status": "audio_end", "duration_ms": round(seconds * 1000)}


def begun(text: str, seconds: float) -> list[dict | bytes]:
    """An answer that has so much audio, and is not over."""
    return [BEGIN, heard("hello"), AUDIO, speaking(text, 0), said(text), *chunks(seconds)]


def answer(text: str, seconds: float, **timeline: int) -> list[dict | bytes]:
    """A whole answer, sent as fast as it can be."""
    complete = COMPLETE | ({"timeline": timeline} if timeline else {})
    return [*begun(text, seconds), audio_end(seconds), complete]
