"""One page for a person: who spoke with whom, what each hop was told, inferred and passed on, and where it comes from.

Everything stands in the one file; nothing is loaded from anywhere. The template escapes every text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.outcome import Ask, HandOff, Say, Stop, Use
from nova_bot.core.run import Run, Step
from nova_bot.core.text import clip
from nova_bot.provenance.blame import suspects
from nova_bot.provenance.graph import Graph, StepId
from nova_bot.provenance.weakness import weaknesses
from nova_bot.provenance.why import why

LANE = 190
ROW = 54
TOP = 64
LABEL = 34
"""Pixels of the diagram, and how many characters stand on an arrow."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One line of the diagram, from lane to lane; `back` is an answer."""

    start: int
    end: int
    y: int
    label: str
    title: str
    back: bool = False

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return (self.start + self.end) / 2 if self.start != self.end else self.start + 22

    @property
    def itself(self) -> bool:
        """Does it lead nowhere else?"""
        return self.start == self.end


@dataclass(frozen=True, slots=True)
class Card:
    """One claim, as the page shows it."""

    id: str
    basis: str
    text: str
    by: str
    status: str
    weak: tuple[str, ...]
    sources: tuple[str, ...]
    origin: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: what it was told, what it made of that, and what went on from it."""

    step: str
    agent: str
    outcome: str
    model: str
    told: tuple[Card, ...]
    inferred: tuple[Card, ...]
    passed_on: tuple[Card, ...]


def page(run: Run, graph: Graph) -> str:
    """The page as HTML."""
    source = files("nova_bot.export").joinpath("page.html.j2").read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)
    lanes = _lanes(run)
    arrows = _arrows(run, lanes)
    path = _path(graph, run.claims[-1].id)
    weak = weaknesses(graph, path[-1])
    return template.render(
        run=run,
        ended=run.ending.kind.value if run.ending else "running",
        lanes=[(name, _x(n)) for n, name in enumerate(lanes)],
        arrows=arrows,
        width=_x(len(lanes) - 1) + LANE // 2,
        height=TOP + ROW * (len(arrows) + 1),
        hops=[_hop(run, step, graph) for step in run.steps],
        path=[_card(graph, claim) for claim in path],
        weakness=weak[0].value if weak else "",
        tokens=run.usage.tokens,
    )


def _path(graph: Graph, answer: ClaimId) -> tuple[ClaimId, ...]:
    """From the answer to its likeliest weak origin; where no marked source leads there, the walk of `why`."""
    return graph.read_once().path(answer, suspects(graph, answer)[0].claim) or why(graph, answer).path


def _x(lane: int) -> int:
    return LANE // 2 + LANE * lane


def _lanes(run: Run) -> list[str]:
    """The asker, the agents in the order they came in, the tools."""
    agents = [step.agent for step in run.steps] or [run.route.agent]
    uses = any(isinstance(step.outcome, Use) for step in run.steps)
    return [clip(run.envelope.sender.name or "asker", 20), *dict.fromkeys(agents), *(["tools"] if uses else [])]


def _arrows(run: Run, lanes: list[str]) -> list[Arrow]:
    arrows: list[Arrow] = []

    def draw(start: int, end: int, text: str, *, back: bool = False) -> None:
        y = TOP + ROW * (len(arrows) + 1) - 12
        arrows.append(Arrow(_x(start), _x(end), y, clip(text, LABEL), text, back))

    first = run.steps[0].agent if run.steps else run.route.agent
    draw(0, _at(lanes, first), run.route.request)
    for step in run.steps:
        own = _at(lanes, step.agent)
        match step.outcome:
            case HandOff(to=to, task=task):
                draw(own, _at(lanes, to), task)
            case Use(calls=calls):
                for call, result in zip(calls, step.results, strict=False):
                    draw(own, len(lanes) - 1, f"{call.tool} {_args(call.args)}")
                    draw(len(lanes) - 1, own, ("failed: " if result.error else "") + result.text, back=True)
            case Say(text=text) | Ask(question=text) | Stop(sentence=text):
                draw(own, 0, text, back=True)
    return arrows


def _at(lanes: list[str], name: str) -> int:
    """The lane of an agent; one that never spoke has none, so its arrow ends where it began."""
    return lanes.index(name, 1) if name in lanes[1:] else len(lanes) - 1


def _args(args: Mapping[str, object]) -> str:
    return clip(", ".join(f"{name}: {value}" for name, value in args.items()), 200)


def _hop(run: Run, step: Step, graph: Graph) -> Hop:
    own = StepId(run.id, step.n)
    record = graph.steps.get(own)
    made = graph.made_in.get(own, ())
    passed = [claim for claim in made if graph.users(claim)] or list(made[-1:])
    told = [claim for claim in (record.shown if record else ()) if claim in graph.claims]
    return Hop(
        f"{run.name}.{step.n}",
        step.agent,
        _outcome(step),
        step.model,
        tuple(_card(graph, claim) for claim in told),
        tuple(_card(graph, claim) for claim in made),
        tuple(_card(graph, claim) for claim in passed),
    )


def _outcome(step: Step) -> str:
    match step.outcome:
        case HandOff(to=to):
            return f"hands over to {to}"
        case Use(calls=calls):
            return "uses " + ", ".join(call.tool for call in calls)
        case Say():
            return "answers"
        case Ask():
            return "asks"
        case Stop():
            return "stops"


def _card(graph: Graph, claim: ClaimId) -> Card:
    held: Claim = graph.claims[claim]
    weak = tuple(weakness.value for weakness in weaknesses(graph, claim))
    as_of = f"{held.label.as_of:%Y-%m-%d %H:%M} UTC" if held.label.as_of else ""
    sources = tuple(map(str, graph.sources(claim)))
    return Card(
        str(claim), held.basis.value, held.text, graph.agent_of(claim), held.status.value, weak, sources,
        held.label.origin, as_of,
    )  # fmt: skip
