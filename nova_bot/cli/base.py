"""The `nova` command itself, and what its commands share. Heavy imports stand inside the commands."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
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
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object (or JSON lines) on stdout")]
Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="how many at most")]


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"nova {__version__}")
        raise typer.Exit


@cli.callback()
def _start(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="log more to stderr")] = False,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", help="print the version and end", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    from nova_bot import logs

    logs.start(logging.INFO if verbose else logging.WARNING)


def load_settings() -> Any:
    """The settings; wrong ones end the command with one line on stderr."""
    from nova_bot import settings

    return guarded(settings.load)


def load_roster() -> Any:
    """The agents that the settings name."""
    from nova_bot import parts

    return parts.roster_of(load_settings())


def guarded(work: Callable[[], Any]) -> Any:
    """Run `work`; an error of Nova's, or a file that can't be used, becomes one line on stderr and exit code 1."""
    try:
        return work()
    except NovaError as error:
        from nova_bot import logs

        print(logs.redacted(f"nova: {error}"), file=sys.stderr)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        _let_go_of_stdout()
        raise typer.Exit(1) from None
    except OSError as error:
        if error.strerror is None:
            raise
        _let_go_of_stdout()
        print(f"nova: {f'{error.filename}: ' if error.filename else ''}{error.strerror}", file=sys.stderr)
        raise typer.Exit(1) from None


def _let_go_of_stdout() -> None:
    """What can't be written there is not tried again at the end of the process, which would complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def open_streams() -> None:
    """Where the caller closed a standard stream, nothing is read, and what is written goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in this order each gets its own number
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def run_to_end(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a coroutine to its end; its number is the exit code. SIGTERM stops it as Ctrl-C does: in order."""
    terminated = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal terminated
        terminated = True
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        code = guarded(lambda: asyncio.run(work))
    except KeyboardInterrupt:
        code = 128 + (signal.SIGTERM if terminated else signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, before)
    raise typer.Exit(code or 0)
