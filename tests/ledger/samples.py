"""Records for the ledger's tests: any number of runs, in any conversation."""

from dataclasses import replace
from datetime import datetime, timedelta

from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import OpenQuestion, Turn
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import EndingKind, HandOff, Outcome, Say, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind, LeftOut
from nova_bot.core.route import Candidate, Decision, Route, Rule
from nova_bot.core.run import Ending, Run, Step, Usage
from nova_bot.ledger.store import Closing, Ledger, Progress
from tests.doubles import NOON, OWNER, PLATFORM

SYSTEM = "You keep the books."


def place(thread: str = "main") -> Place:
    return Place(PLATFORM, "here", "desk", thread)


def envelope(n: int, thread: str = "main", text: str = "which invoice?") -> Envelope:
    return Envelope(f"test:{n}", Kind.MESSAGE, place(thread), OWNER, text, NOON + timedelta(seconds=n))


def claim(run: int, n: int, text: str, *, step: int = 0, basis: Basis = Basis.TOLD) -> Claim:
    label = Label(Integrity.OWNER, f"turn:r{run}", frozenset({place().room}), as_of=NOON)
    return Claim(ClaimId(run, n), step, basis, text, label)


def begun(run: int, of: Envelope, agent: str = "books") -> Run:
    candidates = (Candidate(agent, 0.9, "open invoices"), Candidate("general", 0.05))
    route = Route(Decision.ROUTE, agent, Rule.CLASSIFIER, 0.9, of.text, "it fits", candidates, ms=1.5)
    return Run(run, of, route, NOON, claims=(claim(run, 1, of.text),))


def step(n: int, outcome: Outcome, agent: str = "books", results: tuple[ToolResult, ...] = ()) -> Step:
    usage = Usage(100, 20, 50, 10, 0.0125, 1)
    began = NOON + timedelta(seconds=n)
    return Step(n, agent, "sha", "pack", outcome, "puppet", usage, began, began + timedelta(seconds=1), results)


def pack(run: int, system: str = SYSTEM) -> ContextPack:
    shown = Item(ItemKind.REQUEST, "Request (c1.1):\nwhich invoice?", "what was asked", 9, (ClaimId(run, 1),))
    gone = LeftOut(ItemKind.TURN, "turn of r1", "no room", (ClaimId(1, 1),))
    call = ToolCall("call_1", "calc.evaluate", {"expression": "2 + 2"})
    earlier = Exchange("", (call,), (ToolResult("call_1", "4"),), (ClaimId(run, 2),))
    return ContextPack("books", "sha", system, (shown,), (earlier,), (gone,), 40, 15_000)


def handed(run: int, n: int = 1) -> Progress:
    outcome = HandOff("chaser", "chase them", "a mail is written", found=("1,200 is open",))
    found = claim(run, n + 1, "1,200 is open", step=n, basis=Basis.DERIVED)
    return Progress(step(n, outcome), pack(run), (found,))


def used(run: int, n: int = 1) -> Progress:
    return Progress(step(n, Use((ToolCall("call_1", "calc.evaluate", {"expression": "2 + 2"}),))), pack(run))


def said(run: int, n: int = 1, text: str = "Birch GmbH owes 1,200.") -> Progress:
    derived = claim(run, n + 1, text, step=n, basis=Basis.DERIVED)
    return Progress(step(n, Say(text)), pack(run), (derived,))


def closing(run: Run, at: datetime = NOON, question: OpenQuestion | None = None) -> Closing:
    """The end of a run whose last claim is its answer."""
    ended = replace(run, ending=Ending(EndingKind.ASKED if question else EndingKind.ANSWERED))
    answer = ended.claims[-1]
    turns = (Turn(run.id, "", run.claims[0], run.envelope.at, "Ada"), Turn(run.id, run.agent, answer, at))
    outbound = Outbound(f"{run.name}/1", run.id, run.envelope.place, run.agent, answer.text)
    return Closing(ended, at, turns, question, outbound)


async def accepted(ledger: Ledger, n: int, thread: str = "main") -> tuple[int, Envelope]:
    """An envelope in the ledger, and its number there."""
    sent = envelope(n, thread)
    number = await ledger.accept(sent, NOON)
    assert number is not None
    return number, sent


async def opened_run(ledger: Ledger, n: int, thread: str = "main") -> Run:
    """A run in the ledger that has begun."""
    number, sent = await accepted(ledger, n, thread)
    run = begun(ledger.next_run(), sent)
    await ledger.open_run(run, number)
    return run


async def answered_run(ledger: Ledger, n: int, thread: str = "main", question: OpenQuestion | None = None) -> Run:
    """A run in the ledger that has ended, with one step. What was kept of it, as the engine holds it."""
    run = await opened_run(ledger, n, thread)
    progress = said(run.id)
    run = run.then(progress.step, progress.claims, progress.edges)
    last = closing(run, question=question and replace(question, run=run.id))
    await ledger.save(last.run, progress, last)
    return last.run
