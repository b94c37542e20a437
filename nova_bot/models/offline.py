"""No model: the honest answer when none is configured."""

from nova_bot.core.run import Usage
from nova_bot.core.wording import say
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason


class OfflineModel:
    """Says which agent was chosen, why, and what to set."""

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The same sentence for every request."""
        text = say("ending", "no_model", agent=request.pack.agent, why=request.why)
        if on_text:
            on_text(text)
        return ModelReply(text, (), StopReason.NO_MODEL, Usage(), "none")

    async def close(self) -> None:
        """Nothing to let go of."""
