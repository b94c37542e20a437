"""`nova trust`: which agents reach what, what would become of a call and why, and what was done."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_origin

from pydantic import JsonValue, ValidationError

from nova_bot import parts
from nova_bot.commands.listed import listed
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.effect import ToolRow
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.errors import BadInput
from nova_bot.core.outcome import ToolCall
from nova_bot.core.people import OWNER
from nova_bot.core.roster import Roster
from nova_bot.engine.guard import Make, Park, Refused, Ruling, callable_by
from nova_bot.engine.imagined import Imagined
from nova_bot.ledger import deeds
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings
from nova_bot.tools.registry import Registry, Tool
from nova_bot.trust import approvals
from nova_bot.trust.policy import AskFirst

HERE = Place("terminal", "", "explain")


def hops(roster: Roster, start: str, most: int) -> dict[str, int]:
    """The agents that work can reach from `start` over hand-offs, and after how many."""
    found, edge = {start: 0}, [start]
    for n in range(1, most + 1):
        edge = [to for name in edge for to in roster.get(name).hands_to if to not in found]
        found.update(dict.fromkeys(edge, n))
    return found


def effects(spec: AgentSpec, rows: Mapping[str, ToolRow]) -> list[str]:
    """The tools with which an agent can do something, those that always ask marked."""
    asks = {name for name in callable_by(spec) if spec.supervised or name in spec.asks_before}
    names = sorted(name for name in callable_by(spec) if not rows[name].plain)
    return [f"{name} (asks)" if name in asks else name for name in names]


def matrix(roster: Roster, rows: Mapping[str, ToolRow], most: int) -> list[str]:
    """The agents with what they see, accept and may do; then who reaches whom after how many hand-offs."""
    names = roster.names
    lines = [f"{'agent':<22}{'sees':<9}{'accepts':<9}effects"]
    lines += [
        f"{n:>2} {spec.name:<19}{spec.sees:<9}{spec.accepts:<9}{', '.join(effects(spec, rows)) or '-'}"
        for n, spec in enumerate(roster, 1)
    ]
    lines += ["", "hand-offs from (row) to (column); grants shrink along them, so a path is no power", ""]
    lines.append(" " * 22 + "".join(f"{n:>3}" for n in range(1, len(names) + 1)))
    for n, name in enumerate(names, 1):
        reached = hops(roster, name, most)
        cells = "".join(f"{reached[other] if other in reached and other != name else '.':>3}" for other in names)
        lines.append(f"{n:>2} {name:<19}{cells}")
    return lines


def parsed(text: str) -> ToolCall:
    """`chat.post place=#team text="see you"` as a call. Raises BadInput."""
    try:
        tool, *rest = shlex.split(text)
    except ValueError as error:
        raise BadInput(where=text, problem=f"can't be read ({error})") from None
    args: dict[str, Any] = {}
    for part in rest:
        name, equals, value = part.partition("=")
        if not equals:
            raise BadInput(where=part, problem='write arguments as name=value, such as place=#team or text="see you"')
        args[name] = value
    return ToolCall("explained", tool, args)


def filled(call: ToolCall, tool: Tool) -> ToolCall:
    """The call with a list where its tool takes one ("a,b"). Raises BadInput, which names what is missing or wrong."""
    lists = {name for name, about in tool.args.model_fields.items() if get_origin(about.annotation) is list}
    args: dict[str, JsonValue] = {n: [*str(v).split(",")] if n in lists else v for n, v in call.args.items()}
    try:
        tool.args.model_validate(args)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        takes = ", ".join(tool.args.model_fields) or "nothing"
        raise BadInput(where=call.tool, problem=f"{wrong}. It takes: {takes}") from None
    return replace(call, args=args)


def explained(ruling: Ruling, call: ToolCall) -> list[str]:
    """The ruling in words."""
    match ruling:
        case Make(deed=None):
            return ["allow: it only reads"]
        case Make():
            return ["allow: it is granted, and its targets are quoted"]
        case Park(deed=deed, asked=AskFirst() as asked, call=asking):
            return ["ask:", *approvals.card(asking, asked, deed.agent, "r1").splitlines()]
        case Refused(deed=deed):
            return [f"refuse: {deed.why}"]
    return [f"refuse: {call.tool} can't be called"]


@dataclass(frozen=True, slots=True)
class Explained:
    """An agent that works on what its owner `said` and has `read` something from outside, "" for nothing."""

    roster: Roster
    tools: Registry
    settings: Settings
    agent: str
    said: str
    read: str

    def of(self, text: str, now: datetime) -> str:
        """What would become of a call. Raises BadInput and UnknownAgent."""
        call, spec = parsed(text), self.roster.get(self.agent)
        if call.tool not in callable_by(spec):
            return f"refuse: {self.agent} has no tool {call.tool}"
        call = filled(call, self.tools.get(call.tool))
        owner = Sender("owner", self.settings.name, Standing.OWNER, OWNER)
        imagined = Imagined(spec, self.tools.rows(), self.settings.places, HERE, owner, self.said, now)
        if self.read:
            imagined.found("outside", self.read)
        return "\n".join(explained(imagined.ruled(call), call))


async def log(settings: Settings, limit: int) -> int:
    """The latest effects and refusals, newest first."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        found = await deeds.latest(ledger, limit)
    shown = (
        f"{deed.at.astimezone(settings.zone):%Y-%m-%d %H:%M} {deed.key:<10}"
        f"{deed.state:<10}{deed.agent:<16}{deed.tool:<16}{deed.why or deed.receipt}"
        for deed in found
    )
    return listed(shown, "effects")
