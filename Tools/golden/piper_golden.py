"""Writes what the Piper voice is compared with: phonemes, ids and audio of the Python original.

Needs `piper-tts` 1.8.0, `piper-phonemize` 1.1.0, `onnxruntime` 1.31.1 and the voice in one piece, which set-up fetches
with `scripts/setup.sh --with piper-en_US-joe-medium-whole`:
    python Tools/golden/piper_golden.py .deps/benchmark/piper-en_US-joe-medium-whole Tests/Golden/piper

phonemes.json   every sentence with its phonemes and ids. The packages carry different versions of espeak-ng, as
                Debian's releases do; they must agree but for the glide that the later one writes between vowels,
                which the voice was not trained with.
audio.json      what was asked for: ids and scales [noise, length, width], with the number of samples that came.
audio-N.f32     every 8th sample of the audio, 32-bit float, little-endian, as the model gives it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from piper.phoneme_ids import phonemes_to_ids
from piper.phonemize_espeak import EspeakPhonemizer
from piper_phonemize import phonemize_espeak

SENTENCES = [
    "Hello!",
    "Yes.",
    "What?",
    "The weather in Paris is sunny today with light wind.",
    "Your timer for ten minutes is set.",
    "Water boils at one hundred degrees Celsius at sea level.",
    "Sure, I can help with that; it's easy: watch closely.",
    "It's 10:30 in the morning, and the temperature is 21.5 degrees.",
    "You have three items on your shopping list: milk, eggs and bread.",
    "One - two-three.",
    "I want that, and you want this!",
    "Is there anything else that I can do for you?",
    "She said \"now\", but he said \"later\".",
    "The answer (as you know) is forty-two.",
    "It is late — go home.",
    "Naïve café owners, unite!",
    "The 3rd of May, a Friday, was the 1st time.",
    "1,000 people came.",
    "No punctuation at the end",
    "A pause at the end,",
    "Don't worry, it's what we're here for.",
    "NASA and the FBI use HTML.",
    "I read the book, and I will read it again.",
    "Twenty-five percent, or 25%, of users.",
]

AUDIO = [("Hello!", [0.0, 1.0, 0.0]), ("The weather in Paris is sunny today with light wind.", [0.0, 1.2, 0.0])]


def main() -> None:
    voice, folder = Path(sys.argv[1]), Path(sys.argv[2])
    id_map = json.loads((voice / "voice.onnx.json").read_text())["phoneme_id_map"]
    phonemizer = EspeakPhonemizer()
    entries = []
    for text in SENTENCES:
        (phonemes,) = phonemize_espeak(text, "en-us")
        (later,) = phonemizer.phonemize("en-us", text)
        assert phonemes == [phoneme for phoneme in later if phoneme != "ʲ"], text
        entries.append({"text": text, "phonemes": "".join(phonemes), "ids": phonemes_to_ids(phonemes, id_map)})
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (folder / "phonemes.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    session = onnxruntime.InferenceSession(str(voice / "voice.onnx"), providers=["CPUExecutionProvider"])
    asked = []
    for number, (text, scales) in enumerate(AUDIO):
        ids = next(entry["ids"] for entry in entries if entry["text"] == text)
        inputs = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        audio = session.run(None, inputs)[0].reshape(-1)
        audio[::8].astype("<f4").tofile(folder / f"audio-{number}.f32")
        asked.append({"text": text, "ids": ids, "scales": scales, "samples": len(audio)})
    (folder / "audio.json").write_text(json.dumps(asked, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
