"""Who can read a place in Slack, asked at the moment something is to be said there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.api import Api, Refused, Unclear
from nova_bot.core.envelope import Place
from nova_bot.core.people import Identity
from nova_bot.core.readers import Reader, Readers

PLATFORM = "slack"
PAGES = 5
PAGE = 200
KNOWN_S = 600.0
"""How long it is remembered what kind of member somebody is; who is in a channel never is."""
SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")


@dataclass(slots=True)
class Rooms:
    """Asks the Web API. `bot` gives Nova's own user id, who counts as nobody."""

    api: Api
    bot: Callable[[], str]
    _users: dict[str, tuple[float, Reader]] = field(default_factory=dict)

    async def readers(self, place: Place) -> Readers:
        """Who can read a channel now. Raises Refused or Unclear."""
        everybody = f"{PLATFORM}:{place.workspace}"
        if not place.channel:
            return Readers(groups=frozenset({everybody}))
        room = (await self.api.get("conversations.info", channel=place.channel))["channel"]
        outside = {f"{everybody}:{place.channel}: others"}
        groups = outside if any(room.get(flag) for flag in SHARED) else set()
        if room.get("is_im"):
            return Readers(frozenset({await self._reader(place.workspace, str(room["user"]))}), frozenset(groups))
        members, whole = await self._members(place.channel)
        people = {await self._reader(place.workspace, one) for one in members if one != self.bot()}
        if not (room.get("is_private") or room.get("is_mpim")):  # any full member can open it
            groups.add(everybody)
            people = {one for one in people if everybody not in one.groups}
        return Readers(frozenset(people), frozenset(groups if whole else groups | outside))

    async def direct(self, workspace: str, user: str) -> Place:
        """The direct message with somebody. Raises Refused or Unclear."""
        opened = await self.api.put("conversations.open", users=user)
        return Place(PLATFORM, workspace, str(opened["channel"]["id"]))

    async def _members(self, channel: str) -> tuple[list[str], bool]:
        """The members, and whether these are all."""
        found: list[str] = []
        cursor = ""
        for _ in range(PAGES):
            page = await self.api.get("conversations.members", channel=channel, limit=PAGE, cursor=cursor or None)
            found += map(str, page["members"])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found, True
        return found, False

    async def zone(self, user: str) -> str:
        """The IANA zone of somebody's profile, "" when it can't be had."""
        try:
            return str(((await self.api.get("users.info", user=user)).get("user") or {}).get("tz") or "")
        except (Refused, Unclear):
            return ""

    async def _reader(self, workspace: str, user: str) -> Reader:
        """Somebody, and whether he is a full member: guests and people of other companies are not."""
        until, known = self._users.get(user, (0.0, None))
        if known is None or until < time.monotonic():
            told: dict[str, Any] = dict((await self.api.get("users.info", user=user))["user"])
            limited = any(told.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
            full = not limited and str(told.get("team_id") or workspace) == workspace
            groups = frozenset({f"{PLATFORM}:{workspace}"} if full else ())
            known = Reader(Identity(PLATFORM, workspace, user).key, groups)
            self._users[user] = time.monotonic() + KNOWN_S, known
        return known
