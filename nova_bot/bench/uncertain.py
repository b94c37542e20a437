"""How often the arbiter would ask a model: the real arbiter, over a model that only counts."""

import asyncio
from collections.abc import Sequence

from nova_bot.core.roster import Roster
from nova_bot.core.route import Route
from nova_bot.core.run import Usage
from nova_bot.engine.arbiter import Arbiter
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason


class CountingModel:
    """Counts what it is asked, and is never sure."""

    def __init__(self) -> None:
        self.asked = 0

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """An answer that chooses nobody."""
        self.asked += 1
        return ModelReply("", (), StopReason.END, Usage(), "counting")

    async def close(self) -> None:
        """Nothing to let go of."""


def arbiter_calls(roster: Roster, routes: Sequence[Route]) -> dict[str, float]:
    """`arbiter_calls`: model calls per message, if these were the routes of a running Nova with a model."""
    if not routes:
        return {}
    model = CountingModel()
    arbiter = Arbiter(model)

    async def settle() -> None:
        for route in routes:
            await arbiter.settle(route, roster)

    asyncio.run(settle())
    return {"arbiter_calls": model.asked / len(routes)}
