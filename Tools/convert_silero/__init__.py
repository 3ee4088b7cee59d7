"""Makes a graph of Silero VAD that takes all frames of a piece of sound at once."""

TOOL_VERSION = "1"


class ModelError(Exception):
    """The model is not laid out as this tool knows it."""
