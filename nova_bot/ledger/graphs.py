"""Claims and what they rest on, read from the ledger as a Graph."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, tuple_

from nova_bot.core.claims import Claim, ClaimId, How, Status
from nova_bot.core.fault import FaultKind
from nova_bot.ledger import rows, tables
from nova_bot.ledger.reads import Reads
from nova_bot.provenance.graph import Graph, StepId, StepRecord

T = tables

NEAREST = 1_000
"""A walk back over marked sources looks at so many claims at most, the nearest first."""

CHUNK = 500
"""How many ids one question names."""

SAME_SUBJECT = 200
"""How many other statements about the same subjects are compared."""


async def behind(ledger: Reads, claim: ClaimId) -> Graph:
    """What `claim` rests on by its marked sources, near and far: enough to say why.

    Claims that were out of date when used, and others on the same subject, are in it too.
    """
    ids = [ClaimId(row["run"], row["n"]) for row in await ledger.rows(_marked_cone(claim))]
    known = await claims(ledger, ids)
    subjects = sorted({each.subject for each in known.values() if each.subject and each.value})
    same = await ledger.rows(_same_subject(subjects)) if subjects else []
    known |= {each.id: each for each in map(rows.claim_of, same)}
    edges = await _asked(ledger, ids, _edges_of)
    runs = sorted({each.run for each in ids})
    makers = await _asked(ledger, runs, _makers)
    late = await _asked(ledger, ids, _late_users)
    shown: dict[StepId, list[ClaimId]] = defaultdict(list)
    for row in late:
        shown[StepId(row["run"], row["n"])].append(ClaimId(row["claim_run"], row["claim_n"]))
    faults = _by_claim(await _asked(ledger, runs, _faults_of), known.values())
    return Graph.of(known.values(), map(rows.edge_of, edges), _records([*makers, *late], shown), faults)


async def claims(ledger: Reads, ids: Iterable[ClaimId]) -> dict[ClaimId, Claim]:
    """These claims, as far as they are there."""
    found = await _asked(ledger, sorted(ids), lambda some: select(T.claim).where(_among(T.claim, some)))
    return {claim.id: claim for claim in map(rows.claim_of, found)}


async def around(ledger: Reads, starts: Iterable[ClaimId], *, down: bool) -> Graph:
    """All runs that rest on those of `starts` over what was shown (`down`), or that those rest on; complete."""
    runs = sorted({claim.run for claim in starts})
    found = await ledger.rows(_runs(runs, down=down))
    return await of_runs(ledger, [row["run"] for row in found])


async def of_run(ledger: Reads, run: int) -> Graph:
    """Everything that is recorded of a run, and of those whose claims it was shown."""
    shown = await ledger.rows(select(T.shown.c.claim_run).where(T.shown.c.run == run).distinct())
    return await of_runs(ledger, {run, *(row["claim_run"] for row in shown)})


async def of_runs(ledger: Reads, runs: Collection[int]) -> Graph:
    """Everything that is recorded of `runs`."""
    numbers = sorted(runs)
    rows_of = await _asked(ledger, numbers, lambda some: select(T.claim).where(T.claim.c.run.in_(some)))
    made = [rows.claim_of(row) for row in rows_of]
    edges = await _asked(ledger, numbers, lambda some: select(T.edge).where(T.edge.c.dst_run.in_(some)))
    steps = await _asked(ledger, numbers, _makers)
    shown: dict[StepId, list[ClaimId]] = defaultdict(list)
    for row in await _asked(ledger, numbers, _given):
        shown[StepId(row["run"], row["n"])].append(ClaimId(row["claim_run"], row["claim_n"]))
    faults = _by_claim(await _asked(ledger, numbers, _faults_of), made)
    return Graph.of(made, map(rows.edge_of, edges), _records(steps, shown), faults)


def _by_claim(faults: Iterable[Any], made: Iterable[Claim]) -> dict[ClaimId, tuple[str, ...]]:
    """What is wrong with each claim; a fault of an answer as a whole is one of its step's last claim."""
    last = {StepId(claim.id.run, claim.step): claim.id for claim in sorted(made, key=lambda claim: claim.id)}
    found: dict[ClaimId, tuple[str, ...]] = defaultdict(tuple)
    for row in faults:
        of_answer = last.get(StepId(row["run"], row["step"]))
        claim = ClaimId(row["run"], row["claim"]) if row["claim"] is not None else of_answer
        if claim is not None:
            found[claim] += (f"{row['kind']}: {row['what']}",)
    return dict(found)


def _records(steps: Iterable[Any], shown: dict[StepId, list[ClaimId]]) -> Iterator[StepRecord]:
    for row in steps:
        step = StepId(row["run"], row["n"])
        yield StepRecord(step, row["agent"], tuple(shown.get(step, ())), row["started"])


async def _asked(ledger: Reads, ids: Sequence[Any], query: Any) -> list[Any]:
    """The rows of `query` for all `ids`, asked about some at a time."""
    some = [ids[n : n + CHUNK] for n in range(0, len(ids), CHUNK)]
    return [row for each in some for row in await ledger.rows(query(each))]


def _among(table: Any, ids: Collection[ClaimId], prefix: str = "") -> ColumnElement[bool]:
    """Rows of these claims. The runs are named beside the pairs, since only they are looked up in an index."""
    run, n = table.c[f"{prefix}run"], table.c[f"{prefix}n"]
    runs = sorted({each.run for each in ids})
    return and_(run.in_(runs), tuple_(run, n).in_([(each.run, each.n) for each in ids]))


def _marked_cone(claim: ClaimId) -> Select[Any]:
    """The ids of what `claim` rests on over marked edges, itself first, then the nearest."""
    own = select(T.claim.c.run, T.claim.c.n).where(T.claim.c.run == claim.run, T.claim.c.n == claim.n)
    cone = own.cte("cone", recursive=True)
    further = select(T.edge.c.src_run, T.edge.c.src_n).where(T.edge.c.dst_run == cone.c.run, T.edge.c.dst_n == cone.c.n)
    return select(cone.union(further)).limit(NEAREST)


def _runs(runs: Sequence[int], *, down: bool) -> Select[Any]:
    """The runs that are reached from `runs` over what was shown."""
    shown = T.shown.c
    here, there = (shown.claim_run, shown.run) if down else (shown.run, shown.claim_run)
    found = select(T.run.c.id.label("run")).where(T.run.c.id.in_(runs)).cte("reached", recursive=True)
    return select(found.union(select(there).where(here == found.c.run)))


def _edges_of(ids: Collection[ClaimId]) -> Select[Any]:
    return select(T.edge).where(_among(T.edge, ids, "dst_"), T.edge.c.how != How.SHOWN)


def _makers(runs: Collection[int]) -> Select[Any]:
    return select(T.step.c.run, T.step.c.n, T.step.c.agent, T.step.c.started).where(T.step.c.run.in_(runs))


def _given(runs: Collection[int]) -> Select[Any]:
    """Each step of `runs` with every claim that it was given."""
    given = (T.step.c.run, T.step.c.n, T.shown.c.claim_run, T.shown.c.claim_n)
    return select(*given).join(T.shown, T.was_given).where(T.step.c.run.in_(runs)).order_by(*given)


def _faults_of(runs: Collection[int]) -> Select[Any]:
    """What the checks found; but for an assumption told as fact, since what is doubtful there is the assumption."""
    wrong = and_(T.fault.c.run.in_(runs), T.fault.c.kind != FaultKind.DROPPED_ASSUMPTION)
    return select(T.fault).where(wrong).order_by(*T.fault.primary_key)


def _late_users(ids: Collection[ClaimId]) -> Select[Any]:
    """The steps that were shown one of `ids` after it had expired."""
    shown, claim, step = T.shown.c, T.claim.c, T.step.c
    return (
        select(step.run, step.n, step.agent, step.started, shown.claim_run, shown.claim_n)
        .join(T.shown, T.was_given)
        .join(T.claim, and_(claim.run == shown.claim_run, claim.n == shown.claim_n))
        .where(_among(T.claim, ids), claim.expires.is_not(None), step.started > claim.expires)
    )


def _same_subject(subjects: Collection[str]) -> Select[Any]:
    """Live statements of a value about the same subjects, the latest ones."""
    claim = T.claim.c
    about = and_(claim.subject.in_(subjects), claim.value != "", claim.status == Status.LIVE)
    return select(T.claim).where(about).order_by(claim.run.desc()).limit(SAME_SUBJECT)
