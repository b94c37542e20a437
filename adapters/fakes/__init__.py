"""Loopback doubles of the platforms, for tests and for trying Nova out without an account."""
