"""The parts of the turn benchmark (Benchmarks/turn.py, Benchmarks/cutoffs.py)."""
