"""The desk: what people say and press on Discord becomes Envelopes, in the order in which it was said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import discord

from adapters.discord import PLATFORM, forms, places, quotes, sheets
from adapters.discord.answers import acknowledged, deferred, opened
from adapters.discord.courier import DiscordCourier
from adapters.discord.modals import Asked, Subjects
from adapters.discord.payloads import complete
from adapters.render import parse
from adapters.render.discord import DiscordWriter
from adapters.render.nodes import Paragraph, Quote, Span
from adapters.render.pages import pages
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import NoSuchRun
from nova_bot.core.form import Form
from nova_bot.core.people import People
from nova_bot.core.wording import say
from nova_bot.dispatch.lanes import Lanes
from nova_bot.dispatch.reception import Reception
from nova_bot.ledger.places import knows

log = logging.getLogger(__name__)

READ_AT_ONCE = 1_000
ECHO_MAX = 1_000
FINISH_S = 2.0

ASKED = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that people write. All others, such as "Ada joined", are Discord's own."""


class Desk:
    """One for each connection; it knows who the bot is."""

    def __init__(self, people: People, receive: Reception, courier: DiscordCourier) -> None:
        self.receive = receive
        self.courier = courier
        self.subjects = Subjects()
        self._people = people
        self._order: Lanes[None] = Lanes(READ_AT_ONCE)
        self._at_work: set[asyncio.Task[object]] = set()

    async def finish(self) -> None:
        """Let what is being taken in come to its end; what takes longer than a moment is given up."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=FINISH_S)

    def working(self) -> None:
        """Note that the current task takes something in."""
        task = asyncio.current_task()
        if task is not None:
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def said(self, message: discord.Message, me: discord.ClientUser) -> None:
        """A message: in private, with Nova's name in it, or in a thread. Anything else is no matter of Nova's."""
        self.working()
        complete(message, me)
        if message.author.id == me.id or message.type not in ASKED:
            return
        guild = guild_of(message)
        by = self._sender(message.author, guild, machine=message.webhook_id is not None)
        mentioned = guild is None or calls(message, me)
        start = places.began(message, me) if mentioned or places.answered(message, me) else None
        where = places.place(guild, message.channel, start)
        if by.standing is Standing.MACHINE or where is None or not (mentioned or where.thread):
            return
        text = places.readable(message, me.id)
        if not (text or mentioned or quotes.carries(message)):
            return  # a picture for others, or a text that we may not read
        await self._in_order(message.channel.id, partial(self._taken, message, where, by, text, mentioned=mentioned))

    async def _taken(self, message: discord.Message, where: Place, by: Sender, text: str, *, mentioned: bool) -> None:
        """Take in a message with what belongs to it."""
        elsewhere = mentioned and where.thread not in ("", str(message.id))
        breaks_in = elsewhere and not await knows(self.receive.ledger, where)
        quoted = await quotes.along_with(message, breaks_in=breaks_in)
        if quoted and not text:
            text = say("adapter", "about_default")
        envelope = Envelope(
            places.identity(message.id), Kind.MESSAGE, where, by, text, message.created_at, mentioned, quoted=quoted
        )
        self.courier.saw(message.id, message.channel.id)
        if where.thread == str(message.id) != str(message.channel.id):  # a forum's post has its thread already
            self.courier.threads.expect(where, text)
        await self.receive(envelope)

    async def edited(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Somebody changed his message. A link preview arrives in the same way, but changes nothing."""
        self.working()
        complete(message, me)
        if message.edited_at is not None and message.author.id != me.id:
            await self.receive.revise(places.identity(message.id), places.readable(message, me.id))

    async def deleted(self, number: int, channel: int) -> None:
        """Somebody took a message back. What is said there after that waits until it is gone."""
        self.working()
        await self._in_order(channel, lambda: self.receive.withdraw(places.identity(number)))

    async def ask(
        self, interaction: discord.Interaction, text: str, agent: str = "", *, about: Asked | None = None
    ) -> None:
        """A request made by a command, or `about` a message: acknowledged first, then accepted like a message."""
        self.working()
        alone = is_away(interaction)
        message = await deferred(interaction, ephemeral=alone)
        where = self.place(interaction, message, alone=alone)
        self.courier.tickets.keep(where, interaction, message)
        if where.thread == str(message):
            self.courier.threads.expect(where, text)
        quoted = (await self.subjects.of(about, interaction.client),) if about else ()
        addressed = f"/agent {agent} {text}" if agent else text
        envelope = Envelope(
            places.identity(interaction), Kind.MESSAGE, where, self.sender(interaction), addressed,
            interaction.created_at, quoted=quoted,
        )  # fmt: skip
        echo = () if alone else (self._echo(interaction, addressed),)
        await asyncio.gather(self.receive(envelope), *echo)

    async def alone(self, interaction: discord.Interaction, text: str) -> None:
        """A request whose answer only the one who asks may see."""
        self.working()
        message = await deferred(interaction, ephemeral=True)
        where = places.private(interaction.user.id, interaction.id)
        self.courier.tickets.keep(where, interaction, message)
        await self.receive(
            Envelope(
                places.identity(interaction),
                Kind.MESSAGE,
                where,
                self.sender(interaction),
                text,
                interaction.created_at,
            )
        )

    async def command(self, interaction: discord.Interaction, verb: str, rest: str) -> None:
        """A command that Nova answers itself, for the eyes of the one who gave it."""
        self.working()
        await deferred(interaction, ephemeral=True)
        where, by = self.place(interaction, None, alone=is_away(interaction)), self.sender(interaction)
        line = f"{verb} {rest}".strip()
        turned = await self.receive.door.admit(
            Envelope(places.identity(interaction), Kind.COMMAND, where, by, line, interaction.created_at)
        )
        said = turned.said if turned else await self.receive.command(verb, rest, where, by)
        writer = DiscordWriter()
        texts = [writer.write(page) for page in pages(parse(said or ""), writer.write, self.courier.limits.text)]
        await interaction.edit_original_response(content=texts[0] if texts else say("discord", "nothing"))
        for text in texts[1:4]:
            await interaction.followup.send(text, ephemeral=True, suppress_embeds=True)

    async def pressed(self, interaction: discord.Interaction, button: str) -> None:
        """Somebody pressed a button. It is acknowledged, by a form if it needs one, while it is being accepted."""
        self.working()
        press = self._use(interaction, Kind.PRESS, "", button)
        form = asyncio.create_task(self.receive.form(press))
        opening = asyncio.create_task(_answered(interaction, form, button))

        async def take() -> None:
            asking = await form
            if asking is None or asking.verb or not await opening:  # else what is filled in will be the press
                await self.receive(press)

        await asyncio.gather(opening, self._in_order(interaction.channel_id, take))

    async def filled(self, interaction: discord.Interaction, sent: forms.Filled) -> None:
        """Somebody sent a form: it is a press, or a command."""
        self.working()
        kind = Kind.COMMAND if sent.verb else Kind.PRESS
        made = self._use(interaction, kind, sent.says(), sent.button)
        await asyncio.gather(
            acknowledged(interaction), self._in_order(interaction.channel_id, lambda: self.receive(made))
        )

    async def mistaken(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Somebody says that a message of Nova's is wrong: a form asks the owner what is, and what is right."""
        self.working()
        me, run = interaction.client.user, sheets.run_of(message)
        where, form = self.place(interaction, None, alone=is_away(interaction)), None
        if me is not None and message.author.id == me.id and run is not None:
            with suppress(NoSuchRun):
                form = await self.receive.mistakes(run, where, self.sender(interaction))
        if form is None:
            await interaction.response.send_message(say("discord", "no_mistakes"), ephemeral=True)
        else:
            await opened(interaction, form, "")

    def _use(self, interaction: discord.Interaction, kind: Kind, text: str, button: str) -> Envelope:
        where = self.place(interaction, None, alone=is_away(interaction))
        self.courier.tickets.keep(where, interaction)
        by, at = self.sender(interaction), interaction.created_at
        return Envelope(places.identity(interaction), kind, where, by, text, at, press=button)

    async def _in_order(self, channel: int | None, take: Callable[[], Awaitable[object]]) -> None:
        """Take something in after everything that was said or pressed in the same channel before."""

        async def taken() -> None:
            await take()

        await self._order.submit(channel, taken)

    def sender(self, interaction: discord.Interaction) -> Sender:
        """Who used a command or button."""
        return self._sender(interaction.user, interaction.guild_id, machine=False)

    def place(self, interaction: discord.Interaction, message: int | None, *, alone: bool) -> Place:
        """Where an interaction belongs; `message` is what would open a thread."""
        known = None if alone else places.place(interaction.guild_id, interaction.channel, message)
        return known or places.private(interaction.user.id, interaction.id)

    def agents(self, typed: str) -> list[str]:
        """Names of agents that fit what somebody has typed so far; from memory, since Discord waits for them."""
        wanted = typed.casefold()
        names = [spec.name for spec in self.receive.commands().roster()]
        return sorted((name for name in names if wanted in name), key=lambda name: (not name.startswith(wanted), name))

    def _sender(self, user: discord.User | discord.Member, guild: int | None, *, machine: bool) -> Sender:
        workspace = str(guild) if guild else ""
        return self._people.sender(PLATFORM, workspace, str(user.id), user.display_name, bot=machine or bool(user.bot))

    async def _echo(self, interaction: discord.Interaction, text: str) -> None:
        """Show everybody what was asked: Discord shows only that a command was used."""
        writer = DiscordWriter()
        (page, *_) = pages((Quote((Paragraph((Span(text),)),)),), writer.write, ECHO_MAX)
        try:
            await interaction.edit_original_response(content=writer.write(page))
        except discord.HTTPException as error:
            log.warning("%d is not shown: %s", interaction.id, error, extra={"action": "discord.command"})


async def _answered(interaction: discord.Interaction, form: Awaitable[Form | None], button: str) -> bool:
    """Answer a press. Did a form open?"""
    asking = await form
    if asking is None:
        await acknowledged(interaction)
        return False
    return await opened(interaction, asking, button)


def guild_of(message: discord.Message) -> int | None:
    """The server of a message, also one that Nova knows nothing of yet; None for a direct message."""
    if message.guild is not None:
        return message.guild.id
    return getattr(message.channel, "guild_id", None)


def calls(message: discord.Message, me: discord.ClientUser) -> bool:
    """Does the message call the bot: by name, by answering it, or by its own role, which people pick by mistake?"""
    of_bot = (role.tags.bot_id for role in message.role_mentions if role.tags)
    return any(user.id == me.id for user in message.mentions) or me.id in of_bot


def is_away(interaction: discord.Interaction) -> bool:
    """Was the command used where the bot itself is not: a server or a chat that only its user is in?"""
    if interaction.guild_id is None:
        return not isinstance(interaction.channel, discord.DMChannel) or bool(interaction.context.private_channel)
    if interaction.is_guild_integration():
        return False
    return interaction.is_user_integration() or interaction.client.get_guild(interaction.guild_id) is None
