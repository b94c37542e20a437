"""The decision before every tool call: one table and one pure function, the same for every agent, pipeline and job."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from pydantic import JsonValue

from nova_bot.core.effect import Effect, ToolRow
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.mention import crowd_of
from nova_bot.trust.grants import Grant, Param, fitting, fold, leaves, stands_in


class Verdict(StrEnum):
    """What a cell of the table says. TYPED: ask, and the owner types the end of the target."""

    ALLOW = "allow"
    ASK = "ask"
    TYPED = "typed"


QUOTED, FROM_DATA = 0, 1
EGRESS = "egress"

Table = Mapping[str, tuple[Verdict, Verdict]]
TABLE: Table = {
    EGRESS: (Verdict.ALLOW, Verdict.ALLOW),
    Effect.INTERNAL: (Verdict.ALLOW, Verdict.ASK),
    Effect.SEND: (Verdict.ALLOW, Verdict.ASK),
    Effect.SHARE: (Verdict.ALLOW, Verdict.ASK),
    Effect.COMMIT: (Verdict.ALLOW, Verdict.ASK),
    Effect.DESTROY: (Verdict.ALLOW, Verdict.ASK),
    Effect.MONEY: (Verdict.ASK, Verdict.TYPED),
    Effect.IDENTITY: (Verdict.ASK, Verdict.TYPED),
    Effect.EXEC: (Verdict.ASK, Verdict.TYPED),
}
"""Effects that were granted: targets quoted, or a target from data. What was not granted is refused."""

_BROADCAST = re.compile(r"@(?:channel|here|everyone)\b|<!(?:channel|here|everyone|subteam)|<@&\d", re.IGNORECASE)


class Origin(StrEnum):
    """Where a target's value came from."""

    SAID = "you said"
    DIRECTORY = "directory"
    FITS = "the only one that fits what you said"
    OUTSIDE = "outside"
    NOWHERE = "stands nowhere"


DATA = (Origin.OUTSIDE, Origin.NOWHERE)


class Why(StrEnum):
    """Why a decision asks or refuses; the sentences stand in `wording.toml` under [trust]."""

    NO_ROW = "no_row"
    NOT_GRANTED = "not_granted"
    SECRET_READ = "secret_read"  # noqa: S105
    ALWAYS = "always"
    FROM_DATA = "from_data"
    SECRET_IN_VIEW = "secret_in_view"  # noqa: S105
    READERS = "readers"
    ASSUMED = "assumed"
    CONFLICT = "conflict"
    STALE = "stale"
    BROADCAST = "broadcast"
    SUPERVISED = "supervised"
    ASKS_BEFORE = "asks_before"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Target:
    """One value of an argument that says who or where, and whose word that is."""

    name: str
    value: str
    origin: Origin
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and the claims it is about, as a person reads them."""

    why: Why
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allow:
    """Go on. `grant` is spent; empty for a plain read."""

    grant: str = ""
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class AskFirst:
    """A person has to agree to this very call; `typed` is what he must type as well."""

    grant: str
    reasons: tuple[Reason, ...]
    targets: tuple[Target, ...] = ()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not to be done, and never offered as a button."""

    reason: Reason


Decision = Allow | AskFirst | Refuse


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the policy sees it. `row` is None for a tool that nobody described."""

    tool: str
    args: Mapping[str, JsonValue]
    row: ToolRow | None


@dataclass(frozen=True, slots=True)
class Rests:
    """What a call rests on that a person should know, each as one line: see `Why`."""

    assumed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What the acting step had in view. `said` and `directory` are folded texts of integrity 3 and 2, `results` the
    folded results of each read of the run, `label` the join of everything shown.
    """

    said: str
    directory: str
    results: Mapping[str, Sequence[str]]
    label: Label
    rests: Rests = field(default_factory=Rests)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the acting agent's file says."""

    supervised: bool = False
    asks_before: frozenset[str] = frozenset()


def decide(call: Call, grants: Sequence[Grant], sight: Sight, rules: Rules = Rules(), table: Table = TABLE) -> Decision:
    """May `call` be made? `grants` are those that can still be spent (`grants.left`)."""
    row = call.row
    if row is None:
        return Refuse(Reason(Why.NO_ROW))
    if row.plain:
        planned = any(grant.tool == call.tool for grant in grants)
        blind = row.secret and sight.label.integrity < Integrity.DIRECTORY and not planned
        return Refuse(Reason(Why.SECRET_READ)) if blind else Allow()
    fits = [(grant, targets) for grant in grants if (targets := _fitting(call, row, grant, sight)) is not None]
    if not fits:
        return Refuse(Reason(Why.NOT_GRANTED))
    grant, targets = min(fits, key=lambda fit: _from_data(fit[1]))
    verdict = table[EGRESS if row.effect is Effect.READ else row.effect][_from_data(targets)]
    reasons = (*_of_table(verdict, targets), *_of_step(call, row, sight, rules))
    if not reasons:
        return Allow(grant.id, targets)
    typed = _ending(targets) if verdict is Verdict.TYPED else ""
    return AskFirst(grant.id, reasons, targets, typed)


def _from_data(targets: Sequence[Target]) -> int:
    return FROM_DATA if any(target.origin in DATA for target in targets) else QUOTED


def _fitting(call: Call, row: ToolRow, grant: Grant, sight: Sight) -> tuple[Target, ...] | None:
    """The call's targets with their origins, or None if the grant does not cover the call."""
    if grant.tool != call.tool:
        return None
    targets: list[Target] = []
    for name, value in call.args.items():
        param = grant.params.get(name)
        bound = name in row.bound
        for one in leaves(value):
            if bound:
                target = _target(name, one, param, sight)
                if target is None or (name in row.egress and target.origin is Origin.NOWHERE):
                    return None
                targets.append(target)
            elif param is not None and not (param.free or param.names(one)):
                return None
    return tuple(targets)


def _target(name: str, value: str, param: Param | None, sight: Sight) -> Target | None:
    """Whose word `value` is, if the grant names it or where it may come from."""
    if param is None or not (param.source or param.quotes(value) or fold(value) in fitting(param.like, [fold(value)])):
        return None
    if stands_in(value, sight.said):
        return Target(name, value, Origin.SAID)
    if param.quotes(value) or stands_in(value, sight.directory):
        return Target(name, value, Origin.DIRECTORY)
    if param.like and fitting(param.like, chain.from_iterable(sight.results.values())) == {fold(value)}:
        return Target(name, value, Origin.FITS)
    for tool in param.source or sight.results:
        if any(stands_in(value, text) for text in sight.results.get(tool, ())):
            return Target(name, value, Origin.OUTSIDE, tool)
    return Target(name, value, Origin.NOWHERE)


def _of_table(verdict: Verdict, targets: Sequence[Target]) -> list[Reason]:
    if verdict is Verdict.ALLOW:
        return []
    data = tuple(f"{t.name}: {t.value}" for t in targets if t.origin in DATA)
    return [Reason(Why.FROM_DATA, data) if data else Reason(Why.ALWAYS)]


def _of_step(call: Call, row: ToolRow, sight: Sight, rules: Rules) -> list[Reason]:
    """Everything else that turns allow into ask; all that hold stand on the card."""
    rests, label = sight.rests, sight.label
    effectful = row.effect not in (Effect.READ, Effect.INTERNAL)
    values = [one for value in call.args.values() for one in leaves(value)]
    pinged = [one for name in row.pings for one in leaves(call.args.get(name))]
    holds: dict[Why, bool | tuple[str, ...]] = {
        Why.SECRET_IN_VIEW: row.outward and label.secret and label.integrity < Integrity.DIRECTORY,
        Why.READERS: row.outward and rests.unreadable,
        Why.ASSUMED: effectful and rests.assumed,
        Why.CONFLICT: effectful and rests.conflicts,
        Why.STALE: effectful and rests.stale,
        Why.BROADCAST: effectful and (any(map(crowd_of, pinged)) or any(map(_BROADCAST.search, values))),
        Why.SUPERVISED: rules.supervised,
        Why.ASKS_BEFORE: call.tool in rules.asks_before,
    }
    return [Reason(why, held if isinstance(held, tuple) else ()) for why, held in holds.items() if held]


def _ending(targets: Sequence[Target]) -> str:
    """The last four characters of the target that came from data, blanks aside."""
    value = next(target.value for target in targets if target.origin in DATA)
    return "".join(value.split())[-4:]
