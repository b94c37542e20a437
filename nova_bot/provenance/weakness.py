"""Weakness: why a claim is worth a second look, read from the record alone."""

from collections.abc import Sequence
from enum import StrEnum

from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.fault import FaultKind
from nova_bot.core.labels import Integrity
from nova_bot.provenance.graph import Graph, wording


class Weakness(StrEnum):
    """What is weak about a claim, in words for the owner."""

    FAULT = "a check failed when it was made"
    NOWHERE = "stands nowhere in what its agent was shown"
    STALE = "out of date when it was used"
    CONFLICT = "another source says something else"
    ASSUMED = "assumed, never checked"
    UNCITED = "says nothing about where it comes from"
    OUTSIDE = "from a single outside source"


WEIGHTS = {
    Weakness.FAULT: 4.0,
    Weakness.NOWHERE: 1.0,
    Weakness.STALE: 4.0,
    Weakness.CONFLICT: 4.0,
    Weakness.ASSUMED: 2.0,
    Weakness.UNCITED: 0.2,
    Weakness.OUTSIDE: 0.2,
}
"""How much each adds to the suspicion against a claim. Only their order of size matters."""

NEW = "new "
"""How the faults begin that say that a value stands nowhere."""

UNSUSPICIOUS = 0.05
"""The suspicion against a claim with no weakness at all: its step may have reasoned wrongly."""


def weaknesses(graph: Graph, claim: ClaimId) -> tuple[Weakness, ...]:
    """Everything weak about it, the worst first."""
    held = graph.claims[claim]
    faults = graph.faults.get(claim, ())
    is_new = _are_all(faults, NEW)
    no_source = _are_all(faults, FaultKind.NO_SOURCE)
    found = {
        Weakness.FAULT: bool(faults) and not is_new and not no_source,
        Weakness.STALE: _was_stale(graph, held),
        Weakness.CONFLICT: _contradicted(graph, held),
        Weakness.ASSUMED: _is_assumed(held) and not is_new and not no_source and not _says_again(graph, held),
        Weakness.NOWHERE: held.status is Status.LIVE and is_new,
        Weakness.UNCITED: no_source or (_is_derived(held) and not graph.marks.get(claim)),
        Weakness.OUTSIDE: held.basis is Basis.FOUND and _stands_alone(graph, held),
    }
    return tuple(weakness for weakness, there in found.items() if there)


def suspicion(graph: Graph, claim: ClaimId) -> float:
    """How much there is against it, whatever rests on it."""
    return UNSUSPICIOUS + sum(WEIGHTS[weakness] for weakness in weaknesses(graph, claim))


def _is_derived(claim: Claim) -> bool:
    """Did an agent make it of what it was shown?"""
    return claim.basis is Basis.DERIVED and not claim.is_novas


def _is_assumed(claim: Claim) -> bool:
    return claim.basis is Basis.ASSUMED and claim.status is Status.LIVE


def _says_again(graph: Graph, claim: Claim) -> bool:
    """Is it another claim once more, word for word, as in a hand-off? Then the doubt came with that one."""
    return any(wording(graph.claims[source]) == wording(claim) for source in graph.sources(claim.id))


def _are_all(faults: Sequence[str], kind: str) -> bool:
    """Is all that is wrong with a claim of one kind? Mostly its agent only didn't say what it rests on."""
    return bool(faults) and all(fault.startswith(kind) for fault in faults)


def _was_stale(graph: Graph, claim: Claim) -> bool:
    """Only an observation is out of date by itself; what was made of it bears its date too."""
    expires = claim.label.expires
    if expires is None or claim.basis is not Basis.FOUND:
        return False
    return any(user.at and user.at > expires for user in graph.users(claim.id))


def _contradicted(graph: Graph, claim: Claim) -> bool:
    if claim.status is not Status.LIVE:
        return False
    if claim.value:
        same = graph.by_subject.get(claim.subject, ())
        return any((other.value, other.unit) != (claim.value, claim.unit) for other in same)
    return claim.id in graph.contradicted


def _stands_alone(graph: Graph, claim: Claim) -> bool:
    """From outside, and no other source says the same."""
    if claim.label.integrity is not Integrity.OUTSIDE:
        return False
    same = graph.by_subject.get(claim.subject, ())
    return not any(other.value == claim.value and other.label.origin != claim.label.origin for other in same)
