"""Who has a session, how much it may ask, and when it must leave."""

import json
import re
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed

from e2e.client import Client, Refused, check_wav


def end_of(client: Client) -> tuple[int, str]:
    """Waits for the server to close, and returns its code and reason."""
    try:
        while True:
            client.socket.recv(timeout=20)
    except ConnectionClosed as end:
        assert end.rcvd, "the connection was lost"
        return end.rcvd.code, end.rcvd.reason


def test_second_connection_takes_the_session_over(connect, speech, question):
    with connect("shared") as first:
        first.ask(speech("Put milk on my shopping list."))
        with connect("shared") as second:
            assert end_of(first) == (4001, "taken over by another connection")
            assert "milk" in second.ask(speech("What is on my shopping list?")).response.lower()


def test_takeover_in_the_middle_of_a_turn_cancels_it(connect, question):
    with connect("busy") as first:
        first.speak(question)
        first.send({"signal": "EOS"})
        first.speak(question)
        first.send({"signal": "EOS"})
        with connect("busy") as second:
            assert "56" in second.ask(question).response
        assert end_of(first)[0] == 4001


def test_many_takeovers_at_once_leave_a_session_that_works(server, question):
    answers: list[str] = []

    def ask() -> None:
        try:
            with Client(server.port, "contested") as client:
                answers.append(client.ask(question).response)
        except (ConnectionClosed, AssertionError):
            pass  # taken over, at any moment

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers and all("56" in answer for answer in answers)
    with Client(server.port, "contested") as client:
        assert "56" in client.ask(question).response


def test_announcement_goes_to_the_connection_that_has_the_session(connect, speech):
    with connect("bath", announcements=True) as first:
        first.ask(speech("Set a timer for four seconds."))
        with connect("bath", announcements=True) as second:
            assert end_of(first)[0] == 4001
            assert second.frame()["status"] == "announcement"
            check_wav(second.answer().wav)


def test_no_handshake_in_time(start_server):
    server = start_server(HANDSHAKE_SECONDS="1")
    with Client(server.port, handshake=False) as client:
        assert client.error().startswith("No handshake came within 1 seconds.")
        assert end_of(client) == (1008, "no handshake")


def test_silent_session_leaves_and_pings_do_not_count(start_server, question):
    server = start_server(SESSION_IDLE_SECONDS="2")
    with Client(server.port) as client:
        began = time.monotonic()
        code = None
        while code is None and time.monotonic() - began < 30:
            try:
                client.socket.ping()
                client.socket.recv(timeout=0.2)
            except TimeoutError:
                continue
            except ConnectionClosed as end:
                code = end.rcvd and (end.rcvd.code, end.rcvd.reason)
        assert code == (4002, "idle for too long")
        assert time.monotonic() - began > 1.5


def test_too_many_questions_are_told_when_to_try_again(start_server, question):
    server = start_server(TURNS_PER_MINUTE="2", TURNS_PER_MINUTE_PER_ADDRESS="5")
    with Client(server.port, "curious") as client:
        for _ in range(2):
            assert "56" in client.ask(question).response
        with pytest.raises(Refused, match=r"^Too many questions\. Please try again in \d+ seconds?\.$") as refusal:
            client.ask(question)
        assert 1 <= int(re.search(r"\d+", str(refusal.value))[0]) <= 30
    # Neither a new connection nor many sessions of one address get around it.
    with Client(server.port, "curious") as client, pytest.raises(Refused, match="Too many questions"):
        client.ask(question)
    refused = 0
    for number in range(5):
        with Client(server.port, f"other-{number}") as client:
            try:
                client.ask(question)
            except Refused:
                refused += 1
    assert 1 <= refused <= 3


def test_hour_of_audio_in_one_utterance(connect, server, question):
    before = memory(server)
    with connect("talker") as client:
        minute = bytes(60 * 32_000)
        for _ in range(60):
            client.speak(minute, 262_144)
        began = time.monotonic()
        client.send({"signal": "EOS"})
        assert client.error().startswith("Audio is longer than 30 seconds.")
        assert time.monotonic() - began < 10
        assert "56" in client.ask(question).response
    assert memory(server) - before < 64 * 1024, "kB"


def memory(server) -> int:
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_stop_lets_a_running_turn_finish(start_server, question):
    server = start_server()
    with Client(server.port) as client, Client(server.port, "resting") as resting:
        client.ask(question)
        client.speak(question)
        client.send({"signal": "EOS"})
        assert client.frame()["stage"] == "transcription"
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert "56" in client.answer().response
        assert end_of(client) == (1001, "the server stops")
        assert end_of(resting) == (1001, "the server stops")
        stopping.join()
    assert server.process.returncode == 0


def test_every_record_of_a_turn_has_its_name(start_server, question):
    server = start_server(LOG_LEVEL="debug")
    with Client(server.port, "named", headers={"X-Request-Id": "kitchen-7"}) as client:
        client.ask(question)
        client.ask(question)
    reply = server.get("/health", X_Request_Id="abc")
    assert reply.headers["x-request-id"] == "abc"
    assert re.fullmatch("[0-9a-z]{8}", server.get("/health").headers["x-request-id"])
    assert server.stop() == 0
    done = [record["request"] for record in server.log if record["message"] == "turn done"]
    assert done == ["kitchen-7-1", "kitchen-7-2"]
    assert all("request" in record for record in server.log if "turn" in record or "session" in record), json.dumps(
        [record for record in server.log if "request" not in record]
    )
