"""`nova chat`: the terminal adapter with a running Nova behind it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.terminal import INSIDE, SAID, Printer, Terminal, place_of
from nova_bot import __version__, app, parts
from nova_bot.core.envelope import Sender
from nova_bot.core.errors import BadFile
from nova_bot.core.outcome import EndingKind
from nova_bot.core.people import People
from nova_bot.core.run import Run
from nova_bot.core.text import counted
from nova_bot.core.wording import say
from nova_bot.nova import Nova
from nova_bot.settings import Settings

OWNER = "OWNER"
FINE = (EndingKind.ANSWERED, EndingKind.ASKED, EndingKind.NO_MODEL, EndingKind.SILENT)


def sender(people: People, who: str) -> Sender:
    """The person at the terminal: its owner, or somebody played with `--as`, listed or not."""
    if who == OWNER:
        return people.sender(*parts.TERMINAL, "owner", people.of("owner").name)
    name = who if who in {person.id for person in people.listed} else f"guest-{who}"
    return people.sender(*parts.TERMINAL, name, who)


async def say_once(settings: Settings, text: str, thread: str, who: str, *, as_json: bool) -> int:
    """One message, one answer. The exit code is 0 when it was answered or asked about."""
    printer = Printer(sys.stderr if as_json else sys.stdout, rich=sys.stdout.isatty() and not as_json, thread=thread)
    async with _talking(settings, printer) as nova:
        earlier = await recovered(nova)
        if verb := mistyped(text, (*nova.receive.commands().verbs, *SAID)):
            why = say("terminal", "not_once", verb=verb) if verb in INSIDE else say("command", "unknown", verb=verb)
            print(f"nova: {why}", file=sys.stderr)
            return 1
        printer.buttons = await nova.ledger.buttons_last_shown(place_of(thread))
        accepted = await nova.receive(printer.typed(text, sender(nova.people, who)))
        assert accepted is not None, "every typed line has an identity of its own"
        await asyncio.gather(*earlier)
        run = await accepted
        if as_json:
            print(json.dumps(await as_object(nova, run), ensure_ascii=False))
    printer.check()
    return 0 if run.ending and run.ending.kind in FINE else 1


@asynccontextmanager
async def _talking(settings: Settings, printer: Printer) -> AsyncIterator[Nova]:
    """A running Nova; whoever stops it is told at once what becomes of the work."""
    async with app.running(settings, [printer], on_bad_file=tell) as nova:
        try:
            yield nova
        except asyncio.CancelledError:
            tell_stop(settings)
            raise


def tell_stop(settings: Settings) -> None:
    """Say on stderr that a stop has begun: finishing what runs may take a while."""
    print(say("terminal", "saved", seconds=f"{settings.grace_seconds:g}"), file=sys.stderr)


async def recovered(nova: Nova) -> Sequence[Awaitable[Run]]:
    """The runs that an earlier Nova left, which go on now; on stderr stands that they do."""
    left = await nova.recover()
    if left:
        print(say("terminal", "goes_on", left=counted(len(left), "message")), file=sys.stderr)
    return left


def mistyped(text: str, verbs: Collection[str]) -> str:
    """The verb of a command that is none of `verbs`; empty for all else, such as a path."""
    first = text.strip().partition(" ")[0]
    verb = first.removeprefix("/")
    return verb if first.startswith("/") and verb.isalpha() and verb.casefold() not in verbs else ""


async def as_object(nova: Nova, run: Run) -> dict[str, Any]:
    """A run as other programs read it."""
    sent = await nova.ledger.sent_in(run.id)
    usage = run.usage
    return {
        "run": run.name,
        "agent": run.agent if run.steps else run.route.agent,
        "text": "\n".join(one.outbound.text for one in sent),
        "ended": run.ending.kind if run.ending else None,
        "route": {"rule": run.route.rule, "decision": run.route.decision, "p": run.route.p, "why": run.route.why},
        "choices": [button.label for one in sent for button in one.outbound.buttons],
        "claims": [{"id": str(c.id), "basis": c.basis, "text": c.text} for c in run.claims],
        "cost": {"usd": usage.usd, "tokens": usage.tokens, "calls": usage.calls},
    }


async def interactive(settings: Settings, thread: str, who: str) -> int:
    """The chat, until /quit or the end of the input."""
    is_tty = sys.stdout.isatty()
    printer = Printer(sys.stdout, rich=is_tty, thread=thread)
    async with _talking(settings, printer) as nova:
        terminal = Terminal(printer, sender(nova.people, who), nova.receive.command)
        if is_tty:
            printer.say(say("terminal", "welcome", version=__version__, thread=thread))
        printer.buttons = await nova.ledger.buttons_last_shown(place_of(thread))
        await recovered(nova)
        await terminal.serve(nova.receive)
    printer.check()
    return 0


def tell(error: BadFile) -> None:
    """Say on stderr that a changed agent or job file was not taken."""
    print(f"nova: {error}\nnova: the agents and jobs as they were stay in force.", file=sys.stderr)
