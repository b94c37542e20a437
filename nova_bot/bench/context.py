"""The context bench: what a long thread costs, how much of it a provider's cache can read, and what checking costs.

A thread of a thousand messages goes through the real engine to a real agent, with a model that needs no time and keeps
every request as it would be sent. `tokens_ratio_1000_20` compares the prompts of two messages. `cached_share` is read
from the blocks as sent, by the rules of the Messages API: an entry is written at each marked block, and found up to 20
blocks before a marked one. Entries are taken to live until the next message. `overhead_ms_p50` is a step over 200
claims: pack, checks and records.
"""

import asyncio
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nova_bot import agent_files, app
from nova_bot.bench import stage
from nova_bot.bench.measured import Measured, Target
from nova_bot.context.budget import estimate_tokens
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Envelope
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import HandOff
from nova_bot.core.roster import Roster
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Run, Step, Usage
from nova_bot.engine.loop import Team
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason
from nova_bot.models.wire import body
from nova_bot.nova import Nova
from nova_bot.settings import Settings

TARGETS = {
    "tokens_ratio_1000_20": Target("<=", 1.3),
    "cached_share": Target(">=", 0.8),
    "overhead_ms_p50": Target("<", 2),
}

AGENT = "erp-ar"
FROM = 3
"""From which message on the cache counts: there is nothing to read before."""

LEAST_CACHED = 1_024
LOOKBACK = 20
CLAIMS = 200


@dataclass(frozen=True, slots=True)
class Size:
    """The messages of the thread, the two that are compared, and how many steps are timed."""

    messages: int = 1_000
    early: int = 20
    steps: int = 200


def measure(_data: Path | None, settings: Settings, size: Size = Size()) -> Measured:
    """All figures, beside those of a thread that is sent whole each time."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="bench-", dir=settings.home) as folder:
        figures, naive = asyncio.run(_measured(settings, Path(folder), size))
    return Measured(figures, TARGETS, {"whole history": naive})


async def _measured(settings: Settings, home: Path, size: Size) -> tuple[dict[str, float], dict[str, float]]:
    settings = stage.on_stage(settings, home, agent_files.default_folder())
    recorder = _Recorder()
    async with app.running(settings, [stage.Counter()], model=recorder, make_team=_team) as nova:
        for n in range(size.messages):
            answered = await nova.receive(replace(stage.message(0), text=_asked(n)))
            assert answered is not None
            await answered
        overhead = await _overhead(nova, size.steps)
    packs = [[*_blocks(body("model", request))] for request in recorder.requests[: size.messages]]
    whole = [*_whole(packs[0], size.messages)]
    for name, prompts in (("packs", packs), ("whole history", whole)):
        early, late = (_tokens(prompts[n - 1]) for n in (size.early, size.messages))
        print(f"context: {name}: message {size.early} {early} tokens, {size.messages} {late}", file=sys.stderr)
    return {**_figures(packs, size), "overhead_ms_p50": overhead}, _figures(whole, size)


def _figures(prompts: list[list["_Block"]], size: Size) -> dict[str, float]:
    cache = _Cache()
    read = [cache.read(prompt) for prompt in prompts][FROM - 1 :]
    late, early = _tokens(prompts[size.messages - 1]), _tokens(prompts[size.early - 1])
    return {"tokens_ratio_1000_20": late / early, "cached_share": sum(read) / sum(map(_tokens, prompts[FROM - 1 :]))}


def _asked(n: int) -> str:
    return f"How much does customer {n % 37} owe us after invoice {4_000 + n}, and since when? Please look at it again."


def _said(n: int) -> str:
    return (
        f"Thanks for asking. Customer {n % 37} owes 1,{n % 1_000:03}.50 EUR after invoice {4_000 + n}, since 3 May. "
        "I looked at the open items once more: nothing else is overdue there. Should I write a reminder?"
    )


@dataclass(slots=True)
class _Recorder:
    """A model that needs no time and keeps what it was asked."""

    requests: list[ModelRequest] = field(default_factory=list)

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:  # noqa: ARG002
        """An answer of usual length."""
        self.requests.append(request)
        return ModelReply(_said(len(self.requests)), (), StopReason.END, Usage(calls=1), "recorder")

    async def close(self) -> None:
        """Nothing to let go of."""


class _Router:
    """Everything goes to one agent."""

    def route(self, envelope: Envelope, conversation: Conversation) -> Route:  # noqa: ARG002
        """Always the same."""
        return Route(Decision.ROUTE, AGENT, Rule.ONLY_AGENT, 1.0, envelope.text, "the bench has one agent")


def _team(_settings: Settings, roster: Roster) -> Team:
    return Team(roster, _Router())


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of a prompt: its size, its text, and whether the cache is told to keep everything up to it."""

    text: str
    kept: bool

    @property
    def tokens(self) -> int:
        """About how many."""
        return estimate_tokens(self.text)


def _blocks(sent: dict[str, Any]) -> Iterator[_Block]:
    """The blocks of a request in the order in which the cache reads them: tools, system, messages."""
    yield from (_Block(json.dumps(tool), kept=False) for tool in sent.get("tools", ()))
    contents = [sent["system"], *(message["content"] for message in sent["messages"])]
    for block in (block for content in contents for block in content):
        yield _Block(block["text"], "cache_control" in block)


def _whole(first: list[_Block], messages: int) -> Iterator[list[_Block]]:
    """What the same thread costs if all of it is sent each time; the cache is given every chance."""
    begin = first[: next(n for n, block in enumerate(first) if block.kept) + 1]
    thread: list[_Block] = []
    for n in range(messages):
        yield [*begin, *thread, _Block(_asked(n), kept=True)]
        thread += [_Block(_asked(n), kept=False), _Block(_said(n), kept=False)]


def _tokens(prompt: list[_Block]) -> int:
    return sum(block.tokens for block in prompt)


class _Cache:
    """A provider's cache of beginnings."""

    def __init__(self) -> None:
        self._entries: set[bytes] = set()

    def read(self, prompt: list[_Block]) -> int:
        """How many tokens of `prompt` come from the cache; its marked beginnings are kept for the next one."""
        digest, sizes, names, size = hashlib.sha256(), [], [], 0
        for block in prompt:
            digest.update(f"{len(block.text)}:{block.text}".encode())
            size += block.tokens
            names.append(digest.digest())
            sizes.append(size)
        marks = [n for n, block in enumerate(prompt) if block.kept]
        near = {n - back for n in marks for back in range(LOOKBACK) if n >= back}
        found = max((sizes[n] for n in near if names[n] in self._entries), default=0)
        self._entries |= {names[n] for n in marks if sizes[n] >= LEAST_CACHED}
        return found


async def _overhead(nova: Nova, steps: int) -> float:
    """The middle of the times, in milliseconds, that a step takes which is shown a thread and claims, 200 in all."""
    run, conversation = _crowded()
    taken = []
    for n in range(steps):
        asked = replace(run, route=replace(run.route, request=_asked(n)))
        began = time.perf_counter()
        await nova.engine.stepper.step(asked, conversation, nova.team.roster)
        taken.append((time.perf_counter() - began) * 1_000)
    return statistics.median(taken)


def _crowded() -> tuple[Run, Conversation]:
    """A run that was handed to the agent with all the claims that 40 turns leave room for."""
    at = datetime(2026, 6, 12, 9, tzinfo=UTC)
    envelope = stage.message(0)
    label = Label(Integrity.OWNER, "turn:r1", frozenset({envelope.place.room}), as_of=at)
    turns = tuple(
        Turn(n + 1, AGENT if n % 2 else "", Claim(ClaimId(n + 1, 1), 0, Basis.TOLD, _said(n), label), at)
        for n in range(40)
    )
    passed = tuple(
        Claim(ClaimId(99, n), int(n > 1), Basis.DERIVED, f"Item {n} of customer {n % 37}: 1,{n:03}.50 EUR open", label)
        for n in range(1, CLAIMS - len(turns) + 1)
    )
    handed = HandOff(AGENT, "Say what is open.", "all is told")
    step = Step(1, "planner", "", "", handed, "", Usage(), at, at)
    route = Route(Decision.ROUTE, "planner", Rule.ONLY_AGENT, 1.0, envelope.text, "the bench")
    return Run(99, envelope, route, at, (step,), passed), Conversation(envelope.place, AGENT, turns)
