"""Packs, requests and models as the tests of this folder use them."""

from nova_bot.core.agent_spec import Tier
from nova_bot.core.outcome import ToolCall, ToolResult
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind
from nova_bot.models.base import ModelRequest, ToolOffer
from nova_bot.settings import Price

SYSTEM = "You are the general agent."
MODELS = {Tier.FAST: "small", Tier.STANDARD: "middle", Tier.DEEP: "large"}
PRICES = {"middle": Price(input=3.0, output=15.0, cache_read=0.3, cache_write=3.75)}

NOTE = ToolOffer("notes.find", "Finds notes.", {"type": "object", "properties": {"words": {"type": "string"}}})
CLOCK = ToolOffer("clock.now", "Tells the time.", {"type": "object", "properties": {}})
HAND_OFF = ToolOffer("hand_off", "Hands over.", {"type": "object", "properties": {"to": {"type": "string"}}})


def item(text: str, kind: ItemKind = ItemKind.REQUEST) -> Item:
    """One item, 1 token."""
    return Item(kind, text, "the request", 1)


def pack(text: str = "Hello?", exchanges: tuple[Exchange, ...] = (), agent: str = "general") -> ContextPack:
    """A pack that asks `text`."""
    return ContextPack(agent, "sha", SYSTEM, (item(text),), exchanges, (), tokens=12, limit=1_000)


def used(tool: str, result: str, call: str = "toolu_1") -> Exchange:
    """An exchange of one call and its result."""
    return Exchange("", (ToolCall(call, tool, {}),), (ToolResult(call, result),))


def request(
    text: str = "Hello?",
    exchanges: tuple[Exchange, ...] = (),
    tools: tuple[ToolOffer, ...] = (CLOCK, NOTE, HAND_OFF),
    tier: Tier = Tier.STANDARD,
    agent: str = "general",
) -> ModelRequest:
    """A request that asks `text`."""
    return ModelRequest(pack(text, exchanges, agent), tools, tier, max_tokens=500, why="it is named")


class Naps:
    """Stands in for `asyncio.sleep`: notes how long, and does not wait."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
