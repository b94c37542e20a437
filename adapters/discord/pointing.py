"""Where Discord is. discord.py keeps its addresses in class variables, so one process has one Discord."""

from collections.abc import Iterator
from contextlib import contextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.elsewhere import be_liberal

DISCORDS_OWN = Route.BASE


def point(api_url: str) -> None:
    """From now on every client of this process talks to this REST address, such as http://127.0.0.1:4004/api/v10."""
    address = yarl.URL(api_url)
    Route.BASE = api_url.rstrip("/")
    discord.Asset.BASE = str(address.origin())
    DiscordWebSocket.DEFAULT_GATEWAY = _socket(address.origin() / "gateway")
    be_liberal(is_elsewhere())


def is_elsewhere() -> bool:
    """Is it another Discord than the real one?"""
    return Route.BASE != DISCORDS_OWN


async def find_gateway(client: discord.Client) -> None:
    """Another Discord is asked where its gateway is; a logged-in client of the real one knows it."""
    if not is_elsewhere():
        return
    try:
        found = await client.http.request(Route("GET", "/gateway"))
    except discord.HTTPException:
        return  # then it is where this project's own double has it
    if isinstance(found, dict) and isinstance(found.get("url"), str):
        DiscordWebSocket.DEFAULT_GATEWAY = _socket(yarl.URL(found["url"]))


@contextmanager
def pointed_at(base_url: str) -> Iterator[None]:
    """Inside, every client of this process talks to the double at `base_url`, such as http://127.0.0.1:8123."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    point(f"{base_url}/api/v10")
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
        be_liberal(is_elsewhere())


def _socket(address: yarl.URL) -> yarl.URL:
    return address.with_scheme({"http": "ws", "https": "wss"}.get(address.scheme, address.scheme))
