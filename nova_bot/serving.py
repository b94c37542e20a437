"""`nova serve`: all configured adapters in one process, until it is told to stop."""

import asyncio
import signal
import sys

from adapters.terminal import Printer, Terminal
from nova_bot import app
from nova_bot.chat import sender, tell
from nova_bot.core.wording import say
from nova_bot.settings import Settings


async def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT, or /quit at a terminal. Running steps are finished or parked."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    printer = Printer(sys.stdout, rich=sys.stdout.isatty(), thread="main")
    async with app.running(settings, [printer], on_bad_file=tell) as nova:
        await nova.recover()
        terminal = Terminal(printer, sender(nova.people, "OWNER"), nova.commands.answer)
        adapters = [asyncio.create_task(terminal.serve(nova.receive), name="terminal")]
        stopped = asyncio.create_task(stop.wait())
        waited_for = [*adapters, stopped] if sys.stdin.isatty() else [stopped]  # a container's input ends at once
        await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
        print(say("terminal", "saved"), file=sys.stderr)
        for task in (*adapters, stopped):
            task.cancel()
        await asyncio.gather(*adapters, stopped, return_exceptions=True)
    return 0
