"""The transcription benchmark's parts that need a server: their rules and their tables."""

import http.server
import json
import math
import sys
import threading
import wave
from array import array
from io import BytesIO
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from speech.clips import RATE, Clip
from stt import crowd, parts, report_served, silence, streaming
from stt.recordings import Recording
from stt.servers import Upload, wav
from stt.subjects import REFERENCE, Answer


def clip(start: float, end: float) -> Clip:
    return Clip("one", bytes(2 * int(6 * RATE)), "words", int(start * RATE), int(end * RATE), 2.0)


def test_texts_are_due_every_interval_from_the_first_on():
    assert streaming.due(clip(0.5, 2.0)) == pytest.approx([1.4, 1.7, 2.0])
    assert streaming.due(clip(0.5, 1.3)) == []


def test_a_text_is_in_time_if_it_is_new_and_came_soon():
    moments = [1.4, 1.7, 2.0]
    soon = [streaming.Text(1.3, 1.38), streaming.Text(1.6, 1.7), streaming.Text(1.9, 2.1)]
    assert streaming.in_time(moments, soon) == 3
    assert streaming.in_time(moments, [streaming.Text(1.3, 1.38)]) == 1
    # It covers everything, but it came too late for the first two.
    assert streaming.in_time(moments, [streaming.Text(2.0, 2.1)]) == 1


def test_clips_of_a_growing_utterance_are_of_the_stated_length():
    clips = [clip(0, 1.7), clip(0, 1.9), clip(1, 5.9)]
    assert streaming.chosen(clips) == clips[1:]


def test_silences_are_fifty_of_the_stated_level():
    assert 5 + len(silence.LEVELS) * (silence.SEEDS + len(silence.HUMS)) == 50
    for sound in (silence.white(-40, 1), silence.hum(-40, 50)):
        level = 20 * math.log10(math.sqrt(sum(sample * sample for sample in sound) / len(sound)))
        assert level == pytest.approx(-40, abs=0.3) and len(sound) == 10 * RATE


def test_upload_is_a_wav_of_16_bits():
    with wave.open(BytesIO(wav(array("f", [0.0, 0.5, -2.0, 1.0]), 8_000))) as file:
        assert (file.getframerate(), file.getnframes()) == (8_000, 4)
        assert array("h", file.readframes(4)).tolist() == [0, 16_384, -32_768, 32_767]


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0
    lock = threading.Lock()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            type(self).asked += 1
            refused = type(self).asked % 10 == 0
        body = json.dumps({"text": "heard"}).encode()
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


def test_a_crowd_asks_for_everything_once_and_counts_refusals():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        found = crowd.crowd(server.server_port, [Upload.of(array("f", [0.0] * 160))], 4, 30)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert Answering.asked == 30 and found["failed"] == 3 and found["clients"] == 4
    assert found["problems"][0].startswith("Refused: 503") and found["slowest_ms"] > 0


def crowded(clients: int, seconds: float, number: int, failed: int = 0) -> dict:
    return {"part": "crowd", "round": number, "subject": "Hotpin", "clients": clients, "recordings": 48, "seconds": seconds,
            "failed": failed, "problems": [], "slowest_ms": 900.0}


def test_crowd_takes_each_levels_best_round():
    text = report_served.crowd([crowded(1, 4.0, 0), crowded(1, 6.0, 1), crowded(16, 8.0, 0), crowded(16, 3.0, 1, 24)])
    # 48 / 4 beside (48 - 24) / 3: what was refused is no throughput.
    assert "| Hotpin | 12.0 | 8.0 | 0.67 | 0.50 to 1.00 | 24 of 192 | 0.90 s |" in text


def test_stream_compares_the_cost_of_the_same_buffers():
    def record(subject: str, cpu: float, late: list[float], number: int = 0) -> dict:
        return {"part": "stream", "round": number, "subject": subject, "recording": "a", "seconds": 2.0, "due": 4,
                "in_time": 3 if late else 0, "late_ms": late, "cpu_ms": cpu, "final_cpu_ms": cpu / 2, "text": ""}

    ours = [record("Hotpin", 200, [50.0, 70.0]), record("Hotpin", 100, [60.0], 1)]
    text = report_served.stream([*ours, record(REFERENCE, 1000, [])])
    assert "| Hotpin | 75.0 % of 8 | 60 ms | 70 ms | 0.050 | 0.100 | 0.100 |" in text
    assert f"| {REFERENCE} |  |  |  | 0.500 | 1 | 1 |" in text


def test_silence_shows_what_was_invented():
    records = [
        {"part": "silence", "round": 0, "subject": name, "recording": "zeros", "text": text}
        for name, text in (("Hotpin", ""), (REFERENCE, "you | me"))
    ]
    text = report_served.silence(records)
    assert "| Hotpin | 1 of 1 |  |" in text and f"| {REFERENCE} | 0 of 1 | zeros: “you me” |" in text


def test_every_part_that_is_named_can_be_run():
    assert all(callable(getattr(parts.Run, name)) for name in parts.PARTS)


class Heard:
    """A recogniser that hears what it is told, and counts."""

    def __init__(self, name: str, order: list[str]):
        self.name, self.order = name, order

    def recognise(self, samples: Path) -> Answer:
        self.order.append(self.name)
        return Answer(10.0, 5.0, samples.name, 100)


def test_subjects_take_turns_and_are_tried_once_before(monkeypatch):
    monkeypatch.setattr(parts, "errors", lambda said, heard: (int(said != heard), 1))
    order: list[str] = []
    running = [Heard(name, order) for name in ("a", "b", "c")]
    found = [Recording(name, "one", 2.0, Path(name), "clips") for name in ("one", "two")]
    records = parts.take_turns("words", running, found, 2)
    assert "".join(order) == "abc" + "abc" + "bca" + "bca" + "cab"
    assert len(records) == 12 and {record["round"] for record in records} == {0, 1}
    assert [record["wrong"] for record in records if record["subject"] == "a"] == [0, 1, 0, 1]
    assert records[0]["said"] == "one" and records[0]["source"] == "clips"
