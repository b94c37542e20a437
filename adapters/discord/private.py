"""What one person alone sees: the answer to his own command while that can be answered, a direct message after."""

import discord

from adapters.discord import sheets
from adapters.discord.receipts import Receipt
from adapters.discord.rest import Rest, quiet
from adapters.discord.sheets import Sheet
from adapters.discord.tickets import Ticket, Tickets
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place

BY_HOOK = 0
"""Stands for the channel in a receipt of what was answered to a command."""


class Private:
    """Sends to one person."""

    def __init__(self, rest: Rest, tickets: Tickets) -> None:
        self._rest = rest
        self._tickets = tickets

    async def deliver(self, outbound: Outbound, made: tuple[Sheet, ...]) -> Receipt:
        """Answer the command that `outbound.place` is about."""
        person = outbound.place.channel
        ticket = self._tickets.of(outbound.place, person)
        if ticket is not None:
            try:
                return await self._answered(ticket, outbound.key, made)
            except discord.HTTPException as error:
                if error.status not in (401, 404):  # the ticket ended sooner than it said
                    raise
        return await self._messaged(person, outbound, made)

    async def edit(self, outbound: Outbound, made: tuple[Sheet, ...], old: Receipt) -> Receipt:
        """Change what was said last; say it anew when that can't be changed any more."""
        ticket = self._tickets.of(outbound.place, outbound.place.channel)
        last, change = old.messages[-1], sheets.changed(made[-1], was_layout=old.layout)
        if old.channel != BY_HOOK:
            await (await self._rest.channel(old.channel)).get_partial_message(last).edit(**change)
        elif ticket is not None:
            await (await self._tickets.hook(ticket)).edit_message(last, **change)
        else:
            return await self.deliver(outbound, made)
        return old

    async def tell(self, place: Place, person: str, text: str) -> None:
        """Say something short."""
        ticket = self._tickets.of(place, person)
        if ticket is not None:
            hook = await self._tickets.hook(ticket)
            await hook.send(text, ephemeral=True, allowed_mentions=quiet(), suppress_embeds=True)
            return
        await (await self._direct(person)).send(text, suppress_embeds=True)

    async def _answered(self, ticket: Ticket, key: str, made: tuple[Sheet, ...]) -> Receipt:
        """Fill the answer that waits, which can be done twice; the rest follows behind it."""
        hook = await self._tickets.hook(ticket)
        numbers = []
        if self._tickets.fills(ticket, key):
            await hook.edit_message(ticket.message, **sheets.changed(made[0], was_layout=False))
            numbers.append(ticket.message)
        for sheet in made[len(numbers) :]:
            sent = await hook.send(**sheets.new(sheet), ephemeral=True, wait=True, allowed_mentions=quiet())
            numbers.append(sent.id)
        return Receipt(BY_HOOK, tuple(numbers), bool(made[-1].buttons))

    async def _messaged(self, person: str, outbound: Outbound, made: tuple[Sheet, ...]) -> Receipt:
        channel = await self._direct(person)
        numbers = []
        for n, sheet in enumerate(made):
            nonce = sheets.nonce(outbound.place, outbound.key, n)
            numbers.append((await channel.send(**sheets.new(sheet), nonce=nonce)).id)
        return Receipt(channel.id, tuple(numbers), bool(made[-1].buttons))

    async def _direct(self, person: str) -> discord.DMChannel:
        user = await (await self._rest.client()).fetch_user(int(person))
        return await user.create_dm()
