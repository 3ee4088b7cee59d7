"""Starting and stopping: what is missing is named in one line, and nothing is left behind."""

import signal
import socket

import pytest

from e2e.client import Client
from harness import server as tool


def refuses(tmp_path, **settings: str) -> str:
    """Starts a server that cannot start; returns the one line it says."""
    done = tool.run("serve", state=tmp_path / "state", timeout=60, LOG_FORMAT="text", **settings)
    assert done.returncode == 1, (done.returncode, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert len(lines[0]) > 30 and "Swift/" not in lines[0] and "Error(" not in lines[0], lines[0]
    return lines[0]


def test_no_models_at_all(tmp_path):
    line = refuses(tmp_path, MODELS_DIR=str(tmp_path / "nowhere"))
    assert "nowhere" in line


# One file of each engine, by what it is called in the models' folder.
PARTS = ["whisper-tiny.en/encoder.int8.onnx", "whisper-tiny.en/decoder.int8.onnx", "whisper-tiny.en/tokens.txt",
         "whisper-tiny.en/mel_filters.bin", "whisper-tiny.en/model.json", "silero-vad/silero_vad_16k.onnx",
         *(f"piper-en_US-joe-medium/{name}" for name in
           ("encoder.onnx", "flow.onnx", "decoder.onnx", "layout.json", "voice.onnx.json"))]


@pytest.mark.parametrize("part", PARTS)
def test_missing_file_of_a_model(tmp_path, models, part):
    (models / part).unlink()
    assert part.split("/")[0] in refuses(tmp_path, MODELS_DIR=str(models))


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage"])
@pytest.mark.parametrize("part", PARTS)
def test_corrupt_file_of_a_model(tmp_path, models, part, damage):
    path = models / part
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "garbage": b"\x07garbage" * 1_000}[damage])
    assert part.split("/")[0] in refuses(tmp_path, MODELS_DIR=str(models))


def test_missing_run_time(tmp_path):
    line = refuses(tmp_path, ONNXRUNTIME_LIBRARY=str(tmp_path / "libonnxruntime.so"))
    assert "libonnxruntime.so" in line


def test_corrupt_run_time(tmp_path):
    (tmp_path / "libonnxruntime.so").write_bytes(b"this is no library")
    assert "libonnxruntime.so" in refuses(tmp_path, ONNXRUNTIME_LIBRARY=str(tmp_path / "libonnxruntime.so"))


def test_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in refuses(tmp_path, SERVER_PORT=port)


def test_state_that_cannot_be_kept(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = tool.run("serve", state=tmp_path / "file", LOG_FORMAT="text")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and "file" in done.stderr


def test_every_mistake_in_the_settings_at_once(tmp_path):
    done = tool.run("serve", state=tmp_path, SERVER_PORT="many", THREADS="0", WHISPER_PRECISION="int3")
    assert done.returncode == 2
    for name in ("SERVER_PORT", "THREADS", "WHISPER_PRECISION"):
        assert name in done.stderr


def test_stopping_says_goodbye_to_devices(start_server):
    server = start_server()
    with Client(server.port) as client:
        assert server.stop() == 0
        assert client.closed() == 1001


def test_stopping_in_the_middle_of_a_turn(start_server, question):
    server = start_server()
    with Client(server.port) as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        client.frame()
        assert server.stop() == 0
        assert client.closed() == 1001


def test_interrupt_stops_too(start_server):
    server = start_server()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(15) == 0


def test_state_survives_a_restart(start_server, speech):
    first = start_server()
    with Client(first.port, "kitchen") as client:
        client.ask(speech("Put milk on my shopping list."))
    assert first.stop() == 0
    second = tool.Server(first.state).start()
    try:
        with Client(second.port, "kitchen") as client:
            assert "milk" in client.ask(speech("What is on my shopping list?")).response.lower()
    finally:
        assert second.stop() == 0


def test_log_names_session_and_turn_and_holds_no_audio(start_server, question):
    server = start_server()
    with Client(server.port, "log-me") as client:
        client.ask(question)
    assert server.stop() == 0
    assert any(record.get("session") == "log-me" for record in server.log), server.log
    assert any("turn" in record for record in server.log)
    assert max(len(str(record)) for record in server.log) < 2_000
