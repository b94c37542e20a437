"""What agents may do, and what others could use."""

from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, Limit, cli, guarded, load_roster, load_settings, run_to_end

trust = typer.Typer(help="What agents may do: reach, decisions, and the log of effects.", no_args_is_help=True)
cli.add_typer(trust, name="trust")
security = typer.Typer(help="What others could use, and what was done.", no_args_is_help=True)
cli.add_typer(security, name="security")


@trust.command("audit")
def trust_audit() -> None:
    """Who sees, accepts and may do what, and who can hand work to whom. Fails on a file that is dangerous."""
    from nova_bot.commands.trust import matrix
    from nova_bot.tools.all import REGISTRY

    settings, roster = guarded(load_settings), guarded(load_roster)
    print("\n".join(matrix(roster, REGISTRY.rows(), settings.hops)))


@trust.command("explain")
def trust_explain(
    call: Annotated[str, typer.Argument(help='a call, such as: chat.post place=#team text="see you"')],
    said: Annotated[str, typer.Option(help="what the owner typed")] = "",
    agent: Annotated[str, typer.Option(help="the agent that tries it")] = "general",
    read: Annotated[str, typer.Option(help="something from outside that the agent has read")] = "",
) -> None:
    """Would this call be made, asked about or refused, and why? The very function that the runtime uses."""
    from nova_bot import parts
    from nova_bot.commands.trust import Explained
    from nova_bot.tools.all import REGISTRY

    settings, roster = guarded(load_settings), guarded(load_roster)
    explained = Explained(roster, REGISTRY, settings, agent, said, read)
    print(guarded(lambda: explained.of(call, parts.now())))


@trust.command("log")
def trust_log(limit: Limit = 20) -> None:
    """The latest effects and refusals, newest first."""
    from nova_bot.commands.trust import log

    run_to_end(log(load_settings(), limit))


@security.command("audit")
def security_audit(as_json: AsJson = False) -> None:
    """What others could use: file modes, written secrets, ports, powers, people. Fails when something is wrong."""
    from nova_bot.commands.security import show

    raise typer.Exit(guarded(lambda: show(load_settings(), as_json=as_json)))


@security.command("effects")
def security_effects(limit: Limit = 20) -> None:
    """The latest effects and refusals, newest first; the same as `nova trust log`."""
    trust_log(limit)
