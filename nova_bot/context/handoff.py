"""Hand-offs: may this one happen, and what does it leave as claims?"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from nova_bot.context import sentences
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.outcome import HandOff
from nova_bot.core.run import Run
from nova_bot.core.text import comparable
from nova_bot.core.wording import say

_SLOT = re.compile(r"([a-z][a-z_]{2,30}): (\S.{0,200})")

TASK = "task"
"""The subject of claims that stand in the task of a hand-off: its receiver takes them for given."""


def refusal(handoff: HandOff, spec: AgentSpec, run: Run, hops: int) -> str:
    """Why `spec`'s agent may not hand over like this, in words for the model; "" when it may."""
    allowed = ", ".join(spec.hands_to) or "nobody"
    if handoff.to == spec.name:
        return say("hand_off", "itself", allowed=allowed)
    if handoff.to not in spec.hands_to:
        return say("hand_off", "unknown", to=handoff.to, allowed=allowed)
    if not handoff.done_when.strip():
        return say("hand_off", "no_done_when")
    if len(run.hand_offs) >= hops:
        return say("hand_off", "too_deep", hops=hops)
    if _bounces(handoff, run):
        return say("hand_off", "bounce", to=handoff.to)
    return ""


def _bounces(handoff: HandOff, run: Run) -> bool:
    """Straight back to the sender, with nothing found or done since."""
    handed = [step for step in run.steps if isinstance(step.outcome, HandOff)]
    if not handed or handed[-1].agent != handoff.to:
        return False
    known = {comparable(claim.text) for claim in run.claims}
    new = any(comparable(text) not in known for text in handoff.found if text.strip())
    return not new and not any(claim.step > handed[-1].n for claim in run.claims)


def kept(handoff: HandOff, claims: Sequence[Claim], run: Run) -> tuple[Claim, ...]:
    """The `claims` of a hand-off as the run keeps them: those of its task (see `check_hand_off`) are named so.

    What was assumed before in `run` stays assumed, also when it is told as found.
    """
    assumed = {_said(claim) for claim in run.claims if claim.basis is Basis.ASSUMED}
    passed_on = sum(bool(text.strip()) for text in (handoff.did, *handoff.found, *handoff.assumed))
    held = (replace(claim, basis=Basis.ASSUMED) if _said(claim) in assumed else claim for claim in claims)
    return tuple(_slotted(claim) if n < passed_on else replace(claim, subject=TASK) for n, claim in enumerate(held))


def _said(claim: Claim) -> str:
    return comparable(sentences.bare(claim.text))


def _slotted(claim: Claim) -> Claim:
    """An entry like "client: Birch GmbH" has a subject and a value, by which later agents find it."""
    found = _SLOT.fullmatch(sentences.bare(claim.text).strip())
    return replace(claim, subject=found[1], value=found[2]) if found else claim


def without(handoff: HandOff, dropped: Collection[ClaimId]) -> HandOff:
    """`handoff` without citations of `dropped`."""

    def clean(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sentences.without(text, dropped) for text in texts)

    if not dropped:
        return handoff
    task, done_when, did = clean((handoff.task, handoff.done_when, handoff.did))
    found, assumed = clean(handoff.found), clean(handoff.assumed)
    could_not, still_open = clean(handoff.could_not), clean(handoff.open)
    return HandOff(handoff.to, task, done_when, did, found, assumed, could_not, still_open)
