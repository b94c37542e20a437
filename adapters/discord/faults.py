"""What goes wrong on Discord's side, in words for the one who can act."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from nova_bot.core.wording import say
from nova_bot.engine.outbox import Undeliverable, Withdrawn

THREAD_EXISTS = 160004
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
ARCHIVED = 50083

_WHY = {
    UNKNOWN_CHANNEL: "channel_gone",
    UNKNOWN_MESSAGE: "message_gone",
    50001: "no_access",
    50007: "no_dms",
    50013: "no_permission",
    ARCHIVED: "locked",
}
_FOR_EVER = (400, 401, 403, 404, 405, 413)


@contextmanager
def for_outbox() -> Iterator[None]:
    """Inside, what Discord will never take is Undeliverable. What may pass stays what it is: it is tried again."""
    try:
        yield
    except discord.HTTPException as error:
        if may_pass(error):
            raise
        kind = Withdrawn if error.code == UNKNOWN_MESSAGE else Undeliverable
        raise kind(plainly(error)) from error


def may_pass(error: OSError | aiohttp.ClientError | discord.HTTPException) -> bool:
    """Is it worth another try? A page of HTML is no word of Discord's, but of what stands in front of it."""
    if not isinstance(error, discord.HTTPException) or error.status not in _FOR_EVER:
        return True
    return error.text.lstrip().startswith("<")


def plainly(error: discord.HTTPException) -> str:
    """Why Discord refused, and what to do about it."""
    key = _WHY.get(error.code)
    return say("discord", key) if key else say("discord", "refused", code=error.code, what=error.text[:200])
