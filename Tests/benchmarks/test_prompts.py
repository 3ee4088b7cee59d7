"""The announcements that word errors are counted in: which are chosen, and what is said in them."""

import gzip
import sys
import wave
from array import array
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks"))

from speech import prompts

LIST = """; Core Sounds
hello-world: Hello world.
agent-pass: Please enter your password followed by the pound key.
time: At the sound: the time is four
help: press * to toggle pause, press # to enter a new dictation filename
tones: [a row of ascending tones]
remark: Please leave your message after the tone. (simple tone sound plays)
leave: <beep that goes down>
menu: press 2 to mute or umute all users

no words here
"""


def test_list_holds_names_and_words():
    found = prompts.listed(LIST)
    assert found["hello-world"] == "Hello world." and found["time"] == "At the sound: the time is four"
    assert len(found) == 8 and not any(name.startswith(";") for name in found)


def test_chosen_are_those_of_four_words_without_remarks():
    assert list(prompts.chosen(prompts.listed(LIST))) == ["agent-pass", "time", "help", "menu"]


def test_signs_are_written_as_they_are_spoken():
    assert prompts.spoken("press * to toggle, or # to exit") == "press star to toggle, or pound to exit"
    assert prompts.spoken("umute all, Un-indentified") == "unmute all, unidentified"


def test_floor_is_of_the_quietest_tenth():
    loud, low = array("h", [1000] * 16_000), array("h", [10] * 3_200)
    assert prompts.floor((loud + low).tobytes()) == pytest.approx(10)
    assert prompts.floor(b"") == 0


def unpacked(folder: Path, sounds: dict[str, int]) -> Path:
    path = folder / prompts.LIST
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(LIST.encode()))
    for name, level in sounds.items():
        target = folder / prompts.SOUNDS / f"{name}.wav"
        target.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(target), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8_000)
            file.writeframes(array("h", [level] * 8_000).tobytes())
    return folder


def test_same_samples_are_taken_once_and_missing_ones_left_out(tmp_path):
    pytest.importorskip("av")
    clips = prompts.load(unpacked(tmp_path, {"agent-pass": 500, "help": 500, "menu": 900}), "wav")
    assert [clip.name for clip in clips] == ["prompt agent-pass", "prompt menu"]
    assert len(clips[0].pcm) == pytest.approx(2 * 16_000, abs=200)
