"""The transcription benchmark's own code."""

import sys
from array import array
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks"))

from speech.clips import RATE, Clip
from stt import losses, picture, recordings, report, score
from stt.subjects import REFERENCE


def clip(name: str, seconds: float) -> Clip:
    samples = int(seconds * RATE)
    return Clip(name, array("h", [1000] * samples).tobytes(), f"words of {name}", 0, samples, 2.0)


def record(subject: str, recording: str, number: int = 0, **more) -> dict:
    values = {"part": "short", "round": number, "subject": subject, "recording": recording, "seconds": 2.0, "source": "clips"}
    return values | {"ms": 100.0, "cpu_ms": 150.0, "wrong": 0, "words": 5, "resident_mb": 90, "text": ""} | more


def test_ratio_is_of_the_sums_and_names_the_worst():
    total, worst = score.ratio({"a": 10, "b": 30}, {"a": 100, "b": 100})
    assert (total, worst) == (0.2, 0.3)


def test_quietest_takes_each_recordings_own_least():
    assert score.quietest([{"a": 3, "b": 9}, {"a": 5, "b": 7}]) == {"a": 3, "b": 7}


def test_same_errors_are_no_difference():
    errors = [(1, 10), (0, 5), (3, 7)]
    assert score.difference(errors, errors) == (0, 0, 0)


def test_interval_of_a_sure_difference_leaves_zero_out():
    worse, better = [(2, 10)] * 40, [(1, 10)] * 40
    mean, low, high = score.difference(worse, better)
    assert mean == pytest.approx(10) and low == pytest.approx(10) and high == pytest.approx(10)
    mixed = [(index % 3, 10) for index in range(40)]
    mean, low, high = score.difference(mixed, better)
    assert low < 0 < high and low < mean < high


def test_interval_wants_pairs():
    with pytest.raises(ValueError):
        score.difference([(1, 2)], [])


def test_short_recordings_are_of_the_stated_length(tmp_path):
    found = recordings.short([clip("brief", 1.4), clip("right", 2), clip("slow", 5.1)], tmp_path)
    assert [recording.name for recording in found] == ["right"]
    assert found[0].samples.stat().st_size == 4 * 2 * RATE


def test_long_recordings_join_clips_with_pauses(tmp_path):
    clips = [clip(f"clip-{index}", 6) for index in range(12)] + [clip("whole", 24)]
    found = recordings.long(clips, tmp_path)
    assert found[0].name == "whole" and len(found) == 4
    for recording in found:
        assert recordings.LONG[0] <= recording.seconds <= recordings.LONG[1]
    joined = found[1]
    names = joined.name.split("+")
    assert joined.words == " ".join(f"words of {name}" for name in names)
    assert joined.seconds == pytest.approx(6 * len(names) + 0.3 * (len(names) - 1))


def test_every_clip_is_joined_once_as_long_as_it_is_enough(tmp_path):
    clips = [clip(f"clip-{index}", 6) for index in range(24)] + [clip("whole", 24), clip("very long", 70)]
    found = recordings.all_joined(clips, tmp_path, "joined")
    names = [name for recording in found for name in recording.name.split("+")]
    assert len(names) == len(set(names)) and {"whole", "very long"} <= set(names)
    left = {c.name for c in clips} - set(names)
    assert len(left) <= 3
    for recording in found[2:]:
        assert recordings.LONG[0] <= recording.seconds <= recordings.LONG[1] and recording.source == "joined"


def test_clips_that_are_long_are_not_counted_twice(tmp_path):
    names = [recording.name for recording in recordings.single([clip("a", 2), clip("whole", 24)], tmp_path)]
    assert names == ["a"]


def test_errors_are_of_single_clips_and_of_one_round_of_long_ones():
    records = [record(name, "a", part="words", wrong=wrong) for name, wrong in ((REFERENCE, 2), ("Hotpin", 1))]
    records += [record(name, "b", n, part="long", wrong=1) for n in (0, 1) for name in (REFERENCE, "Hotpin")]
    text = report.words(records)
    assert "2 recordings, 10 words" in text and "| Hotpin | 2 | 20.0 % | -10.00 |" in text


def test_errors_are_told_for_each_source_too():
    records = [
        record(name, source, part="words", source=source, wrong=wrong)
        for name, wrong in ((REFERENCE, 2), ("Hotpin", 1)) for source in ("clips", "announcements")
    ]
    text = report.words(records)
    assert "all together: 2 recordings, 10 words" in text
    assert "Clips: 1 recordings, 5 words" in text and "Announcements: 1 recordings, 5 words" in text


def test_only_what_all_transcribed_is_compared():
    records = [record(name, "a", part="words", wrong=1) for name in (REFERENCE, "Hotpin")]
    records.append(record(REFERENCE, "b", part="long", wrong=4))
    assert "1 recordings, 5 words" in report.words(records) and "| Hotpin | 1 | 20.0 % | +0.00 |" in report.words(records)


def test_losses_name_the_worst_recording_first():
    texts = {"a": 1, "b": 3, "c": 0}
    records = [record("Hotpin", name, part="words", wrong=wrong, said="x", text=f"ours {name}") for name, wrong in texts.items()]
    records += [record(REFERENCE, name, part="words", wrong=1, said="x", text="theirs") for name in texts]
    text = losses.listed(records, "Hotpin", REFERENCE)
    assert text.startswith("Hotpin beside faster-whisper, beam 1: 1 recordings with 2 errors more, 1 with 1 fewer, of 3.")
    assert "ours b" in text and "ours a" not in text and "ours c" not in text


def test_memory_tells_loaded_from_busy():
    records = [record(REFERENCE, "a", loaded_mb=100, peak_mb=180), record(REFERENCE, "b", loaded_mb=100, peak_mb=250)]
    assert report.memory(records) == ("100 MB", "250 MB")
    assert report.memory([record(REFERENCE, "a", resident_mb=90)]) == ("", "90 MB")


def test_tables_name_the_ratio_and_the_spread():
    records = [record(REFERENCE, "a", n, ms=100.0) for n in (0, 1)] + [record("Hotpin", "a", n, ms=10.0 * (n + 1)) for n in (0, 1)]
    text = report.markdown(records, "tiny.en")
    assert "| Hotpin | 0.10 | 0.10 to 0.20 | 0.10 |" in text and "Word errors" not in text
    assert picture.draw(records, "title").count("<rect") == 3
