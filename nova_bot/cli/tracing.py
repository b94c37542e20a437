"""Where an answer comes from, and what is to become of it: why, blame, wrong, redo, fork, forget, runs."""

from pathlib import Path
from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, Limit, cli, load_settings, run_to_end

runs = typer.Typer(help="What happened: the latest runs, or one in full.", no_args_is_help=True)
cli.add_typer(runs, name="runs")


@cli.command()
def why(
    ref: Annotated[
        str, typer.Argument(help="a claim c7.2, a run r7, a step r7.2 or a platform's message id; the latest run")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """What an answer rests on: the walk back to the first weak link, in at most five lines."""
    from nova_bot.commands.why import show

    run_to_end(show(load_settings(), ref, as_json=as_json))


@cli.command()
def blame(
    ref: Annotated[str, typer.Argument(help="what is wrong: a claim c7.2, a run r7; the latest run")] = "",
    taps: Annotated[str, typer.Option(help="answers to the cards, such as 2,none")] = "",
    as_json: AsJson = False,
) -> None:
    """Which step brought a mistake in: cards of up to four claims, each answered with a number or `none`."""
    from nova_bot.commands.blame import blame

    run_to_end(blame(load_settings(), ref, taps, as_json=as_json))


@cli.command()
def wrong(
    said: Annotated[list[str] | None, typer.Argument(help="a claim and what is right: c7.2 = 92")] = None,
    as_json: AsJson = False,
) -> None:
    """Correct a claim; what rested on it is named. `nova why` names the claims."""
    from nova_bot.commands.chat_commands import say

    run_to_end(say(load_settings(), "wrong", " ".join(said or ()), as_json=as_json))


@cli.command()
def redo(
    ref: Annotated[str, typer.Argument(help="a correction c9.1 or a run r7; the latest correction")] = "",
    as_json: AsJson = False,
) -> None:
    """Do again what rested on a corrected claim, only as far as anything changes. Nothing acts a second time."""
    from nova_bot.commands.chat_commands import say

    run_to_end(say(load_settings(), "redo", ref, as_json=as_json))


@cli.command()
def fork(
    step: Annotated[str, typer.Argument(help="the step to play again from: r7.2")] = "",
    wish: Annotated[list[str] | None, typer.Argument(help="agent=NAME, model=TIER, or c7.1 = 92")] = None,
    as_json: AsJson = False,
) -> None:
    """A run played again from a step with another agent, model or value, only to compare."""
    from nova_bot.commands.chat_commands import say

    run_to_end(say(load_settings(), "fork", " ".join([step, *(wish or ())]), as_json=as_json))


@cli.command()
def forget(
    what: Annotated[
        list[str] | None, typer.Argument(help="person NAME, before 2026-01-31, or 2026-01-01..2026-01-31")
    ] = None,
    thread: Annotated[str, typer.Option(help="a thread of the terminal, such as main")] = "",
    as_json: AsJson = False,
) -> None:
    """Erase the text of some runs, every pack that showed it, and the notes, appointments, to-dos and reminders they
    made; ids and shape stay."""
    from nova_bot.commands.chat_commands import THREAD, say

    if what == ["thread"]:
        raise typer.BadParameter("there is no current thread in a shell: name it, as in nova forget --thread main")
    if thread and what:
        raise typer.BadParameter("either a thread, or a person or time")
    rest = "thread" if thread else " ".join(what or ())
    settings = load_settings()
    run_to_end(say(settings, "forget", rest, as_json=as_json, thread=thread or THREAD))


@runs.command("list")
def runs_list(limit: Limit = 20, as_json: AsJson = False) -> None:
    """The latest runs, newest first."""
    from nova_bot.commands.runs import latest

    run_to_end(latest(load_settings(), limit, as_json=as_json))


@runs.command("show")
def runs_show(
    run: Annotated[str, typer.Argument(help="a run such as r12; the latest run")] = "", as_json: AsJson = False
) -> None:
    """One run in full: route, every pack exactly as sent, outcomes, claims, replies."""
    from nova_bot.commands.runs import show

    run_to_end(show(load_settings(), run, as_json=as_json))


@runs.command("export")
def runs_export(
    run: Annotated[str, typer.Argument(help="a run such as r12; the latest run")] = "",
    html: Annotated[bool, typer.Option("--html", help="one page that needs nothing else (the default)")] = False,
    otlp: Annotated[bool, typer.Option("--otlp", help="an OpenTelemetry trace as OTLP/JSON")] = False,
    prov: Annotated[bool, typer.Option("--prov", help="W3C PROV-JSON")] = False,
    out: Annotated[Path | None, typer.Option(help="write it to this file instead of standard output")] = None,
) -> None:
    """A run for others: a page, a trace, or PROV. A trace is sent where OTEL_EXPORTER_OTLP_ENDPOINT is set."""
    from nova_bot.commands.export import export

    chosen = [name for name, wanted in (("html", html), ("otlp", otlp), ("prov", prov)) if wanted] or ["html"]
    if len(chosen) > 1:
        raise typer.BadParameter("choose one of --html, --otlp and --prov")
    run_to_end(export(load_settings(), run, chosen[0], out))
