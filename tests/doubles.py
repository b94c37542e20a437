"""Stand-ins for what is outside of Nova, and Nova as a test talks to it: say something, hear the answer."""

import re
import shutil
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from nova_bot import app
from nova_bot.commands.route import described
from nova_bot.core.button import Button
from nova_bot.core.delivery import Limits, Outbound, Underway
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.envelope import Envelope, Kind, Place, Quoted, Sender, Standing
from nova_bot.core.errors import BadFile
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack
from nova_bot.core.people import Identity, May, People, Person
from nova_bot.core.readers import Readers
from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate
from nova_bot.core.run import Run, Usage
from nova_bot.engine.loop import Team
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.nova import Nova
from nova_bot.routing.case import Thresholds
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.registry import Args, Caller, Fact, Tool, Typed

PLATFORM = "test"
LIMITS = Limits(text=10_000, buttons=5)
PEOPLE = (
    Person("owner", "Ada", Standing.OWNER, identities=frozenset({Identity(PLATFORM, "here", "ada")})),
    Person(
        "gus",
        "Gus",
        Standing.GUEST,
        frozenset({May.ASK, May.REMIND}),
        frozenset({Identity(PLATFORM, "here", "gus")}),
        "Europe/Berlin",
    ),
    Person("mia", "Mia", Standing.MEMBER, frozenset({May.ASK}), frozenset({Identity(PLATFORM, "here", "mia")})),
)
OWNER = People(PEOPLE).sender(PLATFORM, "here", "ada", "Ada")
GUEST = People(PEOPLE).sender(PLATFORM, "here", "gus", "Gus")
MEMBER = People(PEOPLE).sender(PLATFORM, "here", "mia", "Mia")
MACHINE = Sender("bot", "Bot", Standing.MACHINE)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Answer = ModelReply | Exception | Callable[[ModelRequest], Awaitable[ModelReply]]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class KeywordBrain:
    """Sure of an agent when one of its examples stands in the message, unsure otherwise."""

    roster: Roster
    thresholds: Thresholds = Thresholds()

    def rank(self, text: str) -> tuple[Candidate, ...]:
        words = set(re.findall(r"\w+", text.casefold()))
        found = [Candidate(spec.name, 0.95 if words & {*spec.examples} else 0.1) for spec in self.roster]
        return tuple(sorted(found, key=lambda candidate: -candidate.p))

    def example_of(self, text: str) -> str | None:
        return None

    def p_stay(self, text: str, holder: str, previous: str, ranking: tuple[Candidate, ...]) -> float:
        return 1.0 if ranking[0].agent == holder else 1 - ranking[0].p

    def p_for_nova(self, text: str) -> float:
        return 0.0 if text.startswith("colleagues,") else 1.0

    def p_vague(self, text: str, ranking: tuple[Candidate, ...]) -> float:
        return 0.0


def team(_settings: Settings, roster: Roster) -> Team:
    """The real ladder over a brain that has nothing to learn."""
    return Team(roster, LadderRouter(roster, KeywordBrain(roster)))


def said(text: str, stop: StopReason = StopReason.END, usage: Usage = Usage(10, 5, usd=0.001, calls=1)) -> ModelReply:
    return ModelReply(text, (), stop, usage, "puppet")


def used(*calls: tuple[str, dict[str, Any]], text: str = "", usage: Usage = Usage(10, 5, usd=0.001)) -> ModelReply:
    made = tuple(ToolCall(f"call_{n}", tool, args) for n, (tool, args) in enumerate(calls))
    return ModelReply(text, made, StopReason.TOOLS, usage, "puppet")


def handed(to: str, task: str = "Go on.", done_when: str = "It is done.", **more: list[str] | str) -> ModelReply:
    return used(("hand_off", {"to": to, "task": task, "done_when": done_when, **more}))


def asked(question: str, *choices: str) -> ModelReply:
    return used(("ask_person", {"question": question, "choices": [*choices]}))


class PuppetModel:
    """Gives each agent the answers that were laid out for it, then a plain sentence.

    `tell` shows a text of the call under way, as a model that streams does.
    """

    tell: OnText

    def __init__(self) -> None:
        self.requests: list[ModelRequest] = []
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)

    def will(self, agent: str, *answers: Answer) -> None:
        self._answers[agent].extend(answers)

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        self.requests.append(request)
        self.tell = on_text or (lambda _text: None)
        waiting = self._answers[request.pack.agent]
        answer = waiting.popleft() if waiting else said(f"{request.pack.agent} has answered.")
        if isinstance(answer, Exception):
            raise answer
        reply = answer if isinstance(answer, ModelReply) else await answer(request)
        if on_text and reply.text:
            on_text(reply.text)
        return reply

    async def close(self) -> None:
        """Nothing to let go of."""

    @property
    def unused(self) -> dict[str, list[Answer]]:
        return {agent: [*answers] for agent, answers in self._answers.items() if answers}

    @property
    def agents(self) -> list[str]:
        """Who was asked, in order."""
        return [request.pack.agent for request in self.requests]

    @property
    def last_pack(self) -> ContextPack:
        return self.requests[-1].pack

    @property
    def told(self) -> list[str]:
        """The tool results that the last request shows."""
        return [result.text for exchange in self.last_pack.exchanges for result in exchange.results]


@dataclass(slots=True)
class Mailbox:
    """A courier. `faults` are raised by the next deliveries; `there` is what the platform holds.

    With `takes_before_fault` a reply arrives though its delivery fails; `blind` can't look what is there.
    """

    platform: str = PLATFORM
    there: list[Outbound] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    faults: deque[Exception] = field(default_factory=deque)
    tries: int = 0
    looks: int = 0
    takes_before_fault: bool = False
    blind: bool = False
    rooms: dict[str, Readers] = field(default_factory=dict)
    before: Callable[[Outbound], Awaitable[None]] | None = None
    limits: Limits = LIMITS
    edits: list[tuple[str, Outbound]] = field(default_factory=list)
    signs: list[Envelope] = field(default_factory=list)
    whispers: list[tuple[str, str]] = field(default_factory=list)

    async def deliver(self, outbound: Outbound) -> str:
        self.tries += 1
        if self.before:
            await self.before(outbound)
        if self.faults and not self.takes_before_fault:
            raise self.faults.popleft()
        self.there.append(outbound)
        if self.faults:
            raise self.faults.popleft()
        return f"receipt of {outbound.key}"

    async def readers(self, place: Place) -> Readers:
        """Everybody listed, unless the test says who reads a channel. Raises KeyError for the channel `gone`."""
        if place.channel == "gone":
            raise KeyError(place.channel)
        return self.rooms.get(place.channel, Readers.of(*(person.id for person in PEOPLE)))

    async def direct(self, workspace: str, user: str) -> Place:
        alone = People(PEOPLE).person(PLATFORM, "here", user)
        self.rooms[f"dm-{user}"] = Readers.of(alone.id)
        return Place(PLATFORM, workspace, f"dm-{user}")

    async def find(self, outbound: Outbound) -> str | None:
        self.looks += 1
        if self.blind:
            raise OSError("no route to host")
        return next((f"receipt of {one.key}" for one in self.there if one.key == outbound.key), None)

    async def edit(self, receipt: str, outbound: Outbound) -> str:
        if self.faults:
            raise self.faults.popleft()
        self.edits.append((receipt, outbound))
        return receipt

    def progress(self, underway: Underway) -> None:
        self.shown.append(underway.text)

    async def noticed(self, envelope: Envelope) -> None:
        self.signs.append(envelope)

    async def private(self, place: Place, person: str, text: str) -> None:
        self.whispers.append((person, text))

    def heard(self, thread: str | None = None) -> list[str]:
        return [one.text for one in self.there if thread in (None, one.place.thread)]


class LabArgs(Args):
    text: str = ""


_FACT = re.compile(r"(?P<subject>\w+:[\w .]+?) = (?P<value>[\d.]+)(?: (?P<unit>[A-Z]+))?")


class Lab:
    """The tools `lab.read`, `lab.send` and `lab.pay`, which do what a test makes them do.

    What they return is typed where it says `balance:Birch GmbH = 1200 EUR`.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.run: Callable[[str], Awaitable[str]] = self._echo

    async def _echo(self, text: str) -> str:
        return f"read {text}"

    def _tool(self, name: str, effect: Effect, *targets: str) -> Tool:
        async def run(args: LabArgs, caller: Caller) -> Typed:
            self.calls.append((name, args.text, caller.key))
            text = await self.run(args.text)
            stated = [Fact(one["subject"], one["value"], one["unit"] or "", one[0]) for one in _FACT.finditer(text)]
            return Typed(text, tuple(stated))

        return Tool(name, "Does what a test wants.", LabArgs, effect, Returns(Integrity.OUTSIDE, "lab"), run, targets)

    @property
    def tools(self) -> tuple[Tool, ...]:
        sends = self._tool("lab.send", Effect.SEND, "text"), self._tool("lab.pay", Effect.MONEY, "text")
        return self._tool("lab.read", Effect.READ), *sends


@dataclass(slots=True)
class Talk:
    """A running Nova: `say` something, then look at what was `heard`."""

    nova: Nova
    model: PuppetModel
    mailbox: Mailbox
    clock: Clock
    lab: Lab
    complaints: list[BadFile]
    numbers: "count[int]"
    decided: list[Run] = field(default_factory=list)

    def envelope(
        self,
        text: str,
        *,
        thread: str = "main",
        by: Sender = OWNER,
        channel: str = "desk",
        identity: str = "",
        mentioned: bool = True,
        press: str | None = None,
        quoted: tuple[Quoted, ...] = (),
    ) -> Envelope:
        place = Place(PLATFORM, "here", channel, thread)
        identity = identity or f"test:{next(self.numbers)}"
        return Envelope(identity, Kind.MESSAGE, place, by, text, self.clock(), mentioned, press, quoted=quoted)

    async def post(self, text: str, **where: Any) -> Awaitable[Run]:
        """Say something without waiting for the answer."""
        accepted = await self.nova.receive(self.envelope(text, **where))
        assert accepted is not None
        return accepted

    async def say(self, text: str, **where: Any) -> Run:
        run = await (await self.post(text, **where))
        self.decided.append(run)
        return run

    async def explained(self) -> None:
        """What `nova route explain` prints of every run is what the runtime decided."""
        await self.settled()
        for run in self.decided:
            stored = await self.nova.ledger.run(run.id)
            if stored.envelope.text != run.envelope.text:
                continue  # its words were forgotten since, and its route's with them
            assert described(stored.route) == described(run.route)

    async def press(self, button: str, *, by: Sender = OWNER, identity: str = "", text: str = "") -> Run:
        """Press a button wherever it is; a platform knows only its id, and the `text` of a form."""
        identity = identity or f"test:{next(self.numbers)}"
        place = Place(PLATFORM, "here", "elsewhere")
        accepted = await self.nova.receive(Envelope(identity, Kind.PRESS, place, by, text, self.clock(), press=button))
        assert accepted is not None
        return await accepted

    def button(self, label: str) -> Button:
        """The newest button with this label."""
        return next(b for one in reversed(self.mailbox.there) for b in one.buttons if b.label == label)

    def heard(self, thread: str | None = None) -> list[str]:
        return self.mailbox.heard(thread)

    async def until(self, moment: datetime) -> None:
        """Let time pass, and everything that is due by then happen."""
        self.clock.now = moment
        await self.nova.clock.look()
        assert await self.nova.lanes.finish(10)

    async def settled(self) -> None:
        """Wait until everything is on the disk, receipts too."""
        await self.nova.ledger.put()

    @property
    def answer(self) -> str:
        """What was heard last."""
        return self.mailbox.there[-1].text


@dataclass(slots=True)
class House:
    """Where Nova runs. It can be opened again and again over the same ledger."""

    home: Path
    agents: Path
    empty_ledger: Path
    model: PuppetModel = field(default_factory=PuppetModel)
    mailbox: Mailbox = field(default_factory=Mailbox)
    clock: Clock = field(default_factory=Clock)
    lab: Lab = field(default_factory=Lab)
    complaints: list[BadFile] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def settings(self, **more: Any) -> Settings:
        ledger = self.home / "nova.sqlite"
        if not ledger.exists():
            shutil.copyfile(self.empty_ledger, ledger)
        return Settings(home=self.home, agents=self.agents, timezone="Europe/Berlin", **{"grace_seconds": 0.0, **more})

    @asynccontextmanager
    async def open(self, **more: Any) -> AsyncIterator[Talk]:
        settings = self.settings(**more)
        running = app.running(
            settings, [self.mailbox], model=self.model, on_bad_file=self.complaints.append, make_team=team
        )
        async with running as nova:
            yield Talk(nova, self.model, self.mailbox, self.clock, self.lab, self.complaints, self.numbers)
