"""Buttons: the id is all that Discord carries, so they work after a restart too."""

import re
from typing import Any

import discord
from discord import ui

from adapters.discord.desk import Desk
from adapters.discord.sheets import PREFIX


def dynamic_button(desk: Desk) -> type[ui.DynamicItem[Any]]:
    """The class of all buttons that Nova sends."""

    class Pressed(ui.DynamicItem[ui.Button[Any]], template=rf"{re.escape(PREFIX)}(?P<id>[A-Za-z0-9_-]{{1,90}})"):
        """A press on any of them."""

        def __init__(self, button: str) -> None:
            super().__init__(ui.Button(custom_id=PREFIX + button))
            self.button = button

        @classmethod
        async def from_custom_id(
            cls,
            interaction: discord.Interaction,
            item: ui.Item[Any],
            match: re.Match[str],
            /,
        ) -> "Pressed":
            return cls(match["id"])

        async def callback(self, interaction: discord.Interaction) -> None:
            await desk.pressed(interaction, self.button)

    return Pressed
