"""What people do in the fake Discord. Everything happens at once; waiting for the bot is in evidence.py."""

import re
from collections.abc import Mapping
from dataclasses import replace

from adapters.fakes.discord.commands import Given, Invocation, Resolved
from adapters.fakes.discord.components import Control, Part, find_control
from adapters.fakes.discord.core import Core
from adapters.fakes.discord.modal import Value, filled
from adapters.fakes.discord.records import (
    Asked,
    Channel,
    Draft,
    Guild,
    Interaction,
    Json,
    Message,
    Room,
    Upload,
    User,
)
from adapters.fakes.discord.state import Where, Who
from adapters.fakes.discord.wire import guild_json

Files = Mapping[str, bytes]
VIEW = str(1 << 10)


class People(Core):
    """Gestures. Users and channels are given by record, id or name."""

    def add_user(self, name: str, *, bot: bool = False, takes_dms: bool = True) -> User:
        """Somebody new, in every guild."""
        return self.world.add_user(name, bot=bot, takes_dms=takes_dms)

    def add_guild(self, name: str, owner: Who) -> Guild:
        """Another server. Connected sessions are told when `guild_up` is called."""
        return self.world.add_guild(name, self.world.user(owner))

    def add_channel(self, name: str, guild: Guild | None = None) -> Channel:
        """Another text channel; sessions learn of it when they identify next, or by `guild_up`."""
        return self.world.add_channel(name, guild or self.guild)

    def add_forum(self, name: str) -> Channel:
        """A channel that has nothing but threads; sessions learn of it as of `add_channel`."""
        return self.world.add_channel(name, self.guild, Room.FORUM)

    def elsewhere(self, name: str) -> Channel:
        """A channel of a server that only people are in: the bot is there as a person's own app at most."""
        guild = self.world.add_guild(f"{name}'s server", self.world.bot)
        channel = self.world.add_channel(name, guild)
        self.world.away[guild.id] = False
        return channel

    def channel(self, where: Where) -> Channel:
        """A channel or thread as it is now."""
        return self.world.channel(where)

    def user(self, who: Who) -> User:
        """A user."""
        return self.world.user(who)

    def dm(self, who: Who) -> Channel:
        """The direct messages between this user and the bot."""
        return self.world.dm(self.world.user(who))

    def user_says(
        self,
        channel: Where,
        user: Who,
        text: str,
        *,
        reply_to: Message | None = None,
        quietly: bool = False,
        files: Files | None = None,
    ) -> Message:
        """Write a message. `@name` of a user becomes a mention, as Discord's own client makes it.

        With `quietly` an answer doesn't notify whom it answers.
        """
        uploads = tuple(Upload(n, name, data) for n, (name, data) in enumerate((files or {}).items()))
        allowed: Json | None = {"parse": ["users", "roles"], "replied_user": False} if quietly else None
        answers = reply_to.id if reply_to else None
        draft = Draft(self.with_mentions(text), reply_to=answers, uploads=uploads, allowed=allowed)
        return self.hub.post(self.world.channel(channel), self.world.user(user), draft)

    def user_dms(self, user: Who, text: str) -> Message:
        """Write to the bot in private."""
        return self.user_says(self.dm(user), user, text)

    def webhook_says(self, channel: Where, name: str, text: str, embeds: tuple[Json, ...] = ()) -> Message:
        """A post by a webhook, as monitoring systems make them."""
        hook = User(self.clock.snowflake(), name, bot=True)  # of this post only: no member, and no one to write to
        draft = Draft(text, embeds=embeds or None)
        return self.hub.post(self.world.channel(channel), hook, draft, webhook=hook.id, webhook_name=name)

    def user_edits(self, message: Message, text: str) -> Message:
        """Change the text of a message."""
        return self.hub.edit(self.world.messages[message.id], Draft(self.with_mentions(text)))

    def preview_arrives(self, message: Message, title: str = "A page") -> Message:
        """Discord adds a link preview: MESSAGE_UPDATE, but nobody edited anything."""
        return self.hub.store(self.world.messages[message.id], Draft(embeds=({"type": "link", "title": title},)))

    def user_deletes(self, message: Message) -> None:
        """Take a message away."""
        self.hub.delete(self.world.messages[message.id])

    def user_reacts(self, message: Message, user: Who, emoji: str) -> None:
        """Put an emoji on a message."""
        self.hub.react(self.world.messages[message.id], self.world.user(user), emoji)

    def user_unreacts(self, message: Message, user: Who, emoji: str) -> None:
        """Take the emoji off again."""
        self.hub.unreact(self.world.messages[message.id], self.world.user(user), emoji)

    def user_types(self, channel: Where, user: Who) -> None:
        """Be typing."""
        self.hub.type(self.world.channel(channel), self.world.user(user))

    def user_opens_thread(self, channel: Where, user: Who, name: str, start: Message | None = None) -> Channel:
        """Open a thread, below a message when `start` is given."""
        parent, owner = self.world.channel(channel), self.world.user(user)
        current = self.world.messages[start.id] if start else None
        return self.hub.open_thread(parent, owner, name, 1440, current)

    def user_posts(self, forum: Where, user: Who, title: str, text: str) -> Message:
        """Write into a forum: a thread whose first message stands in it and has its id."""
        return self.hub.post_in_forum(
            self.world.channel(forum), self.world.user(user), title, Draft(self.with_mentions(text))
        )

    def archive(self, thread: Where, *, locked: bool = False) -> Channel:
        """Close a thread. A post opens it again, unless it is locked."""
        return self.hub.change_thread(self.world.channel(thread), archived=True, locked=locked)

    def restrict(self, channel: Where, *allowed: Who) -> Channel:
        """Close a channel for everyone but these users."""
        current = self.world.channel(channel)
        everyone: Json = {"id": str(current.guild), "type": 0, "allow": "0", "deny": VIEW}
        named = [{"id": str(self.world.user(one).id), "type": 1, "allow": VIEW, "deny": "0"} for one in allowed]
        return self.world.keep_channel(replace(current, overwrites=(everyone, *named)))

    def redeliver(self, what: Message | Interaction) -> None:
        """The gateway tells of the same message or interaction a second time."""
        if isinstance(what, Message):
            self.hub.redeliver(self.world.messages[what.id])
        else:
            self.interactions.tell_of(self.world.interactions[what.id])

    def slash(self, line: str, channel: Where, user: Who, **options: Given) -> Interaction:
        """Use a slash command: `slash("nova ask", "general", "ada", text="hi")`.

        Raises LookupError or ValueError for what Discord's own client would not send.
        """
        place = self.world.channel(channel)
        data = Invocation(self.world, place.guild).slash(line, options)
        return self.interactions.ask(Asked.COMMAND, self.world.user(user), place, data)

    def type_option(
        self, line: str, channel: Where, user: Who, option: str, typed: str, **options: Given
    ) -> Interaction:
        """Type into an option that the bot completes; `autocomplete` also waits for the choices."""
        place = self.world.channel(channel)
        data = Invocation(self.world, place.guild).slash(line, {**options, option: typed}, typing=option)
        return self.interactions.ask(Asked.AUTOCOMPLETE, self.world.user(user), place, data)

    def message_menu(self, name: str, message: Message, user: Who) -> Interaction:
        """Use a command from the context menu of a message."""
        place = self.world.channels[message.channel]
        data = Invocation(self.world, place.guild).on_message(name, self.world.messages[message.id])
        return self.interactions.ask(Asked.COMMAND, self.world.user(user), place, data)

    def user_menu(self, name: str, channel: Where, target: Who, user: Who) -> Interaction:
        """Use a command from the context menu of a user."""
        place = self.world.channel(channel)
        data = Invocation(self.world, place.guild).on_user(name, self.world.user(target))
        return self.interactions.ask(Asked.COMMAND, self.world.user(user), place, data)

    def click(self, message: Message, control: str, user: Who, values: tuple[str, ...] = ()) -> Interaction:
        """Press a button, or pick values of a select, by its custom id or label. Raises LookupError or ValueError."""
        current, who = self.world.messages[message.id], self.world.user(user)
        self._check_sees(current, who)
        found = find_control(current, control)
        data: Json = {"custom_id": found.custom_id, "component_type": int(found.part)}
        if found.part is not Part.BUTTON:
            data |= self._picked(found, values, current)
        place = self.world.channels[current.channel]
        return self.interactions.ask(Asked.COMPONENT, who, place, data, current.id)

    def submit_modal(self, opened: Interaction, values: Mapping[str, Value]) -> Interaction:
        """Fill in the modal that answered an interaction, by label or custom id. Raises LookupError or ValueError."""
        asked = self.world.interactions[opened.id]
        if asked.answer is None or asked.answer.modal is None:
            raise LookupError("the bot answered with no modal")
        modal, place = asked.answer.modal, self.world.channels[asked.channel]
        named = Resolved(self.world, place.guild)
        parts = filled(modal, values, lambda kind, name: named.add(self._find(kind, name)))
        data: Json = {"custom_id": modal["custom_id"], "components": parts, "resolved": named.data}
        return self.interactions.ask(Asked.MODAL, self.world.users[asked.user], place, data, asked.message)

    def close_dms(self, user: Who) -> None:
        """This user takes no more direct messages: 50007."""
        closed = replace(self.world.user(user), takes_dms=False)
        self.world.users[closed.id] = closed

    def guild_down(self, guild: Guild | None = None, *, removed: bool = False) -> None:
        """A guild has an outage, or the bot was removed from it."""
        gone = guild or self.guild
        self.world.away[gone.id] = not removed
        data: Json = {"id": str(gone.id)} | ({} if removed else {"unavailable": True})
        self.hub.tell_guild("GUILD_DELETE", data)

    def guild_up(self, guild: Guild | None = None) -> None:
        """The guild is there (again)."""
        back = guild or self.guild
        self.world.away.pop(back.id, None)
        self.hub.tell_guild("GUILD_CREATE", guild_json(self.world, back))

    def with_mentions(self, text: str) -> str:
        """The text with `@name` of every user turned into a mention."""
        for user in self.world.users.values():
            text = re.sub(rf"@{re.escape(user.name)}\b", user.mention, text)
        return text

    def _check_sees(self, message: Message, user: User) -> None:
        asked = self.world.interactions.get(message.interaction or 0)
        if message.ephemeral and asked and asked.user != user.id:
            raise LookupError(f"{user.name} does not see that message")

    def _picked(self, control: Control, values: tuple[str, ...], message: Message) -> Json:
        if not control.least <= len(values) <= control.most:
            raise ValueError(f"{control.label!r} takes {control.least} to {control.most} values")
        if control.part is Part.SELECT:
            if not set(values) <= set(control.options):
                raise ValueError(f"{control.label!r} offers only {list(control.options)}")
            return {"values": list(values)}
        named = Resolved(self.world, self.world.channels[message.channel].guild)
        return {"values": [named.add(self._find(control.part, value)) for value in values], "resolved": named.data}

    def _find(self, kind: Part, name: str) -> User | Channel:
        return self.world.channel(name) if kind is Part.CHANNEL_SELECT else self.world.user(name)
