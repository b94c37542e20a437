"""Corrections in the ledger: what stands for a claim today, and which runs were played again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, insert, or_, select

from nova_bot.core.claims import ClaimId
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.outcome import EndingKind
from nova_bot.ledger import rows, tables
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.writer import Write

T = tables

_REPLAY = insert(T.replay)

REDO = "redo"
FORK = "fork"


@dataclass(frozen=True, slots=True)
class Replay:
    """A run that plays another one again. `of` is always a run that a message began."""

    run: int
    of: int
    kind: str
    ended: EndingKind | None


def replay_write(run: int, of: int, kind: str, what: str = "") -> Write:
    """What makes a run a replay of another."""
    return Write(_REPLAY, [{"run": run, "of_run": of, "kind": kind, "what": what}])


async def replaced(ledger: Reads, runs: Iterable[int]) -> dict[ClaimId, Replaced]:
    """Every replaced claim of `runs`, and of the runs that hold what took its place, and so on."""
    found: dict[ClaimId, Replaced] = {}
    asked: set[int] = set()
    open_ = set(runs)
    while open_:
        new = [rows.replaced_of(row) for row in await ledger.rows(_in_runs(open_))]
        found |= {each.was: each for each in new}
        asked |= open_
        open_ = {each.now.run for each in new if each.now} - asked
    return found


def _in_runs(runs: Collection[int]) -> Select[Any]:
    return select(T.correction).where(T.correction.c.was_run.in_(sorted(runs)))


async def before(ledger: Reads, claim: ClaimId) -> dict[ClaimId, Replaced]:
    """What `claim` took the place of, directly and over others."""
    found: dict[ClaimId, Replaced] = {}
    open_ = [claim]
    while open_:
        now = or_(*(and_(T.correction.c.now_run == c.run, T.correction.c.now_n == c.n) for c in open_))
        new = [rows.replaced_of(row) for row in await ledger.rows(select(T.correction).where(now))]
        open_ = [each.was for each in new if each.was not in found]
        found |= {each.was: each for each in new}
    return found


async def together(ledger: Reads, claim: ClaimId) -> list[ClaimId]:
    """What the owner corrected by the same word as with `claim`: the statement, and what held it."""
    mine = select(T.correction).where(T.correction.c.now_run == claim.run, T.correction.c.cause == Cause.OWNER)
    return [rows.replaced_of(row).was for row in await ledger.rows(mine)]


async def latest(ledger: Reads) -> ClaimId | None:
    """The claim with which the owner corrected another one last."""
    mine = select(T.correction).where(T.correction.c.cause == Cause.OWNER)
    found = await ledger.rows(mine.order_by(T.correction.c.at.desc(), T.correction.c.now_n).limit(1))
    return rows.replaced_of(found[0]).now if found else None


async def replays(ledger: Reads, runs: Iterable[int]) -> list[Replay]:
    """The replays of `runs`, oldest first; and `runs` themselves where they are replays."""
    numbers = sorted(runs)
    query = (
        select(T.replay, T.run.c.ended)
        .join(T.run, T.run.c.id == T.replay.c.run)
        .where(or_(T.replay.c.of_run.in_(numbers), T.replay.c.run.in_(numbers)))
        .order_by(T.replay.c.run)
    )
    return [
        Replay(row["run"], row["of_run"], row["kind"], EndingKind(row["ended"]) if row["ended"] else None)
        for row in await ledger.rows(query)
    ]
