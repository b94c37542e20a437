"""Discord: mentions, private messages, threads, `/nova`, buttons. Every module but this one loads discord.py."""

PLATFORM = "discord"
