"""What a person asks Nova about itself: the latest runs, the questions that wait for him, what was used."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from nova_bot.core.conversation import OpenQuestion
from nova_bot.core.envelope import Place, Sender
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Rule
from nova_bot.core.run import Usage
from nova_bot.ledger import rows, tables
from nova_bot.ledger.reads import Reads

T = tables

SUMMED = ("tokens_in", "tokens_out", "cache_read", "cache_write", "usd", "calls")


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of `nova runs list`."""

    id: int
    started: datetime
    place: Place
    agent: str
    rule: str
    ended: EndingKind | None
    text: str
    steps: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of ours that still waits, and where."""

    place: Place
    question: OpenQuestion


async def latest_runs(ledger: Reads, limit: int, place: Place | None = None) -> list[RunLine]:
    """The latest runs, newest first."""
    runs, steps = T.run.c, T.step.c
    query = (
        select(
            *(runs[c] for c in ("id", "started", "place", "agent", "rule", "ended")),
            T.envelope.c.text,
            func.count(steps.n).label("steps"),
        )
        .join(T.envelope, T.envelope.c.id == runs.envelope)
        .outerjoin(T.step, steps.run == runs.id)
        .group_by(runs.id)
        .order_by(runs.id.desc())
        .limit(limit)
    )
    if place is not None:
        query = query.where(runs.place == rows.place_text(place), runs.rule.not_in((Rule.COMMAND, Rule.PRESS)))
    return [
        RunLine(
            row["id"],
            row["started"],
            rows.place_of(row["place"]),
            row["agent"],
            row["rule"],
            EndingKind(row["ended"]) if row["ended"] else None,
            row["text"],
            row["steps"],
        )
        for row in await ledger.rows(query)
    ]


async def asked(ledger: Reads, by: Sender, limit: int = 10) -> tuple[Asked, ...]:
    """The questions that wait for one person's answer, newest first."""
    question = T.question.c
    last = select(func.max(T.turn.c.run)).where(T.turn.c.place == question.place).scalar_subquery()
    query = (
        select(T.question)
        .join(T.run, T.run.c.id == question.run)
        .join(T.envelope, T.envelope.c.id == T.run.c.envelope)
        .where(T.envelope.c.person == by.person, question.run == last)
        .order_by(question.run.desc())
        .limit(limit)
    )
    return tuple(Asked(rows.place_of(row["place"]), rows.question_of(row)) for row in await ledger.rows(query))


async def usage_since(ledger: Reads, since: datetime, person: str = "") -> list[tuple[str, int, Usage]]:
    """Per agent: steps and usage since a time, the dearest first; with a `person`, of what he asked for."""
    sums = (func.coalesce(func.sum(T.step.c[name]), 0).label(name) for name in SUMMED)
    query = (
        select(T.step.c.agent, func.count().label("steps"), *sums)
        .where(T.step.c.started >= since)
        .group_by(T.step.c.agent)
        .order_by(func.sum(T.step.c.tokens_in + T.step.c.tokens_out).desc())
    )
    if person:
        query = query.join(T.run, T.run.c.id == T.step.c.run).join(T.envelope, T.envelope.c.id == T.run.c.envelope)
        query = query.where(T.envelope.c.person == person)
    return [(row["agent"], row["steps"], rows.usage_of(row)) for row in await ledger.rows(query)]
