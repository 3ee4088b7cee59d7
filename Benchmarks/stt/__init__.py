"""The parts of the transcription benchmark (Benchmarks/stt.py)."""
