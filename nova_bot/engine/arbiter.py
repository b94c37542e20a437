"""The arbiter: when the router is unsure, a model may choose among the likeliest agents, before a person is asked.

It is only asked inside the uncertain band, never about the same text twice, and its cost stands in the route.
"""

import logging
from collections import OrderedDict
from dataclasses import replace
from functools import cache
from importlib.resources import files

from pydantic import JsonValue

from nova_bot.context.budget import estimate_tokens
from nova_bot.context.items import fenced
from nova_bot.core.agent_spec import Tier
from nova_bot.core.errors import ModelError
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack, Item, ItemKind
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.text import comparable
from nova_bot.models.base import Model, ModelRequest, StopReason, ToolOffer

log = logging.getLogger(__name__)

LOWEST = 0.3
"""Below this probability the shortlist itself is in doubt, so the person is asked at once."""

SHORTLIST = 5
CACHED = 1_000
LONGEST = 4_000
CHOOSE = "choose"


@cache
def _prompt() -> str:
    return files("nova_bot.engine").joinpath("arbiter.md").read_text("utf-8").strip()


class Arbiter:
    """Asks `model`, and remembers what it said."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._said: OrderedDict[str, str] = OrderedDict()

    async def settle(self, route: Route, roster: Roster) -> Route:
        """`route` itself unless it is in the uncertain band and the model is sure."""
        if route.rule is not Rule.UNSURE or route.p < LOWEST:
            return route
        key = comparable(route.request)
        if key in self._said:
            return _chosen(route, self._said[key])
        try:
            reply = await self._model.reply(_request(route, roster))
        except ModelError as error:
            log.warning("the arbiter could not be asked: %s", error, extra={"action": "arbiter.failed"})
            return route
        agent = _sure(reply.calls, route) if reply.stop is StopReason.TOOLS else ""
        self._said[key] = agent
        while len(self._said) > CACHED:
            self._said.popitem(last=False)
        counted = replace(route, arbiter=reply.model, arbiter_tokens=reply.usage.tokens, arbiter_usd=reply.usage.usd)
        return _chosen(counted, agent)


def _sure(calls: tuple[ToolCall, ...], route: Route) -> str:
    """The agent that the model is sure of, "" for none; only one of the shortlist counts."""
    if len(calls) != 1 or calls[0].tool != CHOOSE or calls[0].args.get("sure") is not True:
        return ""
    agent = calls[0].args.get("agent")
    return agent if isinstance(agent, str) and agent in {c.agent for c in route.candidates} else ""


def _chosen(route: Route, agent: str) -> Route:
    if not agent:
        return route
    p = next(c.p for c in route.candidates if c.agent == agent)
    decision = Decision.GENERAL if agent == "general" else Decision.ROUTE
    why = f"a model chose it among the likeliest ({route.why})"
    return replace(route, decision=decision, agent=agent, rule=Rule.ARBITER, p=p, why=why, question="")


def _request(route: Route, roster: Roster) -> ModelRequest:
    names = [c.agent for c in route.candidates][:SHORTLIST]
    lines = [f"- {name}: {roster.get(name).description}" for name in names if name in roster]
    text = "Agents:\n" + "\n".join(lines) + f"\n\nMessage:\n{fenced(route.request[:LONGEST])}"
    item = Item(ItemKind.REQUEST, text, "the message and the likeliest agents", estimate_tokens(text))
    pack = ContextPack("router", "", _prompt(), (item,), (), (), item.tokens + estimate_tokens(_prompt()), LONGEST)
    choices: list[JsonValue] = list(names)
    schema: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"agent": {"type": "string", "enum": choices}, "sure": {"type": "boolean"}},
        "required": ["agent", "sure"],
    }
    return ModelRequest(pack, (ToolOffer(CHOOSE, "Name the agent for the message.", schema),), Tier.FAST, 256)
