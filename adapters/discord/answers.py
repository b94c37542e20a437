"""The one answer that Discord wants of an interaction, within three seconds: that it came in, or a form."""

import logging
from contextlib import suppress

import discord

from adapters.discord import forms
from nova_bot.core.form import Form

log = logging.getLogger(__name__)

ACKNOWLEDGED = 40060
"""Discord's code for an interaction that has its answer."""

TERSE = (KeyError, TypeError)
"""What discord.py raises when a server takes something without saying what came of it."""


async def deferred(interaction: discord.Interaction, *, ephemeral: bool) -> int:
    """Acknowledge a command. The id of the message that waits to be filled, 0 where nobody tells."""
    try:
        with suppress(*TERSE):
            answered = await interaction.response.defer(thinking=True, ephemeral=ephemeral)
            if answered is not None and answered.message_id:
                return answered.message_id
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED:
            raise  # else a first try arrived although its answer was lost
    try:
        return (await interaction.original_response()).id
    except discord.HTTPException as error:
        log.warning("no message for %d: %s", interaction.id, error, extra={"action": "discord.command"})
        return 0


async def acknowledged(interaction: discord.Interaction) -> None:
    """Tell Discord that it came in. What was used counts all the same when that can't be told any more."""
    try:
        with suppress(*TERSE):
            await interaction.response.defer()
    except discord.HTTPException as error:
        log.warning("%d is not acknowledged: %s", interaction.id, error, extra={"action": "discord.interaction"})


async def opened(interaction: discord.Interaction, form: Form, button: str) -> bool:
    """Open the form. False where Discord doesn't: then the conversation has to ask."""
    try:
        with suppress(*TERSE):
            await interaction.response.send_modal(forms.modal(form, button))
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED:
            log.warning("no form for %d: %s", interaction.id, error, extra={"action": "discord.form"})
            await acknowledged(interaction)
            return False  # else a first try arrived although its answer was lost
    return True
