"""The part of FakeSlack that a test asks afterwards: what was posted, called, delivered and acknowledged."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Callable

from adapters.fakes.slack import elements, events
from adapters.fakes.slack.courier import Courier
from adapters.fakes.slack.records import Call, Delivery, Json, Message, Session, Status, Stream, View
from adapters.fakes.slack.state import Workspace
from adapters.fakes.slack.webapi import WebApi

MENTION = re.compile(r"<@[UWB]\w+(?:\|[^>]*)?>|<!(?:channel|here|everyone|subteam\^\w+)(?:\|[^>]*)?>")
SAYING = re.compile(r"chat\.(postMessage|postEphemeral|update|\w+Stream)|response_url")
POLL_S = 0.005


class Checking:
    """Questions about what has happened. Messages are in the order in which they were posted."""

    ws: Workspace
    courier: Courier
    api: WebApi

    async def until(self, condition: Callable[[], object], seconds: float = 2.0) -> None:
        """Wait until something holds. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is waited for may happen in the app under test, unannounced
                await asyncio.sleep(POLL_S)

    async def settled(self, seconds: float = 5.0) -> None:
        """Wait until every delivery has been acknowledged or given up. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self.courier.settled()

    def posts(self, thread: str | None = None) -> tuple[Message, ...]:
        """What the app has posted, as it stands now; of one thread (its root's ts) or of all."""
        mine = (message for message in self.ws.messages.values() if message.bot_id == self.ws.app.bot_id)
        return tuple(message for message in mine if thread in (None, message.thread))

    def ephemerals(self, user: str | None = None) -> tuple[Message, ...]:
        """What the app has shown to one person alone, or to anybody alone."""
        return tuple(m for m in self.ws.ephemerals.values() if user in (None, m.seen_by))

    def final_text(self, ts: str) -> str:
        """The whole text of a message after all edits and appends. Raises LookupError."""
        for (_, found), message in self.ws.messages.items():
            if found == ts:
                return message.text
        raise LookupError(f"no message has the ts {ts}")

    def duplicates(self) -> tuple[tuple[Message, ...], ...]:
        """Groups of the app's messages that carry the same metadata, and so are one reply posted more than once."""
        groups: defaultdict[str, list[Message]] = defaultdict(list)
        for message in self.posts():
            if message.metadata:
                groups[json.dumps(message.metadata, sort_keys=True)].append(message)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    def calls(self, method: str | None = None) -> tuple[Call, ...]:
        """The calls of one Web API method, or of all; refused and failed ones too."""
        return tuple(call for call in self.api.calls if method in (None, call.method))

    def max_edit_rate(self, channel: str, window: float = 1.0) -> float:
        """The most edits per second that the app made in a channel, over any `window` seconds."""
        times = [call.at for call in self.calls("chat.update") if call.args.get("channel") == channel]
        most = max((sum(start <= at < start + window for at in times) for start in times), default=0)
        return most / window

    def mentions_sent(self) -> tuple[str, ...]:
        """Every live mention of people or groups in what the app has said, edits and answers included."""
        said = [call.args for call in self.api.calls if not call.error and SAYING.fullmatch(call.method)]
        said += [delivery.answer for delivery in self.courier.journal.values()]
        return tuple(found for args in said for text in elements.strings(args) for found in MENTION.findall(text))

    def deliveries(self, kind: str | None = None) -> tuple[Delivery, ...]:
        """What was sent to the app: all, or one kind of event, command or interaction by its `type`.

        The app's own messages come back to it as events, as in Slack; these are left out when a kind is given.
        """
        found = tuple(self.courier.journal.values())
        if kind is None:
            return found
        return tuple(delivery for delivery in found if _kind(delivery) == kind and not self._own(delivery.event))

    def unacked(self) -> tuple[Delivery, ...]:
        """What the app has not acknowledged, or not yet."""
        return tuple(delivery for delivery in self.courier.journal.values() if not delivery.acked)

    def status(self, thread: str) -> Status | None:
        """The status line of a thread, gone after two minutes and with the app's next post there."""
        for status in self.ws.statuses.values():
            if status.thread_ts == thread and self.ws.clock() - status.since < self.ws.timing.status:
                return status
        return None

    def session(self, thread: str) -> Session | None:
        """The agent session of a thread."""
        return next((session for session in self.ws.sessions.values() if session.thread_ts == thread), None)

    def streams(self, thread: str | None = None) -> tuple[Stream, ...]:
        """The streams of one thread, or of all."""
        found = (self.ws.stream(*key) for key in list(self.ws.streams))
        return tuple(stream for stream in found if stream and thread in (None, stream.thread_ts))

    def views(self, user: str | None = None) -> tuple[View, ...]:
        """The open modals and home tabs of one person, or of all; the top one last."""
        return tuple(view for view in self.ws.views.values() if view.open and user in (None, view.user))

    def _own(self, event: Json) -> bool:
        return bool(event) and events.is_own(self.ws.app, event)


def _kind(delivery: Delivery) -> str:
    return str(delivery.event.get("type") or delivery.payload.get("type") or delivery.type)
