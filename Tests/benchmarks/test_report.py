"""The tables of the turn benchmark, from records that are made up."""

import json

import pytest

import turn
from turns import picture, report
from speech.words import distance


def record(**more) -> dict:
    """One turn as results.json keeps it."""
    return {"part": "single", "subject": "Hotpin, streaming", "clip": "a", "pause": 0, "round": 0, "first_audio": 100.0,
            "frames": {"llm": 20.0, "tts": 90.0}, "timeline": {"first_clause": 60.0}, "said": "one", "heard": "one",
            "processor": 0.5, "chat": 1, "broken_off": 0, "gap": 3.0, "late": 0.1, **more}


@pytest.mark.parametrize(("values", "share", "expected"), [
    ([7.0], 0.9, 7.0), ([1.0, 2.0], 0.5, 1.5), ([3.0, 1.0, 2.0], 0.5, 2.0), ([0.0, 10.0], 0.9, 9.0),
    ([1.0, 2.0, 3.0, 4.0, 5.0], 0.0, 1.0), ([1.0, 2.0, 3.0, 4.0, 5.0], 1.0, 5.0),
])
def test_quantiles_are_interpolated(values, share, expected):
    assert report.quantile(values, share) == pytest.approx(expected)


def test_a_table_counts_what_had_no_audio():
    results = [record(), record(first_audio=300.0), record(first_audio=None)]
    row = report.first_audio(results, "single").splitlines()[-1]
    assert row == "| Hotpin, streaming | 0 ms | 2, 1 without audio | 200 ms | 280 ms | 100 to 300 ms |  |"


def test_a_table_of_nothing_but_failures_has_no_figures():
    assert "1 without audio | | | |" in report.first_audio([record(first_audio=None)], "single")


def test_the_ratio_is_that_of_medians_and_its_spread_that_of_rounds():
    ours = [record(round=number, first_audio=wait) for number, wait in enumerate([50.0, 100.0, 100.0])]
    theirs = [record(round=number, first_audio=200.0, subject="reference") for number in range(3)]
    assert report.ratio(ours + theirs, "Hotpin, streaming") == "0.50 (0.25 to 0.50)"
    assert report.ratio(ours + theirs, "reference") == ""
    assert report.ratio(ours, "Hotpin, streaming") == ""


def test_stages_are_medians_in_order():
    found = report.stages([record(), record(subject="reference", frames={"llm": 500.0, "tts": 300.0}, first_audio=400.0)])
    assert found["Hotpin, streaming", 0] == [20.0, 60.0, 100.0]
    # What is said to have come after the first audio ends with it.
    assert found["reference", 0] == [400.0, 400.0, 400.0]
    assert report.stages([record(first_audio=None)]) == {}


@pytest.mark.parametrize(("said", "heard", "wrong"), [
    ("", "", 0), ("a b c", "a b c", 0), ("a b c", "", 3), ("", "a b", 2), ("a b c", "a x c", 1), ("a b c", "b c", 1),
    ("a b c", "a b b c", 1), ("a b c d", "d c b a", 4),
])
def test_word_errors_are_the_fewest_changes(said, heard, wrong):
    assert distance(said.split(), heard.split()) == (wrong, len(said.split()))


def test_the_cost_is_a_mean_of_the_single_turns():
    results = [record(processor=0.2), record(processor=0.4, chat=2, gap=30.0), record(part="8 at once", processor=9.0)]
    row = report.cost(results, {"Hotpin, streaming": (300, 350), "reference": (1, 1)}).splitlines()
    assert row[-1] == "| Hotpin, streaming | 300 MB, 350 MB | 300 ms | 1.50 | 0.00 | 30 ms |"
    assert len(row) == 3


def test_the_picture_has_a_bar_for_each_stage():
    drawn = picture.draw({("Hotpin", 0): [20.0, 60.0, 100.0], ("reference", 300): [400.0, 900.0, 1400.0]}, "Title")
    assert drawn.count("<rect") == 1 + 3 + 2 * 3
    assert ">100</text>" in drawn and ">1,400</text>" in drawn
    assert picture.draw({}, "Nothing").startswith("<svg")


def test_a_run_is_written_again_from_its_results(tmp_path):
    run = {"machine": "2 cores, load 0.1", "load_at_end": "2 cores, load 0.2", "versions": "hotpin 1", "memory": {},
           "broken_off": "OSError()", "results": [record(part="barge-in"), record(part="barge-in", late=7.25)]}
    text = turn.write(run, tmp_path)
    assert "Broken off by OSError()" in text and "behind the clock: 7.2 ms" in text
    assert json.loads((tmp_path / "results.json").read_text()) == run
    assert turn.write(json.loads((tmp_path / "results.json").read_text()), tmp_path) == text
