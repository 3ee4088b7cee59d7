"""Cuts a Piper voice into its networks, so that its sound can be made while it is already heard."""

TOOL_VERSION = "1"


class VoiceError(Exception):
    """The voice is not laid out as this tool knows it."""
