"""Pairing: which claim of a step that was run again stands in the place of which it made before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.provenance.redo import fingerprint


@dataclass(frozen=True, slots=True)
class Paired:
    """`stands` are the claims of the step from now on: what only the owner says, then in the order of the new ones.

    `same` maps a new claim to the old one that says just that, `changed` an old claim to what stands in its place
    (None: nothing).
    """

    stands: tuple[Claim, ...]
    same: dict[ClaimId, ClaimId]
    changed: dict[ClaimId, ClaimId | None]


def paired(
    old: Sequence[Claim], new: Sequence[Claim], owners: Collection[ClaimId] = (), *, by_place: bool = True
) -> Paired:
    """Equal ones find each other first, the others by their place. What the owner said himself (`owners`) stays.

    Where a step did something else this time, places mean nothing: `by_place` is False then.
    """
    by_content = {fingerprint(claim): claim for claim in reversed(old)}
    partner: dict[ClaimId, Claim] = {}
    for claim in new:
        equal = by_content.pop(fingerprint(claim), None)
        if equal is not None:
            partner[claim.id] = equal
    taken = {claim.id for claim in partner.values()}
    left = [claim for claim in old if claim.id not in taken] if by_place else []
    for claim, was in zip([c for c in new if c.id not in partner], left, strict=False):
        partner[claim.id] = was
    return _settled(old, new, partner, owners)


def _settled(
    old: Sequence[Claim], new: Sequence[Claim], partner: dict[ClaimId, Claim], owners: Collection[ClaimId]
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
    stands[:0] = [claim for claim in old if claim.id not in found and claim.id in owners]
    changed |= {claim.id: None for claim in old if claim.id not in found and claim.id not in owners}
    return Paired(tuple(stands), same, changed)
