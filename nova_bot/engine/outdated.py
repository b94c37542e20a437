"""Outdated: what earlier runs of a thread found, is out of date, and the agent at work can read again itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from nova_bot.context import freshness
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Conversation, Outdated, Reading
from nova_bot.core.run import Run
from nova_bot.ledger.store import Ledger
from nova_bot.tools.registry import Registry

MOST = 3
"""How many calls of earlier runs are made again at a time at most, and how many of those runs are looked at."""

CLOCK = "clock"
"""The kind of subject that the time of day is."""


async def with_outdated(
    conversation: Conversation, run: Run, spec: AgentSpec, tools: Registry, ledger: Ledger, now: datetime
) -> Conversation:
    """`conversation` with what `spec` can read again. The ledger is asked only if something is out of date."""
    person = run.envelope.sender.person
    reads = {name for name in tools.plain.intersection(spec.tools) if not tools.get(name).row.secret}
    at_hand = _at_hand(conversation) if reads and person else {}
    stale = {claim.id for claim in at_hand.values() if freshness.told(claim, spec.fresh, now)}
    answers = _answers(conversation, stale) if stale else {}
    found: list[Outdated] = []
    for number, answer in sorted(answers.items(), reverse=True)[:MOST]:
        earlier = await ledger.run(number)
        calls = _readings(earlier, spec, reads, now)
        if calls and earlier.envelope.sender.person == person and _alone(earlier, at_hand, stale):
            found.append(Outdated(answer, frozenset(each for each in stale if each.run == number), calls))
    return replace(conversation, outdated=_within(found)) if found or conversation.outdated else conversation


def _at_hand(conversation: Conversation) -> dict[ClaimId, Claim]:
    """What was said, and what is known of the subjects that the agent needs."""
    claims = (*(turn.claim for turn in conversation.turns), *conversation.needed)
    return {claim.id: claim for claim in claims if claim.status is Status.LIVE}


def _answers(conversation: Conversation, stale: Collection[ClaimId]) -> dict[int, ClaimId]:
    """The runs of this thread that made one of `stale`, each with its answer."""
    runs = {claim.run for claim in stale}
    return {turn.run: turn.claim.id for turn in conversation.turns if turn.agent and turn.run in runs}


def _readings(earlier: Run, spec: AgentSpec, reads: Collection[str], now: datetime) -> tuple[Reading, ...]:
    """The calls that found what is out of date in `earlier`; none, where one of them can't be made again.

    None either, where nothing but the time was read: each pack tells it.
    """
    stale = [c for c in earlier.claims if c.basis is Basis.FOUND and freshness.told(c, spec.fresh, now)]
    if all(freshness.kind_of(claim) == CLOCK for claim in stale):
        return ()
    old = {claim.id for claim in stale}
    parts: dict[ClaimId, set[ClaimId]] = defaultdict(set)
    for edge in earlier.edges:
        parts[edge.dst].add(edge.src)
    found = freshness.answered(earlier.steps, earlier.claims)
    due = [(call, claim) for call, claim in found if not old.isdisjoint({claim.id, *parts[claim.id]})]
    named = {each for _, claim in due for each in (claim.id, *parts[claim.id])}
    if not old <= named or any(call.tool not in reads for call, _ in due):
        return ()
    latest = {freshness.key_of(call): Reading(call, claim.text) for call, claim in due}
    return tuple(latest.values())


def _alone(earlier: Run, at_hand: Collection[ClaimId], stale: Collection[ClaimId]) -> bool:
    """Does `earlier` rest on nothing from before that may be out of date as well?"""
    before = {edge.src for edge in earlier.edges if edge.src.run != earlier.id}
    return all(each in at_hand and each not in stale for each in before)


def _within(found: Iterable[Outdated]) -> tuple[Outdated, ...]:
    """The first of `found`, as far as no more than MOST calls are due."""
    kept: list[Outdated] = []
    for one in found:
        if sum(len(each.reads) for each in (*kept, one)) <= MOST:
            kept.append(one)
    return tuple(kept)
