"""`nova route`: the runtime's own routing, for one text or a file of them."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nova_bot import agent_files, parts, refit, router_files
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.lesson import How, Lesson
from nova_bot.core.roster import Roster
from nova_bot.core.route import Route
from nova_bot.core.text import clip, storable
from nova_bot.engine.loop import Router
from nova_bot.ledger import lessons
from nova_bot.ledger.store import Ledger, opened
from nova_bot.listed import listed
from nova_bot.routing.address import without_mention
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PLACE = Place("cli", "local", "route", "batch")

ASKING = ("explain", "learn", "undo", "export", "refit")
VERBS = (*ASKING, "report")


class Asked(BaseModel):
    """One line of a batch. Other keys are ignored, so that labelled data can be fed in."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    current: str = ""
    previous: str = ""
    mentioned: bool = True


async def router(settings: Settings) -> Router:
    """The router that the runtime would use, with the lessons of the ledger if there is one."""
    made = parts.team(settings, _roster(settings))
    path = parts.ledger_path(settings)
    if made.memory is not None and path.exists():
        async with opened(path, write=False) as ledger:
            made.memory.learn(await lessons.live(ledger))
    return made.router


def decide(router: Router, asked: Asked) -> Route:
    """What the runtime would decide for `asked`."""
    sender = Sender("owner", "owner", Standing.OWNER)
    envelope = Envelope("cli:route", Kind.MESSAGE, _PLACE, sender, storable(asked.text), _NOW, asked.mentioned)
    turns: tuple[Turn, ...] = ()
    if asked.current:
        label = Label(Integrity.OWNER, "turn:r0")
        said = Claim(ClaimId(0, 1), 0, Basis.TOLD, asked.previous, label)
        turns = (
            Turn(0, "", said, _NOW),
            Turn(0, asked.current, Claim(ClaimId(0, 2), 1, Basis.DERIVED, "", label), _NOW),
        )
    return router.route(envelope, Conversation(_PLACE, holder=asked.current, turns=turns))


def as_object(route: Route) -> dict[str, Any]:
    """A route as other programs read it."""
    return {
        "agent": route.agent,
        "decision": route.decision,
        "rule": route.rule,
        "p": round(route.p, 4),
        "candidates": [{"agent": c.agent, "p": round(c.p, 4), "nearest": c.nearest} for c in route.candidates],
        "why": route.why,
        "ms": round(route.ms, 3),
    }


async def show(settings: Settings, text: str, batch: Path | None, *, as_json: bool) -> int:
    """Print the decision for one text, or one JSON line per line of `batch`. Raises BadInput."""
    if batch is None and not text.strip():
        raise BadInput(where="route", problem="give it a message in quotes, or --batch FILE")
    made = await router(settings)
    if batch is None:
        _print(decide(made, Asked(text=text)), as_json=as_json)
        return 0
    for asked in _read(batch):
        _print(decide(made, asked), as_json=True)
    return 0


def _print(route: Route, *, as_json: bool) -> None:
    print(json.dumps(as_object(route), ensure_ascii=False) if as_json else described(route))


async def verb(settings: Settings, name: str, words: list[str], *, as_json: bool) -> int:
    """Carry out a verb. The exit code. Raises BadInput and ledger errors."""
    if name == "explain" and not (words and re.fullmatch(r"r\d+", words[0])):
        return await show(settings, " ".join(words), None, as_json=as_json)
    async with opened(parts.ledger_path(settings), write=name in ("learn", "undo")) as ledger:
        match name:
            case "explain":
                _print((await ledger.run(int(words[0][1:]))).route, as_json=as_json)
            case "learn":
                return await _learn(settings, ledger, words)
            case "undo":
                return await _undo(settings.home, ledger, words)
            case "export":
                taught = await lessons.live(ledger)
                shown = (json.dumps({**asdict(one), "at": one.at.isoformat()}, ensure_ascii=False) for one in taught)
                return listed(shown, "lessons")
            case "refit":
                return _refit(settings, await lessons.live(ledger))
    return 0


async def _learn(settings: Settings, ledger: Ledger, words: list[str]) -> int:
    if len(words) != 2:
        raise BadInput(where="route learn", problem="give it a TEXT in quotes and an AGENT")
    text, agent = words
    _roster(settings).get(agent)
    taught = Lesson(without_mention(text), agent, "", "owner", How.COMMAND, parts.now())
    await lessons.keep(ledger, taught)
    print(f'From now on "{clip(text, 60)}" goes to {agent}.')
    return 0


async def _undo(home: Path, ledger: Ledger, words: list[str]) -> int:
    number = int(words[0]) if words and words[0].isdecimal() else None
    undone = await lessons.undo(ledger, number, parts.now())
    if undone is None:
        print("There is no such lesson.")
        return 1
    print(f'Forgotten: "{clip(undone.text, 60)}" goes to {undone.right}.')
    if refit.forget(home, undone):
        print("The router that had learnt it is dropped; `nova route refit` learns the lessons that are left.")
    return 0


def _refit(settings: Settings, taught: list[Lesson]) -> int:
    folder, home = parts.agents_folder(settings), settings.home
    done = refit.refit(folder, home, _roster(settings), router_files.embedder(home), taught)
    verdict = "kept" if done.kept else f"in quarantine ({refit.QUARANTINE})"
    print(f"{done.lessons} lessons: cross-validated accuracy {done.before:.3f} -> {done.after:.3f}, {verdict}")
    return 0 if done.kept else 3


def report(settings: Settings, out: Path, data: Path | None) -> None:
    """Write the HTML page about the router."""
    from nova_bot import report as page

    page.write(settings, out, data)
    print(f"written: {out}")


def _roster(settings: Settings) -> Roster:
    return agent_files.load(parts.agents_folder(settings), REGISTRY.outward())


def _read(batch: Path) -> Iterator[Asked]:
    stream = sys.stdin.buffer if str(batch) == "-" else batch.open("rb")
    with stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    yield Asked.model_validate_json(line.decode("utf-8", "replace"))
                except ValidationError as error:
                    raise BadInput(where=f"{batch}:{number}", problem=clip(str(error.errors()[0]["msg"]), 80)) from None


def described(route: Route) -> str:
    """A route in a few lines for a person."""
    lines = [f"{route.decision}: {route.agent} (rule {route.rule}, p {route.p:.2f})", f"why: {route.why}"]
    lines += [f"  {c.agent:<18} {c.p:.2f}  nearest: {c.nearest or 'none'}" for c in route.candidates]
    if route.would_change:
        lines.append(f"what would have changed it: {route.would_change}")
    return "\n".join(lines)
