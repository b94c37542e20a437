"""Lanes: one run at a time per conversation, conversations in parallel."""
