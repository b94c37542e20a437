"""The terminal as a platform: threads, replies while one types, plain lines when it is not a TTY."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Thread
from typing import TextIO
from uuid import uuid4

from adapters.base import Receive
from adapters.render.plain import plain
from nova_bot.core.button import Button
from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.envelope import Envelope, Kind, Place, Sender
from nova_bot.core.errors import NovaError
from nova_bot.core.people import OWNER
from nova_bot.core.readers import Readers
from nova_bot.core.run import Run
from nova_bot.core.text import storable
from nova_bot.core.wording import say
from nova_bot.engine.outbox import Gone

PLATFORM = "terminal"
LIMITS = Limits(text=1_000_000)

SAID = ("agent", "link")
"""Verbs that are messages and not commands: a run answers them."""

INSIDE = ("new", "thread", "quit", "exit")
"""Verbs that steer the open chat."""

Answer = Callable[[str, str, Place, Sender], Awaitable[str | None]]
"""Nova's own commands: verb, rest of the line, place, and who says it."""


def place_of(thread: str) -> Place:
    """The place of a terminal thread."""
    return Place(PLATFORM, "local", "chat", storable(thread))


def envelope(text: str, thread: str, sender: Sender) -> Envelope:
    """A typed line as an Envelope."""
    return Envelope(f"{PLATFORM}:{uuid4()}", Kind.MESSAGE, place_of(thread), sender, text, datetime.now(UTC))


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
    limits: Limits = LIMITS
    buttons: tuple[Button, ...] = ()
    gone: OSError | None = None
    """Why nothing more can be written: whoever read the stream closed it, as `head` does, or its disk is full."""

    async def deliver(self, outbound: Outbound) -> str:
        """Print a reply once; what was streamed already is only completed. Raises Gone."""
        heading = f"{outbound.agent} · r{outbound.run}"
        if outbound.place.thread != self.thread:
            heading += f" · thread {outbound.place.thread}"
        elif outbound.buttons:
            self.buttons = outbound.buttons
        try:
            self._write(heading, outbound.text + (_numbered(outbound.buttons) if outbound.buttons else ""))
        except OSError as error:
            self.gone = error
            raise Gone from None
        return f"terminal:{outbound.key}"

    async def edit(self, receipt: str, outbound: Outbound) -> str:  # noqa: ARG002
        """What scrolled by can't be changed; it is printed anew."""
        return await self.deliver(outbound)

    def numbered(self, line: str) -> Button | None:
        """The button that a line names by number or label, of those shown last. A question's answer is no press."""
        for number, button in enumerate(self.buttons, 1):
            names = {button.label.casefold()} | (set() if _is_numbered(self.buttons) else {str(number)})
            if line.strip().casefold() in names:
                return None if button.act == "choose" else button
        return None

    def typed(self, line: str, sender: Sender) -> Envelope:
        """A line as an Envelope: a press where it names a button of those shown last, which are passed with it."""
        button, said = self.numbered(line), envelope(line, self.thread, sender)
        self.buttons = ()
        return replace(said, kind=Kind.PRESS, text="", press=button.id) if button else said

    def check(self) -> None:
        """Raises OSError when nothing can be written any more: BrokenPipeError when nobody reads it."""
        if self.gone:
            raise self.gone

    async def find(self, outbound: Outbound) -> str | None:  # noqa: ARG002
        """What scrolled by before a restart can't be known; it is printed again."""
        return None

    def progress(self, underway: Underway) -> None:
        """Show on one line how far the answer is, on a TTY only."""
        if self.rich and self.live and underway.place.thread == self.thread:
            tail = " ".join(storable(underway.text[-400:]).split())[-60:]
            self.out.write(f"\r\x1b[2K\x1b[2m{underway.agent} · {underway.run} · {tail}\x1b[0m")
            self.out.flush()

    async def noticed(self, envelope: Envelope) -> None:
        """The typed line stands there already; `progress` is the next sign."""

    async def private(self, place: Place, person: str, text: str) -> None:  # noqa: ARG002
        """Say it: nobody else reads this terminal."""
        self.say(text)

    async def readers(self, place: Place) -> Readers:  # noqa: ARG002
        """This machine's terminal is its owner's."""
        return Readers.of(OWNER)

    async def direct(self, workspace: str, user: str) -> Place:  # noqa: ARG002
        """The thread that is being shown."""
        return place_of(self.thread)

    def say(self, text: str) -> None:
        """Print a line of Nova's own."""
        self._write("", text)

    def _write(self, heading: str, text: str) -> None:
        if not self.rich:
            print(
                "\n".join(part for part in (heading and f"[{heading}]", plain(text)) if part), file=self.out, flush=True
            )
            return
        from rich.console import Console  # only a TTY needs it
        from rich.markdown import Markdown
        from rich.text import Text

        self.out.write("\r\x1b[2K")
        console = Console(file=self.out, force_terminal=True)
        if heading:
            console.print(Text(heading, "bold cyan"))
        page = Markdown(text)
        for child in (child for token in page.parsed for child in token.children or ()):
            if child.type == "softbreak":  # in a chat a new line is a new line
                child.type = "hardbreak"
        console.print(page)
        self.out.flush()


def _is_numbered(buttons: tuple[Button, ...]) -> bool:
    """Does the text number its choices itself, so that the labels are those numbers?"""
    return any(button.label.isdecimal() for button in buttons)


def _numbered(buttons: tuple[Button, ...]) -> str:
    if _is_numbered(buttons):
        return ""
    lines = "\n".join(f"{n}. {button.label}" for n, button in enumerate(buttons, 1))
    last = f"-{len(buttons)}" if len(buttons) > 1 else ""
    return f"\n\n{lines}\n\n(1{last})"  # in no language: the text above may be in any


@dataclass(slots=True)
class Terminal:
    """The interactive chat: reads lines, brings them in, and answers commands. The printer is its courier."""

    printer: Printer
    sender: Sender
    commands: Answer
    name: str = PLATFORM

    @property
    def courier(self) -> Printer:
        """Its sending side."""
        return self.printer

    async def serve(self, receive: Receive) -> None:
        """Read lines until /quit or the end of the input."""
        runs: set[asyncio.Future[Run]] = set()
        async with aclosing(self._lines()) as lines:
            async for line in lines:
                if not await self._line(line, receive, runs) or self.printer.gone:
                    break
        if runs:
            await asyncio.wait(runs)

    async def _line(self, line: str, receive: Receive, runs: set[asyncio.Future[Run]]) -> bool:
        """Handle one line. False ends the chat."""
        verb, _, rest = line.strip().removeprefix("/").partition(" ")
        if line.strip() in ("/quit", "/exit"):
            return False
        try:
            if line.strip() and not self.printer.rich and runs and verb not in ("stop", "status"):
                await asyncio.wait(runs)  # in a pipe a line may answer, or speak of, what comes of the line before
            if line.strip().startswith("/") and verb not in SAID:
                self.printer.say(await self._command(verb, rest))
            elif line.strip():
                await self._message(line, receive, runs)
        except NovaError as error:
            self.printer.say(str(error))
        return True

    async def _message(self, line: str, receive: Receive, runs: set[asyncio.Future[Run]]) -> None:
        run = await receive(self.printer.typed(line, self.sender))
        if run is not None:
            future = asyncio.ensure_future(run)
            runs.add(future)
            future.add_done_callback(self._ended)
            future.add_done_callback(runs.discard)

    def _ended(self, run: asyncio.Future[Run]) -> None:
        if not run.cancelled() and (error := run.exception()):
            self.printer.say(str(error) if isinstance(error, NovaError) else say("terminal", "broke"))

    async def _command(self, verb: str, rest: str) -> str:
        if verb in ("new", "thread"):
            self.printer.thread, self.printer.buttons = rest.strip() or uuid4().hex[:6], ()
            return say("terminal", "switched", thread=self.printer.thread)
        answer = await self.commands(verb, rest, place_of(self.printer.thread), self.sender)
        return say("command", "unknown", verb=verb) if answer is None else answer

    async def _lines(self) -> AsyncGenerator[str, None]:
        if self.printer.rich and sys.stdin.isatty():
            async for line in self._typed():
                yield line
            return
        loop = asyncio.get_running_loop()
        read: asyncio.Queue[bytes] = asyncio.Queue()

        def put(line: bytes) -> None:
            loop.call_soon_threadsafe(read.put_nowait, line)

        source = os.dup(sys.stdin.fileno())  # its own: it may still be reading when that number means something else
        Thread(target=_read, args=(source, put), name="terminal", daemon=True).start()
        while raw := await read.get():
            yield raw.decode("utf-8", "replace").rstrip("\n")

    async def _typed(self) -> AsyncGenerator[str, None]:
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


def _read(source: int, put: Callable[[bytes], None]) -> None:
    """Pass each line on, then b"". A thread of its own, which nobody waits for: a read can't be given up."""
    with suppress(RuntimeError), open(source, "rb") as lines:  # RuntimeError: the loop is closed
        for line in lines:
            put(line)
        put(b"")
