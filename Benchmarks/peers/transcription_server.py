"""faster-whisper behind FastAPI and uvicorn, as the source document's transcription server is built: the peer of Hotpin's
`/v1/audio/transcriptions` over HTTP.

One model, loaded before the first request; the whole upload is read, decoded by the library's own reader and
transcribed in one of FastAPI's threads. `times` asks for what users of long files get: times of segments.

Run by Benchmarks/stt/servers.py. Settings from the environment: REFERENCE_WHISPER (folder of the CTranslate2 model), THREADS (2).
"""

import io
import os

from fastapi import FastAPI, File, Form, UploadFile
from faster_whisper import WhisperModel

model = WhisperModel(
    os.environ["REFERENCE_WHISPER"], device="cpu", compute_type="int8", cpu_threads=int(os.environ.get("THREADS", "2")),
    local_files_only=True,
)
app = FastAPI()


@app.post("/v1/audio/transcriptions")
def transcribe(file: UploadFile = File(), language: str = Form("en"), response_format: str = Form("json")) -> dict:
    times = response_format == "verbose_json"
    found, _ = model.transcribe(
        io.BytesIO(file.file.read()), language=language, beam_size=1, without_timestamps=not times
    )
    segments = list(found)
    answer: dict = {"text": "".join(segment.text for segment in segments).strip()}
    if times:
        answer["segments"] = [{"start": one.start, "end": one.end, "text": one.text} for one in segments]
    return answer
