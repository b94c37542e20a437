"""Reminders that an agent sets, lists and cancels for the person it works for; what the person may, decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Label, join
from nova_bot.core.outcome import Say
from nova_bot.core.people import People
from nova_bot.core.reminder import Reminder, Wish
from nova_bot.core.run import Run
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.sieve import Sieve
from nova_bot.engine.skills import Card
from nova_bot.ledger import reminders
from nova_bot.ledger.store import Ledger
from nova_bot.trust.sinks import Refuse
from schedules.reminding import cards, making
from schedules.reminding.keeper import Keeper
from schedules.reminding.orders import Act
from schedules.reminding.zones import Zones
from schedules.when import When, parse

SET = "reminders.set"
LONGEST_REQUEST = 2_000
"""Characters of a request in which its language is looked for."""


@dataclass(frozen=True, slots=True)
class ForAgents:
    """The `Reminders` of `nova_bot.core.reminder`."""

    ledger: Ledger
    keeper: Keeper
    zones: Zones
    people: People
    outbox: Outbox
    sieve: Sieve
    new_id: Callable[[], str]

    async def set(self, wish: Wish) -> str:
        """Keep it and post its card; the same key twice makes one of each."""
        run = await self.ledger.run(wish.run)
        made, when = await self._made(wish, run)
        await self._sayable(wish, made)
        kept = await self.keeper.keep(made)
        card = cards.made(kept, when.assumptions, made.place)
        await self.outbox.post(self._outbound(wish, kept, card))
        assumed = "".join(f" {one}" for one in when.assumptions)
        return f"Set: {_line(kept)}.{assumed} The person has a card with it."

    async def waiting(self, person: str, place: Place) -> list[tuple[str, Label]]:
        """Those of this channel, whoever set them: what was set elsewhere stays there."""
        return [(_line(one), one.label) for one in await self._here(person, place)]

    async def cancel(self, person: str, place: Place, number: int) -> str:
        """End one that waits in this channel."""
        found = next((one for one in await self._here(person, place) if one.id == number), None)
        if found is None:
            return ""
        await self.keeper.do(found, Act.CANCEL)
        return _line(found)

    async def _here(self, person: str, place: Place) -> list[Reminder]:
        mine = await reminders.of_person(self.ledger, person, place.platform)
        return [one for one in mine if one.place.room == place.room]

    async def _made(self, wish: Wish, run: Run) -> tuple[Reminder, When]:
        """The reminder that is wished for. Raises ToolError where it can't be, in words for the agent."""
        sender, at = run.envelope.sender, run.envelope.at
        tz = await self.zones.of(sender, run.envelope.place)
        when = replace(_read(wish, run, tz or self.zones.own), what=wish.what, who=wish.who or "me")
        if not tz and not when.elapsed:
            raise _error("nobody knows this person's time zone; only a length of time can be used, as in: in 2 hours")
        waiting = await reminders.waiting(self.ledger, sender.person)
        why = making.refused(run, self.people.of(sender.person), when, waiting)
        if making.channel(when):
            why = "the person has to ask for a reminder in another channel without you"
        if why:
            raise _error(why)
        made = making.reminder(run, when)
        if made is None:
            raise _error(f'"{wish.when}" is never due')
        label = replace(join([made.label, wish.label], f"call:{wish.key}"), as_of=at)
        return replace(made, key=wish.key, label=label, what=wish.what), when

    async def _sayable(self, wish: Wish, made: Reminder) -> None:
        """Only what may be said here now can be said here later. Raises ToolError."""
        card = cards.made(made, (), made.place)
        if made.label.secret or isinstance(await self.sieve.checked(self._outbound(wish, made, card)), Refuse):
            raise _error("it rests on what not everybody here may know")

    def _outbound(self, wish: Wish, kept: Reminder, card: Card) -> Outbound:
        buttons = (Button(self.new_id(), o.label, o.act, o.value, o.style, card.presser) for o in card.offers)
        assert isinstance(card.outcome, Say)
        text, links = card.outcome.text, wish.links
        return Outbound(wish.key, wish.run, kept.place, wish.agent, text, (*buttons,), label=kept.label, links=links)


def _read(wish: Wish, run: Run, tz: str) -> When:
    """The time that is wished for, as the time grammar reads it. Raises ToolError with what it leaves open."""
    when = parse(wish.when, run.envelope.at, tz)
    if when.due is None or when.what or when.kind in ("ask", "none"):
        either = f" It may be: {', '.join(when.alternatives)}." if when.alternatives else ""
        raise _error(f'"{wish.when}" is no clear time. {when.ask or "Give nothing but the time."}{either}')
    return replace(when, lang=parse(run.route.request[:LONGEST_REQUEST], run.envelope.at, tz).lang)


def _line(one: Reminder) -> str:
    return f"reminder {one.id}, {cards.when(one, 'en')}: {cards.what(one, 'en')}"


def _error(what: str) -> ToolError:
    return ToolError(tool=SET, what=what)
