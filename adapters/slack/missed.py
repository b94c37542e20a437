"""What was said while Nova was away. Slack repeats an event for five minutes only; this reads the rest, within bounds.

What was accepted already is dropped by its identity.
"""

import logging
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api import Api, Refused, Unclear
from nova_bot.core.envelope import Place

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
FURTHEST = timedelta(hours=24)
CHANNELS_MAX = 30
THREADS_MAX = 20
MESSAGES_MAX = 100
"""Of each channel and thread."""

Event = dict[str, Any]


async def missed(api: Api, threads: Iterable[Place], since: datetime, now: datetime) -> list[Event]:
    """Messages as events, in the order in which they were said: of Nova's channels, and of the latest threads."""
    mark = f"{max(since - OVERLAP, now - FURTHEST).timestamp():.6f}"
    found: dict[tuple[str, str], Event] = {}
    async for event in _all(api, threads, mark):
        found[event["channel"], event["ts"]] = event
    return sorted(found.values(), key=lambda event: str(event["ts"]))


async def _all(api: Api, threads: Iterable[Place], mark: str) -> AsyncIterator[Event]:
    for channel in await _channels(api):
        kind = "im" if channel.get("is_im") else "channel"
        async for message in _read(api, "conversations.history", mark, channel=channel["id"]):
            yield {**message, "type": "message", "channel": channel["id"], "channel_type": kind}
    for place in list(threads)[:THREADS_MAX]:
        kind = "im" if place.channel.startswith("D") else "channel"
        async for message in _read(api, "conversations.replies", mark, channel=place.channel, ts=place.thread):
            if str(message["ts"]) > mark:  # the root comes along always
                yield {**message, "type": "message", "channel": place.channel, "channel_type": kind}


async def _channels(api: Api) -> list[dict[str, Any]]:
    types = "public_channel,private_channel,mpim,im"
    try:
        answer = await api.get("users.conversations", types=types, exclude_archived="true", limit=CHANNELS_MAX)
    except (Refused, Unclear) as error:
        log.warning("can't list channels: %s", error, extra={"action": "slack.missed"})
        return []
    return list(answer.get("channels", ()))


async def _read(api: Api, method: str, mark: str, **where: str) -> AsyncIterator[Event]:
    try:
        answer = await api.get(method, oldest=mark, limit=MESSAGES_MAX, **where)
    except (Refused, Unclear) as error:
        log.warning("can't read %s: %s", where["channel"], error, extra={"action": "slack.missed"})
        return
    for message in answer.get("messages", ()):
        yield message
