"""Hands-free devices hear what went wrong."""

import pytest

from e2e.client import Client, check_wav
from harness import sound

SILENCE = bytes(16_000)


@pytest.fixture
def device(connect):
    return lambda session: connect(session, hands_free=True)


def test_silence_is_answered_in_speech(device, question):
    again = "I didn't catch that. Could you say it again?"
    closer = "I'm having trouble hearing you. Try moving closer to the microphone."
    with device("quiet") as client:
        said = []
        for _ in range(4):
            turn = client.ask(SILENCE)
            assert turn.order[0] == "transcription" and turn.order[-1] == "complete"
            assert sound.rms(check_wav(turn.wav)[1]) > 100
            said.append(turn.response)
        assert said == [again, again, closer, again]
        assert "56" in client.ask(question).response
        assert client.ask(SILENCE).response == again


def test_mistakes_are_spoken_too(device, question):
    with device("clumsy") as client:
        client.send({"signal": "EOS"})
        assert client.answer().response.startswith("I didn't catch that.")
        assert client.ask(b"\1\2\3").response.startswith("The sound did not arrive in one piece.")
        assert client.ask(bytes(31 * 32_000), 65_536).response.startswith("That was too long")
        assert "56" in client.ask(question).response


def test_clear_questions_are_not_asked_about(device, speech):
    questions = ["What is seven times eight?", "What time is it?", "Put milk on my shopping list.", "Tell me a joke."]
    with device("clear") as client:
        for text in questions:
            assert "Did you say" not in client.ask(speech(text)).response


def test_unsure_is_asked_and_yes_answers(device, speech, question):
    """Noise is added until the recognizer is unsure; where that is depends on the voice."""
    with device("noisy") as client:
        for level in (0.02, 0.04, 0.06, 0.08, 0.11, 0.15, 0.2, 0.3):
            turn = client.ask(sound.add_noise(question, level, seed=7))
            if turn.response.startswith("Did you say '"):
                break
        else:
            pytest.fail("no level of noise made the recognizer unsure")
        heard = turn.transcript.rstrip(".,;:!?…")
        assert turn.response == f"Did you say '{heard}'?"
        no = client.ask(speech("No."))
        assert no.response == "Okay. Please say it again.", no.transcript
        assert client.ask(sound.add_noise(question, level, seed=7)).response == turn.response
        yes = client.ask(speech("Yes."))
        assert "Did you say" not in yes.response, yes.transcript


def test_asks_once_whether_anyone_is_there(start_server, question):
    server = start_server(STILL_THERE_SECONDS="1")
    with Client(server.port, hands_free=True) as client:
        client.ask(question)
        asked = client.frame()
        assert asked == {
            "status": "announcement",
            "response": "Are you still there? Say something if you need help.",
        }
        check_wav(client.answer().wav)
        with pytest.raises(TimeoutError):
            client.socket.recv(timeout=5)
    with Client(server.port, "screen", announcements=True) as client:
        client.ask(question)
        with pytest.raises(TimeoutError):
            client.socket.recv(timeout=5)
