"""Generated pipelines for the blame bench: two lines of work, each a thread of requests that are handed on and on.

Every statement is about one item: assumed, read by a tool, added up from items that the agent was shown, or settled
whatever they are. Who plays an agent remembers which items a statement used, so that a step that is run again does the
same sum with what it is shown then. Some citations are lost; in four of ten of those the numbers that were added are
not written down either.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import product
from pathlib import Path

from pydantic import Field, JsonValue

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack, ItemKind
from nova_bot.core.run import Usage
from nova_bot.engine.planning import PLAN
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.tools.registry import Args, Caller, Registry, Tool

AGENTS = ("first", "second", "third", "fourth")
LATEST = 8
"""An agent works with items from among so many that it was shown last."""

_WORDS = [a + b + c for a, b, c in product(("ba", "do", "fi", "gu", "ka", "le", "mo", "nu", "pi", "ro"), repeat=3)]
_STATED = re.compile(r"[Tt]he item (\w+) is (?:[\d+ ]+= )?(\d+)")
_ABOUT = re.compile(r"[Tt]he item (\w+) is")
_PART = re.compile(r"part (\d+) of pipeline (\d+)")
_STAGE = re.compile(r"Do stage (\w)\.")
_STAGES = "abcdefghij"


_Call = tuple[str, dict[str, JsonValue]]


class Origin(StrEnum):
    """How an item comes into the world."""

    ASSUMED = "assumption"
    FOUND = "found"
    STALE = "stale"
    CONFLICT = "conflict"
    SUM = "sum"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Item:
    """`value` is what is said of a root; a sum has `uses`; `cited` and `written` say what its text shows of them."""

    name: str
    origin: Origin
    value: int = 0
    uses: tuple[str, ...] = ()
    cited: bool = True
    written: bool = True


@dataclass
class World:
    """One pipeline: `parts` holds the number of steps of each request, `lines` its thread, "a" or "b".

    `items` grow as the agents work.
    """

    number: int
    parts: tuple[int, ...]
    lines: str
    loss: float
    rng: random.Random
    items: dict[str, Item] = field(default_factory=dict)
    slots: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def make(cls, number: int, loss: float, seed: int) -> "World":
        """A pipeline of 5 to 34 steps, one to five for each request."""
        rng = random.Random(seed * 1_000_003 + number)  # noqa: S311
        left, parts = rng.randint(5, 34), list[int]()
        while left > 0:
            parts.append(min(left, rng.randint(1, 5)))
            left -= parts[-1]
        lines = "".join(rng.choice("ab") for _ in parts[1:]) + "a"
        return cls(number, tuple(parts), lines, loss, rng)

    def values(self, wrong: str = "") -> dict[str, int]:
        """What every item really is when `wrong` is another number than was said."""
        found: dict[str, int] = {}
        for name, item in self.items.items():
            if item.origin is Origin.SUM:
                found[name] = sum(found[use] for use in item.uses)
            else:
                found[name] = item.value + (11 if name == wrong else 0)
        return found

    def lasting(self, scene: "Scene") -> dict[str, int]:
        """The items that an agent sees whenever it works here: told in the thread, or by its colleagues in this part.

        What the engine adds to a hand-off, it adds only as long as it is doubtful.
        """
        own = {name for stage in range(1, scene.stage) for name in self.slots.get((scene.part, stage), ())}
        return {name: value for name, value in scene.before.items() if name in own | scene.told}

    def at(self, part: int, stage: int, shown: Mapping[str, int]) -> tuple[str, ...]:
        """The items that this step states: made when it is played first."""
        if (part, stage) not in self.slots:
            last = stage == self.parts[part - 1]
            made = [self._made(name, shown, last=last) for name in _WORDS[len(self.items) :][:2]]
            self.items |= {item.name: item for item in made}
            self.slots[part, stage] = tuple(item.name for item in made)
        return self.slots[part, stage]

    def _made(self, name: str, shown: Mapping[str, int], *, last: bool) -> Item:
        dice, value = self.rng.random(), self.rng.randrange(20_000, 99_000)
        near = list(shown)[-LATEST:]
        if not last and (dice < 0.2 or not near):
            return Item(name, Origin.ASSUMED, value)
        if not last and dice < 0.35:
            return Item(name, self.rng.choice((Origin.FOUND, Origin.STALE, Origin.CONFLICT)), value)
        if not near:
            return Item(name, Origin.SETTLED)
        uses = tuple(self.rng.sample(near, min(len(near), self.rng.randint(1, 3))))
        cited = self.rng.random() >= self.loss
        origin = Origin.SETTLED if self.rng.random() < 0.15 else Origin.SUM
        return Item(name, origin, 0, uses, cited, cited or self.rng.random() < 0.6)


def names_in(text: str) -> list[str]:
    """The items that a text says something about."""
    return _ABOUT.findall(text)


def stated_in(text: str) -> dict[str, int]:
    """What a text says of items."""
    return {name: int(value) for name, value in _STATED.findall(text)}


class Cast:
    """Plays every agent of all worlds, and their tools. `logged` counts an effect by its arguments."""

    def __init__(self) -> None:
        self.worlds: dict[int, World] = {}
        self.logged: dict[str, int] = {}

    @property
    def tools(self) -> Registry:
        """Reading, reading what is old at once, and keeping a log."""
        fresh = Returns(Integrity.OUTSIDE, "desk")
        stale = Returns(Integrity.OUTSIDE, "desk", timedelta(microseconds=1))
        return Registry(
            [
                Tool("desk.read", "Reads an item.", _ReadArgs, Effect.READ, fresh, self._read),
                Tool("desk.stale", "Reads an old item.", _ReadArgs, Effect.READ, stale, self._read),
                Tool("desk.log", "Keeps a line.", _LogArgs, Effect.INTERNAL, fresh, self._log),
            ]
        )

    async def _read(self, args: "_ReadArgs", _caller: Caller) -> str:
        return f"The item {args.name} is {args.value}."

    async def _log(self, args: "_LogArgs", _caller: Caller) -> str:
        self.logged[args.line] = self.logged.get(args.line, 0) + 1
        return "Kept."

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """What the agent of this pack does: reads what it has to, then states its items and hands on or answers."""
        if [offer.name for offer in request.tools] == [PLAN]:
            return _used((PLAN, {"effects": [{"tool": "desk.log"}]}))
        scene = Scene.of(request.pack)
        world = self.worlds[scene.pipeline]
        mine = [world.items[name] for name in world.at(scene.part, scene.stage, world.lasting(scene))]
        reads = [call for item in mine for call in _reads(item)]
        log: _Call = ("desk.log", {"line": f"{scene.pipeline} {scene.part} {scene.stage} {mine[0].name} is kept"})
        made = [(call.tool, dict(call.args)) for exchange in request.pack.exchanges for call in exchange.calls]
        if any(call not in made for call in reads):
            return _used(*reads, *([log] if scene.stage % 2 else []))
        if request.pack.exchanges and request.pack.exchanges[-1].calls[-1].tool == PLAN:
            return _used(log)
        if scene.stage < world.parts[scene.part - 1]:
            return self._handed(world, scene, mine)
        told = " ".join(_said(item, scene) for item in mine)
        return ModelReply(told, (), StopReason.END, Usage(10, 10, usd=0.0, calls=1), "cast")

    def _handed(self, world: World, scene: "Scene", mine: list[Item]) -> ModelReply:
        others = [agent for agent in AGENTS if agent != scene.agent]
        to = others[(world.number + scene.part + scene.stage) % len(others)]
        passed: dict[str, JsonValue] = {
            "to": to,
            "task": f"Do stage {_STAGES[scene.stage]}.",
            "done_when": "it is done",
            "found": [_said(item, scene) for item in mine if item.origin is not Origin.ASSUMED],
            "assumed": [_said(item, scene) for item in mine if item.origin is Origin.ASSUMED],
        }
        return _used(("hand_off", passed))

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a pack says: where the pipeline is, what each item shown is, and the claim that says so."""

    agent: str
    pipeline: int
    part: int
    stage: int
    before: dict[str, int]
    shown: dict[str, int]
    claims: dict[str, str]
    told: frozenset[str]

    @classmethod
    def of(cls, pack: ContextPack) -> "Scene":
        """Read `pack`."""
        request = next(item.text for item in pack.items if item.kind is ItemKind.REQUEST)
        part = _PART.search(request)
        assert part
        brief = next((item.text for item in pack.items if item.kind is ItemKind.HAND_OFF), "")
        stage = _STAGE.search(brief)
        shown: dict[str, int] = {}
        claims: dict[str, str] = {}
        for item in pack.items:
            if item.kind in (ItemKind.TURN, ItemKind.CLAIM):
                found = stated_in(item.text)
                shown |= found
                claims |= dict.fromkeys(found, str(item.claims[0]))
        told = frozenset(name for item in pack.items if item.kind is ItemKind.TURN for name in stated_in(item.text))
        before = dict(sorted(shown.items(), key=lambda one: ClaimId.parse(claims[one[0]])))
        for exchange in pack.exchanges:
            texts = [result.text for result in exchange.results if not result.error]
            for text, claim in zip(texts, exchange.claims, strict=False):
                for name, value in stated_in(text).items():
                    shown.setdefault(name, value)
                    claims.setdefault(name, str(claim))
        number = _STAGES.index(stage[1]) + 1 if stage else 1
        return cls(pack.agent, int(part[2]), int(part[1]), number, before, shown, claims, told)


def _reads(item: Item) -> Iterator[_Call]:
    if item.origin in (Origin.FOUND, Origin.STALE, Origin.CONFLICT):
        tool = "desk.stale" if item.origin is Origin.STALE else "desk.read"
        yield tool, {"name": item.name, "value": item.value}
    if item.origin is Origin.CONFLICT:
        yield "desk.read", {"name": item.name, "value": item.value + 11}


def _said(item: Item, scene: Scene) -> str:
    """The sentence about an item, as the agent sees the world."""
    if item.origin is Origin.ASSUMED:
        return f"The item {item.name} is {item.value}."
    if item.origin not in (Origin.SUM, Origin.SETTLED):
        return f"The item {item.name} is {scene.shown[item.name]} [{scene.claims[item.name]}]."
    cites = "".join(f" [{scene.claims[use]}]" for use in item.uses) if item.cited else ""
    if item.origin is Origin.SETTLED:
        return f"The item {item.name} is settled{cites}."
    addends = [scene.shown[use] for use in item.uses]
    plus = " + ".join(map(str, addends)) + " = " if item.written and len(addends) > 1 else ""
    return f"The item {item.name} is {plus}{sum(addends)} in total{cites}."


def _used(*calls: _Call) -> ModelReply:
    made = tuple(ToolCall(f"call_{n}", tool, args) for n, (tool, args) in enumerate(calls))
    return ModelReply("", made, StopReason.TOOLS, Usage(10, 10, usd=0.0, calls=1), "cast")


class _ReadArgs(Args):
    name: str = Field(max_length=20)
    value: int


class _LogArgs(Args):
    line: str = Field(max_length=100)


def write_agents(folder: Path) -> None:
    """Four agents that hand on to each other."""
    (folder / "team").mkdir(parents=True, exist_ok=True)
    for name in AGENTS:
        head = [
            f"name: {name}",
            f"description: The {name} of four.",
            f"examples: [work for the {name}]",
            "tools: [desk.read, desk.stale, desk.log]",
            f"hands_to: [{', '.join(agent for agent in AGENTS if agent != name)}]",
            "accepts: outside",
            "budget: {steps: 40, tokens: 200000, usd: 10, seconds: 600}",
        ]
        (folder / "team" / f"{name}.md").write_text("---\n" + "\n".join(head) + "\n---\nYou work.\n", "utf-8")


def is_wrong(claim: Claim, said: Mapping[str, int], true: Mapping[str, int]) -> bool:
    """Does a claim say something that isn't so? The other reading of a conflict, with which nobody works, is no matter.

    An item that is settled is, whatever the others are.
    """
    return any(said[name] == value != true[name] for name, value in stated_in(claim.text).items())
