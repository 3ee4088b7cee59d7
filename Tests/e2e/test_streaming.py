"""Answers that are heard while they are made."""

import random
import re

import pytest

from e2e.client import Refused
from e2e.streaming import StreamingClient, check_pace
from harness import opus, server as tool, sound

@pytest.fixture
def stream(server):
    """`with stream() as client:` is a device that streams; options as the handshake has them."""
    return lambda *arguments, **options: StreamingClient(server.port, *arguments, **options)


def words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def check_answer(turn, rate: int = 16_000) -> None:
    """What is true of every streamed answer."""
    assert turn.order[:2] == ["transcription", "llm"] and turn.order[-1] == "complete"
    order = [name for name in turn.order if name != "tts"]
    assert order.index("audio") < order.index("speaking") < order.index("binary")
    assert order[-2:] == ["audio_end", "complete"]
    header = turn.one("audio")
    assert header["sample_rate"] == rate and header["channels"] == 1
    # The pieces are the answer, in order, and each begins within it.
    pieces = turn.all("speaking")
    assert words(" ".join(piece["text"] for piece in pieces)) == words(turn.response)
    places = [piece["at_ms"] for piece in pieces]
    assert places[0] == 0 and places == sorted(places) and places[-1] < turn.one("audio_end")["duration_ms"]


def test_answer_is_streamed_in_order(stream, question, tmp_path):
    with stream() as client:
        assert client.agreed == {
            "status": "connected", "session_id": "stream-1", "audio": "stream", "audio_format": "pcm",
            "turns": "manual"}
        turn = client.ask_streamed(question)
    check_answer(turn)
    assert turn.one("audio") == {"status": "audio", "format": "pcm", "sample_rate": 16_000, "channels": 1}
    assert all(len(chunk) % 2 == 0 and 0 < len(chunk) <= 4_096 for _, chunk in turn.audio)
    assert abs(turn.one("audio_end")["duration_ms"] / 1_000 - sound.seconds(turn.pcm)) < 0.002
    assert "56" in turn.response or "fifty" in turn.response.lower()
    spoken = tool.run("transcribe", str(sound.write_wav(tmp_path / "a.wav", turn.pcm)), state=tmp_path / "state")
    assert spoken.returncode == 0 and re.search(r"56|fifty[- ]six", spoken.stdout.lower()), spoken.stdout


def test_no_buffer_overflows(stream, speech):
    """The longest built-in answer comes as fast as it is played, not faster."""
    with stream() as client:
        turn = client.ask_streamed(speech("What can you do?"))
    check_answer(turn)
    assert sound.seconds(turn.pcm) > 4
    check_pace(turn, sound.seconds)


def test_opus_both_ways(stream, question, tmp_path):
    with stream(audio_format="opus") as client:
        assert client.agreed["audio_format"] == "opus"
        for packet in opus.Encoder().packets(question):
            client.send(packet)
        client.send({"signal": "EOS"})
        turn = client.until("complete")
    check_answer(turn)
    assert "56" in turn.response or "fifty" in turn.response.lower()
    header = turn.one("audio")
    assert header["format"] == "opus" and header["frame_ms"] == 20
    decoder = opus.Decoder()
    pcm = b"".join(decoder.pcm(packet) for _, packet in turn.audio)
    late = header["pre_skip"] * 16_000 // 48_000
    length = turn.one("audio_end")["duration_ms"] * 16
    assert len(pcm) // 2 >= late + length, "the end of the answer is missing"
    answer = pcm[2 * late : 2 * (late + length)]
    spoken = tool.run("transcribe", str(sound.write_wav(tmp_path / "a.wav", answer)), state=tmp_path / "state")
    assert re.search(r"56|fifty[- ]six", spoken.stdout.lower()), spoken.stdout
    # About 24 kbit/s, where PCM has 256.
    assert sum(len(packet) for _, packet in turn.audio) * 8 < 40_000 * (length / 16_000)
    check_pace(turn, lambda packet: 0.02)


def test_packets_that_are_none_are_refused_one_by_one(stream, question, still_serves):
    noise = random.Random(7)
    with stream(audio_format="opus") as client:
        for bad in (b"", b"\x03", b"\x4b\x07\x01\x02\x03", bytes(9_000)):
            client.send(bad)
            assert "Opus packet" in client.error()
        refused = 0
        for _ in range(200):
            client.send(noise.randbytes(noise.randrange(1, 300)))
        client.send({"signal": "RESET"})
        client.send("nonsense")
        while "Not JSON" not in client.error():
            refused += 1
        assert refused <= 200
        for packet in opus.Encoder().packets(question):
            client.send(packet)
        client.send({"signal": "EOS"})
        assert "56" in client.until("complete").response
    still_serves()


def test_cancelling_says_what_was_heard(stream, speech, question):
    with stream() as client:
        client.speak(speech("What can you do?"))
        client.send({"signal": "EOS"})
        begun = client.until("audio")
        begun.add(client.receive())
        assert begun.frames[-1]["status"] == "speaking"
        client.send({"signal": "CANCEL", "played_ms": 400})
        rest = client.until("cancelled")
        heard = rest.frames[-1]["heard"]
        assert begun.frames[-1]["text"].startswith(heard)
        assert len(heard) < len(begun.frames[-1]["text"])
        # Nothing of that answer follows: the next frame belongs to the next question.
        turn = client.ask_streamed(question)
        assert turn.order[0] == "transcription" and "56" in turn.response
        check_answer(turn)


def test_cancelling_nothing_is_answered(stream, connect):
    for device in (stream, connect):
        with device() as client:
            client.send({"signal": "CANCEL"})
            assert client.frame() == {"status": "cancelled"}


def test_reset_stops_the_audio(stream, speech, question):
    with stream() as client:
        client.speak(speech("What can you do?"))
        client.send({"signal": "EOS"})
        client.until("speaking")
        client.send({"signal": "RESET"})
        client.send("nonsense")
        # What was on its way before may still come.
        client.until("error")
        turn = client.ask_streamed(question)
        check_answer(turn)
        assert "56" in turn.response
        assert turn.one("audio_end")["duration_ms"] == len(turn.pcm) // 32


@pytest.mark.parametrize(
    "members, sentence",
    [
        ({"audio": "mp3"}, "audio must be"),
        ({"audio_format": "flac"}, "audio_format must be"),
        ({"turns": True}, "turns must be"),
        ({"audio_format": "opus"}, "needs"),
        ({"barge_in": True}, "needs"),
        ({"audio": "stream", "barge_in": True}, "needs"),
        ({"partials": "yes"}, "wrong type"),
    ],
)
def test_what_cannot_be_agreed_is_named(connect, members, sentence):
    with connect(handshake=False) as client:
        client.send({"session_id": "x", **members})
        assert sentence in client.error()
        client.send({"session_id": "x"})
        assert client.frame() == {"status": "connected", "session_id": "x"}


@pytest.mark.parametrize("played", [-1, 0.5, "12", None, 10**12])
def test_bad_places_are_refused(stream, played):
    with stream() as client:
        client.send({"signal": "CANCEL", "played_ms": played})
        assert "played_ms must be" in client.error()


def test_timeline_has_every_stage(stream, question):
    with stream(timeline=True) as client:
        turn = client.ask_streamed(question)
    timeline = turn.one("complete")["timeline"]
    assert list(timeline) == [
        "speech_end", "endpoint", "transcript", "first_token", "first_clause", "reply", "first_audio", "last_audio"]
    assert all(isinstance(value, int) and value >= 0 for value in timeline.values())
    assert timeline["transcript"] <= timeline["first_audio"] <= timeline["last_audio"]


def test_timer_is_streamed(stream, speech):
    with stream("kitchen", announcements=True) as client:
        client.ask_streamed(speech("Set a timer for two seconds."))
        ring = client.until("complete")
        assert ring.order == ["announcement", "audio", "speaking", "binary", "audio_end", "complete"]
        assert sound.rms(ring.pcm) > 100


def test_who_vanishes_mid_answer_disturbs_nobody(stream, speech, still_serves):
    for _ in range(3):
        with stream() as client:
            client.speak(speech("What can you do?"))
            client.send({"signal": "EOS"})
            client.until("speaking")
            client.vanish()
    still_serves()


def test_documented_members_go_with_it(stream, question):
    """One WAV, but partial transcripts: members need not come together."""
    with stream(audio="file", partials=True) as client:
        assert client.agreed["audio"] == "file" and client.agreed["partials"] is True
        client.speak(question)
        client.send({"signal": "EOS"})
        turn = client.until("complete")
        assert turn.pcm[:4] == b"RIFF" and "56" in turn.response


def test_errors_end_the_turn_as_ever(stream):
    with stream() as client:
        client.send({"signal": "EOS"})
        with pytest.raises(Refused, match="Empty audio buffer"):
            client.until("complete")
