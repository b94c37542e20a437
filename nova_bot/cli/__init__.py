"""The `nova` command: one module a group of commands. Each imports what it needs when it is called."""

import sys

import typer

# The order of these is the order in `nova --help`.
# isort: off
from nova_bot.cli.base import cli, guarded, open_streams
from nova_bot.cli import talking
from nova_bot.cli import times
from nova_bot.cli import tracing
from nova_bot.cli import routing
from nova_bot.cli import trusting
from nova_bot.cli import platforms
from nova_bot.cli import upkeep
# isort: on

__all__ = ["cli", "main", "platforms", "routing", "talking", "times", "tracing", "trusting", "upkeep"]


def main() -> None:
    """The console script. Also what the help can't be written to is told in one line."""
    open_streams()
    try:
        guarded(cli)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
