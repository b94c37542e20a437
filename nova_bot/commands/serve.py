"""`nova serve`: all configured adapters in one process, until it is told to stop."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack

from adapters.terminal import Printer, Terminal
from nova_bot import app
from nova_bot.commands.chat import recovered, sender, tell, tell_stop
from nova_bot.core.wording import say
from nova_bot.platforms import configured, serving
from nova_bot.settings import Settings


async def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT, or /quit at a terminal. Running steps are finished or parked.

    The exit code is 1 where no platform is left to be served, and nobody sits at a terminal.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    printer = Printer(sys.stdout, rich=sys.stdout.isatty(), thread="main")
    platforms = configured(settings)
    async with AsyncExitStack() as stack:
        for platform in platforms:
            stack.push_async_callback(platform.close)
        couriers = [printer, *(platform.courier for platform in platforms)]
        nova = await stack.enter_async_context(app.running(settings, couriers, on_bad_file=tell))
        await recovered(nova)
        terminal = Terminal(printer, sender(nova.people, "OWNER"), nova.receive.command)
        at_terminal = asyncio.create_task(terminal.serve(nova.receive), name="terminal")
        adapters = serving(nova, platforms)
        print(_opening([adapter.get_name() for adapter in adapters]), file=sys.stderr)
        stopped = asyncio.create_task(stop.wait())
        ended = [asyncio.create_task(asyncio.wait(adapters))] if adapters else []
        waited_for = [stopped, at_terminal] if sys.stdin.isatty() else [stopped, *ended]
        await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
        lost = waited_for[1:] == ended and not stopped.done()
        if lost:
            print(say("terminal", "all_ended"), file=sys.stderr)
        else:
            tell_stop(settings)
        for task in (at_terminal, *adapters, *ended, stopped):
            task.cancel()
        await asyncio.gather(at_terminal, *adapters, *ended, stopped, return_exceptions=True)
    return 1 if lost else 0


def _opening(names: list[str]) -> str:
    """What is served, and what to do where no platform is configured."""
    at_terminal = sys.stdin.isatty()  # a container's input ends at once
    served = [*(["this terminal"] if at_terminal else []), *names]
    if names:
        return say("terminal", "serving", names=", ".join(served))
    here = say("terminal", "serving", names="this terminal") if at_terminal else say("terminal", "only_clock")
    return f"{here} {say('terminal', 'no_platform')}"
