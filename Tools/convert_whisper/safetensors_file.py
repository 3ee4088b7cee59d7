"""Reads safetensors files: a header in JSON, then the numbers.

The layout: u64 little-endian length of the header; the header, an object of

    name: {"dtype": "F16", "shape": [2, 3], "data_offsets": [begin, end]}

and perhaps `__metadata__`; the numbers, little-endian, with offsets counted from the end of the header. A model in
several files has an index beside them: `{"weight_map": {name: file}}`.
"""

import json
import math
import struct
from pathlib import Path

import numpy as np

from .ctranslate2_file import ModelFileError

BRAIN_HALF = "BF16"
ELEMENT_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", BRAIN_HALF: "<u2"}
HEADER_LIMIT = 64 << 20
METADATA = "__metadata__"


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Returns every tensor by name. The numbers stay in the file until they are used; BF16 becomes float32."""
    size = path.stat().st_size
    with open(path, "rb") as data:
        start = data.read(8)
        if len(start) < 8:
            raise ModelFileError(f"{path.name} is no safetensors file: it ends within its first 8 bytes")
        (length,) = struct.unpack("<Q", start)
        if length > min(HEADER_LIMIT, size - 8):
            raise ModelFileError(f"{path.name} is no safetensors file, or is cut short: its header claims {length} bytes")
        try:
            header = json.loads(data.read(length))
            tensors = {name: _place(name, entry) for name, entry in header.items() if name != METADATA}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelFileError(f"the header of {path.name} is damaged ({error!r})") from error
    body = np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8)
    return {name: _tensor(path.name, name, place, body[8 + length :]) for name, place in tensors.items()}


def read_sharded(index: Path) -> tuple[dict[str, np.ndarray], list[Path]]:
    """The tensors of all files that an index names, and those files."""
    try:
        names = json.loads(index.read_text())["weight_map"]
        files = sorted(set(names.values()))
        if any(Path(file).name != file for file in files):
            raise ValueError("a file is outside the folder")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{index.name} is damaged ({error!r})") from error
    paths = [index.with_name(file) for file in files]
    tensors = {}
    for path in paths:
        if not path.exists():
            raise ModelFileError(f"{index.name} names {path.name}, which is missing: fetch it, too")
        tensors |= read_tensors(path)
    return tensors, paths


def _place(name: str, entry: dict) -> tuple[str, list[int], int, int]:
    begin, end = entry["data_offsets"]
    shape = entry["shape"]
    if not all(isinstance(number, int) and number >= 0 for number in [*shape, begin, end]):
        raise ValueError(f"{name} has no plain sizes")
    if not isinstance(entry["dtype"], str):
        raise ValueError(f"{name} has no element type")
    return entry["dtype"], shape, begin, end


def _tensor(file: str, name: str, place: tuple[str, list[int], int, int], body: np.ndarray) -> np.ndarray:
    element, shape, begin, end = place
    if element not in ELEMENT_TYPES:
        raise ModelFileError(f"{name} in {file} has the element type {element}; known are {', '.join(ELEMENT_TYPES)}")
    layout = np.dtype(ELEMENT_TYPES[element])
    if end > len(body) or end - begin != math.prod(shape) * layout.itemsize:
        raise ModelFileError(f"{name} in {file} does not fit its shape {shape}, or the file is cut short: fetch it again")
    values = body[begin:end].view(layout).reshape(shape)
    if element == BRAIN_HALF:
        # The upper half of a float32.
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values
