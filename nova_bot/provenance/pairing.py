"""Pairing: which claim of a step that was run again stands in the place of which it made before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.provenance.fingerprint import fingerprint
from nova_bot.provenance.graph import wording

Owners = Mapping[ClaimId, frozenset[str]]
"""What the owner said himself, each with all wordings that stand for it: his own, and those that he corrected by it."""


@dataclass(frozen=True, slots=True)
class Paired:
    """`stands` are the claims of the step from now on, in the order of the new ones; `unsaid` are the owner's own words
    that it doesn't say again: nothing takes their place.

    `same` maps a new claim to the old one that says just that, `changed` an old claim to what stands in its place
    (None: nothing).
    """

    stands: tuple[Claim, ...]
    unsaid: tuple[Claim, ...]
    same: dict[ClaimId, ClaimId]
    changed: dict[ClaimId, ClaimId | None]


def overruled(new: Sequence[Claim], old: Sequence[Claim], owners: Owners) -> dict[ClaimId, Claim]:
    """The claims among `new` that say again what the owner corrected, each with his word among `old`."""
    by_wording = {said: claim for claim in old for said in owners.get(claim.id, ())}
    return {claim.id: by_wording[wording(claim)] for claim in new if wording(claim) in by_wording}


def paired(old: Sequence[Claim], new: Sequence[Claim], owners: Owners, *, by_place: bool = True) -> Paired:
    """The owner's words and equal claims find each other first, the others by their place, seen from the last.

    Where a step did something else this time, places mean nothing: `by_place` is False then. The owner's words keep a
    place only in a step that says as many things as before, or as its last claim: the answer.
    """
    partner: dict[ClaimId, Claim] = {}
    taken: set[ClaimId] = set()
    by_content = {fingerprint(claim): claim for claim in reversed(old)}
    again = overruled(new, old, owners)
    for claim in new:
        equal = again.get(claim.id) or by_content.get(fingerprint(claim))
        if equal is not None and equal.id not in taken:
            partner[claim.id] = equal
            taken.add(equal.id)
    placed = [c for c in old if c.id not in owners or len(old) == len(new) or c is old[-1]] if by_place else []
    left = [claim for claim in placed if claim.id not in taken]
    for claim, was in zip(reversed([c for c in new if c.id not in partner]), reversed(left), strict=False):
        partner[claim.id] = was
    return _settled(old, new, partner, owners)


def with_new_answer(pair: Paired, new: Sequence[Claim], owners: Collection[ClaimId]) -> Paired:
    """`pair` with the last of the `new` claims, the answer, standing for itself where what it is made of has changed.

    It may say the same and rest on something else now.
    """
    answer = new[-1]
    was = pair.same.get(answer.id)
    if was is None or was in owners or len(pair.same) == len(new):
        return pair
    same = {claim: old for claim, old in pair.same.items() if claim != answer.id}
    return replace(pair, stands=(*pair.stands[:-1], answer), same=same, changed={**pair.changed, was: answer.id})


def _settled(
    old: Sequence[Claim], new: Sequence[Claim], partner: Mapping[ClaimId, Claim], owners: Collection[ClaimId]
) -> Paired:
    stands: list[Claim] = []
    same: dict[ClaimId, ClaimId] = {}
    changed: dict[ClaimId, ClaimId | None] = {}
    for claim in new:
        was = partner.get(claim.id)
        keeps = was is not None and (was.id in owners or fingerprint(was) == fingerprint(claim))
        if was is not None and keeps:
            same[claim.id] = was.id
        elif was is not None:
            changed[was.id] = claim.id
        stands.append(was if was is not None and keeps else claim)
    found = {claim.id for claim in partner.values()}
    unsaid = tuple(claim for claim in old if claim.id not in found and claim.id in owners)
    changed |= {claim.id: None for claim in old if claim.id not in found and claim.id not in owners}
    return Paired(tuple(stands), unsaid, same, changed)
