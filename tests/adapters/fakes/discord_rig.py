"""The real discord.py client, run against the loopback Discord."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import discord
from discord import app_commands

from adapters.fakes.discord import FakeDiscord

Hears = Callable[[discord.Message], Awaitable[object]]


class Bot(discord.Client):
    """Remembers what it hears; `on_hearing` may answer, `setup` registers commands and buttons."""

    def __init__(
        self,
        on_hearing: Hears | None = None,
        *,
        setup: Callable[["Bot"], Awaitable[None]] | None = None,
        message_content: bool = True,
        silence_s: float = 60.0,
    ) -> None:
        intents = discord.Intents.default()
        intents.message_content = message_content
        super().__init__(
            intents=intents, guild_ready_timeout=0.05, chunk_guilds_at_startup=False, heartbeat_timeout=silence_s
        )
        self.tree = app_commands.CommandTree(self)
        self.texts: list[str] = []
        self.seen: list[str] = []
        self._changed = asyncio.Event()
        self._on_hearing = on_hearing
        self._setup = setup

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py would wait five seconds here before it identifies again."""

    async def setup_hook(self) -> None:
        if self._setup:
            await self._setup(self)

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user:
            return
        self.texts.append(message.content)
        self._changed.set()
        if self._on_hearing:
            await self._on_hearing(message)

    async def on_socket_event_type(self, name: str) -> None:
        self.seen.append(name)
        self._changed.set()

    async def until(self, look: Callable[[], object], within: float = 3.0) -> None:
        async with asyncio.timeout(within):
            while not look():
                self._changed.clear()
                await self._changed.wait()

    async def heard(self, *texts: str) -> None:
        """Wait until exactly these messages came, in this order."""
        await self.until(lambda: len(self.texts) >= len(texts))
        assert self.texts == list(texts)


async def started(fake: FakeDiscord, bot: Bot) -> asyncio.Task[None]:
    """The running `start()` of a bot that knows its guild."""
    running = asyncio.create_task(bot.start(fake.token))
    knowing = asyncio.create_task(bot.until(lambda: "GUILD_CREATE" in bot.seen))
    await asyncio.wait({running, knowing}, return_when=asyncio.FIRST_COMPLETED)
    knowing.cancel()
    assert not running.done(), running.exception()
    return running


@asynccontextmanager
async def connected(fake: FakeDiscord, bot: Bot) -> AsyncIterator[Bot]:
    """The bot, connected; closed at the end, when what killed it is raised."""
    running = await started(fake, bot)
    try:
        yield bot
    finally:
        await bot.close()
        with suppress(asyncio.CancelledError):
            await running
