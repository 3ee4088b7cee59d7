"""The documented protocol, by a client that knows nothing else."""

import json
import re
import threading

import pytest

from e2e.client import Client, Refused, check_wav
from harness import server as tool
from harness import sound


def test_turn_is_byte_for_byte_as_documented(connect, question, tmp_path):
    with connect() as client:
        turn = client.ask(question)

    texts = [name for name in turn.order if name != "audio"]
    assert texts == ["transcription", "llm", "tts", "complete"]
    first, last = turn.order.index("audio"), len(turn.order) - 1 - turn.order[::-1].index("audio")
    assert set(turn.order[first : last + 1]) == {"audio"}, "text frames between the audio"
    assert turn.order[first - 1] == "tts" and turn.order[last + 1] == "complete"

    assert turn.frames[0] == {"status": "processing", "stage": "transcription"}
    assert set(turn.frames[1]) == {"status", "stage", "transcript"}
    assert set(turn.frames[2]) == {"status", "stage", "response"}
    assert turn.frames[3] == {"status": "complete"}, "nothing that was not asked for"
    assert turn.seconds < 10

    assert all(len(chunk) == 4_096 for chunk in turn.chunks[:-1]) and 0 < len(turn.chunks[-1]) <= 4_096
    rate, pcm = check_wav(turn.wav)
    assert len(pcm) % 2 == 0 and sound.seconds(pcm) > 0.5 and sound.rms(pcm) > 100

    assert re.search(r"(seven|7) ?(times|x|×) ?(eight|8)", turn.transcript.lower())
    assert "56" in turn.response or "fifty" in turn.response.lower()
    # What is spoken is what is written.
    spoken = tool.run("transcribe", str(sound.write_wav(tmp_path / "a.wav", pcm, rate)), state=tmp_path / "state")
    assert spoken.returncode == 0 and re.search(r"56|fifty[- ]six", spoken.stdout.lower()), spoken.stdout


def test_text_frames_have_no_white_space_and_members_in_order(connect, question):
    with connect() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        texts = []
        while not texts or '"complete"' not in texts[-1]:
            message = client.socket.recv(timeout=20)
            if isinstance(message, str):
                texts.append(message)
    for text in texts:
        assert text == json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
    assert [list(json.loads(text)) for text in texts] == [
        ["status", "stage"], ["status", "stage", "transcript"], ["status", "stage", "response"], ["status"]]


@pytest.mark.parametrize("sizes", [(1,), (1, 3, 5, 1_001), (512,), (4_096,), (65_537,), (1_000_000,)])
def test_any_chunk_size_is_the_same_question(connect, question, sizes):
    pcm = question[: 2 * 16_000] if sizes == (1,) else question
    with connect() as client:
        if sizes == (1,):
            # 32,000 messages of one byte: whatever is heard of the first second, it is a whole turn.
            try:
                assert client.ask(pcm, *sizes).order[-1] == "complete"
            except Refused as refusal:
                assert "understand" in str(refusal)
        else:
            assert "56" in client.ask(pcm, *sizes).response


def test_human_speech(connect, human_speech):
    pcm = (human_speech / "goforward.raw").read_bytes()
    with connect() as client:
        turn = client.ask(pcm)
        assert re.search(r"go forward (ten|10) meters", turn.transcript.lower())
        check_wav(turn.wav)


def test_second_question_on_the_same_connection(connect, question, speech):
    with connect() as client:
        assert "56" in client.ask(question).response
        turn = client.ask(speech("What is two plus three?"))
        assert re.search(r"\b(5|five)\b", turn.response.lower())
        check_wav(turn.wav)


def test_reset_is_not_answered_and_forgets_the_audio(connect, question):
    with connect() as client:
        client.send({"signal": "RESET"})
        client.speak(question)
        client.send({"signal": "RESET"})
        client.send({"signal": "EOS"})
        # The next frame belongs to EOS: RESET sent nothing, and took the audio with it.
        assert client.error() == "Empty audio buffer"
        assert "56" in client.ask(question).response


def test_reset_cancels_the_turn_that_is_answered(connect, question):
    with connect() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        assert client.frame() == {"status": "processing", "stage": "transcription"}
        client.send({"signal": "RESET"})
        client.send({"signal": "EOS"})
        # Frames that were on their way may still come; the turn's completion does not.
        while True:
            message = client.receive()
            if isinstance(message, dict) and message["status"] != "processing":
                break
        assert message == {"status": "error", "message": "Empty audio buffer"}
        assert "56" in client.ask(question).response


def test_audio_during_an_answer_is_the_next_question(connect, question, speech):
    with connect() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        client.speak(speech("What is two plus three?"))
        client.send({"signal": "EOS"})
        first, second = client.answer(), client.answer()
    assert "56" in first.response
    assert re.search(r"\b(5|five)\b", second.response.lower())
    for turn in (first, second):
        check_wav(turn.wav)


def test_second_end_of_speech_waits_its_turn(connect, question):
    with connect() as client:
        client.speak(question)
        client.send({"signal": "EOS"})
        client.send({"signal": "EOS"})
        assert "56" in client.answer().response
        assert client.error() == "Empty audio buffer"


def test_more_questions_than_may_wait_are_refused_not_forgotten(connect, question):
    count = 12
    with connect() as client:
        for _ in range(count):
            client.speak(question, 65_536)
            client.send({"signal": "EOS"})
        answered, refused = 0, 0
        while answered + refused < count:
            try:
                assert "56" in client.answer().response
                answered += 1
            except Refused as refusal:
                assert str(refusal).startswith("Too busy")
                refused += 1
    assert answered >= 4 and refused >= 1, (answered, refused)


def test_two_sessions_at_once(server, question, speech):
    other = speech("What is two plus three?")
    turns: dict[str, object] = {}

    def ask(session: str, pcm: bytes) -> None:
        with Client(server.port, session) as client:
            turns[session] = client.ask(pcm)

    threads = [threading.Thread(target=ask, args=pair) for pair in (("one", question), ("two", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert "56" in turns["one"].response
    assert re.search(r"\b(5|five)\b", turns["two"].response.lower())


def test_long_answer_fits_a_device(connect, speech):
    """Everything that Hotpin can do is its longest built-in answer."""
    with connect() as client:
        turn = client.ask(speech("What can you do?"))
        check_wav(turn.wav)
        assert turn.response[-1] in ".!?"
        assert turn.seconds < 10


def test_timeline_only_for_those_who_ask(connect, question):
    with connect(timeline=True) as client:
        turn = client.ask(question)
    complete = turn.frames[-1]
    assert set(complete) == {"status", "timeline"}
    timeline = complete["timeline"]
    assert {"transcript", "first_token", "reply", "first_audio"} <= set(timeline)
    assert all(isinstance(value, int) for value in timeline.values())
    assert 0 < timeline["transcript"] <= timeline["reply"] <= timeline["first_audio"] < turn.seconds * 1_000 + 50


def test_timer_is_announced_to_those_who_ask(connect, speech):
    with connect("kitchen", announcements=True) as client:
        turn = client.ask(speech("Set a timer for two seconds."))
        assert "timer" in turn.response.lower(), turn.response
        frame = client.frame()
        assert frame["status"] == "announcement" and "timer" in frame["response"].lower()
        ring = client.answer()
        assert ring.order[-1] == "complete"
        check_wav(ring.wav)


def test_session_goes_on_after_reconnecting(connect, speech):
    with connect("pocket") as client:
        client.ask(speech("Put milk on my shopping list."))
    with connect("pocket") as client:
        turn = client.ask(speech("What is on my shopping list?"))
    assert "milk" in turn.response.lower(), turn.response


def test_members_that_are_not_known_are_ignored(connect, question):
    with connect(colour="red", later={"a": [1]}) as client:
        client.speak(question)
        client.send({"signal": "EOS", "extra": None})
        assert "56" in client.answer().response


def test_ping_is_answered(connect):
    with connect() as client:
        assert client.socket.ping().wait(20)


def test_session_names_of_every_kind(connect):
    for session in ("x", "süß-日本語-🙂", "a" * 128, 'quote"and\\backslash'):
        with connect(session):
            pass
