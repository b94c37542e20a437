"""The part of FakeSlack that is people and other bots: what they say and do in channels."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import uuid4

from adapters.fakes.slack import events
from adapters.fakes.slack.methods.reactions import react
from adapters.fakes.slack.records import Json, Message, StreamState
from adapters.fakes.slack.state import Workspace


class Order(StrEnum):
    """Which of the two events of a mention comes first."""

    MESSAGE_FIRST = "message first"
    MENTION_FIRST = "mention first"


class Speaking:
    """People act at once; the events are delivered in the background (`await slack.settled()`)."""

    ws: Workspace

    def user_says(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        *,
        order: Order = Order.MESSAGE_FIRST,
        gap: float = 0.0,
        broadcast: bool = False,
        files: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
        client_msg_id: str = "",
    ) -> Message:
        """Somebody writes; a mention of the app makes a second event, `gap` seconds after the first.

        A forwarded message is an attachment.

        Give two messages one `client_msg_id` for a gesture that Slack saw twice. Raises LookupError for somebody
        who is not in the channel, and for a thread that does not exist.
        """
        self._check_place(channel, user, thread_ts)
        subtype = "file_share" if files else "thread_broadcast" if broadcast else ""
        said = Message(channel, self.ws.next_ts(), user, text, subtype=subtype, thread_ts=thread_ts or "")
        said = replace(said, files=tuple(files), attachments=tuple(attachments))
        said = replace(said, client_msg_id=client_msg_id or str(uuid4()))
        return self._say(said, order, gap)

    def bot_says(
        self,
        channel: str,
        user: str,
        text: str = "",
        thread_ts: str | None = None,
        *,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Message:
        """Another bot posts; monitoring bots often leave the text empty and use attachments. Raises LookupError."""
        self._check_place(channel, user, thread_ts)
        bot = self.ws.users[user]
        post = Message(channel, self.ws.next_ts(), user, text, bot_id=bot.bot_id, username=bot.name,
                       subtype="bot_message", thread_ts=thread_ts or "")  # fmt: skip
        return self._say(replace(post, blocks=tuple(blocks), attachments=tuple(attachments)), Order.MESSAGE_FIRST, 0.0)

    def edit(self, message: Message, text: str) -> Message:
        """The author changes the text."""
        return self.ws.change(replace(self._now(message), text=text, edited=self.ws.next_ts()))

    def unfurl(self, message: Message, *attachments: Json) -> Message:
        """A link gets its preview: the same event as an edit, without an edit."""
        return self.ws.change(replace(self._now(message), attachments=attachments))

    def delete(self, message: Message) -> None:
        """The author deletes it."""
        self.ws.remove(self._now(message))

    def react(self, message: Message, user: str, name: str) -> Message:
        """Somebody puts an emoji on a message. Raises LookupError for somebody who is not in the channel."""
        self._check_place(message.channel, user, None)
        return react(self.ws, self._now(message), user, name, added=True)

    def unreact(self, message: Message, user: str, name: str) -> Message:
        """Somebody takes an emoji off again."""
        return react(self.ws, self._now(message), user, name, added=False)

    def join(self, channel: str, user: str) -> None:
        """Somebody becomes a member; the app itself when it is invited."""
        self.ws.join(self.ws.channels[channel], user)

    def open_home(self, user: str, tab: str = "messages") -> None:
        """Somebody opens the app's own page, on the tab `home` or `messages`."""
        self.ws.publish(events.home_opened(self.ws, user, self.ws.direct([user]).id, tab))

    def context_changed(self, user: str, *entities: Json) -> None:
        """Somebody who has the app open looks at something else: entities with `type` and `value`."""
        self.ws.publish(events.context_changed(self.ws, user, self.ws.direct([user]).id, entities))

    def stop_session(self, channel: str, thread_ts: str, user: str) -> None:
        """Somebody presses stop. Streams go on until the app ends them: only it can."""
        streams = [stream for stream in self.ws.streams.values() if stream.state is StreamState.OPEN]
        running = [stream.ts for stream in streams if (stream.channel, stream.thread_ts) == (channel, thread_ts)]
        self.ws.publish(events.session_stopped(self.ws, user, channel, thread_ts, running))

    def _say(self, said: Message, order: Order, gap: float) -> Message:
        self.ws.messages[said.channel, said.ts] = said
        if self.ws.app.user in self.ws.channels[said.channel].members:
            self._announce(said, order, gap)
        return said

    def _announce(self, said: Message, order: Order, gap: float) -> None:
        made = [events.message(self.ws, said)]
        if self.ws.app.is_named_in(said.text):
            made.append(events.mention(self.ws, said))
        if order is Order.MENTION_FIRST:
            made.reverse()
        for number, event in enumerate(made):
            self.ws.publish(event, number * gap)

    def _now(self, message: Message) -> Message:
        return self.ws.message(message.channel, message.ts)

    def _check_place(self, channel: str, user: str, thread_ts: str | None) -> None:
        where = self.ws.channels[channel]
        if user not in where.members:
            raise LookupError(f"{user} is not in {where.name or where.id}")
        root = self.ws.messages.get((channel, thread_ts or ""))
        if thread_ts and (root is None or root.is_reply):
            raise LookupError(f"no thread begins at {thread_ts} in {where.name or where.id}")
