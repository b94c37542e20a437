"""`/nova` and the message menu. `ask` and `agent` are requests; the other verbs are Nova's own, whatever there are."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from adapters.discord.answers import TERSE
from adapters.discord.desk import Desk
from nova_bot.core.wording import say

log = logging.getLogger(__name__)

CHOICES_MAX = 25
ASK_MAX = 2_000
REST_MAX = 200
STALE = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
"""A person's Discord may show commands that have changed since."""

Interaction = discord.Interaction
Words = app_commands.Range[str, 1, ASK_MAX]
Rest = app_commands.Range[str, 0, REST_MAX]


def tree_of(client: discord.Client, desk: Desk) -> app_commands.CommandTree:
    """All commands, usable wherever Discord lets a person use one."""
    tree = app_commands.CommandTree(
        client,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )
    nova = app_commands.Group(name="nova", description=say("discord", "nova"))
    own = (_ask(desk), _agent(desk), _link(desk))
    taken = {command.name for command in own}
    verbs = (verb for verb in desk.receive.commands().verbs if verb not in taken)
    for command in (*own, *map(partial(_verb, desk), verbs)):
        nova.add_command(command)
    tree.add_command(nova)
    tree.add_command(_about(desk))
    tree.add_command(_mistaken(desk))
    tree.error(_broke)
    return tree


def _ask(desk: Desk) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="ask", description=say("discord", "ask"))
    @app_commands.describe(text=say("discord", "ask_text"), agent=say("discord", "ask_agent"))
    async def ask(interaction: Interaction, text: Words, agent: str = "") -> None:
        await desk.ask(interaction, text, agent)

    @ask.autocomplete("agent")
    async def names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG001
        return _choices(desk.agents(typed))

    return ask


def _agent(desk: Desk) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="agent", description=say("discord", "agent"))
    @app_commands.describe(name=say("discord", "agent_name"), text=say("discord", "ask_text"))
    async def agent(interaction: Interaction, name: str, text: Words) -> None:
        await desk.ask(interaction, text, name)

    @agent.autocomplete("name")
    async def names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG001
        return _choices(desk.agents(typed))

    return agent


def _link(desk: Desk) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="link", description=say("discord", "link"))
    @app_commands.describe(code=say("discord", "link_code"))
    async def link(interaction: Interaction, code: Rest = "") -> None:
        await desk.alone(interaction, f"link {code}".strip())

    return link


def _verb(desk: Desk, verb: str) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name=verb, description=_described(verb))
    @app_commands.describe(text=say("discord", "verb_text"))
    async def answer(interaction: Interaction, text: Rest = "") -> None:
        await desk.command(interaction, verb, text)

    return answer


def _described(verb: str) -> str:
    try:
        return say("verb", verb)
    except KeyError:
        return say("discord", "verb", verb=verb)


def _about(desk: Desk) -> app_commands.ContextMenu:
    async def about(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(desk.subjects.modal(message))

    return app_commands.ContextMenu(name=say("discord", "menu"), callback=about)


def _mistaken(desk: Desk) -> app_commands.ContextMenu:
    async def mistaken(interaction: Interaction, message: discord.Message) -> None:
        await desk.mistaken(interaction, message)

    return app_commands.ContextMenu(name=say("discord", "mistaken"), callback=mistaken)


def _choices(names: Iterable[str]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name) for name in list(names)[:CHOICES_MAX]]


async def _broke(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    """Say that something went wrong, as far as that is still possible."""
    if isinstance(error, STALE):
        log.warning("a command of another time: %s", error, extra={"action": "discord.command"})
    else:
        log.error("command %s broke", interaction.id, exc_info=error, extra={"action": "discord.command"})
    said = say("discord", "stale") if isinstance(error, STALE) else say("press", "broke")
    try:
        if interaction.response.is_done():
            await interaction.followup.send(said, ephemeral=True)
        else:
            await interaction.response.send_message(said, ephemeral=True)
    except discord.HTTPException:
        log.warning("nothing said about command %s", interaction.id, extra={"action": "discord.command"})


async def register(tree: app_commands.CommandTree, application: int, kept: Path) -> None:
    """Tell Discord the commands, unless `kept` says that it knows exactly these: it allows few registrations a day."""
    definition = [command.to_dict(tree) for command in tree.get_commands()]
    mark = hashlib.sha256(json.dumps([application, definition], sort_keys=True).encode()).hexdigest()
    if await asyncio.to_thread(_text, kept) == mark:
        return
    try:
        with suppress(*TERSE):
            await tree.sync()
    except discord.HTTPException as error:  # people can still write
        log.error("no commands: %s", error, extra={"action": "discord.commands"})
        return
    await asyncio.to_thread(kept.write_text, mark, "utf-8")


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""
