"""Cases that are stories: people write, a scripted model does what it is told to, buttons are pressed, time passes.

Everything is real but the model and the tools: routing aside, the engine, the policy, the ledger, the adapters.
"""

import asyncio
import json
import re
import sqlite3
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from nova_bot import app, parts
from nova_bot.bench.sink_cases import Case, World, filled, new_canary
from nova_bot.bench.sink_judge import leaks, plain, words
from nova_bot.bench.sink_story import Story, agent_files
from nova_bot.bench.sink_wires import Wire, wires
from nova_bot.bench.sink_world import Stage
from nova_bot.core.button import APPROVE
from nova_bot.core.claims import Basis
from nova_bot.core.conversation import Conversation
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Sender
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import HandOff, Use
from nova_bot.core.people import People
from nova_bot.core.reminder import Reminder, Series
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.engine.loop import Team
from nova_bot.ledger import deeds, overview, reminders, rows
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.nova import Nova
from nova_bot.settings import Settings
from schedules.tzdata import version

SETTLING_S = 0.05
"""Signs of life that nobody waits for are on their way for a moment."""
OWNER_TOLD = ("held it back", " tried ")
"""Signs of the line that tells the owner what was not done."""
REASONS = {"audience": ("sees",), "clearance": ("sees",), "integrity": ("accepts",)}
"""Words of the sentences by which a pack says why something is left out."""
_NUMBERS = count(1)
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass
class _Straight:
    """Routes to the agent that the story names."""

    agent: str = "front"

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:  # noqa: ARG002
        """That agent."""
        return Route(Decision.ROUTE, self.agent, Rule.EXPLICIT, 1.0, envelope.text, "the story says so")


@dataclass
class Play:
    """A running story."""

    stage: Stage
    nova: Nova
    story: Story
    router: _Straight
    platforms: dict[str, Wire]
    clock: list[datetime]
    _told: str = ""

    async def go(self) -> None:
        """Play all events."""
        events = list(filled(list(self.stage.case.scenario), self.story.canary))
        while events:
            event = events.pop(0)
            kind, about = next(iter(event.items()))
            if kind == "said":
                while events and next(iter(events[0])) in ("plan", "model", "returns"):
                    self._lay_out(*next(iter(events.pop(0).items())))
                await self._said(about)
            else:
                await self._other(kind, about)

    def _lay_out(self, kind: str, about: Any) -> None:
        if kind == "plan":
            self.story.plan = list(about)
            self.story.look = bool(self.story.directory)
        elif kind == "model":
            self.story.outcomes = deque(about)
        else:
            self.story.returns.update(about)

    async def _other(self, kind: str, about: Any) -> None:
        match kind:
            case "plan" | "model" | "returns":
                self._lay_out(kind, about)
            case "memory":
                await self._memory(about)
            case "press":
                await self.press(about)
            case "tamper":
                await self._tamper(about["args"])
            case "advance":
                found = _LENGTH.fullmatch(about)
                assert found, about
                self.clock[0] += timedelta(**{_UNITS[found[2]]: int(found[1])})
                await self.nova.clock.look()
                await self._idle()
            case _:
                raise ValueError(f"no such event: {kind}")

    def _sender(self, name: str) -> Sender:
        identity = self.stage.identity(name)
        return self.nova.people.sender(identity.platform, identity.workspace, identity.id, name)

    async def _said(self, about: dict[str, Any]) -> None:
        self.router.agent = about.get("agent", "front")
        place = self.stage.place(about["in"])
        envelope = Envelope(f"story:{next(_NUMBERS)}", Kind.MESSAGE, place, self._sender(about["by"]), about["text"],
                            self.clock[0])  # fmt: skip
        run = await self.nova.receive(envelope)
        if run is not None:
            await run
        for text, label in self.story.reminders:
            await self._kept(text, label, envelope)
        self.story.reminders.clear()

    async def _kept(self, text: str, label: Label, envelope: Envelope) -> None:
        """Keep the reminder that a stub made, with the label of the step that made it."""
        due = self.clock[0] + timedelta(minutes=1)
        series = Series(due.replace(tzinfo=None), "UTC")
        made = Reminder(f"story/{next(_NUMBERS)}", envelope.sender, envelope.place, text, series, due, label, due)
        await reminders.keep(self.nova.ledger, made, version())

    async def _idle(self) -> None:
        while self.nova.lanes.busy:
            await self.nova.lanes.finish(5.0)

    async def _memory(self, about: dict[str, Any]) -> None:
        places = frozenset(
            self.stage.place({"owner": "slack:D_OWNER"}.get(p, p)).room for p in about.get("audience", ())
        )
        label = Label(Integrity(about.get("integrity", 3)), "memory", places, bool(about.get("secret")))
        notes = LedgerNotes(self.nova.ledger)
        await notes.remember("owner", about["text"], f"story/{next(_NUMBERS)}", label, self.clock[0])

    async def press(self, about: dict[str, Any]) -> None:
        """Press Yes on the last card, as often as the story says; or type what it asks for."""
        cards = await self.cards()
        if not cards:
            return
        for _ in range(int(about.get("times", 1))):
            if about.get("typed"):
                text, press = f"/approve r{cards[-1].run} {about['typed']}", None
            else:
                button = next((one for one in cards[-1].buttons if one.value.endswith(" yes")), cards[-1].buttons[0])
                text, press = "", button.id
            kind = Kind.PRESS if press else Kind.COMMAND
            by = self._sender(about.get("by", "owner"))
            envelope = Envelope(f"story:{next(_NUMBERS)}", kind, cards[-1].place, by, text, self.clock[0], press=press)
            run = await self.nova.receive(envelope)
            if run is not None:
                await run
        await self._idle()

    async def _tamper(self, args: dict[str, Any]) -> None:
        """Somebody with a hand in the database changes the call that the last card is about."""
        cards = await self.cards()
        run = await self.nova.ledger.run(cards[-1].run)
        used = run.steps[-1].outcome
        assert isinstance(used, Use)
        call = used.calls[-1]
        forged = replace(used, calls=(*used.calls[:-1], replace(call, args={**call.args, **args})))
        where = (run.id, run.steps[-1].n)
        with closing(sqlite3.connect(self.nova.settings.home / "nova.sqlite")) as file, file:
            file.execute(
                "UPDATE step SET outcome = ? WHERE run = ? AND n = ?", (rows.OUTCOME.dump_json(forged).decode(), *where)
            )
            file.execute(
                "UPDATE effect SET args = ? WHERE run = ? AND step = ?", (json.dumps(forged.calls[-1].args), *where)
            )

    async def _runs(self) -> list[int]:
        return sorted(line.id for line in await overview.latest_runs(self.nova.ledger, 100))

    async def _all_told(self) -> str:
        """Everything that stands in the ledger as told by a person."""
        runs = [await self.nova.ledger.run(run) for run in await self._runs()]
        claims = [claim for run in runs for claim in run.claims if claim.basis is Basis.TOLD]
        return "\n".join(claim.text for claim in claims if claim.label.integrity is Integrity.OWNER)

    async def problems(self) -> list[str]:
        """What does not hold at the end."""
        self._told = await self._all_told()
        after = filled(self.stage.case.after, self.story.canary)
        unmet = list(self._unmet(after, len(await self.cards())))
        packet = await self._packet(after["packet"]) if "packet" in after else []
        fired = await self._fired(after["fired_text_integrity"]) if "fired_text_integrity" in after else []
        return [*unmet, *packet, *fired]

    async def _fired(self, wanted: int) -> list[str]:
        """How far the words of what came due are trusted."""
        runs = [await self.nova.ledger.run(run) for run in await self._runs()]
        seen = [int(run.claims[0].label.integrity) for run in runs if run.envelope.kind is Kind.CLOCK]
        return [] if seen and max(seen) == wanted else [f"fired_text_integrity: {seen or 'nothing came due'}"]

    async def _packet(self, wanted: dict[str, Any]) -> list[str]:
        """What the last hand-off passed on: the owner's words, how far its brief may be trusted, what may be done."""
        made = [await self.nova.ledger.run(run) for run in await self._runs()]
        handed = [(run, step) for run in made for step in run.steps if isinstance(step.outcome, HandOff)]
        if not handed:
            return ["nothing was handed off"]
        run, step = handed[-1]
        brief = [claim.label.integrity for claim in run.claims if claim.step == step.n]
        tools = sorted({grant.tool for grant in (await deeds.of_run(self.nova.ledger, run.id)).grants})
        seen = {"brief_integrity": int(min(brief, default=Integrity.DIRECTORY)), "grants": tools}
        wrong = [f"{key}: {seen[key]}" for key in seen if key in wanted and _names(wanted[key]) != _names(seen[key])]
        words = wanted.get("owner_words", "")
        verbatim = run.envelope.text if words is True else str(words)
        return wrong if verbatim in self.story.packs[-1] else [*wrong, f"not in the packet: {verbatim}"]

    async def cards(self) -> list[Outbound]:
        """The cards that were shown, oldest first."""
        sent = [one.outbound for run in await self._runs() for one in await self.nova.ledger.sent_in(run)]
        return [one for one in sent if any(button.act == APPROVE for button in one.buttons)]

    def _unmet(self, after: dict[str, Any], cards: int) -> Iterator[str]:
        for tool, wanted in after.get("effects", {}).items():
            if self.story.made[tool] != wanted:
                yield f"{tool}: {self.story.made[tool]} effects"
        if "cards" in after and cards != after["cards"]:
            yield f"{cards} cards"
        for name, texts in after.get("absent_in", {}).items():
            yield from (f"in {name}: {text}" for text in texts if self._stands_in(name, text))
        for name, texts in after.get("present_in", {}).items():
            yield from (f"not in {name}: {text}" for text in texts if not self._stands_in(name, text))
        yield from (f"shown to a model: {text}" for text in after.get("pack_absent", ())
                    if any(text in pack for pack in self.story.packs))  # fmt: skip
        if "left_out" in after:
            yield from self._left_out(after["left_out"])
        owners = [word for place in ("slack:D_OWNER", "discord:DM_OWNER") for word in self._words(place)]
        told = any(sign in word for sign in OWNER_TOLD for word in owners)
        if "owner_told" in after and bool(after["owner_told"]) and not told:
            yield "the owner was told nothing"
        yield from (f"told, it says: {value}" for value in after.get("never_marked_told", ()) if value in self._told)
        known = {"effects", "cards", "absent_in", "present_in", "pack_absent", "owner_told", "never_marked_told",
                 "left_out", "packet", "fired_text_integrity"}  # fmt: skip
        yield from (f"{key} is not judged yet" for key in after if key not in known)

    def _left_out(self, wanted: dict[str, Any]) -> Iterator[str]:
        """A pack says why it lacks something in a sentence, which has to hold the reason's word."""
        reason = str(wanted.get("reason", "")).casefold()
        held = [
            why for why in self.story.left_out if any(word in why.casefold() for word in REASONS.get(reason, (reason,)))
        ]
        if len(held) < int(wanted.get("min", 1)):
            yield f"left out for {reason}: {len(held)}, of {sorted(set(self.story.left_out))}"

    def _words(self, name: str) -> list[str]:
        place = self.stage.place(name)
        wire = self.platforms[place.platform]
        return [word for body in wire.bodies(place.channel) for word in words(body)]

    def _stands_in(self, name: str, text: str) -> bool:
        said = self._words(name)
        return any(plain(text) in plain(word) or (text == self.story.canary and leaks(text, word)) for word in said)


@asynccontextmanager
async def playing(stage: Stage) -> AsyncIterator[Play]:
    """Nova on the stage of a story."""
    story, router = Story(new_canary(), dict(stage.world.directory)), _Straight()
    clock = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]

    def make_team(_settings: Settings, roster: Roster) -> Team:
        return Team(roster, router)

    def people(_settings: Settings) -> People:
        return stage.people

    with tempfile.TemporaryDirectory(prefix="nova-story-") as folder:
        agent_files(stage.world, Path(folder) / "agents")
        own = {"home": Path(folder), "agents": Path(folder) / "agents", "database_url": "", "timezone": "UTC"}
        settings = Settings().model_copy(update={**own, "grace_seconds": 0.0})  # whatever the environment says
        async with wires(stage) as platforms:
            couriers = [wire.courier for wire in platforms.values()]
            with patch.object(parts, "now", lambda: clock[0]), patch.object(parts, "people_of", people):
                running = app.running(
                    settings, couriers, model=story, make_team=make_team, tools=story.tools(stage.world)
                )
                async with running as nova:
                    yield Play(stage, nova, story, router, platforms, clock)


async def played(world: World, case: Case) -> list[str]:
    """Play a case's story. What does not hold at its end."""
    async with playing(Stage(world, case)) as play:
        await play.go()
        await asyncio.sleep(SETTLING_S)
        return await play.problems()


def _names(wanted: Any) -> Any:
    """Grants, as the tools they are for; anything else as it is."""
    match wanted:
        case list() | tuple():
            return sorted(one["tool"] if isinstance(one, dict) else str(one) for one in wanted)
        case dict():
            return sorted(wanted)
    return wanted
