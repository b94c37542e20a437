"""Reminders in the chat: what people say about them, and what Nova says."""
