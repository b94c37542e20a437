"""The App Home: what runs for this person, what Nova asked, what it reminds of, and what it all cost."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from adapters.render.slack import SECTION_MAX, escaped
from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.reading import PLATFORM
from nova_bot.core.envelope import Place
from nova_bot.core.errors import LedgerError
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch.commands import Overview, cost

log = logging.getLogger(__name__)

Json = dict[str, Any]
MOST = 20
FOLLOW_EVERY_S = 5.0
FOLLOWED_S = 1_800.0
"""Slack doesn't tell when somebody looks away; so long after it was opened a tab is kept up to date."""

FOLLOWED_MAX = 50


class Homes:
    """The tabs that were opened lately. Each is published again when what it shows has changed."""

    def __init__(self, api: Api, overview: Callable[[str], Awaitable[Overview]]) -> None:
        self._api = api
        self._overview = overview
        self._until: OrderedDict[str, float] = OrderedDict()
        self._shown: dict[str, Json] = {}

    async def opened(self, user: str) -> None:
        """Somebody opened the tab."""
        self._shown.pop(user, None)
        self._until[user] = time.monotonic() + FOLLOWED_S
        self._until.move_to_end(user)
        if len(self._until) > FOLLOWED_MAX:
            self._until.popitem(last=False)
        await self._show(user)

    async def follow(self) -> None:
        """Keep them up to date, for ever."""
        while True:
            await asyncio.sleep(FOLLOW_EVERY_S)
            self._until = OrderedDict((user, at) for user, at in self._until.items() if at > time.monotonic())
            for user in list(self._until):
                await self._show(user)

    async def _show(self, user: str) -> None:
        try:
            made = view(await self._overview(user))
            if made != self._shown.get(user):
                await self._api.put("views.publish", user_id=user, view=made)
                self._shown[user] = made
        except (Refused, Unclear, LedgerError) as error:
            log.info("no home for %s: %s", user, error, extra={"action": "slack.home"})


def view(overview: Overview) -> Json:
    """The home tab."""
    running = [f"*{escaped(run.agent)}* · {run.name}: {_short(run.route.request)}" for run in overview.running]
    asked = [f"{_short(one.question.text)}{_where(one.place)}" for one in overview.questions]
    coming = [f"{_moment(one.due)} {_short(one.what)}{_where(one.place)}" for one in overview.reminders]
    blocks = [
        *_part("home_running", running, "home_idle"),
        *_part("home_asked", asked, "home_nothing"),
        *_part("home_reminders", coming, "home_no_reminders"),
        *(_part("home_usage", [cost(overview.usage)], "") if overview.usage.calls else ()),
        {"type": "context", "elements": [_text(say("slack", "home_help"))]},
    ]
    return {"type": "home", "blocks": blocks}


def _part(title: str, lines: list[str], empty: str) -> list[Json]:
    shown = lines[:MOST] or [f"_{say('slack', empty)}_"]
    header = {"type": "header", "text": {"type": "plain_text", "text": say("slack", title)}}
    while sum(len(line) + 3 for line in shown) > SECTION_MAX:
        shown = shown[:-1]
    return [header, {"type": "section", "text": _text("\n".join(f"• {line}" for line in shown))}]


def _short(text: str) -> str:
    return escaped(clip(text, 120))


def _where(place: Place) -> str:
    if place.platform != PLATFORM:
        return f" ({place.platform})"
    return f" (<#{place.channel}>)" if place.channel.startswith("C") else ""


def _moment(due: datetime | None) -> str:
    """A time as each reader's own clock shows it; a paused reminder has none."""
    if due is None:
        return "⏸"
    return f"<!date^{int(due.timestamp())}^{{date_short_pretty}} {{time}}|{due:%Y-%m-%d %H:%M} UTC>"


def _text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}
