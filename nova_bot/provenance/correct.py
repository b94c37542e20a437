"""Correct: the owner's word replaces a claim, and everything that rested on it is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.labels import Integrity, Label
from nova_bot.provenance.graph import EVERYTHING, Graph, StepId


class ThingKind(StrEnum):
    """What else can rest on claims."""

    REPLY = "reply"
    NOTE = "note"
    REMINDER = "reminder"
    APPROVAL = "approval"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something outside the graph that rests on claims; `ref` is its own id."""

    kind: ThingKind
    ref: str
    claims: tuple[ClaimId, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """All that rests on a claim, itself excluded; nothing else is touched. `runs` are in order."""

    claims: frozenset[ClaimId]
    steps: tuple[StepId, ...]
    runs: tuple[int, ...]
    things: tuple[Thing, ...]

    def of(self, kind: ThingKind) -> tuple[Thing, ...]:
        """The things of one kind."""
        return tuple(thing for thing in self.things if thing.kind is kind)


@dataclass(frozen=True, slots=True)
class Correction:
    """`was` as it is kept from now on, and `now`, which the owner told."""

    was: Claim
    now: Claim


def live(claim: ClaimId, replaced: Mapping[ClaimId, ClaimId]) -> ClaimId:
    """The claim that stands for `claim` today; a claim that was corrected before is followed to its successor."""
    seen = {claim}
    while claim in replaced and replaced[claim] not in seen:
        claim = replaced[claim]
        seen.add(claim)
    return claim


def correct(claim: Claim, value: str, new: ClaimId, label: Label) -> Correction:
    """`claim` with the owner's `value` instead. `label` is that of the message that said so.

    Where the claim's value is known it is exchanged within the text, otherwise the text becomes what the owner said.
    """
    text = claim.text.replace(claim.value, value) if claim.value and claim.value in claim.text else value
    label = replace(label, integrity=Integrity.OWNER)
    now = Claim(new, 0, Basis.TOLD, text, label, claim.subject, value if claim.value else "", claim.unit)
    return Correction(replace(claim, status=Status.CORRECTED), now)


def reached(graph: Graph, claim: ClaimId, things: Iterable[Thing] = ()) -> Reached:
    """Everything that a correction of `claim` reaches: marked by what was shown, so that nothing is missed."""
    below = graph.down(claim, EVERYTHING)
    touched = below - {claim}
    steps = sorted({graph.step_of(each) for each in touched} | {user.id for user in graph.users(claim)})
    runs = sorted({each.run for each in touched} | {step.run for step in steps})
    return Reached(touched, tuple(steps), tuple(runs), tuple(t for t in things if not below.isdisjoint(t.claims)))
