"""Commands that Nova answers itself, the same on every platform: agents, why, usage, help."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nova_bot.core.envelope import Place, Sender
from nova_bot.core.errors import NoSuchClaim, NoSuchRun
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Usage
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch import references, whys
from nova_bot.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Commands:
    """Each verb is a method that takes the rest of the line, where it was said and by whom, and gives Markdown."""

    ledger: Ledger
    roster: Callable[[], Roster]
    clock: Callable[[], datetime]

    async def answer(self, verb: str, rest: str, place: Place, by: Sender) -> str | None:
        """The answer to a command, None for a verb that is not Nova's."""
        verbs: dict[str, Callable[[str, Place, Sender], Awaitable[str]]] = {
            "agents": self._agents,
            "why": self._why,
            "usage": self._usage,
            "help": self._help,
        }
        return await verbs[verb](rest.strip(), place, by) if verb in verbs else None

    async def _agents(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        wanted = [spec for spec in self.roster() if rest.casefold() in f"{spec.name} {spec.description}".casefold()]
        return "\n".join(f"- **{spec.name}**: {spec.description}" for spec in wanted) or say(
            "command", "no_agent", name=rest
        )

    async def _why(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        if not rest and not await self.ledger.latest_runs(1, place):
            return say("command", "nothing_yet")
        try:
            reference = await references.resolve(self.ledger, rest, place)
        except (NoSuchRun, NoSuchClaim) as error:
            return str(error)
        walk = await whys.walk(self.ledger, reference.claim, place)
        return "\n".join([*_routed(reference.run), *(f"- {line}" for line in walk.lines), _ended(reference.run)])

    async def _usage(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        since = self.clock() - timedelta(days=30)
        lines = [
            f"- **{agent}**: {steps} steps, {_cost(usage)}"
            for agent, steps, usage in await self.ledger.usage_since(since)
        ]
        return "\n".join(["Last 30 days:", *lines]) if lines else say("command", "nothing_yet")

    async def _help(self, rest: str, place: Place, by: Sender) -> str:  # noqa: ARG002
        return say("command", "help")


def _cost(usage: Usage) -> str:
    money = "cost unknown" if usage.usd is None else f"{usage.usd:.4f} USD"
    return f"{usage.tokens:,} tokens, {money}"


def explained(run: Run) -> str:
    """Why a run went where it did, in a few lines, and every claim of it."""
    claims = [f"- {claim.id} {claim.basis.value}: {clip(claim.text, 100)}" for claim in run.claims]
    return "\n".join([*_routed(run), *claims, _ended(run)])


def _routed(run: Run) -> list[str]:
    route = run.route
    lines = [f"**{run.name}** went to **{route.agent}** by rule *{route.rule}*: {route.why}."]
    others = [c for c in route.candidates if c.agent != route.agent][:3]
    if others:
        lines.append("Next best: " + ", ".join(f"{c.agent} {c.p:.2f}" for c in others) + ".")
    if route.would_change:
        lines.append(f"What would have changed it: {route.would_change}.")
    hops = [f"{run.route.agent}", *(handed.to for handed in run.hand_offs)]
    if len(hops) > 1:
        lines.append("Handed on: " + " -> ".join(hops) + ".")
    return lines


def _ended(run: Run) -> str:
    ended = run.ending.kind.value if run.ending else "still running"
    return f"Ended: {ended}; {len(run.steps)} steps, {_cost(run.usage)}."
