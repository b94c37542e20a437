"""Time: phrases, reminders, recurring jobs."""

from pathlib import Path
from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, Limit, cli, guarded, load_settings, run_to_end

reminders = typer.Typer(help="Your reminders outside the chat: list, cancel, export, import.", no_args_is_help=True)
cli.add_typer(reminders, name="reminders")
schedule = typer.Typer(help="Recurring jobs, declared in files: list them, turn them on and off.", no_args_is_help=True)
cli.add_typer(schedule, name="schedule")


@cli.command()
def when(
    text: Annotated[str | None, typer.Argument(help="a reminder or a time phrase")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines with `text`, `now`, `tz`, optional `lang`")] = None,
    as_json: AsJson = False,
) -> None:
    """What a time phrase means: exact local time, what was assumed, or the question it leaves open."""
    from nova_bot.commands.when import show

    guarded(lambda: show(load_settings(), text, batch, as_json=as_json))


@reminders.command("list")
def reminders_list(as_json: AsJson = False) -> None:
    """What is waiting, the next one first."""
    from nova_bot.commands.reminders import show

    run_to_end(show(load_settings(), as_json=as_json))


@reminders.command("cancel")
def reminders_cancel(number: int) -> None:
    """Cancel one by its number."""
    from nova_bot.commands.reminders import cancel

    run_to_end(cancel(load_settings(), number))


@reminders.command("export")
def reminders_export(file: Annotated[Path, typer.Argument(help="an .ics file to write; - is stdout")]) -> None:
    """Write what is pending as an iCalendar file."""
    from nova_bot.commands.reminders import export

    run_to_end(export(load_settings(), file))


@reminders.command("import")
def reminders_import(file: Annotated[Path, typer.Argument(help="an .ics file")]) -> None:
    """Keep the coming events and to-dos of an iCalendar file as reminders."""
    from nova_bot.commands.reminders import take_in

    run_to_end(take_in(load_settings(), file))


@schedule.command("list")
def schedule_list(as_json: AsJson = False) -> None:
    """All jobs: when they are due, who does them."""
    from nova_bot.commands.schedule import show

    guarded(lambda: show(load_settings(), as_json=as_json))


@schedule.command("next")
def schedule_next(limit: Limit = 10, as_json: AsJson = False) -> None:
    """The next times of all jobs that are on."""
    from nova_bot.commands.schedule import upcoming

    guarded(lambda: upcoming(load_settings(), limit, as_json=as_json))


@schedule.command("runs")
def schedule_runs(
    name: str = typer.Argument(""),
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """What came of the latest times that jobs were due."""
    from nova_bot.commands.schedule import runs

    run_to_end(runs(load_settings(), name, limit, as_json=as_json))


@schedule.command("run-now")
def schedule_run_now(name: str, as_json: AsJson = False) -> None:
    """Run a job once, now; the answer is printed here."""
    from nova_bot.commands.schedule import run_now

    run_to_end(run_now(load_settings(), name, as_json=as_json))


@schedule.command("resume")
def schedule_resume(name: str) -> None:
    """Turn a job on."""
    from nova_bot.commands.schedule import switch

    guarded(lambda: switch(load_settings(), name, enabled=True))


@schedule.command("pause")
def schedule_pause(name: str) -> None:
    """Turn a job off."""
    from nova_bot.commands.schedule import switch

    guarded(lambda: switch(load_settings(), name, enabled=False))
