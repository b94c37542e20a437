"""Talking to Nova: chat, serve, the tour."""

import sys
from typing import Annotated

import typer

from nova_bot.cli.base import AsJson, cli, load_settings, run_to_end


@cli.command()
def chat(
    once: Annotated[str | None, typer.Option(help="say this, print the answer and end; - reads standard input")] = None,
    thread: Annotated[str, typer.Option(help="the thread to talk in")] = "main",
    as_: Annotated[str, typer.Option("--as", help="OWNER, one of the people, or any guest")] = "OWNER",
    as_json: AsJson = False,
) -> None:
    """Talk to Nova in the terminal."""
    from nova_bot.commands.chat import interactive, say_once

    if once is None:
        run_to_end(interactive(load_settings(), thread, as_))
        return
    text = sys.stdin.buffer.read().decode("utf-8", "replace") if once == "-" else once
    run_to_end(say_once(load_settings(), text, thread, as_, as_json=as_json))


@cli.command()
def serve() -> None:
    """Run all configured adapters until stopped; a stop finishes or parks running steps."""
    from nova_bot.commands.serve import serve

    run_to_end(serve(load_settings()))


@cli.command()
def demo() -> None:
    """A tour that needs no key: routing, a hand-off over three agents, a note. Ends by itself."""
    from nova_bot.commands.demo import tour

    run_to_end(tour())
