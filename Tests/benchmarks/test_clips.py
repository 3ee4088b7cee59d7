"""The labelled speech of the turn benchmark, and the utterances that are made of it."""

import hashlib
import json
import wave
from array import array

import pytest

import cutoffs
from speech import clips
from turns.answers import TOKENS, answers, tokens


def clip(name: str = "a", start: int = 0, end: int = 3200, length: int = 4800) -> clips.Clip:
    return clips.Clip(name, array("h", range(length)).tobytes(), "words", start, end, 5.0)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """One labelled second in a folder."""
    pcm = bytes(32_000)
    with wave.open(str(tmp_path / "one.wav"), "wb") as file:
        file.setparams((1, 2, clips.RATE, 0, "NONE", ""))
        file.writeframes(pcm)
    entry = {"name": "one", "sha256": hashlib.sha256(pcm).hexdigest(), "words": "hush", "start": 10, "end": 12_000, "floor": 1.0}
    monkeypatch.setattr(clips, "LABELS", tmp_path / "clips.json")
    clips.LABELS.write_text(json.dumps([entry]))
    return tmp_path


def test_labels_are_within_their_recordings():
    for entry in json.loads(clips.LABELS.read_text()):
        assert 0 <= entry["start"] < entry["end"], entry
        assert len(bytes.fromhex(entry["sha256"])) == 32 and entry["words"] and entry["floor"] > 0, entry


def test_debians_recordings_are_those_that_were_labelled(human_speech):
    found = clips.load()
    assert len(found) >= 10
    assert all(2 * clip.end <= len(clip.pcm) for clip in found)


def test_what_follows_a_clip_is_its_own_sound_and_then_its_room():
    pcm = clip().followed_by(150)
    assert len(pcm) == 2 * (3200 + 2400)
    assert pcm[:9600] == clip().pcm
    room = array("h", pcm[9600:])
    assert 0 < max(map(abs, room)) <= 5 * 6
    assert clip().followed_by(150) == pcm and clip("b").followed_by(150) != pcm
    assert clip().followed_by(0) == clip().speech


def test_a_recording_that_is_another_is_refused(folder):
    assert [clip.seconds for clip in clips.load(folder)] == [0.75]
    assert clips.load(folder, shortest=0.7)[0].words == "hush"
    with pytest.raises(SystemExit, match="No clips"):
        clips.load(folder, shortest=0.8)
    (folder / "one.wav").write_bytes((folder / "one.wav").read_bytes()[:-2] + b"\1\1")
    with pytest.raises(SystemExit, match="not the recording"):
        clips.load(folder)


def test_a_recording_of_another_rate_is_refused(folder):
    with wave.open(str(folder / "one.wav"), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
    with pytest.raises(SystemExit, match="16 kHz"):
        clips.load(folder)


def test_a_voice_that_was_made_ends_where_it_is_silent():
    pcm = array("h", [0] * 100 + [1000] * 50 + [5] * 100).tobytes()
    found = clips.spoken("q", pcm, "words")
    assert (found.start, found.end) == (100, 150)


def test_two_clips_are_one_utterance_with_a_pause():
    first, second = clip(), clip("b", start=160, end=1760)
    pcm = cutoffs.joined(first, second, 400)
    assert len(pcm) == 2 * (3200 + 6400 + 1600)
    assert pcm[-3200:] == second.pcm[320:3520]


@pytest.mark.parametrize(("at", "expected"), [
    (None, "never"), (999, "within a recording"), (1000, "in the pause"), (1549, "in the pause"),
    (1550, "within a recording"), (2999, "within a recording"), (3000, "right"), (9000, "right"),
])
def test_an_end_is_judged_by_where_it_comes(at, expected):
    assert cutoffs.judgement(at, first=1000, pause=400, whole=3000) == expected


def test_answers_are_always_the_same_and_no_piece_comes_twice():
    found = answers(60)
    assert found == answers(60) and len(set(found)) == 60
    for text in found:
        assert "".join(tokens(text)) == text
        assert len(tokens(text)) in TOKENS
