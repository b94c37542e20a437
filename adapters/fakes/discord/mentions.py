"""Who a message notifies: the mentions in its text, and what the sender allowed."""

import re
from collections.abc import Collection
from dataclasses import replace

from adapters.fakes.discord.components import shown
from adapters.fakes.discord.records import Json, Message

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def with_pings(message: Message, users: Collection[int], roles: Collection[int], replied: int) -> Message:
    """The message with those it notifies; `replied` is the author of the message it answers, or 0."""
    allowed, text = message.allowed, shown(message)
    named = [int(found) for found in _USER.findall(text)]
    pinged = [user for user in named if user in users and _may(allowed, "users", user)]
    if replied and replied != message.author and (allowed is None or allowed.get("replied_user")):
        pinged.append(replied)
    of_roles = [int(found) for found in _ROLE.findall(text)]
    return replace(
        message,
        pinged=tuple(dict.fromkeys(pinged)),
        pinged_roles=tuple(role for role in of_roles if role in roles and _may(allowed, "roles", role)),
        pings_everyone=bool(_EVERYONE.search(text)) and (allowed is None or "everyone" in (allowed.get("parse") or [])),
    )


def _may(allowed: Json | None, kind: str, one: int) -> bool:
    if allowed is None:
        return True
    return kind in (allowed.get("parse") or []) or str(one) in map(str, allowed.get(kind) or [])
