"""`hotpin transcribe`: files, folders and standard input, in and out."""

import json
import os
import pty
import shutil
import signal
import subprocess
import time

import pytest

from harness import server as tool
from harness import sound


# What is said in cards/001.wav.
TEN_OF_CLUBS = ("ten of clubs", "10 of clubs")


@pytest.fixture
def transcribe(tmp_path):
    """`transcribe("a.wav", "--format", "srt")` runs the command in a folder of the test's own state."""

    def run(*arguments, **more):
        return tool.run("transcribe", *map(str, arguments), state=tmp_path / "state", **more)

    return run


@pytest.fixture
def folder(tmp_path, human_speech):
    """Two recordings, something else, and a file that only looks like a recording."""
    folder = tmp_path / "in"
    folder.mkdir()
    cards = human_speech / "cards"
    shutil.copy(cards / "001.wav", folder / "b.wav")
    shutil.copy(cards / "003.wav", folder / "a.wav")
    (folder / "readme.txt").write_text("not a recording")
    return folder


def piped(arguments, stdin, state, **more):
    return subprocess.run(
        [tool.binary(), "transcribe", *arguments],
        cwd=tool.REPOSITORY,
        env=tool.environment(state, **more),
        stdin=stdin,
        capture_output=True,
        timeout=120,
    )


def test_a_file_gives_its_words_and_nothing_else(transcribe, human_speech):
    done = transcribe(human_speech / "cards" / "001.wav")
    assert done.returncode == 0, done.stderr
    assert done.stdout.lower().strip(" .\n") in TEN_OF_CLUBS
    assert done.stdout.endswith("\n") and done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_a_folder_gives_its_recordings_in_order(transcribe, folder):
    done = transcribe(folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.lower().splitlines()
    assert [line.split(":")[0] for line in lines] == [str(folder / "a.wav").lower(), str(folder / "b.wav").lower()]
    assert "of clubs" in lines[0] and lines[1].strip(".").endswith(TEN_OF_CLUBS)


def test_a_file_that_fails_does_not_stop_the_others(transcribe, folder):
    (folder / "aa.wav").write_text("only words")
    done = transcribe(folder, "/nonexistent.flac", "--json")
    assert done.returncode == 1
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == [str(folder / "a.wav"), str(folder / "b.wav")]
    assert f"{folder / 'aa.wav'}: This is not an audio file that can be read" in done.stderr
    assert "/nonexistent.flac: The recording cannot be read: there is no such file." in done.stderr


def test_json_keeps_its_members(transcribe, human_speech):
    done = transcribe(human_speech / "goforward.raw", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert set(record) == {"file", "text", "language", "seconds", "milliseconds", "confidence"}
    assert "forward" in record["text"].lower()
    assert abs(record["seconds"] - 89160 / 32000) < 0.001
    assert record["language"] == "en" and 0.3 < record["confidence"] <= 1


def test_files_are_written_and_kept(transcribe, folder, tmp_path):
    out = tmp_path / "out"
    done = transcribe(folder, "--format", "srt", "--output", out)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["a.srt", "b.srt"]
    text = (out / "b.srt").read_text()
    number, times, words = text.rstrip("\n").split("\n")
    assert number == "1" and " --> " in times and "clubs" in words.lower()
    (out / "a.srt").write_text("mine")
    again = transcribe(folder / "a.wav", "--format", "srt", "--output", out)
    assert again.returncode == 1
    assert f"{out / 'a.srt'} is there already; --force overwrites it." in again.stderr
    assert (out / "a.srt").read_text() == "mine"
    forced = transcribe(folder / "a.wav", "--format", "srt", "--output", out, "--force")
    assert forced.returncode == 0, forced.stderr
    assert "clubs" in (out / "a.srt").read_text().lower()
    assert len(list(out.iterdir())) == 2


def test_names_that_would_collide_are_kept_apart(transcribe, folder, tmp_path, human_speech):
    shutil.copy(human_speech / "goforward.raw", folder / "b.raw")
    done = transcribe(folder, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt", "b.wav.txt"]


def test_verbose_json_and_vtt(transcribe, human_speech):
    clip = human_speech / "librivox" / "sense_and_sensibility_01_austen_64kb-0880.wav"
    done = transcribe(clip, "--format", "verbose_json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["task"] == "transcribe" and record["language"] == "english"
    assert "young man" in record["text"].lower()
    assert 0 <= record["segments"][0]["start"] < record["segments"][-1]["end"] <= record["duration"] + 0.01
    vtt = transcribe(clip, "--format", "vtt").stdout
    assert vtt.startswith("WEBVTT\n\n00:00:0") and "young man" in vtt.lower()


def test_only_text_of_several_files_goes_to_standard_output(transcribe, folder):
    done = transcribe(folder, "--format", "srt")
    assert done.returncode == 2 and done.stdout == ""
    assert "name a folder with --output" in done.stderr


def test_standard_input(human_speech, tmp_path):
    clip = human_speech / "cards" / "001.wav"
    with clip.open("rb") as file:
        done = piped(["-"], file, tmp_path / "state")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().lower().strip(" .\n") in TEN_OF_CLUBS
    nothing = piped(["-"], subprocess.DEVNULL, tmp_path / "state")
    assert nothing.returncode == 1
    assert nothing.stderr.decode() == "hotpin: standard input: The recording holds no audio.\n"


def test_standard_input_needs_room_for_it(human_speech, tmp_path):
    with (human_speech / "goforward.raw").open("rb") as file:
        done = piped(["-"], file, tmp_path / "state", TMPDIR="/nonexistent")
    assert done.returncode == 1
    assert b"A temporary file cannot be made: No such file or directory." in done.stderr


def test_a_recording_longer_than_one_pass(transcribe, tmp_path, human_speech):
    """Every sentence once and in order, in windows, with silence skipped."""
    clips = sorted((human_speech / "librivox").glob("*.wav"))
    pause = sound.silence(0.7)
    pcm = pause.join(sound.read_pcm(clip) for clip in clips)
    path = sound.write_wav(tmp_path / "long.wav", pcm + sound.silence(20) + pcm)
    done = transcribe(path, "--format", "verbose_json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    text = record["text"].lower()
    assert text.count("john dashwood") == 2 and text.count("young man") == 2 and text.count("amiable himself") == 2
    assert abs(record["duration"] - (2 * len(pcm) / 32000 + 20)) < 0.01
    starts = [segment["start"] for segment in record["segments"]]
    assert starts == sorted(starts)
    half = len(pcm) / 32000
    assert not any(half + 1 < start < half + 19 for start in starts)


def test_a_bar_on_a_terminal(tmp_path, human_speech):
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [tool.binary(), "transcribe", human_speech / "cards" / "001.wav"],
        cwd=tool.REPOSITORY,
        env=tool.environment(tmp_path / "state"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    out = done.communicate(timeout=60)[0]
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert out.decode().lower().strip(" .\n") in TEN_OF_CLUBS
    assert "001.wav" in shown and "of 0:01" in shown and "━" in shown
    # It is taken away in the end.
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize("source", ["file", "standard input"])
def test_control_c_ends_it(source, tmp_path, speech):
    """While a long recording is worked on, and while standard input gives nothing."""
    pcm = speech("The kettle is on the table and the table is in the kitchen.")
    path = sound.write_wav(tmp_path / "long.wav", (pcm + sound.silence(0.5)) * 200)
    out = tmp_path / "out"
    operand = path if source == "file" else "-"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [tool.binary(), "transcribe", operand, "--output", out],
        cwd=tool.REPOSITORY,
        env=tool.environment(tmp_path / "state"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=theirs if source == "file" else subprocess.PIPE,
    )
    if source == "file":
        # The bar is there: the models are loaded, the work has begun.
        os.read(ours, 1)
    else:
        process.stdin.write(b"RIFF")
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while not out.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait(30)
    process.stdin.close()
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 130
    assert process.stdout.read() == b""
    assert list(out.iterdir()) == []


def test_memory_does_not_grow_with_the_recording(tmp_path, human_speech):
    """Twenty minutes here, whose samples alone would take 77 MB; HOTPIN_LONG_HOURS=3 tries more. Two windows of up to half a
    minute at once take about 60 MB more than one second does, however long the recording is."""
    hours = float(os.environ.get("HOTPIN_LONG_HOURS", 1 / 3))
    clip = sound.read_pcm(human_speech / "cards" / "001.wav")
    short = sound.write_wav(tmp_path / "short.wav", clip)
    long = tmp_path / "long.wav"
    minute = clip + sound.silence(60 - len(clip) / 32000)
    with sound.wave.open(str(long), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        for _ in range(round(60 * hours)):
            file.writeframes(minute)

    def peak(path):
        """Greatest resident memory of a run, MB, and what it printed."""
        process = subprocess.Popen(
            [tool.binary(), "transcribe", path],
            cwd=tool.REPOSITORY,
            env=tool.environment(tmp_path / "state"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        text = process.stdout.read().decode().lower()
        usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(usage[1])
        assert process.returncode == 0
        return usage[2].ru_maxrss / 1024, text

    base, _ = peak(short)
    more, text = peak(long)
    assert sum(text.count(words) for words in TEN_OF_CLUBS) == round(60 * hours)
    assert more - base < 75
