"""What one person alone sees: the answer to his own command while that can be answered, a direct message after."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Protocol

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


class _Way(Protocol):
    """How messages reach that person. `what` are arguments made by `sheets`."""

    @property
    def channel(self) -> int: ...

    def send(self, what: dict[str, Any], nonce: str) -> Awaitable[Any]: ...

    def change(self, message: int, what: dict[str, Any]) -> Awaitable[Any]: ...

    def delete(self, message: int) -> Awaitable[Any]: ...


@dataclass(frozen=True, slots=True)
class _Hook:
    """Behind his command. It takes no nonce."""

    hook: discord.Webhook
    channel: int = BY_HOOK

    def send(self, what: dict[str, Any], nonce: str) -> Awaitable[Any]:  # noqa: ARG002
        return self.hook.send(**{**what, "allowed_mentions": quiet(), "ephemeral": True, "wait": True})

    def change(self, message: int, what: dict[str, Any]) -> Awaitable[Any]:
        return self.hook.edit_message(message, **what)

    def delete(self, message: int) -> Awaitable[Any]:
        return self.hook.delete_message(message)


@dataclass(frozen=True, slots=True)
class _Direct:
    """In a direct message."""

    to: discord.PartialMessageable | discord.DMChannel

    @property
    def channel(self) -> int:
        return self.to.id

    def send(self, what: dict[str, Any], nonce: str) -> Awaitable[Any]:
        return self.to.send(**what, nonce=nonce)

    def change(self, message: int, what: dict[str, Any]) -> Awaitable[Any]:
        return self.to.get_partial_message(message).edit(**what)

    def delete(self, message: int) -> Awaitable[Any]:
        return self.to.get_partial_message(message).delete()


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
                return await self._answered(ticket, outbound, made)
            except discord.HTTPException as error:
                if error.status not in (401, 404):  # the ticket ended sooner than it said
                    raise
        return await self._sent(_Direct(await self._direct(person)), outbound, made, [])

    async def edit(self, outbound: Outbound, made: tuple[Sheet, ...], old: Receipt) -> Receipt:
        """Change what was said; say it anew when that can't be changed any more."""
        way: _Way
        if old.channel != BY_HOOK:
            way = _Direct(await self._rest.channel(old.channel))
        else:
            ticket = self._tickets.of(outbound.place, outbound.place.channel)
            if ticket is None:
                return await self.deliver(outbound, made)
            way = _Hook(await self._tickets.hook(ticket))
        kept = list(old.messages[: len(made)])
        for number, sheet in zip(kept, made, strict=False):
            await self._change(way, number, sheet, was_layout=old.layout and number == old.messages[-1])
        for number in old.messages[len(made) :]:
            await way.delete(number)
        return await self._sent(way, outbound, made, kept, layout=old.layout and len(kept) == len(old.messages))

    async def tell(self, place: Place, person: str, text: str) -> None:
        """Say something short."""
        ticket = self._tickets.of(place, person)
        if ticket is not None:
            hook = await self._tickets.hook(ticket)
            await hook.send(text, ephemeral=True, allowed_mentions=quiet(), suppress_embeds=True)
            return
        await (await self._direct(person)).send(text, suppress_embeds=True)

    async def _answered(self, ticket: Ticket, outbound: Outbound, made: tuple[Sheet, ...]) -> Receipt:
        """Fill the answer that waits, which can be done twice; the rest follows behind it."""
        way = _Hook(await self._tickets.hook(ticket))
        filled = []
        if self._tickets.fills(ticket, outbound.key):
            await self._change(way, ticket.message, made[0], was_layout=False)
            filled.append(ticket.message)
        return await self._sent(way, outbound, made, filled)

    async def _sent(
        self, way: _Way, outbound: Outbound, made: tuple[Sheet, ...], there: list[int], *, layout: bool = False
    ) -> Receipt:
        """Send what follows behind the messages that are there; `layout`: the last of them is made of components."""
        numbers = list(there)
        for n, sheet in enumerate(made[len(there) :], len(there)):
            nonce = sheets.nonce(outbound.place, outbound.key, n)

            def send(plain: bool, sheet: Sheet = sheet, nonce: str = nonce) -> Awaitable[Any]:
                return way.send(sheets.new(sheet, plain=plain), nonce)

            numbers.append((await self._rest.either(send, buttons=bool(sheet.buttons))).id)
        as_layout = bool(made[-1].buttons) or (layout and len(made) == len(there))
        return Receipt(way.channel, tuple(numbers), as_layout and not self._rest.classic)

    async def _change(self, way: _Way, message: int, sheet: Sheet, *, was_layout: bool) -> None:
        def change(plain: bool) -> Awaitable[Any]:
            return way.change(message, sheets.changed(sheet, was_layout=was_layout, plain=plain))

        await self._rest.either(change, buttons=bool(sheet.buttons))

    async def _direct(self, person: str) -> discord.DMChannel:
        return await (await self._rest.client()).create_dm(discord.Object(int(person)))
