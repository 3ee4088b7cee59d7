"""`hotpin bench turn` beside a running server, as a user measures it."""

import json
import re
import socket

import pytest

from harness import server as tool
from harness import sound


@pytest.fixture(scope="module")
def recording(tmp_path_factory, speech):
    """`recording("What is …")` is a file with that question."""
    folder = tmp_path_factory.mktemp("recordings")
    return lambda text: str(sound.write_wav(folder / f"{abs(hash(text))}.wav", speech(text)))


def bench(tmp_path, *arguments: str, **settings: str):
    return tool.run("bench", "turn", *arguments, state=tmp_path, **settings)


def at(server) -> list[str]:
    return ["--server", f"ws://127.0.0.1:{server.port}/ws"]


def test_asks_what_time_it_is_and_draws_it(server, tmp_path):
    done = bench(tmp_path, "--rounds", "1", *at(server))
    assert done.returncode == 0 and done.stderr == "", done
    lines = done.stdout.splitlines()
    assert lines[0].startswith("What time is it?: ") and "time" in lines[0].partition(": ")[2].lower()
    for line, stage in zip(lines[1:4], ("recognised", "first audio", "all sent"), strict=True):
        assert re.fullmatch(rf"  {stage} +█+ +\d+ ms", line), line
    assert re.fullmatch(r"first audio after the end of speech: median \d+ ms \(\d+ to \d+\), 1 of 1 turns", lines[-1])


def test_measures_files_in_turns_for_programs(server, tmp_path, recording):
    files = [recording("What is seven times eight?"), recording("What is five plus six?")]
    done = bench(tmp_path, *files, "--rounds", "2", "--pause", "0", "--json", *at(server))
    assert done.returncode == 0, done.stderr
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("56" in turn["response"], "11" in turn["response"]) for turn in turns] == [(True, False), (False, True)]
    for turn in turns:
        assert 0 <= turn["transcript_ms"] <= turn["first_audio_ms"] <= turn["last_audio_ms"] <= turn["complete_ms"] < 30_000
        assert turn["transcript_ms"] <= turn["response_ms"]
        assert 0.5 < turn["question_s"] < 10 and "error" not in turn


def test_a_turn_without_an_answer_is_said_and_fails(server, tmp_path):
    silent = str(sound.write_wav(tmp_path / "silent.wav", sound.silence(0.5)))
    done = bench(tmp_path, silent, "--rounds", "1", "--pause", "0", *at(server))
    assert done.returncode == 1
    assert "Could not understand audio" in done.stdout and "No answer had audio." in done.stdout


def test_without_a_server_it_says_how_to_start_one(tmp_path, recording):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = bench(tmp_path, recording("What is five plus six?"), "--server", f"ws://127.0.0.1:{port}/ws")
    assert done.returncode == 1 and done.stdout == ""
    assert "hotpin serve" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("name", "content"), [("missing.wav", None), ("empty.wav", b""), ("text.wav", b"no sound" * 99)])
def test_a_file_that_is_no_sound_is_named(server, tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = bench(tmp_path, str(tmp_path / name), *at(server))
    assert done.returncode == 1 and name in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_key_is_shown_where_one_is_wanted(start_server, tmp_path, recording):
    question = recording("What is five plus six?")
    asked = [question, "--rounds", "1", *at(start_server(API_KEYS="a-long-secret-of-the-server"))]
    done = bench(tmp_path, *asked, HOTPIN_API_KEY="a-long-secret-of-the-server")
    assert done.returncode == 0 and "1 of 1 turns" in done.stdout
    refused = bench(tmp_path, *asked)
    assert refused.returncode == 1 and "does not let this client in" in refused.stdout


@pytest.mark.parametrize("wrong", [["--rounds", "0"], ["--rounds", "x"], ["--pause", "-1"], ["--nonsense"]])
def test_wrong_options_are_explained(tmp_path, wrong):
    done = bench(tmp_path, *wrong)
    assert done.returncode == 2 and done.stdout == "" and wrong[0] in done.stderr


def test_help_shows_examples(tmp_path):
    done = bench(tmp_path, "--help")
    assert done.returncode == 0 and "hotpin bench turn question.wav" in done.stdout
