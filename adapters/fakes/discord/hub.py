"""Everything that happens in the fake Discord: the world changes, and the sessions are told."""

from collections.abc import Callable
from dataclasses import replace

from adapters.fakes.discord.mentions import with_pings
from adapters.fakes.discord.records import (
    Attachment,
    Channel,
    Draft,
    Event,
    Flag,
    Intent,
    Json,
    Kind,
    Message,
    Reaction,
    Room,
    User,
)
from adapters.fakes.discord.refusals import Refused, Why, require
from adapters.fakes.discord.state import World
from adapters.fakes.discord.validate import check_message
from adapters.fakes.discord.wire import channel_json, emoji_json, member_json, message_json, user_json


class Hub:
    """The verbs. `tell` is given every event, in order."""

    def __init__(self, world: World, tell: Callable[[Event], None]) -> None:
        self.world = world
        self.tell = tell

    def post(self, channel: Channel, author: User, draft: Draft, *, number: int = 0, **more: object) -> Message:
        """A new message; `number` is its id if that is given, `more` are further fields of it. Raises Refused."""
        clock = self.world.clock
        kind = Kind.PLAIN if draft.reply_to is None else Kind.REPLY
        own: Json = {"kind": kind, "nonce": draft.nonce, "reply_to": draft.reply_to}
        blank = Message(number or clock.snowflake(), channel.id, author.id, clock.now(), **(own | more))
        message = self._applied(blank, draft)
        if not message.loading:
            check_message(message)
        self._reopen(channel)
        self.world.keep_message(message)
        self.world.remember_nonce(message)
        self._tell_of(message, "MESSAGE_CREATE")
        return message

    def edit(self, message: Message, draft: Draft) -> Message:
        """Change what a message says. Raises Refused."""
        return self.store(replace(message, edited_at=self.world.clock.now()), draft)

    def store(self, message: Message, draft: Draft) -> Message:
        """Change a message without marking it as edited. Raises Refused."""
        changed = self._applied(message, draft)
        check_message(changed)
        self.world.keep_message(changed)
        self._tell_of(changed, "MESSAGE_UPDATE")
        return changed

    def delete(self, message: Message) -> None:
        """Take a message away."""
        del self.world.messages[message.id]
        channel = self.world.channels[message.channel]
        data: Json = {"id": str(message.id), "channel_id": str(message.channel)}
        self._tell_in(channel, "MESSAGE_DELETE", data, Intent.GUILD_MESSAGES, Intent.DM_MESSAGES)

    def redeliver(self, message: Message) -> None:
        """Send MESSAGE_CREATE once more for the same message."""
        self._tell_of(message, "MESSAGE_CREATE")

    def react(self, message: Message, user: User, emoji: str) -> None:
        """Put an emoji on a message; a second time changes nothing."""
        counts = {reaction.emoji: reaction.users for reaction in message.reactions}
        if user.id not in counts.get(emoji, ()):
            self._set_reactions(message, counts | {emoji: (*counts.get(emoji, ()), user.id)})
            self._tell_reaction("MESSAGE_REACTION_ADD", message, user, emoji)

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        """Take an emoji off again."""
        counts = {reaction.emoji: reaction.users for reaction in message.reactions}
        left = tuple(other for other in counts.get(emoji, ()) if other != user.id)
        if left != counts.get(emoji, ()):
            self._set_reactions(message, counts | {emoji: left})
            self._tell_reaction("MESSAGE_REACTION_REMOVE", message, user, emoji)

    def type(self, channel: Channel, user: User) -> None:
        """Show that somebody is typing."""
        now = int(self.world.clock.now().timestamp())
        data: Json = {"channel_id": str(channel.id), "user_id": str(user.id), "timestamp": now}
        if channel.guild:
            data["member"] = member_json(self.world, user, channel.guild) | {"user": user_json(user)}
        self._tell_in(channel, "TYPING_START", data, Intent.GUILD_TYPING, Intent.DM_TYPING)

    def open_thread(
        self, parent: Channel, owner: User, name: str, archive_after: int, start: Message | None
    ) -> Channel:
        """A new thread, below a message when `start` is given. Raises Refused with 160004 or 50024."""
        if parent.room is not Room.TEXT:
            raise Refused(Why.WRONG_CHANNEL_TYPE)
        if start and start.id in self.world.channels:
            raise Refused(Why.THREAD_EXISTS)
        thread = self._thread(start.id if start else 0, parent, owner, name, archive_after)
        self._mark_start(thread, parent, owner, start)
        return thread

    def post_in_forum(self, forum: Channel, author: User, title: str, draft: Draft) -> Message:
        """A new thread with its first message, which has the thread's id."""
        thread = self._thread(0, forum, author, title, 1440)
        return self.post(thread, author, draft, number=thread.id)

    def _thread(self, number: int, parent: Channel, owner: User, name: str, archive_after: int) -> Channel:
        clock = self.world.clock
        place: Json = {"guild": parent.guild, "parent": parent.id, "owner": owner.id, "archive_after": archive_after}
        thread = Channel(number or clock.snowflake(), Room.THREAD, name, clock.now(), **place)
        self.world.keep_channel(thread)
        self._tell_thread(thread, "THREAD_CREATE", newly_created=True)
        return thread

    def change_thread(self, thread: Channel, **changes: object) -> Channel:
        """Rename, archive or lock a thread."""
        if "archived" in changes:
            changes["archived_at"] = self.world.clock.now()
        changed = self.world.keep_channel(replace(thread, **changes))  # type: ignore[arg-type]
        self._tell_thread(changed, "THREAD_UPDATE")
        return changed

    def tell_guild(self, event: str, data: Json) -> None:
        """GUILD_CREATE or GUILD_DELETE."""
        self.tell(Event(event, data, Intent.GUILDS))

    def _mark_start(self, thread: Channel, parent: Channel, owner: User, start: Message | None) -> None:
        """The messages by which Discord itself shows that there is a thread now."""
        if start is None:
            self._announce(parent, owner, Kind.THREAD_CREATED, content=thread.name, reply_to=None)
            return
        self.world.change_message(start.id, flags=start.flags | Flag.HAS_THREAD)
        self._tell_of(self.world.messages[start.id], "MESSAGE_UPDATE")
        self._announce(thread, owner, Kind.THREAD_STARTER, content="", reply_to=start.id)

    def _announce(self, channel: Channel, owner: User, kind: Kind, *, content: str, reply_to: int | None) -> None:
        clock = self.world.clock
        message = Message(clock.snowflake(), channel.id, owner.id, clock.now(), content, kind, reply_to=reply_to)
        self._tell_of(self.world.keep_message(message), "MESSAGE_CREATE")

    def _applied(self, message: Message, draft: Draft) -> Message:
        changes: Json = {
            "content": draft.content,
            "embeds": draft.embeds,
            "components": draft.components,
            "allowed": draft.allowed,
            "flags": None if draft.flags is None else message.flags & ~Flag.SUPPRESS_EMBEDS | draft.flags,
            "attachments": self._attachments(message, draft),
        }
        changed = replace(message, **{name: value for name, value in changes.items() if value is not None})
        return self._notifying(changed)

    def _attachments(self, message: Message, draft: Draft) -> tuple[Attachment, ...]:
        kept = [a for a in message.attachments if draft.keep is None or a.id in draft.keep]
        require(draft.keep is None or len(kept) == len(draft.keep), "attachments", "Unknown attachment.")
        new = [
            Attachment(self.world.clock.snowflake(), file.name, file.data, file.content_type,
                       draft.descriptions.get(file.index, ""))
            for file in draft.uploads
        ]  # fmt: skip
        return (*kept, *new)

    def _notifying(self, message: Message) -> Message:
        world, channel = self.world, self.world.channels[message.channel]
        quoted = world.messages.get(message.reply_to or 0)
        replied = quoted.author if quoted and quoted.author in world.users else 0
        return with_pings(message, world.users, world.roles(channel.guild), replied)

    def _reopen(self, channel: Channel) -> None:
        """A post wakes an archived thread, unless it is locked."""
        current = self.world.channels[channel.id]
        if current.archived and current.locked:
            raise Refused(Why.ARCHIVED)
        if current.archived:
            self.change_thread(current, archived=False)

    def _set_reactions(self, message: Message, counts: dict[str, tuple[int, ...]]) -> None:
        reactions = tuple(Reaction(emoji, users) for emoji, users in counts.items() if users)
        self.world.change_message(message.id, reactions=reactions)

    def _tell_of(self, message: Message, event: str) -> None:
        if message.ephemeral:
            return  # only the person who asked sees it
        world, channel = self.world, self.world.channels[message.channel]
        data = message_json(world, message)
        if channel.guild and not message.webhook_name:
            data["member"] = member_json(world, world.users[message.author], channel.guild)
        open_to_bot = channel.guild is None or world.bot.id in (message.author, *message.pinged)
        self._tell_in(channel, event, data, Intent.GUILD_MESSAGES, Intent.DM_MESSAGES, guarded=not open_to_bot)

    def _tell_reaction(self, event: str, message: Message, user: User, emoji: str) -> None:
        channel = self.world.channels[message.channel]
        data: Json = {"user_id": str(user.id), "channel_id": str(channel.id), "message_id": str(message.id),
                      "emoji": emoji_json(emoji), "burst": False, "type": 0,
                      "message_author_id": str(message.author)}  # fmt: skip
        if channel.guild and event == "MESSAGE_REACTION_ADD":
            data["member"] = member_json(self.world, user, channel.guild) | {"user": user_json(user)}
        self._tell_in(channel, event, data, Intent.GUILD_REACTIONS, Intent.DM_REACTIONS)

    def _tell_thread(self, thread: Channel, event: str, **more: object) -> None:
        self._tell_in(thread, event, channel_json(self.world, thread) | more, Intent.GUILDS, Intent.GUILDS)

    def _tell_in(
        self, channel: Channel, event: str, data: Json, in_guild: Intent, in_dm: Intent, *, guarded: bool = False
    ) -> None:
        if {channel.id, channel.parent} & self.world.hidden or channel.guild in self.world.away:
            return
        if channel.guild:
            data = data | {"guild_id": str(channel.guild)}
        self.tell(Event(event, data, in_guild if channel.guild else in_dm, guarded))
