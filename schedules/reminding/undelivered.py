"""When a due reminder can't be said where it was set: the thread is gone, or Nova has left the channel."""

from dataclasses import replace

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Kind
from nova_bot.core.reminder import Reminder, State
from nova_bot.core.run import Run
from nova_bot.engine.outbox import Outbox
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from schedules.reminding import cards
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act
from schedules.reminding.wording import say

ROOM, DIRECT = "room", "direct"
"""The last parts of the keys of what is sent instead."""


class Undelivered:
    """A reminder whose thread is lost is said in the channel; if that is lost too it rests, and its person is told."""

    def __init__(self, ledger: Ledger, keeper: Keeper, outbox: Outbox) -> None:
        self._ledger = ledger
        self._keeper = keeper
        self._outbox = outbox

    async def lost(self, outbound: Outbound) -> None:
        """The platform will never take this message."""
        run = await self._ledger.run(outbound.run)
        if run.envelope.kind is not Kind.CLOCK or outbound.key.endswith(f"/{DIRECT}"):
            return
        found = await reminders.firing(self._ledger, run.envelope.identity)
        if found is None:
            return
        if outbound.place.thread:
            await self._in_the_room(run, found[0], outbound)
        else:
            await self._directly(run, found[0], outbound)

    async def _in_the_room(self, run: Run, one: Reminder, outbound: Outbound) -> None:
        room = outbound.place.room
        await self._keeper.move(one, room)
        await self._outbox.post(replace(outbound, key=f"{run.name}/{ROOM}", place=room, buttons=()))

    async def _directly(self, run: Run, one: Reminder, outbound: Outbound) -> None:
        if one.state is State.PENDING:
            await self._keeper.do(one, Act.PAUSE)
        place = await self._outbox.direct(outbound.place, one.person.id)
        if place is None:
            return
        text = say(one.lang, "left_place", place=outbound.place.channel, what=cards.what(one))
        away = one.label.audience - {one.place.room}  # what was said there he may read
        label = replace(one.label, audience=away | {place.room})
        key = f"{run.name}/{DIRECT}"
        await self._outbox.post(replace(outbound, key=key, place=place, text=text, buttons=(), label=label))
