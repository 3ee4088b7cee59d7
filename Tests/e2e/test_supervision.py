"""A server under a service manager, and what its end leaves behind."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from e2e.client import Client
from harness import server as tool
from harness.manager import Manager
from harness.metrics import WAIT_SECONDS, scrape, until, value
from harness.server import REPOSITORY

PACKAGING = REPOSITORY / "Packaging"


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


@pytest.fixture
def stuck_models(models):
    """One engine's file is a pipe that nobody writes to: loading never ends."""
    stuck = models / "whisper-tiny.en/tokens.txt"
    stuck.unlink()
    os.mkfifo(stuck)
    return models


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_start_can_be_ended(tmp_path, stuck_models, number):
    manager = Manager()
    settings = {"MODELS_DIR": str(stuck_models), "LOG_FORMAT": "json", "NOTIFY_SOCKET": manager.name}
    process = subprocess.Popen(
        [tool.binary(), "serve"], cwd=REPOSITORY, env=tool.environment(tmp_path / "state", **settings),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        # As long as this end stays open, the other waits for what never comes.
        pipe = until(lambda: open_when_read(stuck_models / "whisper-tiny.en/tokens.txt"), "nothing is loaded")
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(WAIT_SECONDS) == 0
        seconds = time.monotonic() - begun
        os.close(pipe)
    finally:
        process.kill()
    said = process.stderr.read()
    assert "stopping before the start was over" in said
    assert "took too long" not in said and "crashed" not in said
    assert manager.wait_for("STOPPING")["STOPPING"] == "1"
    manager.close()
    # A second is the aim; the machine may be busy.
    assert seconds < 10
    assert (tmp_path / "state/run").read_text() == "", "an orderly end"


def open_when_read(pipe: Path) -> int | None:
    """This end of a pipe, if somebody waits at the other."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_a_start_that_takes_too_long_is_given_up(tmp_path, stuck_models):
    done = tool.run(
        "serve", state=tmp_path / "state", timeout=60, MODELS_DIR=str(stuck_models), START_SECONDS="3", LOG_FORMAT="json"
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
