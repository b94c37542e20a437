"""Small graphs, written by hand."""

from datetime import UTC, datetime

from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How, Status
from nova_bot.core.labels import Integrity, Label
from nova_bot.provenance.graph import Graph, StepId, StepRecord

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def cid(text: str) -> ClaimId:
    return ClaimId.parse(text)


def claim(
    name: str,
    basis: Basis = Basis.DERIVED,
    text: str = "",
    step: int = 1,
    *,
    value: str = "",
    subject: str = "",
    integrity: Integrity = Integrity.DIRECTORY,
    expires: datetime | None = None,
    status: Status = Status.LIVE,
) -> Claim:
    label = Label(integrity, f"step:{name}", expires=expires)
    return Claim(cid(name), step, basis, text or f"what {name} says", label, subject, value, status=status)


def cites(dst: str, *sources: str) -> list[Edge]:
    return [Edge(cid(dst), cid(src), How.CITED) for src in sources]


def step(run: int, n: int, agent: str, *shown: str) -> StepRecord:
    return StepRecord(StepId(run, n), agent, tuple(map(cid, shown)), NOON)


def chain() -> Graph:
    """Told, found and assumed by erp-ar; worked out by finance; answered by draft."""
    claims = [
        claim("c1.1", Basis.TOLD, "when is Osterberg's invoice due?", 0),
        claim("c1.2", Basis.FOUND, "invoice of 29 May", 1),
        claim("c1.3", Basis.ASSUMED, "terms are 30 days", 2),
        claim("c1.4", Basis.DERIVED, "due on 28 June", 3),
        claim("c1.5", Basis.DERIVED, "the sum is due at the end of June", 4),
        claim("c1.6", Basis.DERIVED, "the client is called Osterberg AG", 4),
    ]
    edges = [*cites("c1.4", "c1.2", "c1.3"), *cites("c1.5", "c1.4"), *cites("c1.6", "c1.2")]
    steps = [
        step(1, 1, "erp-ar", "c1.1"),
        step(1, 2, "erp-ar", "c1.1", "c1.2"),
        step(1, 3, "erp-finance", "c1.1", "c1.2", "c1.3"),
        step(1, 4, "draft", "c1.1", "c1.2", "c1.4"),
    ]
    return Graph.of(claims, edges, steps)
