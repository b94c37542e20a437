"""What "Ask Nova about this" opens: the question about a message."""

import discord
from discord import ui

from adapters.discord import quotes
from adapters.discord.desk import Desk
from nova_bot.core.wording import say

QUESTION_MAX = 1_000


class About(ui.Modal):
    """The message stays what it is, somebody's words; only what is typed here is a request."""

    def __init__(self, desk: Desk, message: discord.Message) -> None:
        super().__init__(title=say("discord", "menu"), timeout=15 * 60)
        self._desk = desk
        self._message = message
        self._question: ui.TextInput[About] = ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=QUESTION_MAX, required=False,
            placeholder=say("adapter", "about_default"),
        )  # fmt: skip
        self.add_item(ui.Label(text=say("discord", "about"), component=self._question))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Ask it."""
        question = self._question.value.strip() or say("adapter", "about_default")
        await self._desk.ask(interaction, question, quoted=(quotes.about(self._message),))
