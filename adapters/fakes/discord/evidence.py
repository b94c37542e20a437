"""What the bot did: looking, and waiting for it."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from adapters.fakes.discord.components import Control, controls, shown
from adapters.fakes.discord.interactions import ANSWER_S
from adapters.fakes.discord.people import People
from adapters.fakes.discord.records import Answer, Call, Channel, Interaction, Json, Kind, Message
from adapters.fakes.discord.state import Where, Who

T = TypeVar("T")
SYSTEM = (Kind.THREAD_CREATED, Kind.THREAD_STARTER)
PATIENCE_S = 10.0
EDIT_WINDOW_S = 5.0


class Evidence(People):
    """Assertion helpers."""

    async def until(self, look: Callable[[], T | None], within: float = PATIENCE_S) -> T:
        """What `look` sees, as soon as it is something. Raises AssertionError."""
        return await self.journal.until(look, within)

    async def ready(self, sessions: int = 1, within: float = PATIENCE_S) -> None:
        """Wait until this many sessions are connected."""
        await self.until(lambda: len(self.gateway.open_links()) >= sessions, within)

    async def answered(self, asked: Interaction, within: float = PATIENCE_S) -> Answer:
        """How the bot answered an interaction."""
        return await self.until(lambda: self.interaction(asked).answer, within)

    async def reply(self, asked: Interaction, within: float = PATIENCE_S) -> Message:
        """The message that answered an interaction, once it is more than "thinking"."""
        return await self.until(lambda: self._reply_to(asked), within)

    async def autocomplete(
        self, line: str, channel: Where, user: Who, option: str, typed: str, **options: object
    ) -> tuple[str, ...]:
        """The names the bot offers while a person types into an option."""
        asked = self.type_option(line, channel, user, option, typed, **options)
        return tuple(str(choice["name"]) for choice in (await self.answered(asked)).choices)

    async def heard(self, channel: Where, count: int = 1, within: float = PATIENCE_S) -> Message:
        """The bot's `count`-th post in a channel, from 1."""
        posts = await self.until(lambda: self.posts(channel)[count - 1 :], within)
        return posts[0]

    async def thread_of(self, message: Message, within: float = PATIENCE_S) -> Channel:
        """The thread below a message, once there is one."""
        return await self.until(lambda: self.world.channels.get(message.id), within)

    def posts(self, channel: Where) -> tuple[Message, ...]:
        """What the bot said in a channel, oldest first, as it reads now; without "thinking"."""
        place = self.world.channel(channel)
        mine = (m for m in self.world.messages.values() if m.channel == place.id and m.author == self.bot.id)
        return tuple(m for m in mine if not m.loading and m.kind not in SYSTEM)

    def message(self, message: Message) -> Message:
        """A message as it is now. Raises LookupError when it is deleted."""
        return self.world.messages[message.id]

    def final_text(self, message: Message) -> str:
        """All that a reader of the message sees now."""
        return shown(self.message(message))

    def controls(self, message: Message) -> tuple[Control, ...]:
        """The buttons and selects of a message now."""
        return controls(self.message(message))

    def interaction(self, asked: Interaction) -> Interaction:
        """An interaction as it is now."""
        return self.world.interactions[asked.id]

    def duplicates(self) -> tuple[str, ...]:
        """Texts that the bot posted more than once in one channel."""
        mine = (m for m in self.world.messages.values() if m.author == self.bot.id and m.kind not in SYSTEM)
        count = Counter((m.channel, shown(m)) for m in mine if shown(m))
        return tuple(text for (_, text), times in count.items() if times > 1)

    def unanswered(self) -> tuple[Interaction, ...]:
        """Interactions whose three seconds are over without an answer."""
        asked = self.world.interactions.values()
        return tuple(i for i in asked if i.answer is None and self.clock.since(i.asked_at) > ANSWER_S)

    def late_answers(self) -> tuple[Call, ...]:
        """Answers that were refused because they came after three seconds."""
        tried = self.calls("POST /interactions/*/callback")
        return tuple(call for call in tried if self._was_late(call))

    def max_edit_rate(self, channel: Where) -> int:
        """The most edits that the bot made in a channel within any five seconds."""
        times = self.world.edits.get(self.world.channel(channel).id, [])
        return max((sum(start <= at < start + EDIT_WINDOW_S for at in times) for start in times), default=0)

    def calls(self, route: str = "*") -> tuple[Call, ...]:
        """The REST requests to a route."""
        return self.journal.calls(route)

    def nonces(self) -> tuple[str, ...]:
        """The nonces sent with posts, in order; repeats show retries."""
        sent = (call.body.get("nonce") for call in self.calls("POST /channels/*/messages"))
        return tuple(str(nonce) for nonce in sent if nonce is not None)

    def mentions_sent(self) -> tuple[Json | None, ...]:
        """`allowed_mentions` of each post that was accepted; None: the bot gave none, so everything pings."""
        posts = self.calls("POST /channels/*/messages")
        return tuple(call.body.get("allowed_mentions") for call in posts if call.status == 200)

    def pinged(self, message: Message) -> tuple[str, ...]:
        """The names of those a message notifies."""
        current = self.message(message)
        names = [self.world.users[user].name for user in current.pinged]
        return (*names, "everyone") if current.pings_everyone else tuple(names)

    def typing(self, channel: Where) -> int:
        """How often the bot showed that it is typing."""
        return self.world.typed.count(self.world.channel(channel).id)

    def unknown_calls(self) -> tuple[str, ...]:
        """Requests to addresses that this double does not have."""
        return tuple(call.route for call in self.journal.entries if call.unknown)

    @property
    def identifies(self) -> int:
        """How many sessions were begun, or tried."""
        return self.gateway.identifies

    @property
    def resumes(self) -> int:
        """How many sessions were resumed."""
        return self.gateway.resumes

    def _reply_to(self, asked: Interaction) -> Message | None:
        messages = self.interaction(asked).messages
        first = self.world.messages.get(messages[0]) if messages else None
        return first if first and not first.loading else None

    def _was_late(self, call: Call) -> bool:
        asked = self.world.interactions.get(int(call.route.split("/")[2]))
        return bool(asked and call.status == 404 and (call.at - asked.asked_at).total_seconds() > ANSWER_S)
