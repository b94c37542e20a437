"""Correct: the owner's word replaces a claim, and everything that rested on it is found."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.labels import Integrity, Label, of_model
from nova_bot.provenance.graph import EVERYTHING, Graph, StepId, reach


class ThingKind(StrEnum):
    """What else can rest on claims."""

    REPLY = "reply"
    NOTE = "note"
    REMINDER = "reminder"
    APPROVAL = "approval"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something outside the graph that rests on claims, or on all that `steps` were shown; `ref` is its own id."""

    kind: ThingKind
    ref: str
    claims: tuple[ClaimId, ...]
    steps: tuple[StepId, ...] = ()


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


def live(claim: ClaimId, replaced: Mapping[ClaimId, ClaimId | None]) -> ClaimId | None:
    """The claim that stands for `claim` today, over any number of corrections; None where nothing does."""
    last = succession(claim, replaced)[-1]
    return replaced.get(last, last)


def succession(claim: ClaimId, replaced: Mapping[ClaimId, ClaimId | None]) -> tuple[ClaimId, ...]:
    """`claim` and what took its place, one after the other, up to what stands today or what nothing stands for."""
    line = {claim: None}
    while (now := replaced.get(claim)) is not None and now not in line:
        line[now] = None
        claim = now
    return tuple(line)


def earlier(claim: ClaimId, replaced: Mapping[ClaimId, ClaimId | None]) -> frozenset[ClaimId]:
    """`claim` and all that it stands for: what rests on one of those rests on it."""
    was: dict[ClaimId, list[ClaimId]] = defaultdict(list)
    for old, now in replaced.items():
        if now is not None:
            was[now].append(old)
    return reach([claim], lambda each: was.get(each, ()))


def correct(claim: Claim, value: str, text: str, new: ClaimId, label: Label) -> Correction:
    """`claim` with the owner's `value`, so that it says `text`. `label` is that of the message that said so."""
    label = replace(label, integrity=Integrity.OWNER)
    now = Claim(new, 0, Basis.TOLD, text, label, claim.subject, value if claim.value else "", claim.unit)
    return Correction(replace(claim, status=Status.CORRECTED), now)


def reworded(text: str, correction: Correction) -> str:
    """`text` with the corrected statement in the place of the old one, wherever it holds that word for word.

    Capitals and a full stop at the end don't matter.
    """
    was, now = (claim.text.strip().rstrip(".") for claim in (correction.was, correction.now))
    return re.sub(rf"(?<!\w){re.escape(was)}(?!\w)", lambda _: now, text, flags=re.IGNORECASE) if was else text


def carried(correction: Correction, holders: Iterable[Claim], first: ClaimId) -> tuple[Correction, ...]:
    """What is made of statements: those of `holders` that hold the corrected one word for word say so too.

    The new wording is code's, so its label is the join of both. New claims are numbered from `first`.
    """
    now = correction.now
    made: list[Correction] = []
    for holder in holders:
        text = reworded(holder.text, correction)
        if text != holder.text:
            label = of_model([holder.label, now.label], now.label.origin)
            said = replace(holder, id=ClaimId(first.run, first.n + len(made)), text=text, label=label)
            made.append(Correction(replace(holder, status=Status.CORRECTED), said))
    return tuple(made)


def reached(graph: Graph, claims: Collection[ClaimId], things: Iterable[Thing] = ()) -> Reached:
    """Everything that rests on one of `claims`, which stand for each other: marked by what was shown, to miss none."""
    below = frozenset[ClaimId]().union(*(graph.down(claim, EVERYTHING) for claim in claims))
    touched = below - frozenset(claims)
    users = {user.id for claim in claims for user in graph.users(claim)}
    steps = sorted({step for step in map(graph.step_of, touched) if step in graph.steps} | users)
    runs = sorted({step.run for step in steps})
    resting = [t for t in things if not below.isdisjoint(t.claims) or not set(steps).isdisjoint(t.steps)]
    return Reached(touched, tuple(steps), tuple(runs), tuple(resting))
