"""`nova route`: the runtime's own routing, for one text or a file of them."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from nova_bot import parts
from nova_bot.commands.batch import lines
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.route import Route
from nova_bot.core.text import storable
from nova_bot.core.wording import say
from nova_bot.engine.loop import Router
from nova_bot.ledger import lessons
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PLACE = Place("cli", "local", "route", "batch")


class Asked(BaseModel):
    """One line of a batch. Other keys are ignored, so that labelled data can be fed in."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    current: str = ""
    previous: str = ""
    mentioned: bool = True


async def router_of(settings: Settings) -> Router:
    """The router that the runtime would use, with the lessons of the ledger if there is one."""
    made = parts.team(settings, parts.roster_of(settings))
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
    made = await router_of(settings)
    if batch is None:
        _print(decide(made, Asked(text=text)), as_json=as_json)
        return 0
    for asked in lines(batch, Asked):
        _print(decide(made, asked), as_json=True)
    return 0


def _print(route: Route, *, as_json: bool) -> None:
    print(json.dumps(as_object(route), ensure_ascii=False) if as_json else described(route))


async def explain(settings: Settings, words: list[str], *, as_json: bool) -> int:
    """Print the decision of the run `r12`, or the one for a text. Raises NoSuchRun and LedgerErrors."""
    if not (words and re.fullmatch(r"r\d+", words[0])):
        return await show(settings, " ".join(words), None, as_json=as_json)
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        _print((await ledger.run(int(words[0][1:]))).route, as_json=as_json)
    return 0


def report(settings: Settings, out: Path, data: Path | None) -> None:
    """Write the HTML page about the router. Where that takes long, it raises OSError at once if it can't be written."""
    from nova_bot.commands import report as page

    if data is None:
        out.open("a").close()
        print(f"nova: {say('route', 'report_takes_long')}", file=sys.stderr)
    page.write(settings, out, data)
    print(f"written: {out}")


def described(route: Route) -> str:
    """A route in a few lines for a person."""
    lines = [f"{route.decision}: {route.agent} (rule {route.rule}, p {route.p:.2f})", f"why: {route.why}"]
    lines += [f"  {c.agent:<18} {c.p:.2f}  nearest: {c.nearest or 'none'}" for c in route.candidates]
    if route.would_change:
        lines.append(f"what would have changed it: {route.would_change}")
    return "\n".join(lines)
