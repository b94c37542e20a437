"""The world of the fake Discord: who and what exists. It tells nobody; hub.py does."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from adapters.fakes.discord.clock import Clock
from adapters.fakes.discord.records import Channel, Guild, Interaction, Json, Message, Room, User
from adapters.fakes.discord.refusals import Refused, Why

NONCE_S = 300.0  # how long Discord remembers a nonce; it says "a few minutes"

Who = User | str | int
Where = Channel | str | int
T = TypeVar("T")


class World:
    """Users, guilds, channels, messages, commands and interactions by their ids."""

    def __init__(self, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self.knows_components_v2 = True
        self.base_url = ""  # where files can be fetched
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.edits: dict[int, list[float]] = {}  # per channel: when the bot edited, as a timestamp
        self.commands: dict[int, tuple[Json, ...]] = {}  # per guild, 0: global
        self.interactions: dict[int, Interaction] = {}
        self.hidden: set[int] = set()  # channels the bot can't see
        self.silenced: set[int] = set()  # channels the bot can't write in
        self.away: dict[int, bool] = {}  # guilds the bot can't reach: True in an outage, False when it was removed
        self.typed: list[int] = []  # channel ids, one entry for each time the bot was typing
        self._nonces: dict[tuple[int, str], tuple[int, float]] = {}
        self.bot = self.add_user(bot_name, bot=True)
        self.application = clock.snowflake()

    def add_user(self, name: str, *, bot: bool = False, takes_dms: bool = True) -> User:
        """A new member of every guild."""
        user = User(self.clock.snowflake(), name, bot, takes_dms)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User) -> Guild:
        """A new guild."""
        guild = Guild(self.clock.snowflake(), name, owner.id, self.clock.snowflake())
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, name: str, guild: Guild, room: Room = Room.TEXT) -> Channel:
        """A new text channel, or one of another kind."""
        channel = Channel(self.clock.snowflake(), room, name, self.clock.now(), guild=guild.id)
        return self.keep_channel(channel)

    def keep_channel(self, channel: Channel) -> Channel:
        """Store a channel, new or changed."""
        self.channels[channel.id] = channel
        return channel

    def dm(self, user: User) -> Channel:
        """The bot's direct messages with this user; the same channel every time."""
        for channel in self.channels.values():
            if channel.person == user.id:
                return channel
        return self.keep_channel(
            Channel(self.clock.snowflake(), Room.DM, user.name, self.clock.now(), person=user.id)
        )  # fmt: skip

    def user(self, who: Who) -> User:
        """By record, id or name. Raises LookupError."""
        if isinstance(who, User):
            return self.users[who.id]
        found = [user for user in self.users.values() if who in (user.id, user.name)]
        return _only(found, f"user {who!r}")

    def channel(self, where: Where) -> Channel:
        """By record, id or name. Raises LookupError; a name that two channels have needs the record."""
        if isinstance(where, Channel):
            return self.channels[where.id]
        found = [channel for channel in self.channels.values() if where in (channel.id, channel.name)]
        return _only(found, f"channel {where!r}")

    def threads(self, guild: int) -> Iterator[Channel]:
        """The threads of a guild that are not archived."""
        return (c for c in self.channels.values() if c.guild == guild and c.is_thread and not c.archived)

    def visible_channel(self, channel_id: int) -> Channel:
        """The channel as the bot may see it. Raises Refused with 10003 or 50001."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise Refused(Why.UNKNOWN_CHANNEL)
        if {channel.id, channel.parent} & self.hidden or channel.guild in self.away:
            raise Refused(Why.MISSING_ACCESS)
        return channel

    def visible_message(self, channel_id: int, message_id: int) -> Message:
        """A message of that channel that is not ephemeral. Raises Refused."""
        self.visible_channel(channel_id)
        message = self.messages.get(message_id)
        if message is None or message.channel != channel_id or message.ephemeral:
            raise Refused(Why.UNKNOWN_MESSAGE)
        return message

    def history(self, channel_id: int) -> list[Message]:
        """What the channel shows to everyone, oldest first."""
        return [m for m in self.messages.values() if m.channel == channel_id and not m.ephemeral]

    def keep_message(self, message: Message) -> Message:
        """Store a message, new or changed."""
        self.messages[message.id] = message
        return message

    def note_edit(self, channel_id: int) -> None:
        """Remember that the bot edited there just now."""
        self.edits.setdefault(channel_id, []).append(self.clock.now().timestamp())

    def change_message(self, message_id: int, **changes: object) -> Message:
        """Store a message with some fields changed."""
        return self.keep_message(replace(self.messages[message_id], **changes))  # type: ignore[arg-type]

    def remember_nonce(self, message: Message) -> None:
        """So that the same author can't post with the same nonce again for some minutes."""
        if message.nonce is not None:
            key = message.author, str(message.nonce)
            self._nonces[key] = message.id, message.sent_at.timestamp()

    def posted_with(self, author: int, nonce: str | int | None) -> Message | None:
        """The message this nonce was used for lately. Raises Refused with 10008 when it is deleted by now."""
        message_id, at = self._nonces.get((author, str(nonce)), (0, 0.0))
        if nonce is None or self.clock.now().timestamp() - at > NONCE_S:
            return None
        if message_id not in self.messages:
            raise Refused(Why.UNKNOWN_MESSAGE)
        return self.messages[message_id]

    def roles(self, guild: int | None) -> set[int]:
        """The ids of the roles there are in a guild."""
        return {guild, self.guilds[guild].bot_role} if guild else set()


def _only(found: Iterable[T], what: str) -> T:
    listed = list(found)
    if len(listed) != 1:
        raise LookupError(f"{len(listed)} of {what}")
    return listed[0]
