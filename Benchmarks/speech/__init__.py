"""Recorded speech with known words, and how errors in them are counted: what all benchmarks of speech share."""
