"""`nova route`: the runtime's own routing, for one text or a file of them."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nova_bot import agent_files, app
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Conversation, Turn
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import BadReference
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.route import Route
from nova_bot.core.text import clip, storable
from nova_bot.engine.loop import Router
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PLACE = Place("cli", "local", "route", "batch")


class Asked(BaseModel):
    """One line of a batch. Other keys are ignored, so that labelled data can be fed in."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    text: str
    current: str = ""
    previous: str = ""
    mentioned: bool = True


def router(settings: Settings) -> Router:
    """The router that the runtime would use."""
    return app.team(settings, agent_files.load(app.agents_folder(settings), REGISTRY.outward())).router


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


def show(settings: Settings, text: str | None, batch: Path | None, *, as_json: bool) -> None:
    """Print the decision for one text, or one JSON line per line of `batch`. Raises BadReference for a bad line."""
    if batch is None:
        if text is None:
            raise BadReference(text="(nothing)")
        route = decide(router(settings), Asked(text=text))
        print(json.dumps(as_object(route), ensure_ascii=False) if as_json else _described(route))
        return
    made = router(settings)
    for asked in _read(batch):
        print(json.dumps(as_object(decide(made, asked)), ensure_ascii=False))


def _read(batch: Path) -> Iterator[Asked]:
    stream = sys.stdin.buffer if str(batch) == "-" else batch.open("rb")
    with stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    yield Asked.model_validate_json(line.decode("utf-8", "replace"))
                except ValidationError as error:
                    raise BadReference(text=f"line {number}: {clip(str(error.errors()[0]['msg']), 80)}") from None


def _described(route: Route) -> str:
    lines = [f"{route.decision}: {route.agent} (rule {route.rule}, p {route.p:.2f})", f"why: {route.why}"]
    lines += [f"  {c.agent:<18} {c.p:.2f}  nearest: {c.nearest}" for c in route.candidates]
    if route.would_change:
        lines.append(f"what would have changed it: {route.would_change}")
    return "\n".join(lines)
