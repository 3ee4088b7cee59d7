"""Makes Tests/Golden/whisper/text-fp32.tsv: what a plain Python loop on the same graphs makes of some clips.

Needs the packages openai-whisper 20250625 (for the spectrogram), torch and onnxruntime 1.31.1, a model folder made by
Tools/convert_whisper, and Debian's pocketsphinx-testdata.
Usage: whisper_text.py MODEL_FOLDER PRECISION OUTPUT [CLIP...]
Columns: clip, tokens, no-speech probability, mean log-probability, text.
"""

import base64
import json
import math
import sys

import numpy as np
import onnxruntime
import torch
from whisper.audio import log_mel_spectrogram

ROOT = "/usr/share/pocketsphinx/test/data/"
CLIPS = [
    "goforward.raw", "numbers.raw", "something.raw", "cards/003.wav", "cards/004.wav", "cards/005.wav",
    "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
    "librivox/sense_and_sensibility_01_austen_64kb-0930.wav",
]  # fmt: skip

folder, precision, output = sys.argv[1:4]
clips = sys.argv[4:] or [ROOT + clip for clip in CLIPS]
suffix = ".onnx" if precision == "fp32" else f".{precision}.onnx"
info = json.load(open(f"{folder}/model.json", encoding="utf-8"))
texts = {}
for line in open(f"{folder}/tokens.txt", encoding="ascii"):
    text, number = line.split()
    texts[int(number)] = base64.b64decode(text)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
encoder = onnxruntime.InferenceSession(f"{folder}/encoder{suffix}", options)
decoder = onnxruntime.InferenceSession(f"{folder}/decoder{suffix}", options)
layers, heads = info["decoder_layers"], info["heads"]
suppress = np.zeros(info["vocabulary"], np.float32)
suppress[info["suppress"]] = -1e9
suppress[info["timestamp_begin"] :] = -1e9


def log_softmax(row):
    row = row.astype(np.float64)
    return row - row.max() - math.log(np.exp(row - row.max()).sum())


def transcribe(samples):
    duration = len(samples) / 16000
    seconds = min(30, max(8, duration + 1))
    padded = np.zeros(math.ceil(seconds * 16000 / 320) * 320, np.float32)
    padded[: len(samples)] = samples
    mel = log_mel_spectrogram(torch.from_numpy(padded), info["mels"]).numpy()[None]
    names = [output.name for output in encoder.get_outputs()]
    audio = dict(zip(names, encoder.run(None, {"mel": mel})))
    shape = (1, heads, info["text_context"], info["state"] // heads)
    # The graphs share past and present, so the buffers must be the same ones from call to call.
    past = {
        f"{kind}{layer}": onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32))
        for layer in range(layers)
        for kind in "kv"
    }

    def run(tokens, begin):
        count = len(tokens)
        binding = decoder.io_binding()
        binding.bind_cpu_input("tokens", np.array([tokens], np.int64))
        binding.bind_cpu_input("pos", np.arange(begin, begin + count, dtype=np.int64)[None])
        binding.bind_cpu_input("seqlens_k", np.array([begin + count - 1], np.int32))
        binding.bind_cpu_input("total_len", np.array(begin + count, np.int32))
        binding.bind_cpu_input("suppress", suppress)
        for name, value in audio.items():
            binding.bind_cpu_input(name, value)
        for name, value in past.items():
            binding.bind_ortvalue_input(f"p{name}", value)
            binding.bind_ortvalue_output(f"n{name}", value)
        binding.bind_output("logits")
        decoder.run_with_iobinding(binding)
        # Bound last, so it comes last.
        return binding.get_outputs()[-1].numpy()[0]

    prompt = info["sot_sequence"]
    logits = run(prompt, 0)
    no_speech = math.exp(log_softmax(logits[0])[info["no_speech"]])
    tokens, scores = [], []
    while len(tokens) < min(200, int(7 * duration) + 10):
        row = logits[-1] + suppress
        token = int(row.argmax())
        scores.append(log_softmax(row)[token])
        if token == info["eot"]:
            break
        tokens.append(token)
        logits = run([token], len(prompt) + len(tokens) - 1)
    text = b"".join(texts[token] for token in tokens).decode("utf-8", "replace").strip()
    return tokens, no_speech, float(np.mean(scores)), text


with open(output, "w", encoding="utf-8") as file:
    for clip in clips:
        data = open(clip, "rb").read()[44 if clip.endswith(".wav") else 0 :]
        samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32768
        tokens, no_speech, score, text = transcribe(samples)
        row = (clip.removeprefix(ROOT), len(tokens), f"{no_speech:.6f}", f"{score:.6f}", text)
        file.write("\t".join(map(str, row)) + "\n")
