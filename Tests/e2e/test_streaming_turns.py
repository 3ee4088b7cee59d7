"""Turns that the server takes: it listens while the user speaks, finds the end, and hears who speaks over it."""

import pytest

from e2e.streaming import StreamingClient

SILENCE = bytes(32_000)


@pytest.fixture
def talk(server):
    """`with talk() as client:` is a device that streams its microphone and never says `EOS`."""
    return lambda *arguments, **options: StreamingClient(server.port, *arguments, turns="auto", **options)


def test_server_finds_the_end_of_speech(talk, question):
    with talk() as client:
        assert client.agreed["turns"] == "auto"
        client.speak(SILENCE + question + 2 * SILENCE)
        turn = client.until("complete")
    assert turn.order[:4] == ["speech_started", "speech_ended", "transcription", "llm"]
    assert "56" in turn.response


def test_end_of_speech_can_still_be_signalled(talk, question):
    with talk() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        assert "56" in client.until("complete").response


def test_partials_come_while_the_user_speaks(talk, speech):
    with talk(partials=True) as client:
        client.speak_in_time(speech("What is seven times eight, and what is nine times nine?") + 2 * SILENCE)
        turn = client.until("complete")
    partials = turn.all("partial")
    assert partials, "no partial transcript"
    stable = ""
    for partial in partials:
        assert partial["text"].startswith(partial["stable"])
        assert partial["stable"].startswith(stable), "what was stable was taken back"
        stable = partial["stable"]
    assert turn.order.index("partial") < turn.order.index("speech_ended")


def test_speech_over_the_answer_stops_it(talk, speech, question):
    with talk(barge_in=True) as client:
        client.speak_in_time(speech("What can you do?") + SILENCE + SILENCE)
        begun = client.until("speaking")
        client.speak_in_time(question + SILENCE + SILENCE)
        stopped = client.until("cancelled")
        assert "held" in stopped.order
        heard = stopped.frames[-1]["heard"]
        assert begun.all("speaking")[0]["text"].split()[0].startswith(heard.split()[0] if heard else "")
        turn = client.until("complete")
        assert "56" in turn.response


def test_without_barge_in_the_answer_is_not_disturbed(talk, speech, question):
    with talk() as client:
        client.speak(speech("What can you do?") + 2 * SILENCE)
        client.until("speaking")
        client.speak(question)
        turn = client.until("complete")
        assert not turn.all("held") and not turn.all("cancelled")
