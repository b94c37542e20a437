"""Commands about what an answer rests on: blame, wrong, redo, forget.

Changes are made one at a time, so that no correction overtakes another. Where the owner found an answer bad, a form
offers him its claims.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nova_bot.core.button import BAD
from nova_bot.core.claims import Status
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.errors import NotDone, NotUnderstood
from nova_bot.core.form import Form
from nova_bot.core.labels import Label
from nova_bot.core.text import clip, counted
from nova_bot.core.wording import say
from nova_bot.dispatch.blaming import Blaming
from nova_bot.dispatch.commands import Verb
from nova_bot.engine import correcting, fork, redo
from nova_bot.engine.correcting import Workroom
from nova_bot.engine.presses import Press
from nova_bot.engine.redo import Redo
from nova_bot.ledger import retention
from nova_bot.ledger.retention import Forgotten, Span

CHOICES_MAX = 25
"""Claims of a form: the latest."""


@dataclass(slots=True)
class Tracing:
    """`verbs` are commands as in `Commands`."""

    room: Workroom
    redoing: Redo
    blaming: Blaming
    line: Callable[[str, Label], str]
    """A text as it may leave, in one line."""

    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def verbs(self) -> dict[str, Verb]:
        """What can be asked."""
        return {
            "blame": self.blaming.answer,
            "wrong": self._wrong,
            "redo": self._redo,
            "fork": self._fork,
            "forget": self._forget,
        }

    async def form(self, press: Press) -> Form | None:
        """After the owner's "Bad answer": which claim is wrong, and what is right?"""
        message = press.offered.message
        if press.offered.button.value != BAD:
            return None
        return await self.mistakes(message.run, message.place, press.envelope.sender)

    async def mistakes(self, run: int, place: Place, by: Sender) -> Form | None:
        """Which claim of a run is wrong, and what is right? Asked of the owner, and only what the room may read.

        Raises NoSuchRun.
        """
        if by.standing is not Standing.OWNER:
            return None
        readers = frozenset({place.room})
        shown = [
            (str(claim.id), f"{claim.id} {self.line(claim.text, claim.label)}")
            for claim in reversed((await self.room.ledger.run(run)).claims)
            if claim.status is Status.LIVE and claim.label.audience <= readers and not claim.label.secret
        ]
        if not shown:
            return None
        title, label, hint, choose = (say("wrong", key) for key in ("form", "right", "hint", "which"))
        return Form(title, label, hint, choose, tuple(shown[:CHOICES_MAX]), "wrong")

    async def _wrong(self, rest: str, place: Place, by: Sender) -> str:
        async with self._one:
            return await correcting.wrong(self.room, rest, place, by)

    async def _redo(self, rest: str, place: Place, by: Sender) -> str:
        async with self._one:
            return await redo.redo(self.redoing, rest, place, by)

    async def _fork(self, rest: str, place: Place, by: Sender) -> str:
        async with self._one:
            return await fork.fork(self.redoing, rest, place, by)

    async def _forget(self, rest: str, place: Place, by: Sender) -> str:
        if by.standing is not Standing.OWNER:
            raise NotDone(why=say("wrong", "owner_only"))
        span = span_of(rest, place)
        if span is None:
            raise NotUnderstood(how=say("forget", "how"))
        async with self._one:
            gone = await retention.forget(self.room.ledger, span, self.room.clock())
        for each in gone.places:
            self.room.forget(each)
        return forgotten(gone)


def forgotten(gone: Forgotten) -> str:
    """What is gone for good, and what will not come any more because of it."""
    if not gone.runs:
        return say("forget", "nothing")
    done = say("forget", "done", runs=counted(gone.runs, "run"))
    things = ", ".join(counted(number, noun) for noun, number in gone.ended.items())
    return f"{done} {say('forget', 'ended', things=things)}" if things else done


def span_of(text: str, place: Place) -> Span | None:
    """`thread`, `person NAME`, `before DATE` or `DATE..DATE` (both included), None for anything else.

    Raises NotUnderstood for a date that is none.
    """
    word, _, rest = text.partition(" ")
    if text == "thread":
        return Span(place=place)
    if word == "person" and rest.strip():
        return Span(person=rest.strip())
    if word == "before":
        return Span(until=_day(rest))
    first, dots, last = text.partition("..")
    return Span(since=_day(first), until=_day(last) + timedelta(days=1)) if dots else None


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise NotUnderstood(how=say("forget", "no_date", text=clip(text, 40))) from None
