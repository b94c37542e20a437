"""The `nova` command. Heavy imports stand inside the commands, so that `nova --help` is quick."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from nova_bot import __version__
from nova_bot.core.errors import NovaError

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

cli = typer.Typer(
    name="nova",
    help="A personal multi-agent system: 34 specialists that answer in the thread where you ask.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
agents = typer.Typer(help="The agents: list them, show one, check their files.", no_args_is_help=True)
runs = typer.Typer(help="What happened: the latest runs, or one in full.", no_args_is_help=True)
security = typer.Typer(help="What others could use, and what was done.", no_args_is_help=True)
trust = typer.Typer(help="What agents may do: reach, decisions, and the log of effects.", no_args_is_help=True)
db = typer.Typer(help="The ledger's file.", no_args_is_help=True)
models = typer.Typer(help="The router's sentence encoder and its fitted weights.", no_args_is_help=True)
owner = typer.Typer(help="The owner's accounts on Slack and Discord.", no_args_is_help=True)
slack = typer.Typer(help="Slack: the app's manifest, the link that creates it, the tokens.", no_args_is_help=True)
discord = typer.Typer(help="The Discord bot: inviting it, and whether its token works.", no_args_is_help=True)
reminders = typer.Typer(help="Your reminders outside the chat: list, cancel, export, import.", no_args_is_help=True)
schedule = typer.Typer(help="Recurring jobs, declared in files: list them, turn them on and off.", no_args_is_help=True)
dev = typer.Typer(help="For contributors: loopback platforms to try adapters on.", no_args_is_help=True)
for _app, _name in (
    (agents, "agents"),
    (runs, "runs"),
    (security, "security"),
    (trust, "trust"),
    (db, "db"),
    (models, "models"),
    (owner, "owner"),
    (slack, "slack"),
    (discord, "discord"),
    (reminders, "reminders"),
    (schedule, "schedule"),
    (dev, "dev"),
):
    cli.add_typer(_app, name=_name)

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object (or JSON lines) on stdout")]


@cli.callback()
def _start(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="log more to stderr")] = False,
    version: Annotated[bool, typer.Option("--version", help="print the version and end")] = False,
) -> None:
    from nova_bot import logs

    logs.start(logging.INFO if verbose else logging.WARNING)
    if version:
        print(f"nova {__version__}")
        raise typer.Exit


@cli.command()
def chat(
    once: Annotated[str | None, typer.Option(help="say this, print the answer and end; - reads standard input")] = None,
    thread: Annotated[str, typer.Option(help="the thread to talk in")] = "main",
    as_: Annotated[str, typer.Option("--as", help="OWNER, or the name of a guest")] = "OWNER",
    as_json: AsJson = False,
) -> None:
    """Talk to Nova in the terminal."""
    from nova_bot import chat as talk

    if once is None:
        _run(talk.interactive(_settings(), thread, as_))
        return
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if once == "-" else once
    _run(talk.once(_settings(), text, thread, as_, as_json=as_json))


@cli.command()
def serve() -> None:
    """Run all configured adapters until stopped; a stop finishes or parks running steps."""
    from nova_bot import serving

    _run(serving.serve(_settings()))


@cli.command()
def demo() -> None:
    """A tour that needs no key: routing, a hand-off over three agents, a note. Ends by itself."""
    from nova_bot import demo as tour

    _run(tour.tour())


@cli.command()
def route(
    words: Annotated[
        list[str] | None, typer.Argument(help="the message, in quotes; or a verb and what it takes")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="JSON lines with `text`, optional `current`, `previous`, `mentioned`")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="report: a file of labelled messages")] = None,
    out: Annotated[Path, typer.Option(help="report: where to write the page")] = Path("nova-routing.html"),
    as_json: AsJson = False,
) -> None:
    """Which agent would get a message, and why. The very function that the runtime uses.

    Verbs: `explain r12` or `explain TEXT`, `learn TEXT AGENT`, `undo [NUMBER]`, `export`, `report`, `refit`.
    """
    from nova_bot import route_cli

    said = words or []
    verb = said[0] if said and said[0] in route_cli.VERBS else ""
    if verb == "report":
        _guarded(lambda: route_cli.report(_settings(), out, data))
    elif verb in route_cli.ASKING:
        _run(route_cli.verb(_settings(), verb, said[1:], as_json=as_json))
    else:
        text = " ".join(said[1:] if verb else said)
        _run(route_cli.show(_settings(), text, batch, as_json=as_json))


@cli.command()
def when(
    text: Annotated[str | None, typer.Argument(help="a reminder or a time phrase")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines with `text`, `now`, `tz`, optional `lang`")] = None,
    as_json: AsJson = False,
) -> None:
    """What a time phrase means: exact local time, what was assumed, or the question it leaves open."""
    from nova_bot import when_cli

    _guarded(lambda: when_cli.show(_settings(), text, batch, as_json=as_json))


@cli.command()
def why(
    ref: Annotated[
        str, typer.Argument(help="a claim c7.2, a run r7, a step r7.2 or a platform's message id; the latest run")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """What an answer rests on: the walk back to the first weak link, in at most five lines."""
    from nova_bot import why_cli

    _run(why_cli.show(_settings(), ref, as_json=as_json))


@cli.command()
def blame(
    ref: Annotated[str, typer.Argument(help="what is wrong: a claim c7.2, a run r7; the latest run")] = "",
    taps: Annotated[str, typer.Option(help="answers to the cards, such as 2,none")] = "",
    as_json: AsJson = False,
) -> None:
    """Which step brought a mistake in: cards of up to four claims, each answered with a number or `none`."""
    from nova_bot import blame_cli

    _run(blame_cli.blame(_settings(), ref, taps, as_json=as_json))


@cli.command()
def wrong(
    said: Annotated[list[str], typer.Argument(help="a claim and what is right: c7.2 = 92")], as_json: AsJson = False
) -> None:
    """Correct a claim; what rested on it is named. `nova why` names the claims."""
    from nova_bot import trace_cli

    _run(trace_cli.say(_settings(), "wrong", " ".join(said), as_json=as_json))


@cli.command()
def redo(
    ref: Annotated[str, typer.Argument(help="a correction c9.1 or a run r7; the latest correction")] = "",
    as_json: AsJson = False,
) -> None:
    """Do again what rested on a corrected claim, only as far as anything changes. Nothing acts a second time."""
    from nova_bot import trace_cli

    _run(trace_cli.say(_settings(), "redo", ref, as_json=as_json))


@cli.command()
def fork(
    step: Annotated[str, typer.Argument(help="the step to play again from: r7.2")],
    wish: Annotated[list[str], typer.Argument(help="agent=NAME, model=TIER, or c7.1 = 92")],
    as_json: AsJson = False,
) -> None:
    """A run played again from a step with another agent, model or value, only to compare."""
    from nova_bot import trace_cli

    _run(trace_cli.say(_settings(), "fork", " ".join([step, *wish]), as_json=as_json))


@cli.command()
def forget(
    what: Annotated[list[str], typer.Argument(help="person NAME, before 2026-01-31, or 2026-01-01..2026-01-31")],
    as_json: AsJson = False,
) -> None:
    """Erase the text of some runs and every pack that showed it; ids and shape stay."""
    from nova_bot import trace_cli

    _run(trace_cli.say(_settings(), "forget", " ".join(what), as_json=as_json))


@agents.command("list")
def agents_list(as_json: AsJson = False) -> None:
    """All agents, one a line."""
    roster = _guarded(_roster)
    for spec in roster:
        print(
            json.dumps({"name": spec.name, "description": spec.description})
            if as_json
            else f"{spec.name:<18} {spec.description}"
        )


@agents.command("show")
def agents_show(name: str, as_json: AsJson = False) -> None:
    """One agent in full."""
    spec = _guarded(lambda: _roster().get(name))
    print(spec.model_dump_json() if as_json else _described(spec))


@agents.command("lint")
def agents_lint(folder: Annotated[Path | None, typer.Argument(help="another folder of agent files")] = None) -> None:
    """Check the files: keys, names, utterances that stand in two agents, and whether the router keeps the borders."""
    from nova_bot import app, lint
    from nova_bot.tools.all import REGISTRY

    settings = _settings()
    where = folder or app.agents_folder(settings)
    problems = _guarded(lambda: lint.problems(where, REGISTRY.outward()))
    if not problems:
        problems = _guarded(lambda: lint.borders(where, settings.home, REGISTRY.outward()))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems", file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


@runs.command("list")
def runs_list(limit: int = 20, as_json: AsJson = False) -> None:
    """The latest runs, newest first."""
    from nova_bot import runs_cli

    _run(runs_cli.latest(_settings(), limit, as_json=as_json))


@runs.command("show")
def runs_show(run: Annotated[str, typer.Argument(help="a run such as r12")], as_json: AsJson = False) -> None:
    """One run in full: route, every pack exactly as sent, outcomes, claims, replies."""
    from nova_bot import runs_cli

    _run(runs_cli.show(_settings(), run, as_json=as_json))


@trust.command("audit")
def trust_audit() -> None:
    """Who sees, accepts and may do what, and who can hand work to whom. Fails on a file that is dangerous."""
    from nova_bot import trust_cli
    from nova_bot.tools.all import REGISTRY

    settings, roster = _guarded(_settings), _guarded(_roster)
    print("\n".join(trust_cli.matrix(roster, REGISTRY.rows(), settings.hops)))


@trust.command("explain")
def trust_explain(
    call: Annotated[str, typer.Argument(help='a call, such as: chat.post place=#team text="see you"')],
    said: Annotated[str, typer.Option(help="what the owner typed")] = "",
    agent: Annotated[str, typer.Option(help="the agent that tries it")] = "general",
    read: Annotated[str, typer.Option(help="something from outside that the agent has read")] = "",
) -> None:
    """Would this call be made, asked about or refused, and why? The very function that the runtime uses."""
    from nova_bot import app, trust_cli
    from nova_bot.tools.all import REGISTRY

    settings, roster = _guarded(_settings), _guarded(_roster)
    explained = trust_cli.Explained(roster, REGISTRY.rows(), settings, agent, said, read)
    print(_guarded(lambda: explained.of(call, app.now())))


@trust.command("log")
def trust_log(limit: int = 20) -> None:
    """The latest effects and refusals, newest first."""
    from nova_bot import trust_cli

    _run(trust_cli.log(_settings(), limit))


@security.command("audit")
def security_audit(as_json: AsJson = False) -> None:
    """What others could use: file modes, written secrets, ports, powers, people. Fails when something is wrong."""
    from nova_bot import security_cli

    raise typer.Exit(_guarded(lambda: security_cli.show(_settings(), as_json=as_json)))


@security.command("effects")
def security_effects(limit: int = 20) -> None:
    """The latest effects and refusals, newest first; the same as `nova trust log`."""
    trust_log(limit)


@reminders.command("list")
def reminders_list(as_json: AsJson = False) -> None:
    """What is waiting, the next one first."""
    from nova_bot import reminders_cli

    _run(reminders_cli.show(_settings(), as_json=as_json))


@reminders.command("cancel")
def reminders_cancel(number: int) -> None:
    """Cancel one by its number."""
    from nova_bot import reminders_cli

    _run(reminders_cli.cancel(_settings(), number))


@reminders.command("export")
def reminders_export(file: Annotated[Path, typer.Argument(help="an .ics file to write; - is stdout")]) -> None:
    """Write what is pending as an iCalendar file."""
    from nova_bot import reminders_cli

    _run(reminders_cli.export(_settings(), file))


@reminders.command("import")
def reminders_import(file: Annotated[Path, typer.Argument(help="an .ics file")]) -> None:
    """Keep the coming events and to-dos of an iCalendar file as reminders."""
    from nova_bot import reminders_cli

    _run(reminders_cli.take_in(_settings(), file))


@schedule.command("list")
def schedule_list(as_json: AsJson = False) -> None:
    """All jobs: when they are due, who does them."""
    from nova_bot import schedule_cli

    _guarded(lambda: schedule_cli.show(_settings(), as_json=as_json))


@schedule.command("next")
def schedule_next(limit: int = 10, as_json: AsJson = False) -> None:
    """The next times of all jobs that are on."""
    from nova_bot import schedule_cli

    _guarded(lambda: schedule_cli.upcoming(_settings(), limit, as_json=as_json))


@schedule.command("runs")
def schedule_runs(name: str = typer.Argument(""), limit: int = 20, as_json: AsJson = False) -> None:
    """What came of the latest times that jobs were due."""
    from nova_bot import schedule_cli

    _run(schedule_cli.runs(_settings(), name, limit, as_json=as_json))


@schedule.command("run-now")
def schedule_run_now(name: str, as_json: AsJson = False) -> None:
    """Run a job once, now; the answer is printed here."""
    from nova_bot import schedule_cli

    _run(schedule_cli.run_now(_settings(), name, as_json=as_json))


@schedule.command("resume")
def schedule_resume(name: str) -> None:
    """Turn a job on."""
    from nova_bot import schedule_cli

    _guarded(lambda: schedule_cli.switch(_settings(), name, enabled=True))


@schedule.command("pause")
def schedule_pause(name: str) -> None:
    """Turn a job off."""
    from nova_bot import schedule_cli

    _guarded(lambda: schedule_cli.switch(_settings(), name, enabled=False))


@runs.command("export")
def runs_export(
    run: Annotated[str, typer.Argument(help="a run such as r12")],
    html: Annotated[bool, typer.Option("--html", help="one page that needs nothing else (the default)")] = False,
    otlp: Annotated[bool, typer.Option("--otlp", help="an OpenTelemetry trace as OTLP/JSON")] = False,
    prov: Annotated[bool, typer.Option("--prov", help="W3C PROV-JSON")] = False,
    out: Annotated[Path | None, typer.Option(help="write it to this file instead of standard output")] = None,
) -> None:
    """A run for others: a page, a trace, or PROV. A trace is sent where OTEL_EXPORTER_OTLP_ENDPOINT is set."""
    from nova_bot import export_cli

    chosen = [name for name, wanted in (("html", html), ("otlp", otlp), ("prov", prov)) if wanted] or ["html"]
    if len(chosen) > 1:
        raise typer.BadParameter("choose one of --html, --otlp and --prov")
    _run(export_cli.export(_settings(), run, chosen[0], out))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the ledger's file to this version's form."""
    from nova_bot import app
    from nova_bot.ledger import database

    def upgrade() -> None:
        path = app.ledger_path(_settings())
        with database.held(path):
            database.upgrade(path)
        print(f"{path} is at revision {database.HEAD}")

    _guarded(upgrade)


@models.command("install")
def models_install() -> None:
    """Fetch the encoder's weights (84 MB, checked by SHA-256). Without them the router works on words alone."""
    from nova_bot import weights

    _guarded(lambda: weights.install(_settings().home))


@models.command("fit")
def models_fit() -> None:
    """Fit the router to the agent files and write it beside them (for contributors who changed utterances)."""
    from nova_bot import app, router_files

    def fit() -> None:
        settings = _settings()
        folder = app.agents_folder(settings)
        encoder = router_files.embedder(settings.home)
        fitted = router_files.fit(
            router_files.declared(folder, _roster()), encoder, settings.home, folder / router_files.NAME
        )
        kind = "words and sentence vectors" if encoder else "words alone (the encoder is not installed)"
        print(f"{folder / router_files.NAME}: {kind}, cross-validated accuracy {fitted.accuracy:.3f}")

    _guarded(fit)


@owner.command("code")
def owner_code() -> None:
    """Print a code; the account that sends "link CODE" to Nova within ten minutes is the owner's from then on."""
    from nova_bot import owner_cli

    _run(owner_cli.code(_settings()))


Url = Annotated[str, typer.Option(help="where Nova can be reached, for signed HTTP instead of Socket Mode")]


@slack.command("manifest")
def slack_manifest(
    url: Url = "",
    write: Annotated[bool, typer.Option("--write", help="write slack-manifest.json here instead of printing")] = False,
) -> None:
    """The app's manifest, to paste at https://api.slack.com/apps."""
    from nova_bot import slack_cli

    _guarded(lambda: slack_cli.show(url, Path(slack_cli.FILE) if write else None))


@slack.command("link")
def slack_link(url: Url = "") -> None:
    """The address that creates the app, and where its tokens are."""
    from nova_bot import slack_cli

    _guarded(lambda: slack_cli.show_link(url))


@slack.command("check")
def slack_check() -> None:
    """Try the tokens against Slack."""
    from nova_bot import slack_cli

    _run(slack_cli.try_tokens(_settings()))


@discord.command("invite")
def discord_invite() -> None:
    """The address that adds the bot to a server, or to your own account."""
    from nova_bot import discord_cli

    _run(discord_cli.invite(_settings()))


@discord.command("check")
def discord_check(as_json: AsJson = False) -> None:
    """Whether the token works, what the bot may read, and whether it knows its owner."""
    from nova_bot import discord_cli

    _run(discord_cli.check(_settings(), as_json=as_json))


@dev.command("fake-slack")
def dev_fake_slack(port: int = 4003) -> None:
    """A loopback Slack with a page to type into."""
    from nova_bot import fakes

    _run(fakes.slack(port))


@dev.command("fake-discord")
def dev_fake_discord(port: int = 4004) -> None:
    """A loopback Discord with a page to type into."""
    from nova_bot import fakes

    _run(fakes.discord(port))


@cli.command()
def bench(
    name: Annotated[str, typer.Argument(help="load, routing, sinks, trust")],
    data: Annotated[Path | None, typer.Option(help="a folder with the data sets")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what the docs claim."""
    from nova_bot.bench import command

    raise typer.Exit(_guarded(lambda: command.run(name, data, _settings(), as_json=as_json)))


def _settings() -> Any:
    from nova_bot import settings

    return settings.load()


def _roster() -> Any:
    from nova_bot import agent_files, app
    from nova_bot.tools.all import REGISTRY

    return agent_files.load(app.agents_folder(_settings()), REGISTRY.outward())


def _described(spec: Any) -> str:
    parts = [
        f"{spec.name}: {spec.description}",
        f"tools: {', '.join(spec.tools) or 'none'}",
        f"effects: {', '.join(spec.effects) or 'none'}",
        f"hands to: {', '.join(spec.hands_to) or 'nobody'}",
        f"model: {spec.model}",
        "budget: {steps} steps, {tokens} tokens, {usd} USD, {seconds} s".format(**spec.budget.model_dump()),
        f"{len(spec.examples)} examples, such as: {'; '.join(spec.examples[:5])}",
        "",
        spec.body,
    ]
    return "\n".join(parts)


def _guarded(work: Callable[[], Any]) -> Any:
    """Run `work`; an error of Nova's becomes one line on stderr and exit code 1."""
    try:
        return work()
    except NovaError as error:
        from nova_bot import logs

        print(logs.redacted(f"nova: {error}"), file=sys.stderr)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a coroutine to its end; its number is the exit code."""
    try:
        code = _guarded(lambda: asyncio.run(work))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code or 0)


def main() -> None:
    """The console script."""
    cli()
