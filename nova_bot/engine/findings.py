"""Findings: the claims that tool results are. One per result that came, then one per typed fact in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nova_bot.context import freshness
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.run import Run, Step
from nova_bot.engine.planning import PLAN
from nova_bot.tools.registry import Fact, Registry, Result

MOST_FACTS = 50
"""A result with more typed facts than this is one claim, its text."""


def of(
    run: Run, step: Step, results: Sequence[ToolResult], given: Sequence[Result | None], tools: Registry
) -> tuple[tuple[Claim, ...], tuple[Edge, ...]]:
    """The claims of `step`, numbered after those of `run`: a call that failed or was not made found nothing.

    A result is made of its facts: where one is corrected, it is too. A single one without a line of its own is the
    result itself.
    """
    assert isinstance(step.outcome, Use)
    came = [
        (_result(call, result, one, step, tools), one)
        for call, result, one in zip(step.outcome.calls, results, given, strict=True)
        if one is not None and not result.error
    ]
    first = len(run.claims) + 1
    wholes = [replace(claim, id=ClaimId(run.id, first + n)) for n, (claim, _) in enumerate(came)]
    parts = [(whole, fact) for whole, (_, one) in zip(wholes, came, strict=True) for fact in _listed(one)]
    facts = [_fact(ClaimId(run.id, first + len(wholes) + n), whole, fact) for n, (whole, fact) in enumerate(parts)]
    wholes = [_as_old_as(whole, facts, parts) for whole in wholes]
    edges = tuple(Edge(whole.id, fact.id, How.LIT) for fact, (whole, _) in zip(facts, parts, strict=True))
    return (*wholes, *facts), edges


def _as_old_as(whole: Claim, facts: Sequence[Claim], parts: Sequence[tuple[Claim, Fact]]) -> Claim:
    """A result is out of date as soon as one of its facts is."""
    ends = [fact.label.expires for fact, (of, _) in zip(facts, parts, strict=True) if of.id == whole.id]
    soonest = min((end for end in (whole.label.expires, *ends) if end), default=None)
    return replace(whole, label=replace(whole.label, expires=soonest))


def _listed(given: Result) -> tuple[Fact, ...]:
    whole = len(given.facts) == 1 and not given.facts[0].text
    return () if whole or len(given.facts) > MOST_FACTS else given.facts


def _result(call: ToolCall, result: ToolResult, given: Result, step: Step, tools: Registry) -> Claim:
    kind = PLAN if call.tool == PLAN else tools.get(call.tool).returns.kind
    claim = Claim(ClaimId(0, 0), step.n, Basis.FOUND, result.text, given.label, subject=kind)
    whole = given.facts[0] if len(given.facts) == 1 and not given.facts[0].text else None
    return freshness.dated(_typed(claim, whole) if whole else claim)


def _fact(number: ClaimId, whole: Claim, fact: Fact) -> Claim:
    """It is as trusted as its result, and has a date of its own where the tool knows one."""
    label = replace(whole.label, expires=None) if fact.as_of else whole.label
    claim = Claim(
        number, whole.step, Basis.FOUND, fact.text or f"{fact.subject}: {fact.value} {fact.unit}".strip(), label
    )
    return freshness.dated(_typed(claim, fact))


def _typed(claim: Claim, fact: Fact) -> Claim:
    label = replace(claim.label, as_of=fact.as_of) if fact.as_of else claim.label
    return replace(claim, subject=fact.subject, value=fact.value, unit=fact.unit, label=label)


def facts(claims: Iterable[Claim], edges: Iterable[Edge]) -> Mapping[str, tuple[Fact, ...]]:
    """The facts of recorded results by the text of their result: what `of` made claims of, read back."""
    found = {claim.id: claim for claim in claims if claim.basis is Basis.FOUND}
    read: dict[str, tuple[Fact, ...]] = defaultdict(tuple)
    parts = {edge.src: edge.dst for edge in edges if edge.how is How.LIT and edge.dst in found and edge.src in found}
    for claim in found.values():
        if claim.value:
            whole = found[parts[claim.id]] if claim.id in parts else claim
            text = claim.text if claim.id in parts else ""
            read[whole.text] += (Fact(claim.subject, claim.value, claim.unit, text, claim.label.as_of),)
    return read
