"""Dependants: what else rests on the claims of some runs. A room that keeps such things adds its own function."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence

from sqlalchemy import and_, select

from nova_bot.core.claims import ClaimId
from nova_bot.core.deed import DeedState
from nova_bot.core.reminder import State
from nova_bot.ledger import tables
from nova_bot.ledger.reads import Reads
from nova_bot.provenance.correct import Thing, ThingKind
from nova_bot.provenance.graph import StepId

T = tables

Find = Callable[[Reads, Collection[int]], Awaitable[Sequence[Thing]]]
"""What a room keeps that rests on these runs."""

_KINDS = {
    DeedState.DONE: ThingKind.EFFECT,
    DeedState.UNDERWAY: ThingKind.EFFECT,
    DeedState.UNKNOWN: ThingKind.EFFECT,
    DeedState.WAITING: ThingKind.APPROVAL,
}
_RUN = re.compile(r"r(\d+)\b")
_CALL = re.compile(r"r(\d+)\.(\d+)/.*")


async def replies(ledger: Reads, runs: Collection[int]) -> Sequence[Thing]:
    """What was said to people, sent or not."""
    said = and_(T.turn.c.run == T.outbox.c.run, T.turn.c.agent != "")
    query = select(T.outbox.c.key, T.turn.c.run, T.turn.c.claim).join(T.turn, said).where(T.outbox.c.run.in_(runs))
    rows = await ledger.rows(query.where(T.outbox.c.edits == "").order_by(T.outbox.c.run))
    return [Thing(ThingKind.REPLY, row["key"], (ClaimId(row["run"], row["claim"]),)) for row in rows]


async def notes(ledger: Reads, runs: Collection[int]) -> Sequence[Thing]:
    """What was remembered: the call that did it names its step."""
    rows = await ledger.rows(select(T.note.c.id, T.note.c.key).where(T.note.c.forgotten.is_(None)))
    made = [(row["id"], found) for row in rows if (found := _CALL.fullmatch(row["key"])) and int(found[1]) in runs]
    return [Thing(ThingKind.NOTE, str(number), (), (StepId(int(key[1]), int(key[2])),)) for number, key in made]


async def reminders(ledger: Reads, runs: Collection[int]) -> Sequence[Thing]:
    """What people will be reminded of: set by the run, or the call of an agent, that the reminder's key names."""
    rows = await ledger.rows(select(T.reminder.c.id, T.reminder.c.key).where(T.reminder.c.state == State.PENDING))
    made = [(row, int(found[1])) for row in rows if (found := _RUN.match(row["key"])) and int(found[1]) in runs]
    return [Thing(ThingKind.REMINDER, str(row["id"]), *_made_by(row["key"], run)) for row, run in made]


def _made_by(key: str, run: int) -> tuple[tuple[ClaimId, ...], tuple[StepId, ...]]:
    """The step whose call a key names; without one, the run's request."""
    call = _CALL.fullmatch(key)
    return ((), (StepId(run, int(call[2])),)) if call else ((ClaimId(run, 1),), ())


async def deeds(ledger: Reads, runs: Collection[int]) -> Sequence[Thing]:
    """What was done, or waits for a yes."""
    effect = T.effect.c
    query = select(effect.key, effect.run, effect.step, effect.tool, effect.state).where(effect.run.in_(runs))
    return [
        Thing(_KINDS[row["state"]], f"{row['tool']} {row['key']}", (), (StepId(row["run"], row["step"]),))
        for row in await ledger.rows(query)
        if row["state"] in _KINDS
    ]


FINDS: tuple[Find, ...] = (replies, notes, reminders, deeds)


async def dependants(ledger: Reads, runs: Collection[int], finds: Sequence[Find] = FINDS) -> list[Thing]:
    """Everything that rests on these runs."""
    return [thing for find in finds for thing in await find(ledger, runs)]
