"""A Discord on this machine: REST, gateway and interactions, for tests and for `nova dev fake-discord`."""

from adapters.discord.pointing import pointed_at
from adapters.fakes.discord.records import Answered, Channel, Interaction, Kind, Message, User
from adapters.fakes.discord.server import FakeDiscord

__all__ = ["Answered", "Channel", "FakeDiscord", "Interaction", "Kind", "Message", "User", "pointed_at"]
