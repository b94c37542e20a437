"""Redo: which steps are to be run again after a correction, one after the other, and where the wave stops."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.provenance.graph import Graph, StepId


def fingerprint(claim: Claim) -> str:
    """The content address of what a claim says and why it is held; when and by whom don't matter."""
    said = [claim.basis, claim.subject, claim.value, claim.unit, claim.text]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True)
class Redo:
    """`changed` are claims that say something else now, or are gone; `ran` the steps that were run again.

    `corrected` are the owner's own: they stay as he said even when the step that made them is run again.
    """

    graph: Graph
    order: tuple[StepId, ...]
    corrected: frozenset[ClaimId]
    changed: frozenset[ClaimId]
    ran: tuple[StepId, ...] = ()

    def next(self) -> StepId | None:
        """The first step that was shown a changed claim and has not been run again; None when the work is done."""
        done = frozenset(self.ran)
        return next((step for step in self.order if step not in done and self._is_due(step)), None)

    def after(self, step: StepId, made: Mapping[ClaimId, Claim | None]) -> "Redo":
        """The state after `step` ran again: for each claim it had made, what stands in its place (None: nothing).

        A claim that comes out equal does not change, so that nothing behind it needs to be run for it.
        """
        new = [claim for claim in self.graph.made_in.get(step, ()) if self._differs(claim, made.get(claim))]
        return replace(self, changed=self.changed | frozenset(new), ran=(*self.ran, step))

    def _is_due(self, step: StepId) -> bool:
        return not self.changed.isdisjoint(self.graph.steps[step].shown)

    def _differs(self, claim: ClaimId, now: Claim | None) -> bool:
        return now is None or fingerprint(now) != fingerprint(self.graph.claims[claim])


def start(graph: Graph, corrected: Collection[ClaimId]) -> Redo:
    """Begin: the claims in `corrected` say something else, so the steps that were shown them are to be run again."""
    return Redo(graph, graph.steps_in_order(), frozenset(corrected), frozenset(corrected))
