"""Freshness: how old what was observed is, and whether that is too old for its kind. Copying renews nothing."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from nova_bot.core.agent_spec import span
from nova_bot.core.claims import Claim
from nova_bot.core.labels import Label
from nova_bot.core.outcome import ToolCall, Use
from nova_bot.core.run import Run
from nova_bot.core.wording import say

Spans = Mapping[str, timedelta]
"""How long each kind of subject stays fresh."""


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
    made = [_key(call) for call, _ in _answered(run)]
    return tuple(
        ToolCall(f"again_{n}", call.tool, call.args)
        for n, (call, claim) in enumerate(_answered(run))
        if call.tool in reads and told(claim, own, now) and made.count(_key(call)) == 1
    )


def _key(call: ToolCall) -> str:
    return f"{call.tool}{call.args}"


def _answered(run: Run) -> Iterator[tuple[ToolCall, Claim]]:
    """The calls since the last hand-off that found something, each with what it found."""
    for step in run.stretch:
        if isinstance(step.outcome, Use):
            found = iter([claim for claim in run.claims if claim.step == step.n])
            for call, result in zip(step.outcome.calls, step.results, strict=False):
                claim = None if result.error else next(found, None)
                if claim:
                    yield call, claim
