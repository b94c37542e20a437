"""`nova demo`: a tour that needs no key and ends by itself. The model is scripted and says so; the rest is real."""

import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from adapters.terminal import Printer, envelope
from nova_bot import app, weights
from nova_bot.commands.chat import sender
from nova_bot.commands.route import Asked, decide
from nova_bot.core.errors import NovaError
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Decision
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.dispatch.commands import explained
from nova_bot.nova import Nova
from nova_bot.settings import Settings, load

ROUTED = (
    "which customers are past due?",
    "pytest fails with KeyError: 'tax' since I updated, where does it come from?",
    "kannst du das bitte ins Englische übersetzen: Die Lieferung verspätet sich um zwei Tage.",
)
HANDED = "erp-ar: Bergmann still owes 4,200.00, of that 1,800.00 for 62 days. Get the client to chase them, in German"
REMEMBERED = (
    "general: remember that the Bergmann contract ends on 30 June",
    "general: what did I tell you about the Bergmann contract?",
)


async def tour() -> int:
    """The tour. The exit code: 0 when everything went as shown, 1 otherwise."""
    settings = load()
    try:
        weights.install(settings.home)
    except NovaError as error:
        print(error, file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="nova-demo-") as folder:
        script = Path(str(files("nova_bot.commands").joinpath("demo.yaml")))
        ledger = f"sqlite:///{folder}/nova.sqlite"
        fine = await _show(settings.model_copy(update={"script": script, "database_url": ledger}))
    print("\n" + say("demo", "next" if fine else "broken"))
    return 0 if fine else 1


async def _show(settings: Settings) -> bool:
    print(say("demo", "start"), flush=True)
    printer = Printer(sys.stdout, rich=False, thread="demo")
    async with app.running(settings, [printer]) as nova:
        print("\n" + say("demo", "routing"))
        routes = [decide(nova.team.router, Asked(text=text)) for text in ROUTED]
        for text, route in zip(ROUTED, routes, strict=True):
            print(f"\n> {text}\n[{route.agent}] {route.why}, in {route.ms:.0f} ms")
        print("\n" + say("demo", "hand_off"))
        handed = await _say(nova, HANDED)
        print("\n> /why")
        printer.say(explained(handed))
        print("\n" + say("demo", "notes"))
        noted = [await _say(nova, text) for text in REMEMBERED]
    three = len({route.agent for route in routes if route.decision is Decision.ROUTE}) == len(ROUTED)
    return three and len(handed.hand_offs) == 2 and all(map(_answered, (handed, *noted)))


async def _say(nova: Nova, text: str) -> Run:
    print(f"\n> {text}", flush=True)
    run = await nova.receive(envelope(text, "demo", sender(nova.people, "OWNER")))
    assert run is not None, "every typed line has an identity of its own"
    return await run


def _answered(run: Run) -> bool:
    return run.ending is not None and run.ending.kind is EndingKind.ANSWERED
