"""Discord: mentions, private messages, threads, `/nova`, buttons. Every module but this one loads discord.py."""

import logging

PLATFORM = "discord"

# Without its voice libraries discord.py warns at every start; Nova has no use for them.
logging.getLogger("discord.client").addFilter(lambda record: "voice will NOT be supported" not in record.getMessage())
