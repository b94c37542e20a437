"""Freshness: by kind, shortened by an agent, never renewed by copying."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context import freshness
from nova_bot.core.claims import Basis, Claim
from nova_bot.core.labels import Integrity, Label, join
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.run import Run
from tests.doubles import NOON
from tests.records import a_claim, a_run, a_step


def seen(kind: str, minutes: float, own: timedelta | None = None) -> Claim:
    """A claim about `kind`, observed so many minutes ago; `own`: what its tool says about its freshness."""
    at = NOON - timedelta(minutes=minutes)
    label = Label(Integrity.OUTSIDE, "tool:erp", as_of=at, expires=at + own if own else None)
    return replace(a_claim(2, "1,200 EUR", step=1, basis=Basis.FOUND, label=label), subject=kind)


@pytest.mark.parametrize(
    ("kind", "minutes", "own", "told"),
    [
        ("erp.balance", 14, {}, ""),
        ("erp.balance", 16, {}, "as of 16 min ago, may be out of date"),
        ("erp.balance:Birch", 540, {}, "as of 9 h ago, may be out of date"),
        ("erp.balance", 6, {"erp.balance": timedelta(minutes=5)}, "as of 6 min ago, may be out of date"),
        ("erp.balance", 16, {"erp.balance": timedelta(days=5)}, "as of 16 min ago, may be out of date"),
        ("note", 999_999, {}, ""),
    ],
)
def test_an_agent_may_shorten_what_a_kind_allows(
    kind: str, minutes: float, own: dict[str, timedelta], told: str
) -> None:
    assert freshness.told(seen(kind, minutes), own, NOON) == told


def test_a_tool_may_say_less_too() -> None:
    assert freshness.told(seen("note", 3, timedelta(minutes=2)), {}, NOON)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=5))
def test_copying_never_renews(minutes: list[int]) -> None:
    labels = [seen("web", each).label for each in minutes]
    copied = join(labels, "step:r1.1")
    for _ in range(3):
        copied = join([copied], "step:r1.2")
    assert copied.as_of == NOON - timedelta(minutes=max(minutes))


def read(*minutes: float) -> Run:
    """A run that read the same thing so many minutes ago, each time anew."""
    run = a_run()
    for n, each in enumerate(minutes, 1):
        step = replace(a_step(n, Use((ToolCall("a", "erp.read", {"of": 1}),))), results=(ToolResult("a", "1,200"),))
        run = run.then(step, (replace(seen("erp.balance", each), step=n, id=a_claim(n + 1, "").id),), ())
    return run


def again(run: Run, reads: tuple[str, ...] = ("erp.read",)) -> list[str]:
    return [call.tool for call in freshness.to_read_again(run, reads, {}, NOON)]


def test_what_is_out_of_date_is_read_again_and_only_once() -> None:
    assert again(read(20)) == ["erp.read"]
    assert again(read(10)) == []
    assert again(read(40, 20)) == []


def test_a_second_try_that_failed_is_not_made_once_more() -> None:
    failed = a_step(2, Use((ToolCall("again_0", "erp.read", {"of": 1}),)))
    run = read(20).then(replace(failed, results=(ToolResult("again_0", "closed", error=True),)), (), ())
    assert again(run) == []


def test_what_nova_has_read_again_is_not_read_a_third_time() -> None:
    (step,) = read(20).steps
    call = Use((ToolCall("again_0", "erp.read", {"of": 1}),))
    assert again(replace(read(20), steps=(replace(step, outcome=call),))) == []


def test_only_what_reads_is_made_again() -> None:
    assert again(read(20), ()) == []
