"""Freshness: how old what was observed is, and whether that is too old for its kind. Copying renews nothing."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from nova_bot.core.agent_spec import span
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.conversation import Outdated
from nova_bot.core.labels import Label
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.run import Run, Step
from nova_bot.core.wording import say

Spans = Mapping[str, timedelta]
"""How long each kind of subject stays fresh."""

_AGAIN = "again_"
"""How the ids of calls begin that Nova makes again."""


@cache
def _table() -> Spans:
    text = files("nova_bot.context").joinpath("freshness.toml").read_text("utf-8")
    return {kind: span(length) for kind, length in tomllib.loads(text)["fresh"].items()}


def is_stale(label: Label, now: datetime) -> bool:
    """Is the time over within which it was fresh?"""
    return label.expires is not None and label.expires < now


def expires(claim: Claim, own: Spans) -> datetime | None:
    """Until when `claim` is fresh: as its label, its kind and an agent's `own` spans say, the soonest of them."""
    label = claim.label
    if not claim.subject or not label.as_of:
        return label.expires
    kind = kind_of(claim)
    ends = [label.expires] if label.expires else []
    ends += [label.as_of + spans[kind] for spans in (_table(), own) if kind in spans]
    return min(ends, default=None)


def kind_of(claim: Claim) -> str:
    """What kind of subject a claim is about: a `price:X1` is a price."""
    return claim.subject.partition(":")[0]


def dated(claim: Claim) -> Claim:
    """`claim` with the end of its freshness in its label: whatever is made of it is no fresher."""
    end = expires(claim, {})
    return claim if end == claim.label.expires else replace(claim, label=replace(claim.label, expires=end))


def told(claim: Claim, own: Spans, now: datetime) -> str:
    """What to say beside a claim that is out of date: "as of 9 h ago"; "" while it is fresh."""
    end = expires(claim, own)
    if end is None or end >= now:
        return ""
    return say("age", "stale", age=age(now - (claim.label.as_of or end)))


def since(claim: Claim, own: Spans, now: datetime, tz: str) -> str:
    """The same with the moment instead of the age: "as of 2026-11-22 13:00"."""
    end, at = expires(claim, own), claim.label.as_of
    if end is None or at is None or end >= now:
        return ""
    return say("age", "since", at=f"{at.astimezone(ZoneInfo(tz)):%Y-%m-%d %H:%M}")


def age(passed: timedelta) -> str:
    """A length of time in its largest unit: "9 h"."""
    minutes = int(passed.total_seconds() // 60)
    for key, length in (("days", 2 * 24 * 60), ("hours", 60)):
        if minutes >= length:
            return say("age", key, n=minutes // (24 * 60 if key == "days" else 60))
    return say("age", "minutes", n=max(1, minutes))


def to_read_again(run: Run, reads: Collection[str], own: Spans, now: datetime) -> tuple[ToolCall, ...]:
    """The calls of the agent at work whose results are out of date by now; each is made again once at most.

    `reads` are the tools that only read.
    """
    made = [key_of(call) for call, result in _made(run.stretch) if not result.error or call.id.startswith(_AGAIN)]
    return _again(
        call
        for call, claim in answered(run.stretch, run.claims)
        if call.tool in reads
        and told(claim, own, now)
        and made.count(key_of(call)) == 1
        and not call.id.startswith(_AGAIN)
    )


def of_earlier(run: Run, outdated: Iterable[Outdated], shown: Collection[ClaimId]) -> tuple[ToolCall, ...]:
    """The calls of earlier runs to make again, since claims that are `shown` rest on them; each once in a run."""
    made = {key_of(call) for call, _ in _made(run.steps)}
    due = [one for one in outdated if one.answer in shown and not one.claims.isdisjoint(shown)]
    calls = {key_of(read.call): read.call for one in due for read in one.reads}
    return _again(call for key, call in calls.items() if key not in made)


def renewed(run: Run, outdated: Iterable[Outdated], own: Spans, now: datetime) -> frozenset[ClaimId]:
    """The claims among `outdated` of which `run` found again, word for word, all that was out of date."""
    found = {key_of(call): claim.text for call, claim in answered(run.steps, run.claims) if not told(claim, own, now)}
    same = [one for one in outdated if all(found.get(key_of(read.call)) == read.found for read in one.reads)]
    return frozenset[ClaimId]().union(*(one.claims for one in same))


def answered(steps: Iterable[Step], claims: Iterable[Claim]) -> Iterator[tuple[ToolCall, Claim]]:
    """The calls of `steps` that found something, each with what it found, as a whole."""
    made = tuple(claims)
    for step in steps:
        found = iter([claim for claim in made if claim.step == step.n])
        for call, result in _made([step]):
            claim = None if result.error else next(found, None)
            if claim:
                yield call, claim


def _again(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(f"{_AGAIN}{n}", call.tool, call.args) for n, call in enumerate(calls))


def _made(steps: Iterable[Step]) -> Iterator[tuple[ToolCall, ToolResult]]:
    for step in steps:
        if isinstance(step.outcome, Use):
            yield from zip(step.outcome.calls, step.results, strict=False)


def key_of(call: ToolCall) -> str:
    """The same for two calls of one tool with the same arguments."""
    return f"{call.tool}{call.args}"
