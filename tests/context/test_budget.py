"""What a run and its agents may still spend."""

import pytest

from nova_bot.context.budget import Limits, estimate_tokens, exceeded, seconds_left, timed_out
from nova_bot.core.agent_spec import Budget
from nova_bot.core.outcome import Say
from nova_bot.core.run import Run, Usage
from tests.agents import BOOKS, a_spec
from tests.records import a_run, a_step

SPEC = a_spec(BOOKS, "budget: {steps: 3, tokens: 1000, usd: 0.5, seconds: 10}")
LIMITS = Limits(Budget(steps=5, tokens=2_000, usd=1.0, seconds=20))


def run(*steps: tuple[str, Usage, float]) -> Run:
    return a_run(steps=tuple(a_step(n, Say("x"), agent, usage, s) for n, (agent, usage, s) in enumerate(steps, 1)))


OTHER, OWN = "chaser", "books"


@pytest.mark.parametrize(
    ("steps", "limit"),
    [
        ([], ""),
        ([(OWN, Usage(), 1)] * 2, ""),
        ([(OWN, Usage(), 1)] * 3, "books used all 3 of its steps"),
        ([(OWN, Usage(999), 1)], ""),
        ([(OWN, Usage(500, 300, 100, 100), 1)], "books used all 1000 of its tokens"),
        ([(OWN, Usage(usd=0.5), 1)], "books used all 0.5 USD of its budget"),
        ([(OWN, Usage(usd=None), 1)], ""),
        ([(OTHER, Usage(usd=0.9), 1), (OWN, Usage(usd=None), 1)], ""),
        ([(OTHER, Usage(usd=1.0), 1), (OWN, Usage(usd=None), 1)], "this took all 1.0 USD that one request may cost"),
        ([(OTHER, Usage(), 1)] * 5, "this took all 5 steps that one request may take"),
        ([(OTHER, Usage(2_000), 1)], "this took all 2000 tokens that one request may use"),
        ([(OWN, Usage(), 9.9)], ""),
        ([(OWN, Usage(), 10)], "books took longer than its 10 seconds"),
        ([(OTHER, Usage(), 20)], "this took longer than the 20 seconds that one request may take"),
    ],
)
def test_the_limit_that_is_reached_is_named(steps: list[tuple[str, Usage, float]], limit: str) -> None:
    assert exceeded(run(*steps), SPEC, LIMITS) == limit


@pytest.mark.parametrize(
    ("steps", "left"),
    [([], 10), ([(OWN, Usage(), 4)], 6), ([(OTHER, Usage(), 4)], 10), ([(OTHER, Usage(), 13)], 7)],
)
def test_the_next_step_has_what_is_left_of_the_shorter_time(steps: list[tuple[str, Usage, float]], left: float) -> None:
    assert seconds_left(run(*steps), SPEC, LIMITS) == left


def test_a_step_that_took_too_long_is_blamed_on_the_limit_it_met_first() -> None:
    assert "books took longer" in timed_out(run(), SPEC, LIMITS)
    assert "this took longer" in timed_out(run((OTHER, Usage(), 13)), SPEC, LIMITS)


def test_an_estimate_is_never_nothing() -> None:
    assert estimate_tokens("") == 1
    assert estimate_tokens("x" * 35) == 11
