"""Reads the CTranslate2 `model.bin` container.

The layout, little-endian throughout:

    u32 format version
    string specification name, u32 specification revision     (version >= 2)
    u32 variable count, then for each variable:
        string name, u8 rank, u32 dimension * rank, u8 element type, u32 byte count, bytes
    u32 alias count, then for each: string alias, string target   (version >= 3)

A string is a u16 length and that many bytes, the last of which is NUL.
"""

import math
import struct
from pathlib import Path

import numpy as np

ELEMENT_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
SUPPORTED_VERSIONS = range(2, 7)


class ModelFileError(Exception):
    """The file is not a CTranslate2 Whisper model this converter can read."""


class _Cursor:
    """Reads values one after another and refuses to run past the end."""

    def __init__(self, data: bytes):
        self.data = data
        self.position = 0

    def number(self, code: str) -> int:
        layout = struct.Struct("<" + code)
        return layout.unpack(self.bytes(layout.size))[0]

    def string(self) -> str:
        return self.bytes(self.number("H")).rstrip(b"\0").decode()

    def bytes(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self.data):
            raise ModelFileError(f"the file ends at byte {len(self.data)}, {end} were expected")
        piece = self.data[self.position : end]
        self.position = end
        return piece


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """Returns every variable by name, aliases included, in the types of the file."""
    cursor = _Cursor(path.read_bytes())
    version = cursor.number("I")
    if version not in SUPPORTED_VERSIONS:
        raise ModelFileError(f"format version {version} is not one of 2 to 6")
    specification = cursor.string()
    cursor.number("I")
    if specification != "WhisperSpec":
        raise ModelFileError(f"holds a {specification}, not a WhisperSpec")

    weights = {}
    for _ in range(cursor.number("I")):
        name = cursor.string()
        shape = [cursor.number("I") for _ in range(cursor.number("B"))]
        code = cursor.number("B")
        if code not in ELEMENT_TYPES:
            raise ModelFileError(f"{name} has the unknown element type {code}")
        data = cursor.bytes(cursor.number("I"))
        if len(data) != math.prod(shape) * np.dtype(ELEMENT_TYPES[code]).itemsize:
            raise ModelFileError(f"{name} has {len(data)} bytes, which does not fit its shape {shape}")
        weights[name] = np.frombuffer(data, ELEMENT_TYPES[code]).reshape(shape)
    if version >= 3:
        for _ in range(cursor.number("I")):
            alias, target = cursor.string(), cursor.string()
            if target not in weights:
                raise ModelFileError(f"{alias} stands for {target}, which is missing")
            weights[alias] = weights[target]
    return weights
