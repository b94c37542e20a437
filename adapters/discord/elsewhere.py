"""Discords other than the real one: what they leave out of their answers is filled in before discord.py reads it."""

import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import http
from discord.gateway import DiscordWebSocket
from discord.webhook import async_

from adapters.discord import payloads
from adapters.discord.payloads import Json

Whole = Callable[[Json], Json]

_APPLICATION: Json = {
    "name": "Nova", "description": "", "icon": None, "bot_public": True, "bot_require_code_grant": False,
    "verify_key": "", "owner": {"id": "0"},
}  # fmt: skip


def _application(data: Json) -> Json:
    made = _APPLICATION | data
    return made | {"owner": payloads.user(made["owner"])}


def _message(data: Json) -> Json:
    return payloads.message({"author": {"id": "0"}} | data)


_WHOLE: tuple[tuple[re.Pattern[str], Whole], ...] = (
    (re.compile(r"/users/@me$"), payloads.user),
    (re.compile(r"/applications/@me$"), _application),
    (re.compile(r"/channels/\d+$|/users/@me/channels$|/threads$"), payloads.channel),
    (re.compile(r"/messages(/\d+|/@original)?$|/webhooks/\d+/[^/]+$"), _message),
)
"""What an address answers with, by the end of its path."""


def answered(path: str, text: str, kind: str) -> Any:
    """What an address says, whole; `kind` is the media type, with whatever stands behind it."""
    if not kind.startswith("application/json"):
        return text
    said = json.loads(text)
    whole = next((whole for address, whole in _WHOLE if address.search(path)), None)
    if whole is None:
        return said
    return [*map(whole, said)] if isinstance(said, list) else whole(said) if "id" in said else said


async def _read(response: aiohttp.ClientResponse) -> Any:
    text = await response.text(encoding="utf-8")
    return answered(response.url.path, text, response.headers.get("Content-Type", ""))


async def _received(self: Any, message: Any, /) -> None:
    if type(message) is bytes:
        message = self._decompressor.decompress(message)
    if message is None:
        return
    if '"READY"' in message:
        message = json.dumps(begun(json.loads(message), self._connection.user))
    await _RECEIVED(self, message)


def begun(event: Json, me: discord.ClientUser | None) -> Json:
    """READY with what discord.py insists on; any other event as it is."""
    if event.get("t") != "READY" or me is None:
        return event
    own = {"id": str(me.id), "username": me.name}
    least = {"resume_gateway_url": str(DiscordWebSocket.DEFAULT_GATEWAY), "session_id": "", "guilds": [], "user": own}
    made = least | event["d"]
    return event | {"d": made | {"user": payloads.user(made["user"])}}


_READ = http.json_or_text
_RECEIVED = DiscordWebSocket.received_message


def be_liberal(liberal: bool) -> None:
    """Read every answer so, or as discord.py does. It has no hook for this, so its own functions are replaced."""
    http.json_or_text = async_.json_or_text = _read if liberal else _READ  # type: ignore[attr-defined]
    DiscordWebSocket.received_message = _received if liberal else _RECEIVED  # type: ignore[method-assign]
