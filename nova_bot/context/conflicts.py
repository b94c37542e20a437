"""Conflicts: live claims on one subject that say different things, and which of them nobody has settled."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from nova_bot.context import readings, values
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.labels import Integrity

Source = tuple[str, int, int]


def conflicts(claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], ...]:
    """The groups of claims that contradict each other, one claim for each thing that is said.

    The latest word of each source counts: what a tool said before it was asked again is old. A later word of the owner
    settles a conflict. A list of several things of one kind (`client`, found by one tool) is none.
    """
    by_subject: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.subject and claim.value and claim.status is Status.LIVE:
            by_subject[claim.subject].append(claim)
    groups = (_differing(_latest(of_one)) for of_one in by_subject.values() if len(of_one) > 1)
    return tuple(group for group in groups if len(group) > 1)


def _latest(claims: Sequence[Claim]) -> list[Claim]:
    """What each source said last; nothing but the owner's word where that came after all others."""
    newest: dict[str, tuple[int, int]] = {}
    for claim in claims:
        newest[_source(claim)] = max(newest.get(_source(claim), (0, 0)), _moment(claim.id, claim))
    kept = [claim for claim in claims if _moment(claim.id, claim) == newest[_source(claim)] and not _is_listed(claim)]
    last = max(kept, key=lambda claim: claim.id, default=None)
    told = last is not None and last.basis is Basis.TOLD and last.label.integrity is Integrity.OWNER
    return [last] if last is not None and told else kept


def _source(claim: Claim) -> str:
    """Who says so: people are one source, since they may change their minds; a tool is one; so is each other step."""
    return "told" if claim.basis is Basis.TOLD else claim.label.origin


def _moment(number: ClaimId, claim: Claim) -> tuple[int, int]:
    """What came in one step came at one time; what people said, one after the other."""
    return (number.run, number.n if claim.basis is Basis.TOLD else claim.step)


def _is_listed(claim: Claim) -> bool:
    return claim.basis is Basis.FOUND and ":" not in claim.subject


def _differing(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim for each thing that is said."""
    kept: list[Claim] = []
    for claim in claims:
        if not any(agree(claim, other) for other in kept):
            kept.append(claim)
    return tuple(kept)


def agree(one: Claim, other: Claim) -> bool:
    """Do they say the same? Thousands marks don't matter, nor does a name that is only longer ("Birch GmbH")."""
    if one.unit and other.unit and one.unit.casefold() != other.unit.casefold():
        return False
    numbers = [frozenset(readings.amounts(claim.value)) for claim in (one, other)]
    if all(numbers):
        return one.value == other.value or not numbers[0].isdisjoint(numbers[1])
    said = [values.words(claim.value) for claim in (one, other)]
    return said[0] <= said[1] or said[1] <= said[0]
