"""What comes from outside and becomes part of a path: checked before it does."""

import re

from parts.errors import SetupError

# Clients that cannot be told a name say these and mean the defaults.
TAKEN = {"whisper-1", "tts-1"}
SHA256 = re.compile(r"[0-9a-f]{64}")


def check_name(name: str) -> str:
    """The name of a model is the name of its folder: no path, nothing hidden, nothing that means something else."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name) or name.endswith(".partial"):
        raise SetupError(f"“{name}” cannot be a model's name: letters, digits, “.”, “_” and “-”, at most 64. Give one with --name.")
    if name in TAKEN:
        raise SetupError(f"“{name}” means the default model: give another name with --name.")
    return name


def check_file(name: object) -> str:
    """A file of a model stands directly in its folder."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", name) or ".partial" in name:
        raise SetupError(f"{name!r} cannot be the name of a model's file: only plain names without folders are taken.")
    return name


def check_sha256(text: object) -> str:
    if not isinstance(text, str) or not SHA256.fullmatch(text.lower()):
        raise SetupError(f"{text!r} is no sha256: 64 hexadecimal digits are wanted.")
    return text.lower()
