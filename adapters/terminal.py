"""The terminal as a platform: threads, replies while one types, plain lines when it is not a TTY."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO
from uuid import uuid4

from adapters.base import Receive
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.text import storable
from nova_bot.core.wording import say

PLATFORM = "terminal"

Answer = Callable[[str, str, Place], Awaitable[str | None]]
"""Nova's own commands: verb, rest of the line, place."""


def place_of(thread: str) -> Place:
    """The place of a terminal thread."""
    return Place(PLATFORM, "local", "chat", thread)


def envelope(text: str, thread: str, sender: Sender) -> Envelope:
    """A typed line as an Envelope."""
    return Envelope(f"{PLATFORM}:{uuid4()}", Kind.MESSAGE, place_of(thread), sender, storable(text), datetime.now(UTC))


@dataclass(slots=True)
class Printer:
    """Writes replies to a stream: rendered Markdown on a TTY, plain text elsewhere.

    `thread` is the one being shown; a reply for another thread says which it is for.
    """

    out: TextIO
    rich: bool
    thread: str
    platform: str = PLATFORM
    live: bool = True

    async def deliver(self, outbound: Outbound) -> str:
        """Print a reply once; what was streamed already is only completed."""
        heading = f"{outbound.agent} · r{outbound.run}"
        if outbound.place.thread != self.thread:
            heading += f" · thread {outbound.place.thread}"
        choices = "".join(f"\n  {n}. {choice}" for n, choice in enumerate(outbound.choices, 1))
        hint = f"\n{say('route', 'choice_hint')}" if choices else ""
        self._write(heading, outbound.text + choices + hint)
        return f"terminal:{outbound.key}"

    async def find(self, outbound: Outbound) -> str | None:  # noqa: ARG002
        """What scrolled by before a restart can't be known; it is printed again."""
        return None

    def progress(self, place: Place, run: str, agent: str, text: str) -> None:
        """Show on one line how far the answer is, on a TTY only."""
        if self.rich and self.live and place.thread == self.thread:
            self.out.write(f"\r\x1b[2K\x1b[2m{agent} · {run} · {' '.join(text.split())[-60:]}\x1b[0m")
            self.out.flush()

    def say(self, text: str) -> None:
        """Print a line of Nova's own."""
        self._write("", text)

    def _write(self, heading: str, text: str) -> None:
        if not self.rich:
            print("\n".join(part for part in (heading and f"[{heading}]", text) if part), file=self.out, flush=True)
            return
        from rich.console import Console  # only a TTY needs it
        from rich.markdown import Markdown

        self.out.write("\r\x1b[2K")
        console = Console(file=self.out, force_terminal=True)
        if heading:
            console.print(f"[bold cyan]{heading}[/]")
        console.print(Markdown(text))
        self.out.flush()


@dataclass(slots=True)
class Terminal:
    """The interactive chat: reads lines, brings them in, and answers commands. The printer is its courier."""

    printer: Printer
    sender: Sender
    commands: Answer

    async def serve(self, receive: Receive) -> None:
        """Read lines until /quit or the end of the input."""
        runs: set[asyncio.Future[object]] = set()
        async with aclosing(self._lines()) as lines:
            async for line in lines:
                if not await self._line(line, receive, runs):
                    break
        if runs:
            await asyncio.wait(runs)

    async def _line(self, line: str, receive: Receive, runs: set[asyncio.Future[object]]) -> bool:
        """Handle one line. False ends the chat."""
        verb, _, rest = line.strip().removeprefix("/").partition(" ")
        if line.strip() in ("/quit", "/exit"):
            return False
        if line.strip().startswith("/") and verb != "agent":
            self.printer.say(await self._command(verb, rest))
            return True
        run = await receive(envelope(line, self.printer.thread, self.sender))
        if run is not None:
            future = asyncio.ensure_future(run)
            runs.add(future)
            future.add_done_callback(self._ended)
            future.add_done_callback(runs.discard)
        return True

    def _ended(self, run: "asyncio.Future[object]") -> None:
        if not run.cancelled() and (error := run.exception()):
            self.printer.say(str(error))

    async def _command(self, verb: str, rest: str) -> str:
        if verb in ("new", "thread"):
            self.printer.thread = rest.strip() or uuid4().hex[:6]
            return say("terminal", "switched", thread=self.printer.thread)
        answer = await self.commands(verb, rest, place_of(self.printer.thread))
        return say("command", "unknown", verb=verb) if answer is None else answer

    async def _lines(self) -> AsyncIterator[str]:
        if self.printer.rich and sys.stdin.isatty():
            async for line in self._typed():
                yield line
            return
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            yield line.decode("utf-8", "replace").rstrip("\n")

    async def _typed(self) -> AsyncIterator[str]:
        from prompt_toolkit import PromptSession  # only a TTY needs it
        from prompt_toolkit.patch_stdout import patch_stdout

        session: PromptSession[str] = PromptSession()
        self.printer.live = False
        with patch_stdout(raw=True):
            self.printer.out = sys.stdout
            while True:
                try:
                    yield await session.prompt_async(lambda: f"{self.printer.thread}> ")
                except (EOFError, KeyboardInterrupt):
                    return
