"""The ledger's file, what failed for good, and the measured claims."""

from pathlib import Path
from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, cli, guarded, load_settings, run_to_end

db = typer.Typer(help="The ledger's file.", no_args_is_help=True)
cli.add_typer(db, name="db")


inbox = typer.Typer(help="Messages and replies that failed for good.", no_args_is_help=True)
cli.add_typer(inbox, name="inbox")


@inbox.command("dead")
def inbox_dead(as_json: AsJson = False) -> None:
    """What failed, and why: messages whose run broke, replies that a platform does not take. The latest first."""
    from nova_bot.commands.inbox import dead

    run_to_end(dead(load_settings(), as_json=as_json))


@inbox.command("retry")
def inbox_retry(name: Annotated[str, typer.Argument(help="as listed: r12, or r12/1 for a reply")]) -> None:
    """Try one again when Nova serves next. While it serves, say `/retry r12` to it instead."""
    from nova_bot.commands.inbox import retry

    run_to_end(retry(load_settings(), name))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the ledger's file to this version's form."""
    from nova_bot import parts
    from nova_bot.ledger import database

    def upgrade() -> None:
        path = parts.ledger_path(load_settings())
        with database.held(path):
            database.upgrade(path)
        print(f"{path} is at revision {database.HEAD}")

    guarded(upgrade)


@cli.command()
def bench(
    name: Annotated[str, typer.Argument(help="which one; a wrong name lists them all")],
    data: Annotated[Path | None, typer.Option(help="a folder with the data sets")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what the docs claim."""
    from nova_bot.bench import command

    raise typer.Exit(guarded(lambda: command.run(name, data, load_settings(), as_json=as_json)))
