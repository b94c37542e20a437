"""Checking: what a step says against what it was shown, and the claims, edges and faults that are kept of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nova_bot.context import checks, coverage, handoff, repair
from nova_bot.context import evidence as evidences
from nova_bot.context.checks import Checked
from nova_bot.context.evidence import Evidence
from nova_bot.core import contract
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.conversation import Conversation
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.labels import aged, of_model
from nova_bot.core.outcome import Ask, HandOff, Outcome, Say
from nova_bot.core.pack import ContextPack
from nova_bot.core.run import Run

_ASSUMED = Basis.ASSUMED

Recorded = tuple[tuple[Claim, ...], tuple[Edge, ...], tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome that was checked: as it may be shown, what it states, and what the model should hear about it.

    `broken` is what is wrong with its result, where the agent's file promises one: it can't go out.
    """

    outcome: Outcome
    checked: Checked | None = None
    complaint: str = ""
    broken: tuple[str, ...] = ()


def evidence_of(
    run: Run,
    conversation: Conversation,
    pack: ContextPack,
    known: Mapping[ClaimId, Claim],
    effects: Mapping[str, str],
    today: date,
) -> Evidence:
    """What `pack` gives to rest on. `known` is all that it could show, `effects` says what each tool does."""
    return evidences.of_pack(
        pack,
        known,
        run.route.request,
        today,
        evidences.receipts_of(run.steps, effects),
        doubtful(known.values(), run.edges, conversation.doubtful),
        effects,
        () if conversation.question else {effects[tool] for tool in conversation.acted if tool in effects},
    )


def doubtful(claims: Iterable[Claim], edges: Iterable[Edge], already: frozenset[ClaimId]) -> frozenset[ClaimId]:
    """The claims that are assumptions or rest on one. An edge leads to an earlier claim, so one pass finds all."""
    found = {*already, *(claim.id for claim in claims if claim.basis is _ASSUMED)}
    for edge in edges:
        if edge.src in found:
            found.add(edge.dst)
    return frozenset(found)


def judge(outcome: Outcome, evidence: Evidence, spec: AgentSpec) -> Judged:
    """`outcome` checked: only an answer and a hand-off state something."""
    match outcome:
        case Say(text=text, cut=cut):
            checked = checks.check(text, evidence)
            broken = _broken(outcome, evidence, spec)
            complaint = repair.wrong_shape(spec.name, broken) if broken else repair.complaint(checked, evidence)
            marked = repair.marked(checked, evidence)
            shown = outcome if marked == text else replace(outcome, text=marked)
            return Judged(shown, checked, "" if cut else complaint, broken)
        case HandOff():
            mended, checked = checks.check_hand_off(outcome, evidence)
            clean = handoff.without(mended, checked.bad_cites)
            return Judged(clean, checked, repair.complaint(checked, evidence))
    return Judged(outcome)


def _broken(said: Say, evidence: Evidence, spec: AgentSpec) -> tuple[str, ...]:
    if not spec.returns or said.cut:
        return ()
    if said.data is None:
        return (repair.no_result(),)
    return contract.problems(said.data, spec.returns, coverage.asked(evidence.request, evidence))


def record(run: Run, step: int, judged: Judged, evidence: Evidence) -> Recorded:
    """What step number `step` of `run` states, what that rests on, and what is wrong with it."""
    brief = run.claims if run.hand_offs else ()  # any of it may stand in the brief, which is no claim
    label = of_model([*evidence.labels, *(claim.label for claim in brief)], f"step:{run.name}.{step}")
    first = len(run.claims) + 1
    if judged.broken:
        return (), (), tuple(Fault(step, FaultKind.WRONG_SHAPE, what) for what in judged.broken)
    match judged:
        case Judged(outcome=Say(text=text), checked=Checked() as checked):
            claims, edges, faults = checks.as_claims(checked, run.id, step, first, label, evidence)
            if [claim.text for claim in claims] == [text]:
                return claims, edges, faults
            label = aged(label, [claim.label for claim in claims])
            answer = Claim(ClaimId(run.id, first + len(claims)), step, Basis.DERIVED, text, label)
            made_of = tuple(Edge(answer.id, claim.id, How.CITED) for claim in claims)
            return (*claims, answer), edges + made_of, faults
        case Judged(outcome=HandOff() as handed, checked=Checked() as checked):
            claims, edges, faults = checks.as_claims(checked, run.id, step, first, label, evidence)
            return handoff.kept(handed, claims, run), edges, faults
        case Judged(outcome=Ask(question=text)):
            return (Claim(ClaimId(run.id, first), step, Basis.DERIVED, text, label),), (), ()
    return (), (), ()
