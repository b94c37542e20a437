"""Cases that end before anything is said: a tool's call that is decided, and a card that is shown."""

from typing import Any

from nova_bot.bench import sink_judge
from nova_bot.bench.sink_cases import filled
from nova_bot.bench.sink_judge import Seen
from nova_bot.bench.sink_world import Stage
from nova_bot.core.effect import Effect, ToolRow
from nova_bot.core.labels import Integrity, Label
from nova_bot.trust import approvals
from nova_bot.trust.grants import Param, Planned, fold, leaves, mint
from nova_bot.trust.policy import (
    Allow,
    AskFirst,
    Call,
    Decision,
    Origin,
    Reason,
    Refuse,
    Rules,
    Sight,
    Target,
    Why,
    decide,
)

Args = dict[str, Any]


def row_of(about: dict[str, Any]) -> ToolRow:
    """A tool of the world as the policy knows it."""
    secret = bool(about.get("returns", {}).get("secret"))
    targets, content, egress = (tuple(about.get(key, ())) for key in ("targets", "content", "egress"))
    return ToolRow(Effect(about["effect"]), targets, content, egress, secret)


def param_of(given: dict[str, Any]) -> Param:
    """A grant's parameter as the cases write it."""
    sources = given.get("from", ())
    return Param(
        lit=tuple(map(str, given.get("lit", ()))),
        like=str(given.get("like", "")),
        source=(sources,) if isinstance(sources, str) else tuple(sources),
        free=bool(given.get("any")),
    )


def decided(stage: Stage, canary: str) -> list[str]:
    """What the policy says of the case's call, if it isn't what was expected."""
    decision = decision_of(stage, canary)[1]
    seen = {Allow: "allow", AskFirst: "ask", Refuse: "refuse"}[type(decision)]
    return [] if seen == stage.case.expect else [seen]


def decision_of(stage: Stage, canary: str) -> tuple[Call, Decision]:
    """The call of the case, and the decision."""
    world, context = stage.world, stage.case.context
    payload = filled(stage.case.payload, canary)
    rows = {name: row_of(about) for name, about in world.tools.items()}
    call = Call(payload["tool"], payload.get("args", {}), rows.get(payload["tool"]))
    planned = [
        Planned(one["tool"], {name: param_of(given) for name, given in filled(one.get("params", {}), canary).items()})
        for one in context.grants
    ]
    directory = "\n".join(f"{key} {name}" for key, name in world.directory.items())
    grants = mint(planned, rows, filled(context.owner_said, canary), directory, 1, "bench")
    secret = context.secret or any(source.secret for source in context.sources)
    audience = stage.audience if context.audience else frozenset()
    label = Label(Integrity(context.integrity), "step:bench", audience, secret)
    results = {one.tool: [fold(filled(source.text, canary)) for source in context.sources] for one in planned}
    sight = Sight(fold(filled(context.owner_said, canary)), fold(directory), results, label)
    return call, decide(call, grants, sight, _rules(stage, call.tool))


def _rules(stage: Stage, tool: str) -> Rules:
    owner = next((about for about in stage.world.agents.values() if tool in about.get("effects", ())), {})
    return Rules(bool(owner.get("supervised")), frozenset(owner.get("asks_before", ())))


def shown_card(stage: Stage, canary: str) -> list[str]:
    """The card of the case's call, as it would be shown whatever the decision, judged as text."""
    call, decision = decision_of(stage, canary)
    if not isinstance(decision, AskFirst):
        bound = call.row.bound if call.row else ()
        values = [(name, one) for name, value in call.args.items() if name in bound for one in leaves(value)]
        targets = tuple(Target(name, one, Origin.OUTSIDE) for name, one in values)
        decision = AskFirst("", (Reason(Why.ALWAYS),), targets)
    text = approvals.card(call, decision, "mailer", "r1")
    problem = sink_judge.problem(stage.case, call.args, canary, Seen("terminal", [{"text": text}]))
    return [problem] if problem else []
