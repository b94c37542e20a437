"""Budgets: what a run and each agent in it may still spend."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nova_bot.core.agent_spec import AgentSpec, Budget
from nova_bot.core.reminder import maker
from nova_bot.core.run import Run, Step
from nova_bot.core.wording import say

CHARACTERS_PER_TOKEN = 3.5


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is: 3.5 characters each, which errs on the high side for English."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take, all agents together; a job's runs may have a budget of their own.

    `of_jobs` holds those by what the identities of the job's firings begin with, such as `rem:7`.
    """

    run: Budget
    hops: int = 3
    keep_turns: int = 12
    of_jobs: dict[str, Budget] = field(default_factory=dict)

    def of(self, run: Run) -> Budget:
        """The budget of one run."""
        return self.of_jobs.get(maker(run.envelope.identity), self.run)


def seconds_left(run: Run, spec: AgentSpec, limits: Limits) -> float:
    """How long the next step may take. What counts is the time that steps took, not that of a restart or a queue."""
    return min(_agents_time(run, spec), limits.of(run).seconds - _seconds(run.steps))


def exceeded(run: Run, spec: AgentSpec, limits: Limits) -> str:
    """The sentence that says which limit is reached; "" when another step fits.

    Money only counts where a price is known.
    """
    if not run.steps:
        return ""
    own = [step for step in run.steps if step.agent == spec.name]
    whole = limits.of(run)
    spent = {
        "steps": (len(own), spec.budget.steps),
        "tokens": (_tokens(own), spec.budget.tokens),
        "usd": (_usd(own), spec.budget.usd),
        "run_steps": (len(run.steps), whole.steps),
        "run_tokens": (_tokens(run.steps), whole.tokens),
        "run_usd": (_usd(run.steps), whole.usd),
    }
    for key, (used, limit) in spent.items():
        if used >= limit:
            return say("limit", key, agent=spec.name, limit=limit)
    return timed_out(run, spec, limits) if seconds_left(run, spec, limits) <= 0 else ""


def timed_out(run: Run, spec: AgentSpec, limits: Limits) -> str:
    """The sentence for the time limit that is reached first."""
    whole = limits.of(run).seconds - _seconds(run.steps) <= _agents_time(run, spec)
    key, limit = ("run_seconds", limits.of(run).seconds) if whole else ("seconds", spec.budget.seconds)
    return say("limit", key, agent=spec.name, limit=limit)


def _agents_time(run: Run, spec: AgentSpec) -> float:
    return spec.budget.seconds - _seconds([step for step in run.steps if step.agent == spec.name])


def _seconds(steps: Iterable[Step]) -> float:
    return sum([(step.ended - step.started).total_seconds() for step in steps])


def _tokens(steps: Iterable[Step]) -> int:
    return sum([step.usage.tokens for step in steps])


def _usd(steps: Iterable[Step]) -> float:
    return sum([step.usage.usd or 0.0 for step in steps])
