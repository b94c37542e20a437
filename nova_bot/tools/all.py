"""All tools: one line per family."""

from nova_bot.tools import agenda, calculator, chat, clock, notes, reminders
from nova_bot.tools.registry import Registry

REGISTRY = Registry([*clock.TOOLS, *calculator.TOOLS, *notes.TOOLS, *chat.TOOLS, *agenda.TOOLS, *reminders.TOOLS])
