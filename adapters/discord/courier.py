"""The sending side. Each message has a nonce of its own, so that sending it twice within minutes makes one message;
what may have been sent longer ago is looked for first.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import discord

from adapters.discord import PLATFORM, rooms, sheets
from adapters.discord.drafts import EVERY_S, Drafts
from adapters.discord.faults import ARCHIVED, UNKNOWN_MESSAGE, for_outbox
from adapters.discord.places import PRIVATE, message_of
from adapters.discord.private import Private
from adapters.discord.receipts import Receipt
from adapters.discord.rest import Rest, quiet
from adapters.discord.sheets import Sheet
from adapters.discord.threads import Target, Threads
from adapters.discord.tickets import Tickets
from adapters.render import parse
from adapters.render.discord import DiscordWriter
from adapters.render.pages import pages
from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Place
from nova_bot.core.readers import Readers
from nova_bot.core.wording import say

log = logging.getLogger(__name__)

LOOK_BACK = 100
"""Messages of a channel among which an earlier try is looked for."""

SEEN_MAX = 1_000
SIGN = "👀"
WORKING = "⏳"
"""Begins the last line of a draft."""


class DiscordCourier:
    """Discord's Courier."""

    platform = PLATFORM
    limits = Limits(text=sheets.TEXT_MAX, buttons=sheets.BUTTONS_MAX, edit_every_s=EVERY_S)

    def __init__(self, token: str, clock: Callable[[], datetime]) -> None:
        self.rest = Rest(token)
        self.threads = Threads(self.rest)
        self.tickets = Tickets(self.rest, clock)
        self._seen: OrderedDict[int, int] = OrderedDict()
        self._private = Private(self.rest, self.tickets)
        self._drafts = Drafts(self._draft, clock)

    async def deliver(self, outbound: Outbound) -> str:
        """Send it. Raises Undeliverable, or any other error to be tried again."""
        made = sheets.sheets(outbound)
        with for_outbox():
            if outbound.place.workspace == PRIVATE:
                return str(await self._private.deliver(outbound, made))
            if outbound.mentions:  # a draft that becomes a message notifies nobody
                return str(await self._sent(outbound, made, {}))
            draft = await self._drafts.end(outbound.place, f"r{outbound.run}")
            return str(await self._sent(outbound, made, {0: draft} if draft else {}))

    async def find(self, outbound: Outbound) -> str | None:
        """Look among the latest messages. When the beginning is there, what is missing is sent behind it."""
        if outbound.place.workspace == PRIVATE:
            return None
        made = sheets.sheets(outbound)
        with for_outbox():
            there = await self._there(outbound, made)
            return str(await self._sent(outbound, made, there)) if there else None

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        """Make the messages say something else; more are sent, or the last ones deleted, as it needs."""
        made, old = sheets.sheets(outbound), Receipt.parse(receipt)
        with for_outbox():
            if outbound.place.workspace == PRIVATE:
                return str(await self._private.edit(outbound, made, old))
            channel = await self.rest.channel(old.channel)
            parts = {n: channel.get_partial_message(number) for n, number in enumerate(old.messages)}
            layout = len(old.messages) - 1 if old.layout else None
            new = await self._sent(outbound, made, parts, layout=layout)
            for part in list(parts.values())[len(made) :]:
                await part.delete()
        return str(new)

    def progress(self, underway: Underway) -> None:
        """Show how far a run is, in a message that becomes the answer."""
        if underway.place.workspace != PRIVATE:
            self._drafts.progress(underway)

    def saw(self, message: int, channel: int) -> None:
        """Remember where a message is that is being taken in: its Place doesn't always tell."""
        self._seen[message] = channel
        while len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)

    async def noticed(self, envelope: Envelope) -> None:
        """Put eyes on a message; a command shows that it is being worked on by itself."""
        number, place = message_of(envelope.identity), envelope.place
        if number is None:
            return
        begins = str(number) == place.thread
        channel = self._seen.pop(number, None) or int(place.channel if begins or not place.thread else place.thread)
        await (await self.rest.channel(channel)).get_partial_message(number).add_reaction(SIGN)

    async def private(self, place: Place, person: str, text: str) -> None:
        """Tell one person: below what he just did, else in a direct message."""
        writer = DiscordWriter()
        for page in pages(parse(text), writer.write, sheets.TEXT_MAX)[:1]:
            await self._private.tell(place, person, writer.write(page))

    async def readers(self, place: Place) -> Readers:
        """Who can read the place now. Raises what goes wrong."""
        return await rooms.readers(self.rest, place)

    async def direct(self, workspace: str, user: str) -> Place:  # noqa: ARG002
        """The Place of what only this user sees."""
        return Place(PLATFORM, PRIVATE, user)

    async def close(self) -> None:
        """End drafts and connections."""
        self._drafts.close()
        await self.rest.close()

    async def _sent(
        self,
        outbound: Outbound,
        made: tuple[Sheet, ...],
        there: dict[int, discord.PartialMessage],
        layout: int | None = None,
    ) -> Receipt:
        """Bring the messages about; those that are `there` are changed to what they should say."""
        target = await self.threads.target(outbound.place)
        numbers = []
        for n, sheet in enumerate(made):
            message = await self._changed(there[n], sheet, was_layout=n == layout) if n in there else None
            if message is None:
                message = await self._new(outbound, n, sheet, target, again=int(n in there))
            numbers.append(message.id)
        as_layout = bool(made[-1].buttons) or layout == len(made) - 1
        return Receipt(target.channel, tuple(numbers), as_layout and not self.rest.classic)

    async def _new(self, outbound: Outbound, n: int, sheet: Sheet, target: Target, again: int) -> discord.Message:
        channel = await self.rest.channel(target.channel)
        nonce = sheets.nonce(outbound.place, outbound.key, n, again)

        def sent(plain: bool) -> Awaitable[discord.Message]:
            return channel.send(**sheets.new(sheet, plain=plain), nonce=nonce, **_reference(target, n))

        message = await self.rest.either(sent, buttons=bool(sheet.buttons))
        if sheets.says(message) not in ("", sheet.text.strip()):  # the nonce gave us an earlier state of it
            return await self._edited(message, sheet, was_layout=message.flags.components_v2)
        return message

    async def _edited(
        self, message: discord.PartialMessage | discord.Message, sheet: Sheet, *, was_layout: bool
    ) -> discord.Message:
        def edited(plain: bool) -> Awaitable[discord.Message]:
            return message.edit(**sheets.changed(sheet, was_layout=was_layout, plain=plain))

        return await self.rest.either(edited, buttons=bool(sheet.buttons))

    async def _changed(
        self, message: discord.PartialMessage, sheet: Sheet, *, was_layout: bool
    ) -> discord.PartialMessage | None:
        """The message, changed; None when somebody deleted it."""
        if isinstance(message, discord.Message) and sheets.says(message) == sheet.text.strip():
            return message
        try:
            await self._edited(message, sheet, was_layout=was_layout)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:
                return None
            if error.code != ARCHIVED:
                raise
            await self.threads.wake(message.channel.id)
            await self._edited(message, sheet, was_layout=was_layout)
        return message

    async def _there(self, outbound: Outbound, made: tuple[Sheet, ...]) -> dict[int, discord.PartialMessage]:
        """What an earlier try sent of it, by part."""
        client, target = await self.rest.client(), await self.threads.target(outbound.place)
        channel = await self.rest.channel(target.channel)
        there: dict[int, discord.PartialMessage] = {}
        names = {sheets.nonce(outbound.place, outbound.key, n): n for n in range(len(made))}
        texts = {sheet.text.strip(): n for n, sheet in enumerate(made)}
        async for message in channel.history(limit=LOOK_BACK):
            if client.user is None or message.author.id != client.user.id:
                continue
            said = sheets.says(message)
            n = names.get(str(message.nonce), texts.get(said))
            if n is None and not outbound.mentions and is_draft(said, f"r{outbound.run}"):
                n = 0
            if n is not None:
                there.setdefault(n, message)
        return there

    async def _draft(self, underway: Underway, message: discord.PartialMessage | None) -> discord.PartialMessage:
        """Send or change the message that shows how far a run is."""
        text = drafted(underway)
        if message is not None:
            await message.edit(content=text, allowed_mentions=quiet())
            return message
        target = await self.threads.target(underway.place)
        channel = await self.rest.channel(target.channel)
        nonce = sheets.nonce(underway.place, f"{underway.run}/1", 0)  # the answer's own: one message, whatever happens
        sent = await channel.send(text, nonce=nonce, suppress_embeds=True, **_reference(target, 0))
        return channel.get_partial_message(sent.id)


def _reference(target: Target, part: int) -> dict[str, Any]:
    """The first part answers the message where there is no thread."""
    if not target.reply_to or part:
        return {}
    return {
        "reference": discord.MessageReference(
            message_id=target.reply_to, channel_id=target.channel, fail_if_not_exists=False
        )
    }


def drafted(underway: Underway) -> str:
    """What a draft says: the answer so far, whose step it is, and what it has cost."""
    writer = DiscordWriter()
    cost = "" if not underway.usd else f"{underway.usd:.4f} USD"
    step = say("discord", "step", step=underway.step)
    footer = sheets.footed(f"{WORKING} {underway.agent}", step, cost, underway.run)
    so_far = pages(parse(underway.text), writer.write, sheets.TEXT_MAX - len(footer) - 2)
    text = writer.write(so_far[0]) + (" …" if len(so_far) > 1 else "") if so_far else ""
    return (text + footer).lstrip("\n")


def is_draft(text: str, run: str) -> bool:
    """Is this what `drafted` made of that run?"""
    last = text.rpartition("\n")[2]
    return last.startswith(f"-# {WORKING} ") and last.endswith(f" {run}")
