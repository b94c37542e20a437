"""The sending side: one reply, one row, one visible message, whatever the network does in between."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from adapters.render import parse
from adapters.render.slack import MrkdwnWriter
from adapters.slack.api import PASSING, UNKNOWN, Api, Refused, Unclear, undeliverable
from adapters.slack.manifest import prompts
from adapters.slack.messages import EVENT, LIMITS, UNFURL, Json, Message, written
from adapters.slack.pace import Pace
from adapters.slack.reading import PLATFORM, Me
from adapters.slack.rooms import Rooms
from adapters.slack.streams import Draft
from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Place
from nova_bot.core.readers import Readers
from nova_bot.core.text import clip
from nova_bot.core.wording import say

log = logging.getLogger(__name__)

EYES = "eyes"
FILE = "answer.md"
PAGES = 10
"""Pages of a thread that are searched for a reply."""

NOT_THERE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
TOO_LONG = "msg_too_long"
REMEMBERED = 5_000
TITLE_MAX = 200


class SlackCourier:
    """`me` is set when the adapter has found out who it is; before that nothing can be sent."""

    platform = PLATFORM
    limits: Limits = LIMITS

    def __init__(self, api: Api, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.me: Me | None = None
        self._api = api
        self.rooms = Rooms(api, lambda: self.me.user if self.me else "")
        self._sleep = sleep
        self._posts = Pace(1.0, burst=3, sleep=sleep)
        self._edits = Pace(LIMITS.edit_every_s, sleep=sleep)
        self._drafts: dict[str, Draft] = {}
        self._eyes: dict[Place, str] = {}
        self._started = time.time()
        self._swept: OrderedDict[Place, None] = OrderedDict()

    async def deliver(self, outbound: Outbound) -> str:
        """Post it, or make the streamed draft of its run final. The receipt: the `ts` of each message."""
        begun = await self._begun(outbound)
        try:
            receipt = await self._deliver(outbound, [begun] if begun else [])
        except Refused as refusal:
            raise undeliverable(refusal) from refusal
        finally:
            if outbound.is_reply:
                await self._uneye(outbound.place)
                await self._session(outbound.place, "active")
        if begun:  # kept until now: a second try has to find it again
            self._drafts.pop(f"r{outbound.run}", None)
        return receipt

    async def _begun(self, outbound: Outbound) -> str:
        """The draft that this reply makes final, "" when there is none.

        What is said elsewhere about the run leaves its draft alone, and a draft that becomes a message notifies nobody.
        """
        if outbound.mentions or not outbound.is_reply:
            return ""
        draft = self._drafts.get(f"r{outbound.run}")
        if draft is not None and draft.place != outbound.place:
            return ""
        shown = await draft.close() if draft else ""
        if draft and not shown:
            del self._drafts[f"r{outbound.run}"]
        return shown or await self._orphan(outbound.place, unsure=draft is not None and draft.lost)

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        """Edit each message of a reply; a message that is gone is posted anew."""
        try:
            return await self._deliver(outbound, receipt.split())
        except Refused as refusal:
            raise undeliverable(refusal) from refusal

    async def find(self, outbound: Outbound) -> str | None:
        """The receipt of a reply sent earlier. If only its first messages are there, the others follow now."""
        try:
            found = await self._parts(outbound)
            if not found:
                return None
            have = [found[number] for number in sorted(found) if number < len(found)]
            return await self._deliver(outbound, have, keep=True)
        except Refused as refusal:
            raise undeliverable(refusal) from refusal

    def progress(self, underway: Underway) -> None:
        """Follow the run from now on: status, then the text as it grows."""
        if self.me is None:
            return
        draft = self._drafts.get(underway.run)
        if draft is None:
            self._drafts[underway.run] = Draft(self._api, self.me.team, underway, sleep=self._sleep)
        else:
            draft.grow(underway)

    async def noticed(self, envelope: Envelope) -> None:
        """A status in the thread; eyes on the message where Slack shows no status."""
        place = envelope.place
        if not place.thread:
            return
        begins = envelope.identity.endswith(f":{place.thread}")
        await self._session(place, "processing", clip(envelope.text, TITLE_MAX) if begins else "")
        try:
            await self._api.put(
                "assistant.threads.setStatus",
                channel_id=place.channel,
                thread_ts=place.thread,
                status=say("slack", "noticed"),
            )
        except (Refused, Unclear):
            await self._eye(place, envelope.identity.rpartition(":")[2])

    async def suggest(self, channel: str) -> None:
        """Show what one could ask, in the app's own conversation."""
        try:
            await self._api.put("assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts())
        except (Refused, Unclear) as error:
            log.info("no prompts: %s", error, extra={"action": "slack.prompts"})

    async def _session(self, place: Place, status: str, title: str = "") -> None:
        """While a session is processing, Slack shows its stop button; only the app's own conversation has sessions."""
        if not (place.thread and place.channel.startswith("D")):
            return
        try:
            where = {"channel_id": place.channel, "thread_ts": place.thread, "title": title or None}
            await self._api.put("agents.sessions.setStatus", **where, status=status)
        except (Refused, Unclear) as error:
            log.info("no session: %s", error, extra={"action": "slack.session"})

    async def private(self, place: Place, person: str, text: str) -> None:
        """An ephemeral message in the thread, or a direct one."""
        shown = MrkdwnWriter().write(parse(text))
        if place.channel:
            where = {"channel": place.channel, "thread_ts": place.thread or None, "user": person}
            try:
                await self._api.once("chat.postEphemeral", **where, text=shown)
                return
            except Refused as refusal:
                log.info("not said in the thread: %s", refusal, extra={"action": "slack.private"})
        await self._api.once("chat.postMessage", channel=person, text=shown, **UNFURL)

    async def readers(self, place: Place) -> Readers:
        """Who can read the place now. Raises Refused or Unclear."""
        return await self.rooms.readers(place)

    async def direct(self, workspace: str, user: str) -> Place:
        """The direct message with somebody. Raises Refused or Unclear."""
        return await self.rooms.direct(workspace, user)

    async def zone(self, user: str) -> str:
        """The IANA zone of somebody's profile, "" when it can't be had."""
        return await self.rooms.zone(user)

    async def close(self) -> None:
        """Let go of drafts; their runs go on after the next start."""
        await asyncio.gather(*(draft.close() for draft in self._drafts.values()))
        self._drafts.clear()

    async def _deliver(self, outbound: Outbound, have: list[str], *, keep: bool = False) -> str:
        """Put the messages of `outbound` where `have` already are; with `keep` those stay as they are."""
        reply, receipt = written(outbound), []
        for number, message in enumerate(reply.messages):
            if number < len(have):
                receipt.append(have[number] if keep else await self._change(outbound.place, have[number], message))
            else:
                receipt.append(await self._post(outbound.place, message))
        for ts in have[len(reply.messages) :]:
            await self._remove(outbound.place, ts)
        if reply.file and not outbound.edits and not keep:
            await self._attach(outbound.place, reply.file)
        return " ".join(receipt)

    async def _post(self, place: Place, message: Message) -> str:
        await self._posts.turn(place.channel)
        where = {"channel": place.channel, "thread_ts": place.thread or None, **UNFURL}
        return await self._taken("chat.postMessage", self._api.once, message, where)

    async def _change(self, place: Place, ts: str, message: Message) -> str:
        await self._edits.turn((place.channel, ts))
        try:
            return await self._taken("chat.update", self._api.put, message, {"channel": place.channel, "ts": ts})
        except Refused as refusal:
            if refusal.error not in NOT_THERE:
                raise
            return await self._post(place, message)

    async def _taken(self, method: str, call: Callable[..., Awaitable[Any]], message: Message, where: Json) -> str:
        """Send with blocks; without them if Slack does not take these."""
        try:
            answer = await call(method, **where, **message.body)
        except Refused as refusal:
            if not _may_be_the_blocks(refusal):
                raise
            log.warning("%s did not take its blocks: %s", method, refusal.error, extra={"action": "slack.blocks"})
            answer = await call(method, **where, **message.bare)
        return str(answer.get("ts") or where.get("ts") or "")

    async def _remove(self, place: Place, ts: str) -> None:
        try:
            await self._api.put("chat.delete", channel=place.channel, ts=ts)
        except Refused as refusal:
            log.info("not removed: %s", refusal, extra={"action": "slack.remove"})

    async def _attach(self, place: Place, text: str) -> None:
        """The whole answer as a file. Without the right to upload, what was posted has to do."""
        try:
            await self._api.upload(place.channel, place.thread, FILE, text)
        except (Refused, Unclear) as error:
            log.warning("no file: %s", error, extra={"action": "slack.file"})

    async def _eye(self, place: Place, ts: str) -> None:
        self._eyes[place] = ts
        try:
            await self._api.put("reactions.add", channel=place.channel, timestamp=ts, name=EYES)
        except (Refused, Unclear) as error:
            log.info("no eyes: %s", error, extra={"action": "slack.eyes"})

    async def _uneye(self, place: Place) -> None:
        ts = self._eyes.pop(place, "")
        if ts:
            try:
                await self._api.put("reactions.remove", channel=place.channel, timestamp=ts, name=EYES)
            except (Refused, Unclear) as error:
                log.info("eyes stay: %s", error, extra={"action": "slack.eyes"})

    async def _parts(self, outbound: Outbound) -> dict[int, str]:
        """The messages of this reply that are there, by their number."""
        found: dict[int, str] = {}
        async for message in self._said(outbound.place):
            mark = message.get("metadata") or {}
            payload = mark.get("event_payload") or {}
            if mark.get("event_type") == EVENT and payload.get("key") == outbound.message:
                found.setdefault(int(payload.get("part", 0)), str(message["ts"]))
        return found

    async def _orphan(self, place: Place, *, unsure: bool) -> str:
        """A draft here that a dead process left, or whose beginning nobody confirmed: it becomes the answer."""
        left = place.thread and float(place.thread) < self._started and place not in self._swept
        if not (left or unsure) or self.me is None:
            return ""
        self._swept[place] = None
        while len(self._swept) > REMEMBERED:
            self._swept.popitem(last=False)
        try:
            drafts = [m async for m in self._said(place) if m.get("bot_id") == self.me.bot and not m.get("metadata")]
        except (Refused, Unclear):
            return ""
        live = {draft.ts for draft in self._drafts.values()}
        plain = [m for m in drafts if not m.get("subtype") and not _has_footer(m) and m["ts"] not in live]
        ts = str(plain[-1]["ts"]) if plain else ""
        if ts:
            try:
                await self._api.once("chat.stopStream", channel=place.channel, ts=ts)
            except (Refused, Unclear) as error:
                log.info("orphan: %s", error, extra={"action": "slack.orphan"})
        return ts

    async def _said(self, place: Place) -> AsyncIterator[Json]:
        """What stands in a thread or, without one, lately in the channel."""
        method, cursor = ("conversations.replies" if place.thread else "conversations.history"), ""
        for _ in range(PAGES):
            answer = await self._api.get(
                method,
                channel=place.channel,
                ts=place.thread or None,
                cursor=cursor or None,
                limit=200,
                include_all_metadata="true",
            )
            for message in answer.get("messages", ()):
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor or not place.thread:
                return


def _has_footer(message: Json) -> bool:
    """Is it a whole reply? A stream has blocks too, but says who spoke only when it has become one."""
    return any(block.get("type") == "context" for block in message.get("blocks") or ())


def _may_be_the_blocks(refusal: Refused) -> bool:
    """Could the text without blocks be taken? Any error may mean so that isn't known to be about something else."""
    about_else = refusal.permanent or refusal.error in PASSING | NOT_THERE | {UNKNOWN}
    return refusal.error == TOO_LONG or not about_else
