"""Hand-offs: may this one happen, and what does it leave as claims?"""

from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.labels import Label
from nova_bot.core.outcome import HandOff
from nova_bot.core.run import Run
from nova_bot.core.text import comparable
from nova_bot.core.wording import say


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


def claims(handoff: HandOff, run: Run, step: int, label: Label) -> tuple[Claim, ...]:
    """The hand-off's statements as the next claims of `run`. What was assumed stays assumed, also under `found`."""
    assumed = {comparable(claim.text) for claim in run.claims if claim.basis is Basis.ASSUMED}
    said = [(Basis.DERIVED, text) for text in (handoff.did, *handoff.found) if text.strip()]
    said += [(Basis.ASSUMED, text) for text in handoff.assumed if text.strip()]
    first = len(run.claims) + 1
    return tuple(
        Claim(ClaimId(run.id, first + i), step, Basis.ASSUMED if comparable(text) in assumed else basis, text, label)
        for i, (basis, text) in enumerate(said)
    )
