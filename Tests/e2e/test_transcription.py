"""`/transcribe` and its neighbours: the document's API, and what bad input gets there and at OpenAI's addresses."""

import base64
import json
import re
import socket
import struct
import threading
import time

import pytest

from e2e.forms import announce, multipart, post, send, send_json
from harness import server as tool
from harness import sound

TEXT = "What is seven times eight?"
REPLY = {"text", "language", "duration", "inference_time", "total_time", "rtf", "timestamp", "confidence",
         "preprocessing_time"}
OPENAI = "/v1/audio/transcriptions"


def wav(pcm: bytes, rate: int = sound.RATE, channels: int = 1, bits: int = 16, length: int | None = None) -> bytes:
    """A WAV file; `length` is what its head says of the samples, which may be a lie."""
    length = len(pcm) if length is None else length
    block = channels * bits // 8
    kind = 3 if bits == 32 else 1
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", min(36 + length, 0xFFFFFFFF), b"WAVE", b"fmt ", 16, kind,
                       channels, rate, rate * block, block, bits, b"data", length)
    return head + pcm


def words(text: str) -> list[str]:
    spoken = text.lower().replace("7", "seven").replace("8", "eight")
    return re.findall(r"[a-z]+", spoken)


@pytest.fixture(scope="session")
def question(speech):
    return speech(TEXT)


@pytest.fixture
def still_transcribes(server, question):
    """Asserts that another request gets its words."""

    def check() -> None:
        reply = send(server, "/transcribe", wav(question))
        assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)

    return check


def test_the_documents_answer(server, question):
    before = time.time()
    reply = send(server, "/transcribe", wav(question), ("language", "en"))
    assert reply.status == 200, reply.body
    answer = reply.json()
    assert set(answer) == REPLY
    assert words(answer["text"]) == words(TEXT) and answer["language"] == "en"
    seconds = len(question) / 2 / sound.RATE
    # Silence at both ends is trimmed.
    assert seconds - 1 < answer["duration"] <= seconds + 0.01
    assert 0 < answer["inference_time"] <= answer["total_time"] < 120
    assert answer["rtf"] == pytest.approx(answer["inference_time"] / answer["duration"], rel=0.01)
    assert before - 1 < answer["timestamp"] < time.time() + 1
    assert 0.3 < answer["confidence"] <= 1 and 0 <= answer["preprocessing_time"] <= answer["total_time"]


def test_options_in_query_and_form(server, question):
    untrimmed = send(server, "/transcribe?trim_silence=false&normalize=0", wav(sound.silence(1) + question)).json()
    assert untrimmed["duration"] == pytest.approx(len(question) / 2 / sound.RATE + 1, abs=0.01)
    trimmed = send(server, "/transcribe?trim_silence=false", wav(sound.silence(1) + question), ("trim_silence", "true"))
    assert trimmed.json()["duration"] < untrimmed["duration"] - 0.5
    assert words(untrimmed["text"]) == words(trimmed.json()["text"]) == words(TEXT)
    found = send(server, "/transcribe?language=auto", wav(question))
    assert found.json()["language"] == "en"


def test_base64(server, question):
    text = base64.b64encode(wav(question)).decode()
    reply = send_json(server, "/transcribe/base64", {"audio_base64": text, "language": "en", "task": "transcribe"})
    assert reply.status == 200 and set(reply.json()) == REPLY
    assert words(reply.json()["text"]) == words(TEXT)
    assert words(send_json(server, "/transcribe/base64", {"audio_base64": text}).json()["text"]) == words(TEXT)


def test_model_info_and_health(server):
    info = server.get("/model/info").json()
    assert set(info) == {"model_name", "model_path", "sample_rate", "onnx_runtime_version", "num_threads"}
    assert info["sample_rate"] == 16_000 and info["model_name"].startswith("whisper")
    health = server.get("/health").json()
    assert health["status"] == "healthy" and health["model_loaded"] is True and health["timestamp"] > 0


def test_silence_and_noise_have_no_words(server):
    for pcm in (sound.silence(2), sound.noise(2)):
        reply = send(server, "/transcribe", wav(pcm))
        assert reply.status == 200, reply.body
        assert reply.json()["text"] == ""
        assert send(server, OPENAI, wav(pcm), field="file").json()["text"] == ""


def test_many_channels_and_a_high_rate(server, question):
    high = sound.resampled(question, sound.RATE, 192_000)
    samples = struct.unpack(f"<{len(high) // 2}h", high)
    eight = struct.pack(f"<{8 * len(samples)}h", *(sample for sample in samples for _ in range(8)))
    reply = send(server, "/transcribe", wav(eight, 192_000, 8))
    assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)


def test_samples_that_are_no_numbers(server, question):
    samples = struct.unpack(f"<{len(question) // 2}h", question)
    floats = [sample / 32_768 for sample in samples]
    floats[100:110] = [float("nan")] * 5 + [float("inf")] * 5
    reply = send(server, "/transcribe", wav(struct.pack(f"<{len(floats)}f", *floats), bits=32))
    assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)


def detail(reply: tool.Reply) -> str:
    """What an error says, in whichever shape."""
    body = reply.json()
    if "error" in body:
        assert set(body["error"]) == {"message", "type", "param", "code"}, body
        return body["error"]["message"]
    found = body["detail"]
    if isinstance(found, str):
        return found
    assert {"loc", "msg", "type"} <= set(found[0]), body
    return found[0]["msg"]


LIES = {
    "text": b"this is no sound\n" * 50,
    "nothing": b"",
    "head-only": wav(b""),
    "cut-head": wav(b"")[:20],
    "zeros": bytes(4096),
    "page": b"<!doctype html><title>x</title>" * 20,
}


@pytest.mark.parametrize("kind", LIES)
def test_what_is_no_sound(server, still_transcribes, kind):
    for path, field in (("/transcribe", "audio_file"), (OPENAI, "file")):
        reply = send(server, path, LIES[kind], field=field)
        assert reply.status == 400, reply.body
        assert len(detail(reply)) > 15 and "/proc" not in detail(reply) and "/tmp" not in detail(reply)
    text = base64.b64encode(LIES[kind]).decode()
    assert send_json(server, "/transcribe/base64", {"audio_base64": text}).status == 400
    still_transcribes()


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_head_that_lies_about_its_length(server, question, length):
    reply = send(server, "/transcribe", wav(question, length=length))
    assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)


def test_too_long(server, question):
    reply = send(server, "/transcribe", wav(sound.noise(64)))
    assert reply.status == 400
    assert re.match(r"Audio too long \(\d+\.\ds > 30s\)\. Use /stream endpoint for longer audio\.", reply.json()["detail"])
    # Silence that is trimmed does not count.
    reply = send(server, "/transcribe", wav(sound.silence(20) + question + sound.silence(15)))
    assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)
    # Elsewhere there is no such limit.
    reply = send(server, OPENAI, wav(sound.silence(20) + question + sound.silence(15)), field="file")
    assert reply.status == 200 and words(reply.json()["text"]) == words(TEXT)


@pytest.mark.parametrize(
    ("path", "fields", "status", "place"),
    [
        ("/transcribe", [("language", "klingon")], 422, ["body", "language"]),
        ("/transcribe?language=xx", [], 422, ["query", "language"]),
        ("/transcribe", [("normalize", "perhaps")], 422, ["body", "normalize"]),
        (OPENAI, [("language", "klingon")], 400, "language"),
        (OPENAI, [("model", "whisper-9")], 404, "model"),
        (OPENAI, [("response_format", "mp3")], 400, "response_format"),
        (OPENAI, [("temperature", "5")], 400, "temperature"),
        (OPENAI, [("timestamp_granularities[]", "word")], 400, "timestamp_granularities"),
        ("/v1/audio/translations", [], 400, "model"),
    ],
)
def test_impossible_options(server, question, path, fields, status, place):
    field = "file" if path.startswith("/v1") else "audio_file"
    reply = send(server, path, wav(question), *fields, field=field)
    assert reply.status == status, reply.body
    assert detail(reply)
    found = reply.json()["error"]["param"] if field == "file" else reply.json()["detail"][0]["loc"]
    assert found == place


def test_forms_that_are_none(server, still_transcribes, question):
    missing = send(server, "/transcribe", None, ("language", "en"))
    assert missing.status == 422
    assert missing.json()["detail"][0]["loc"] == ["body", "audio_file"] and missing.json()["detail"][0]["type"] == "missing"
    wrong = send(server, "/transcribe", wav(question), field="file")
    assert wrong.status == 422
    assert post(server, "/transcribe", wav(question), "audio/wav").status == 422
    assert send(server, OPENAI, None).json()["error"]["param"] == "file"
    body, kind = multipart([], [("audio_file", "x.wav", wav(question))])
    # What breaks off, says something else than it is, or holds two.
    assert post(server, "/transcribe", body[: len(body) // 2], kind).status == 400
    assert post(server, "/transcribe", body, kind + "x").status == 400
    assert post(server, "/transcribe", body, "multipart/form-data").status == 400
    twice = multipart([], [("audio_file", "x.wav", wav(question)), ("audio_file", "y.wav", wav(question))])
    assert "more than one" in detail(post(server, "/transcribe", *twice))
    parts = multipart([(f"f{number}", "") for number in range(100)])
    assert "parts" in detail(post(server, "/transcribe", *parts))
    long = multipart([("language", "e" * 100_000)])
    assert "longer" in detail(post(server, "/transcribe", *long))
    still_transcribes()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", None), (b"{", None), (b"[]", None), (b"\xff\xfe", None), (b"{}", "audio_base64"),
        (b'{"audio_base64":7}', "audio_base64"), (b'{"audio_base64":"no base64!"}', "audio_base64"),
        (b'{"audio_base64":"Zm9v","task":"sing"}', "task"), (b'{"audio_base64":"Zm9v","language":"xx"}', "language"),
        (b'{"audio_base64":"Zm9v","task":"translate"}', "task"),
    ],
)
def test_json_that_is_none(server, body, place):
    reply = post(server, "/transcribe/base64", body)
    assert reply.status == 422, reply.body
    loc = reply.json()["detail"][0]["loc"]
    assert loc[0] == "body" and (place is None or loc[1] == place)


def test_other_methods(server):
    for path in ("/transcribe", "/transcribe/base64"):
        reply = server.get(path)
        assert reply.status == 405 and reply.headers["allow"] == "POST" and "detail" in reply.json()
    assert server.get(OPENAI).json()["error"]["type"] == "invalid_request_error"
    assert server.get("/v1/nothing").json()["error"]["message"]
    assert server.request("HEAD", "/v1/models").status == 200


def test_keys_at_every_door(start_server, question):
    server = start_server(API_KEYS="some-secret-key")
    for path in ("/transcribe", "/transcribe/base64", OPENAI, "/v1/audio/speech"):
        reply = send(server, path, wav(question), field="file")
        assert reply.status == 401, path
        assert "key" in detail(reply)
    assert server.get("/v1/models").json()["error"]["code"] == "invalid_api_key"
    assert server.get("/model/info").status == 401
    allowed = send(server, "/transcribe", wav(question), Authorization="Bearer some-secret-key")
    assert words(allowed.json()["text"]) == words(TEXT)
    assert not any(TEXT[:12] in json.dumps(record) for record in server.log)


def test_pages_of_other_servers(start_server, question):
    server = start_server(CORS_ORIGINS="https://home.example")
    asked = server.request(
        "OPTIONS", "/transcribe", Origin="https://home.example", Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="authorization,x-stainless-lang")
    assert asked.status == 204 and asked.headers["access-control-allow-origin"] == "https://home.example"
    assert "x-stainless-lang" in asked.headers["access-control-allow-headers"]
    reply = send(server, "/transcribe", wav(question), Origin="https://home.example")
    assert reply.status == 200 and reply.headers["access-control-allow-origin"] == "https://home.example"
    failed = send(server, "/transcribe", None, Origin="https://home.example")
    assert failed.status == 422 and failed.headers["access-control-allow-origin"] == "https://home.example"
    stranger = send(server, "/transcribe", wav(question), Origin="https://other.example")
    assert stranger.status == 403 and "access-control-allow-origin" not in stranger.headers
    assert server.request("OPTIONS", "/transcribe", Origin="https://other.example",
                          Access_Control_Request_Method="POST").status == 403


def test_the_documents_settings(start_server, question):
    server = start_server(MAX_AUDIO_LENGTH="1", ONNX_NUM_THREADS="1", LOG_LEVEL="INFO", MAX_UPLOAD_MB="1")
    assert server.get("/model/info").json()["num_threads"] == 1
    reply = send(server, "/transcribe?trim_silence=false", wav(question))
    assert reply.status == 400 and re.search(r"> 1s\)", reply.json()["detail"])
    # A body that says at once how large it is, is refused at once, in the door's own words.
    large = announce(server, OPENAI, 3 << 20)
    assert large.status == 413 and large.json()["error"]["message"]
    assert announce(server, "/transcribe", 3 << 20).json()["detail"]


def chunked(server: tool.Server, path: str, pieces: list[bytes], kind: str) -> bytes:
    """Sends a body in chunks and no end, and returns what is answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as peer:
        peer.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
            f"Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for piece in pieces:
                peer.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        except OSError:
            pass
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = peer.recv(65_536)
            if not more:
                break
            answer += more
        return answer


def test_an_upload_without_an_end(start_server):
    server = start_server(MAX_UPLOAD_MB="1")
    body, kind = multipart([], [("audio_file", "x.wav", bytes(3 << 20))])
    answer = chunked(server, "/transcribe", [body[at : at + 65_536] for at in range(0, len(body), 65_536)], kind)
    assert answer.startswith(b"HTTP/1.1 413")


def running(server: tool.Server) -> dict[str, float]:
    """How many recordings run and wait, and what became of others."""
    text = server.get("/metrics").body.decode()
    return {
        name: float(value)
        for name, value in re.findall(r'^hotpin_transcriptions(?:_total)?\{(?:state|outcome)="(\w+)"\} ([\d.e+]+)$', text, re.M)
    }


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)


def begin(server: tool.Server, body: bytes, kind: str, path: str = OPENAI) -> socket.socket:
    """Sends a whole request and does not read."""
    peer = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    peer.sendall(head.encode() + body)
    return peer


def test_a_client_that_leaves_frees_its_place(start_server, question):
    server = start_server(MAX_TRANSCRIPTIONS="1")
    pause = sound.silence(0.4)
    form = multipart([("model", "whisper-1")], [("file", "x.wav", wav((question + pause) * 400))])
    first = begin(server, *form)
    wait_until(lambda: running(server)["running"] == 1)
    second = begin(server, *form)
    wait_until(lambda: running(server)["waiting"] == 1)
    # Who waits is taken out.
    second.close()
    wait_until(lambda: running(server)["waiting"] == 0)
    # Who is worked for stops the work, although nothing was answered yet.
    first.close()
    wait_until(lambda: running(server)["running"] == 0)
    assert running(server)["cancelled"] == 2 and running(server)["done"] == 0
    reply = send(server, "/transcribe", wav(question))
    assert reply.status == 200


def test_a_full_queue_says_when_to_come_back(start_server, question):
    server = start_server(MAX_TRANSCRIPTIONS="1", MAX_WAITING_TRANSCRIPTIONS="0")
    pause = sound.silence(0.4)
    first = begin(server, *multipart([], [("file", "x.wav", wav((question + pause) * 400))]))
    wait_until(lambda: running(server)["running"] == 1)
    for path, field in ((OPENAI, "file"), ("/transcribe", "audio_file")):
        reply = send(server, path, wav(question), field=field)
        assert reply.status == 503 and 1 <= int(reply.headers["retry-after"]) <= 120
        assert "again" in detail(reply)
    first.close()
    wait_until(lambda: running(server)["running"] == 0)


def test_short_recordings_go_before_long_ones(start_server, question):
    server = start_server(MAX_TRANSCRIPTIONS="2")
    pause = sound.silence(0.4)
    long = multipart([], [("file", "x.wav", wav((question + pause) * 400))])
    peers = [begin(server, *long), begin(server, *long)]
    wait_until(lambda: running(server)["running"] == 1 and running(server)["waiting"] == 1)
    assert words(send(server, "/transcribe", wav(question)).json()["text"]) == words(TEXT)
    for peer in peers:
        peer.close()
    wait_until(lambda: running(server)["running"] == 0)


def test_sixteen_at_once(server, question):
    replies = []
    threads = [threading.Thread(target=lambda: replies.append(send(server, "/transcribe", wav(question)))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.status for reply in replies] == [200] * 16
    assert all(words(reply.json()["text"]) == words(TEXT) for reply in replies)


def test_a_reader_that_never_reads(server, question, still_transcribes):
    peers = []
    for _ in range(4):
        body = json.dumps({"model": "tts-1", "input": "One two three four five. " * 40, "voice": "alloy"}).encode()
        peers.append(begin(server, body, "application/json", "/v1/audio/speech"))
    still_transcribes()
    for peer in peers:
        peer.close()


def test_a_body_cut_half_way(server, question, still_transcribes):
    body, kind = multipart([], [("audio_file", "x.wav", wav(question))])
    peer = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = f"POST /transcribe HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    peer.sendall(head.encode() + body[: len(body) // 2])
    peer.close()
    still_transcribes()


def test_the_description_is_of_this_server(server):
    described = server.get("/openapi.json")
    assert described.headers["content-type"] == "application/json"
    document = described.json()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/(\w+)"', described.body.decode()):
        assert name in schemas
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            reply = server.request(method.upper(), path.replace("{model}", "whisper-1"), Accept="application/json")
            assert str(reply.status) in operation["responses"], (path, reply.status)
            assert reply.status not in (404, 405)
    answer = send(server, "/transcribe", wav(sound.silence(1))).json()
    assert set(schemas["TranscribeResponse"]["required"]) == set(answer)
