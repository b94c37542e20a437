"""Pointing discord.py at another address. It keeps its addresses in class variables, so one process has one Discord."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def pointed_at(base_url: str) -> Iterator[None]:
    """Inside, every discord.py client of this process talks to `base_url`, such as http://127.0.0.1:8123."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    Route.BASE = f"{base_url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{base_url}/gateway").with_scheme("ws")
    discord.Asset.BASE = base_url
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
