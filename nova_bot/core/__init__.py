"""Frozen records and pure functions. No I/O, no clock, no randomness."""
