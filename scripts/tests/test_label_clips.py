"""The labels of speech, from sound whose labels are known."""

import contextlib
import io
import sys
import unittest
import unittest.mock
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks"))
import label_clips  # noqa: E402

RATE = 16_000


def sound(silence: float, speech: float, after: float) -> np.ndarray:
    """Seconds of a quiet room, of something loud, and of the room again."""
    source = np.random.default_rng(1)
    room = source.normal(0, 0.0005, int((silence + speech + after) * RATE))
    loud = slice(int(silence * RATE), int((silence + speech) * RATE))
    room[loud] += 0.2 * np.sin(np.arange(loud.stop - loud.start) * 0.1)
    return room.astype(np.float32)


def label(samples: np.ndarray, first: int, last: int) -> tuple[int, int, float, bool]:
    """As if the detector had heard speech in its frames `first` to `last`."""
    probabilities = np.zeros(len(samples) // label_clips.FRAME + 1)
    probabilities[first : last + 1] = 0.9
    with unittest.mock.patch.object(label_clips, "voiced", lambda samples, model: probabilities):
        with contextlib.redirect_stdout(io.StringIO()):
            return label_clips.label(samples, Path())


class Labels(unittest.TestCase):
    def test_levels_are_root_mean_squares_of_ten_milliseconds(self):
        found = label_clips.levels(np.concatenate([np.zeros(160), np.full(160, 0.5), np.zeros(100)]).astype(np.float32))
        self.assertEqual(found.tolist(), [1.0, 16_384.0])

    def test_energy_finds_the_ends_to_ten_milliseconds(self):
        start, end, floor, agree = label(sound(0.5, 1, 0.5), 16, 46)
        self.assertEqual((start, end), (8000, 24_000))
        self.assertTrue(agree)
        self.assertGreater(floor, 10)

    def test_a_click_alone_is_no_speech(self):
        samples = sound(0.5, 1, 0.5)
        samples[3200:3300] = 0.5
        self.assertEqual(label(samples, 16, 46)[0], 8000)

    def test_sound_far_outside_of_the_voice_does_not_count(self):
        # A breath: loud for a second longer than anybody speaks.
        start, end, _, _ = label(sound(0.5, 2, 0.5), 16, 46)
        self.assertEqual(start, 8000)
        self.assertEqual(end, 47 * label_clips.FRAME + label_clips.MARGIN)

    def test_judges_that_differ_are_named(self):
        self.assertFalse(label(sound(0.5, 1, 0.5), 0, 46)[3])
        self.assertFalse(label(sound(0.5, 1, 0.5), 16, 62)[3])


if __name__ == "__main__":
    unittest.main()
