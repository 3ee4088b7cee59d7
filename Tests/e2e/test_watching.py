"""Watching a server: metrics, status, the dashboard, the log, and that nothing is counted for others."""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from e2e.client import Client, Refused
from harness import server as tool
from harness.metrics import WAIT_SECONDS, scrape, until, value
from harness.server import REPOSITORY

PACKAGING = REPOSITORY / "Packaging"


# Metrics and status


def test_metrics_count_a_turn(server, question):
    before = scrape(server)
    with Client(server.port, "measured") as client:
        client.ask(question)
        client.send({"signal": "EOS"})
        with pytest.raises(Refused):
            client.answer()
        now = until(
            lambda: (m := scrape(server))
            and value(m, "hotpin_turn_latency_seconds_count", until="sent")
            > value(before, "hotpin_turn_latency_seconds_count", until="sent")
            and m,
            "the turn was not counted",
        )
        assert value(now, "hotpin_sessions") == value(before, "hotpin_sessions") + 1
    assert value(now, "hotpin_turns_total", outcome="skill") == value(before, "hotpin_turns_total", outcome="skill") + 1
    assert value(now, "hotpin_turn_failures_total", reason="empty_audio") >= 1
    for stage in ("queue", "recognition", "reply", "first_audio", "last_audio", "sent"):
        assert value(now, "hotpin_turn_stage_seconds_count", stage=stage) >= 1
    assert value(now, "hotpin_engine_busy_seconds_total", engine="whisper") > 0
    assert value(now, "hotpin_engine_busy_seconds_total", engine="piper") > 0
    assert value(now, "hotpin_speech_seconds_total", direction="heard") > 0.5
    assert value(now, "process_resident_memory_bytes") > 50e6
    assert abs(value(now, "process_start_time_seconds") - time.time()) < 3_600
    until(lambda: value(scrape(server), "hotpin_sessions") == value(before, "hotpin_sessions"), "the session stays open")


def test_every_metric_has_a_meaning_and_its_type(server):
    for family in scrape(server).values():
        assert family.documentation.endswith("."), family.name
        assert family.type in ("counter", "gauge", "histogram"), family.name
        for sample in family.samples:
            if family.type == "counter":
                assert sample.name.endswith("_total"), sample.name
            if family.type != "gauge":
                assert sample.value >= 0


def test_buckets_grow_to_their_count(server, question):
    with Client(server.port) as client:
        client.ask(question)
    for family in scrape(server).values():
        if family.type != "histogram":
            continue
        series: dict[tuple, list[float]] = {}
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
                series.setdefault(labels, []).append(sample.value)
        for labels, counts in series.items():
            assert counts == sorted(counts), (family.name, labels)
            count = value({family.name: family}, family.name + "_count", **dict(labels))
            assert counts[-1] == count


def test_status_for_the_operator(server, question):
    with Client(server.port) as client:
        client.ask(question)
    status = until(lambda: (s := server.get("/status").json()).get("latencyMilliseconds") and s, "no latency")
    assert status["name"] == "Hotpin" and status["status"] == "running"
    assert status["models"]["recognition"].startswith("whisper")
    assert {engine["name"] for engine in status["engines"]} >= {"whisper", "piper", "silero-vad"}
    assert status["turns"]["skill"] >= 1
    assert 0 < status["latencyMilliseconds"]["p50"] <= status["latencyMilliseconds"]["p99"]
    assert status["process"]["residentMegabytes"] > 50


def test_strangers_get_no_metrics(server):
    for name in ("X_Forwarded_For", "Forwarded"):
        assert server.get("/metrics", **{name: "192.0.2.7"}).status in (401, 403)
        stranger = server.get("/status", **{name: "192.0.2.7"}).json()
        assert set(stranger) == {"name", "version", "status"}
    assert server.request("POST", "/metrics").status == 405


# What is packaged


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\b((?:hotpin|process)_[a-z0-9_]+)", expression))


def existing(server) -> set[str]:
    return {sample.name for family in scrape(server).values() for sample in family.samples}


def expressions_of_dashboard() -> list[str]:
    dashboard = json.loads((PACKAGING / "grafana/hotpin.json").read_text())
    panels = dashboard["panels"] + [p for row in dashboard["panels"] for p in row.get("panels", [])]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def test_the_dashboard_asks_only_for_metrics_that_there_are(server, question):
    with Client(server.port) as client:
        client.ask(question)
    expressions = expressions_of_dashboard()
    assert len(expressions) > 10
    there = existing(server)
    for expression in expressions:
        names = names_in(expression)
        assert names, expression
        assert names <= there, f"{expression} asks for {names - there}"


def test_the_alerts_ask_only_for_metrics_that_there_are(server):
    text = (PACKAGING / "prometheus/hotpin-alerts.yml").read_text()
    expressions = re.findall(r"expr: (.+)", text)
    assert len(expressions) >= 5
    there = existing(server)
    for expression in expressions:
        assert names_in(expression) <= there, expression


def test_every_metric_is_explained(server):
    text = (REPOSITORY / "Documentation/Operations.md").read_text()
    missing = [name for name in (f.name for f in scrape(server).values()) if name not in text]
    assert not missing, f"Documentation/Operations.md does not explain {missing}"


# The log


def test_a_conversation_leaves_no_word_in_the_log(start_server, speech):
    server = start_server(LOG_LEVEL="debug", GROQ_MODEL="", API_KEYS="")
    with Client(server.port, "discreet") as client:
        asked = client.ask(speech("Put bananas on my shopping list."))
        read = client.ask(speech("What is on my shopping list?"))
    assert "banana" in asked.transcript.lower() and "banana" in read.response.lower()
    until(lambda: sum(r["message"] == "turn done" for r in server.log) == 2, "the turns were not logged")
    assert server.stop() == 0
    log = json.dumps(server.log).lower()
    for word in ("banana", "shopping", "list."):
        assert word not in log
    for record in server.log:
        assert {"time", "level", "message"} <= set(record), record


class Repeating(http.server.BaseHTTPRequestHandler):
    """A chat service that fails, and repeats in its error what it was asked."""

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["content-length"])).decode()
        said = json.loads(asked)["messages"][-1]["content"]
        body = json.dumps({"error": {"message": f"cannot answer “{said}”"}}).encode()
        self.send_response(422)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("asked_for", ["off", "on"])
def test_a_chat_service_that_repeats_the_question_leaves_no_word_either(start_server, speech, asked_for):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Repeating) as chat:
        threading.Thread(target=chat.serve_forever, daemon=True).start()
        server = start_server(
            LLM_BASE_URL=f"http://127.0.0.1:{chat.server_port}/v1", LLM_MODEL="test", LOG_SPEECH=asked_for
        )
        with Client(server.port) as client:
            turn = client.ask(speech("Why do elephants have long noses?"))
        assert "elephant" in turn.transcript.lower()
        assert server.stop() == 0
        chat.shutdown()
    log = json.dumps(server.log).lower()
    assert "422" in log
    assert ("elephant" in log) is (asked_for == "on")


def test_spoken_words_are_logged_when_asked_for(start_server, question):
    server = start_server(LOG_SPEECH="on")
    with Client(server.port) as client:
        turn = client.ask(question)
    done = until(lambda: [r for r in server.log if r["message"] == "turn done"], "the turn was not logged")[0]
    assert (done["transcript"], done["reply"]) == (turn.transcript, turn.response)


def test_a_reader_of_the_log_that_stops_holds_nobody_up(tmp_path, question):
    """The pipe is full long before the last request; a server that waited for it would not answer."""
    into, out = os.pipe()
    process = subprocess.Popen(
        [tool.binary(), "serve"], cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=out,
        env=tool.environment(tmp_path / "state", LOG_LEVEL="debug", MAX_CONNECTIONS_PER_ADDRESS="4096"),
    )
    os.close(out)
    try:
        port = 0
        with os.fdopen(os.dup(into)) as log:
            for line in log:
                record = json.loads(line)
                if record["message"] == "listening":
                    port = int(record["port"])
                    break
        for _ in range(600):
            with Client(port, "s" * 60):
                pass
        with Client(port, "heard") as client:
            assert "56" in client.ask(question).response
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(into)


def test_a_flood_of_bad_requests_does_not_fill_the_disk(start_server):
    server = start_server(MAX_CONNECTIONS="4", MAX_CONNECTIONS_PER_ADDRESS="4")
    kept = []
    try:
        for _ in range(4):
            kept.append(socket.create_connection(("127.0.0.1", server.port)))
        before = len(server.log)
        for _ in range(400):
            with socket.create_connection(("127.0.0.1", server.port)) as one:
                one.settimeout(WAIT_SECONDS)
                try:
                    one.recv(4_096)
                except ConnectionError:
                    pass
    finally:
        for one in kept:
            one.close()
    written = server.log[before:]
    assert len(written) < 100, f"{len(written)} lines for 400 refused connections"


# What stays on the machine


def test_nothing_is_counted_for_others(tmp_path):
    """ONNX Runtime's builds keep a device id and a list of events for their maker; ours must not."""
    home = tmp_path / "home"
    home.mkdir()
    done = tool.run(
        "say", "Hello.", "--output", "/dev/null", state=tmp_path / "state", HOME=str(home),
        XDG_CACHE_HOME=str(home / "cache"), XDG_DATA_HOME=str(home / "data"),
    )
    assert done.returncode == 0, done.stderr
    left = [str(path) for path in home.rglob("*") if "microsoft" in str(path).lower() or "onnx" in str(path).lower()]
    assert left == []
