"""A graph written into a ledger, through the ledger's own writes."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import chain as every

from nova_bot.core.claims import Claim, Edge
from nova_bot.core.outcome import HandOff
from nova_bot.core.pack import ContextPack, Item, ItemKind
from nova_bot.core.run import Run, Step, Usage
from nova_bot.ledger.store import Ledger, Progress
from nova_bot.provenance.graph import Graph, StepRecord
from tests.doubles import NOON
from tests.ledger.samples import begun, envelope

NEXT = HandOff("chaser", "go on", "it is done")


async def record(ledger: Ledger, graph: Graph) -> None:
    """Every run of `graph`, from r1 on without gaps, as if its steps had been made."""
    runs = sorted({claim.run for claim in graph.claims} | {step.run for step in graph.steps})
    await asyncio.gather(*[_run(ledger, graph, n) for n in runs])


async def _run(ledger: Ledger, graph: Graph, n: int) -> None:
    sent = envelope(n)
    number = await ledger.accept(sent, NOON)
    assert number is not None
    records = sorted((r for r in graph.steps.values() if r.id.run == n), key=lambda r: r.id)
    made: dict[int, list[Claim]] = defaultdict(list)
    for claim in graph.claims.values():
        if claim.id.run == n:
            made[claim.step if claim.step in {r.id.n for r in records} else 0].append(claim)
    run = Run(n, sent, begun(n, sent).route, NOON, claims=tuple(made[0]))
    ledger.open_run(run, number)
    await ledger.save(run, Progress(_step(0, "nova", NOON), None, (), tuple(_edges(graph, made[0]))))
    for record in records:
        claims = made[record.id.n]
        step = _step(record.id.n, record.agent, record.at or NOON)
        await ledger.save(run, Progress(step, _pack(record), tuple(claims), tuple(_edges(graph, claims))))


def _step(n: int, agent: str, at: datetime) -> Step:
    return Step(n, agent, "sha", "sha", NEXT, "puppet", Usage(), at, at)


def _pack(record: StepRecord) -> ContextPack:
    items = (Item(ItemKind.CLAIM, "what was shown", "it is needed", 3, record.shown),)
    return ContextPack(record.agent, "sha", "You work.", items, (), (), 3, 100)


def _edges(graph: Graph, claims: Iterable[Claim]) -> Iterable[Edge]:
    return every.from_iterable(
        (Edge(claim.id, source, how) for source, how in graph.marks.get(claim.id, ())) for claim in claims
    )
