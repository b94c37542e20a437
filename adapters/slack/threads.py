"""A thread that Nova doesn't know: is it Nova's at all, and what was said in it before?"""

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.names import Names
from adapters.slack.reading import Me, Posted, said_in
from nova_bot.core.envelope import Place, Quoted, QuotedKind

log = logging.getLogger(__name__)

FOREIGN_MAX = 10_000
"""Threads that are known to be none of Nova's."""

HISTORY_MAX = 30
"""Messages of a thread that are read once, when Nova comes into it; after that they are in the ledger."""

PATIENCE_S = 1.5
"""An event has to be acknowledged within three seconds."""

Json = dict[str, Any]


class Threads:
    """Asks Slack once per thread."""

    def __init__(self, api: Api, names: Names) -> None:
        self._api = api
        self._names = names
        self._foreign: OrderedDict[Place, None] = OrderedDict()

    async def before(self, me: Me, post: Posted, place: Place) -> tuple[Quoted, ...] | None:
        """What was said in the thread before `post`, the root first. None when it is no thread of Nova's.

        One is Nova's when `post` names Nova, or its root does or is Nova's own: then that event is late, or Nova
        spoke first.
        """
        if place in self._foreign and not post.mentioned:
            return None
        said = await self._said(place)
        if not post.mentioned and not (said and _is_ours(said[0], me)):
            self._remember(place)
            return None
        earlier = [message for message in said if str(message["ts"]) < post.ts and said_in(message, me)]
        return tuple([await self._quoted(message, me) for message in earlier])

    async def _said(self, place: Place) -> list[Json]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await self._api.get(
                    "conversations.replies", channel=place.channel, ts=place.thread, limit=HISTORY_MAX
                )
        except (Refused, Unclear, TimeoutError) as error:
            log.warning("no history of %s: %r", place.key, error, extra={"action": "slack.history"})
            return []
        return list(answer.get("messages", ()))

    async def _quoted(self, message: Json, me: Me) -> Quoted:
        root = message["ts"] == message.get("thread_ts", message["ts"])
        author = str(message.get("username") or "") or await self._names.of(str(message.get("user") or ""))
        return Quoted(QuotedKind.ROOT if root else QuotedKind.QUOTE, said_in(message, me), author)

    def _remember(self, place: Place) -> None:
        self._foreign[place] = None
        while len(self._foreign) > FOREIGN_MAX:
            self._foreign.popitem(last=False)


def _is_ours(root: Json, me: Me) -> bool:
    return me.wrote(root) or me.named_in(str(root.get("text") or ""))
