"""Slack, Discord, their loopback stand-ins, and the owner's accounts there."""

from pathlib import Path
from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, cli, guarded, load_settings, run_to_end

owner = typer.Typer(help="The owner's accounts on Slack and Discord.", no_args_is_help=True)
cli.add_typer(owner, name="owner")
slack = typer.Typer(help="Slack: the app's manifest, the link that creates it, the tokens.", no_args_is_help=True)
cli.add_typer(slack, name="slack")
discord = typer.Typer(help="The Discord bot: inviting it, and whether its token works.", no_args_is_help=True)
cli.add_typer(discord, name="discord")
dev = typer.Typer(help="For contributors: loopback platforms to try adapters on.", no_args_is_help=True)
cli.add_typer(dev, name="dev")

Url = Annotated[str, typer.Option(help="where Nova can be reached, for signed HTTP instead of Socket Mode")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="on 127.0.0.1; 0 takes a free one")]


@owner.command("code")
def owner_code() -> None:
    """Print a code; the account that sends "link CODE" to Nova within ten minutes is the owner's from then on."""
    from nova_bot.commands.owner import code

    run_to_end(code(load_settings()))


@slack.command("manifest")
def slack_manifest(
    url: Url = "",
    write: Annotated[bool, typer.Option("--write", help="write slack-manifest.json here instead of printing")] = False,
) -> None:
    """The app's manifest, to paste at https://api.slack.com/apps."""
    from nova_bot.commands.slack import FILE, show

    guarded(lambda: show(url, Path(FILE) if write else None))


@slack.command("link")
def slack_link(url: Url = "") -> None:
    """The address that creates the app, and where its tokens are."""
    from nova_bot.commands.slack import show_link

    guarded(lambda: show_link(url))


@slack.command("check")
def slack_check() -> None:
    """Try the tokens against Slack."""
    from nova_bot.commands.slack import try_tokens

    run_to_end(try_tokens(load_settings()))


@discord.command("invite")
def discord_invite() -> None:
    """The address that adds the bot to a server, or to your own account."""
    from nova_bot.commands.discord import invite

    run_to_end(invite(load_settings()))


@discord.command("check")
def discord_check(as_json: AsJson = False) -> None:
    """Whether the token works, what the bot may read, and whether it knows its owner."""
    from nova_bot.commands.discord import check

    run_to_end(check(load_settings(), as_json=as_json))


@dev.command("fake-slack")
def dev_fake_slack(port: Port = 4003) -> None:
    """A loopback Slack with a page to type into."""
    from nova_bot.commands.dev import fake_slack

    run_to_end(fake_slack(port))


@dev.command("fake-discord")
def dev_fake_discord(port: Port = 4004) -> None:
    """A loopback Discord with a page to type into."""
    from nova_bot.commands.dev import fake_discord

    run_to_end(fake_discord(port))
