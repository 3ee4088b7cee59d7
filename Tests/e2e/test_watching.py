"""Watching a server: metrics, status, the dashboard, the log, the service manager, and what a crash leaves behind."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from e2e.client import Client, Refused
from harness import server as tool
from harness.manager import Manager
from harness.server import REPOSITORY

WAIT_SECONDS = 30
PACKAGING = REPOSITORY / "Packaging"


def scrape(server) -> dict:
    """Every metric family by its name, as a real parser reads the text."""
    reply = server.get("/metrics")
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {family.name: family for family in text_string_to_metric_families(reply.body.decode())}


def value(families: dict, name: str, **labels: str) -> float:
    family = name.removesuffix("_total").removesuffix("_count").removesuffix("_sum").removesuffix("_bucket")
    found = families.get(name) or families[family]
    values = [s.value for s in found.samples if s.name == name and labels.items() <= s.labels.items()]
    assert len(values) == 1, (name, labels, found.samples)
    return values[0]


def until(condition, what: str):
    """Waits for what comes soon, such as a counter that is raised after the answer was sent."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


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


# The service manager


@pytest.mark.parametrize("abstract", [False, True])
def test_the_manager_hears_of_start_and_stop(start_server, abstract):
    manager = Manager(abstract)
    server = start_server(NOTIFY_SOCKET=manager.name)
    ready = manager.wait_for("READY")
    assert ready["READY"] == "1" and str(server.port) in ready["STATUS"]
    server.process.send_signal(signal.SIGTERM)
    assert manager.wait_for("STOPPING")["STOPPING"] == "1"
    assert server.process.wait(15) == 0
    assert not any("WATCHDOG" in message for message in manager.messages), "nobody asked for a watchdog"
    manager.close()


def test_the_manager_hears_the_pulse_until_the_server_hangs(start_server):
    manager = Manager()
    server = start_server(NOTIFY_SOCKET=manager.name, WATCHDOG_USEC="2000000")
    manager.wait_for("READY")
    for _ in range(3):
        assert manager.wait_for("WATCHDOG")["WATCHDOG"] == "1"
    server.process.send_signal(signal.SIGSTOP)
    try:
        manager.drain()
        assert manager.silent_for(3)
    finally:
        server.process.send_signal(signal.SIGCONT)
    assert manager.wait_for("WATCHDOG")["WATCHDOG"] == "1"
    assert server.stop() == 0
    manager.close()


def test_the_pulse_is_for_the_process_that_is_meant(start_server):
    manager = Manager()
    server = start_server(NOTIFY_SOCKET=manager.name, WATCHDOG_USEC="200000", WATCHDOG_PID="1")
    manager.wait_for("READY")
    assert server.stop() == 0
    manager.wait_for("STOPPING")
    assert not any("WATCHDOG" in message for message in manager.messages)
    manager.close()


def test_a_start_that_takes_too_long_is_given_up(tmp_path):
    """One engine's file is a pipe that nobody writes to: loading never ends."""
    deps = Path(os.environ.get("HOTPIN_DEPS", tool.REPOSITORY / ".deps"))
    folder = tmp_path / "models"
    for path in (deps / "models").rglob("*"):
        target = folder / path.relative_to(deps / "models")
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.resolve())
    stuck = folder / "whisper-tiny.en/tokens.txt"
    stuck.unlink()
    os.mkfifo(stuck)
    done = tool.run(
        "serve", state=tmp_path / "state", timeout=60, MODELS_DIR=str(folder), START_SECONDS="3", LOG_FORMAT="json"
    )
    assert done.returncode == 1, done.stderr
    assert "START_SECONDS" in done.stderr


# A crash


def restarted(state: Path) -> tool.Server:
    return tool.Server(state).start()


def warnings(server: tool.Server) -> list[str]:
    return [record["message"] for record in server.log if record.get("level") == "warning"]


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGTRAP])
def test_a_fatal_signal_leaves_its_reason(start_server, number):
    server = start_server()
    server.process.send_signal(number)
    assert server.process.wait(WAIT_SECONDS) == -number, "the signal's own end is kept, so that a core can be written"
    report = (server.state / "crash.log").read_text()
    first = report.splitlines()[0]
    assert re.fullmatch(
        rf"hotpin [0-9.]+ crashed: {number.name} \(sent by process {os.getpid()}\), in thread \S.*, time [0-9]+", first
    ), first
    assert len(report.splitlines()) > 3, "the calls are missing"
    assert len(report) < 32_000
    until(lambda: any(first in r["message"] for r in server.log), "standard error has no reason")


def test_a_fault_in_an_engine_leaves_its_reason(start_server, tmp_path, question):
    """A library that becomes shorter while it is used: the next call into it is a real fault, on an engine's thread."""
    deps = Path(os.environ.get("HOTPIN_DEPS", tool.REPOSITORY / ".deps"))
    library = tmp_path / "libonnxruntime.so"
    library.write_bytes((deps / "onnxruntime/libonnxruntime.so").read_bytes())
    server = start_server(ONNXRUNTIME_LIBRARY=str(library))
    os.truncate(library, 4_096)
    with pytest.raises(Exception), Client(server.port) as client:
        client.ask(question)
    assert server.process.wait(WAIT_SECONDS) == -signal.SIGBUS
    first = (server.state / "crash.log").read_text().splitlines()[0]
    assert re.search(r"crashed: SIGBUS \(a mapped file became shorter.*\) at 0x[0-9a-f]+, in thread", first), first


def test_the_next_start_tells_of_a_crash_once(start_server):
    server = start_server()
    server.process.send_signal(signal.SIGSEGV)
    assert server.process.wait(WAIT_SECONDS) == -signal.SIGSEGV
    report = (server.state / "crash.log").read_text()
    after = restarted(server.state)
    try:
        told = warnings(after)
        assert any("SIGSEGV" in line and "crash.log.1" in line for line in told), told
        assert (server.state / "crash.log.1").read_text() == report
        assert (server.state / "crash.log").read_text() == ""
        assert value(scrape(after), "hotpin_last_run", end="crashed") == 1
        assert after.get("/status").json()["lastRun"] == "crashed"
    finally:
        assert after.stop() == 0
    calm = restarted(server.state)
    try:
        assert warnings(calm) == []
        assert value(scrape(calm), "hotpin_last_run", end="clean") == 1
    finally:
        assert calm.stop() == 0


def test_a_kill_is_told_from_a_shutdown(start_server):
    server = start_server()
    server.process.kill()
    server.process.wait(30)
    after = restarted(server.state)
    try:
        assert any("ended without shutdown" in line for line in warnings(after)), after.log
        assert value(scrape(after), "hotpin_last_run", end="killed") == 1
    finally:
        assert after.stop() == 0


def test_signals_that_are_no_reason_to_end(start_server):
    server = start_server()
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        server.process.send_signal(number)
    assert server.get("/health").status == 200
    assert server.alive


# systemd


def test_the_unit_is_sound(tmp_path):
    try:
        subprocess.run(["systemd-analyze", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("systemd-analyze is not installed: the unit was not checked")
    # The program's path is checked too; here it is not installed.
    unit = (PACKAGING / "systemd/hotpin.service").read_text().replace("/opt/hotpin/bin/hotpin", "/bin/true")
    (tmp_path / "hotpin.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "hotpin.service")], capture_output=True, text=True
    )
    complaints = [line for line in done.stderr.splitlines() if "hotpin.service" in line]
    assert not complaints, done.stderr


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
