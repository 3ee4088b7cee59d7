"""The sizes of one Whisper model, taken from its weights."""

from dataclasses import dataclass

import numpy as np

from .ctranslate2_file import ModelFileError


@dataclass(frozen=True)
class Dimensions:
    mels: int
    audio_context: int
    text_context: int
    state: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    vocabulary: int

    @property
    def head_size(self) -> int:
        return self.state // self.heads

    @property
    def upper_heads(self) -> list[list[int]]:
        """[layer, head] of every head in the upper half of the decoder: those whose attention may follow the words."""
        layers = range(self.decoder_layers // 2, self.decoder_layers)
        return [[layer, head] for layer in layers for head in range(self.heads)]

    @staticmethod
    def of(weights: dict[str, np.ndarray]) -> "Dimensions":
        try:
            vocabulary, state = weights["decoder/embeddings/weight"].shape
            return Dimensions(
                mels=weights["encoder/conv1/weight"].shape[1],
                audio_context=weights["encoder/position_encodings/encodings"].shape[0],
                text_context=weights["decoder/position_encodings/encodings"].shape[0],
                state=state,
                heads=int(weights["decoder/num_heads"]),
                encoder_layers=_layers(weights, "encoder"),
                decoder_layers=_layers(weights, "decoder"),
                vocabulary=vocabulary,
            )
        except KeyError as missing:
            raise ModelFileError(f"the variable {missing} is missing") from missing


def _layers(weights: dict[str, np.ndarray], side: str) -> int:
    prefix = f"{side}/layer_"
    names = {name.removeprefix(prefix).split("/")[0] for name in weights if name.startswith(prefix)}
    return sum(name.isdigit() for name in names)
