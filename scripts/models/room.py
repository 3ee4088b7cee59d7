"""What a conversion will take, before it begins: memory and disk, from the number of weights."""

import json
import math
import shutil
import struct
from pathlib import Path

from parts.errors import SetupError, disk_full

HEADER_LIMIT = 64 << 20
# Measured with tiny.en and base, for each byte of the weights in 32 bits: graphs are copied while they are quantised.
MEMORY_FACTOR = 6
DISK_FACTORS = {"both": 3.0, "int8": 2.0, "fp32": 1.4}


def weight_bytes(folder: Path) -> int:
    """Bytes of all weights in 32 bits; 0 if that cannot be told."""
    container = folder / "model.bin"
    if container.exists():
        # Half precision.
        return 2 * container.stat().st_size
    return sum(_safetensors(path) for path in folder.glob("*.safetensors"))


def _safetensors(path: Path) -> int:
    """A damaged file is the converter's to explain."""
    try:
        with open(path, "rb") as data:
            (length,) = struct.unpack("<Q", data.read(8))
            header = json.loads(data.read(min(length, HEADER_LIMIT)))
        return sum(4 * math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return 0


def available_memory(report: str) -> int | None:
    """Bytes that programs may take, of /proc/meminfo."""
    for line in report.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "MemAvailable:" and words[1].isdigit():
            return int(words[1]) * 1024
    return None


def require_room(folder: Path, models: Path, precision: str, anyway: bool) -> None:
    weights = weight_bytes(folder)
    wanted = int(DISK_FACTORS[precision] * weights)
    if shutil.disk_usage(models).free < wanted:
        raise disk_full(models, wanted)
    try:
        available = available_memory(Path("/proc/meminfo").read_text())
    except OSError:
        available = None
    needed = MEMORY_FACTOR * weights
    if available is not None and available < needed and not anyway:
        raise SetupError(
            f"Converting this model takes about {needed / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are free: end other "
            "programs, convert it on a larger machine and add the folder that it makes there, or try it with --anyway."
        )
