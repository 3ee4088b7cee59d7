"""What a conversion will take, before it begins: memory and disk, from the number of weights."""

import json
import math
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from parts.errors import SetupError, disk_full

HEADER_LIMIT = 64 << 20
EMBEDDINGS = "embed_tokens.weight"
# Measured with tiny.en, base and a small one: graphs are copied while they are quantised, one after the other.
MEMORY_FACTOR = 6.2
# Of all weights in 32 bits: the graphs, and their copies meanwhile.
DISK_FACTORS = {"both": 3.2, "int8": 2.0, "fp32": 1.4}


@dataclass(frozen=True)
class Weights:
    """Bytes in 32 bits."""

    all: int
    # Of encoder and decoder the larger graph; the decoder has its token table twice.
    largest: int


def count_weights(folder: Path) -> Weights:
    """Nothing, if that cannot be told."""
    container = folder / "model.bin"
    if container.exists():
        # Half precision; which part is which stands deep in the file.
        size = 2 * container.stat().st_size
        return Weights(size, size)
    shapes: dict[str, int] = {}
    for path in folder.glob("*.safetensors"):
        shapes |= _safetensors(path)
    total = sum(shapes.values())
    decoder = sum(size for name, size in shapes.items() if "decoder." in name)
    table = sum(size for name, size in shapes.items() if name.endswith(EMBEDDINGS))
    return Weights(total, max(total - decoder, decoder + table))


def _safetensors(path: Path) -> dict[str, int]:
    """Bytes of each tensor. A damaged file is the converter's to explain."""
    try:
        with open(path, "rb") as data:
            (length,) = struct.unpack("<Q", data.read(8))
            header = json.loads(data.read(min(length, HEADER_LIMIT)))
        return {name: 4 * math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return {}


def available_memory(report: str) -> int | None:
    """Bytes that programs may take, of /proc/meminfo."""
    for line in report.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "MemAvailable:" and words[1].isdigit():
            return int(words[1]) * 1024
    return None


def require_room(folder: Path, models: Path, precision: str, anyway: bool) -> None:
    weights = count_weights(folder)
    wanted = int(DISK_FACTORS[precision] * weights.all)
    if shutil.disk_usage(models).free < wanted:
        raise disk_full(models, wanted)
    try:
        available = available_memory(Path("/proc/meminfo").read_text())
    except OSError:
        available = None
    needed = MEMORY_FACTOR * weights.largest
    if available is not None and available < needed and not anyway:
        raise SetupError(
            f"Converting this model takes about {needed / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are free: end other "
            "programs, convert it on a larger machine and add the folder that it makes there, or try it with --anyway."
        )
