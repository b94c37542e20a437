"""W3C PROV-JSON: claims are entities, steps are activities, agents are agents."""

from typing import Any

from nova_bot.core.run import Run
from nova_bot.provenance.graph import Graph, StepId

PREFIX = {"nova": "https://example.org/nova#", "prov": "http://www.w3.org/ns/prov#"}


def document(run: Run, graph: Graph) -> dict[str, Any]:
    """The run and everything that its claims rest on, as far as `graph` has it."""
    steps = {step for step in graph.steps if step.run == run.id}
    used = {claim for step in steps for claim in graph.steps[step].shown if claim in graph.claims}
    made = {claim for claim in graph.claims if claim.run == run.id}
    claims = sorted(used | made | {s for claim in made for s in graph.sources(claim)})
    agents = sorted({graph.steps[step].agent for step in steps})
    return {
        "prefix": PREFIX,
        "entity": {f"nova:{claim}": _entity(graph, claim) for claim in claims},
        "activity": {f"nova:{step}": _activity(graph, step) for step in sorted(steps)},
        "agent": {f"nova:{agent}": {"prov:type": "prov:SoftwareAgent"} for agent in agents},
        "wasGeneratedBy": _numbered(
            "g",
            [
                {"prov:entity": f"nova:{claim}", "prov:activity": f"nova:{graph.step_of(claim)}"}
                for claim in sorted(made)
                if graph.step_of(claim) in steps
            ],
        ),
        "used": _numbered(
            "u",
            [
                {"prov:activity": f"nova:{step}", "prov:entity": f"nova:{claim}"}
                for step in sorted(steps)
                for claim in graph.steps[step].shown
                if claim in graph.claims
            ],
        ),
        "wasDerivedFrom": _numbered(
            "d",
            [
                {"prov:generatedEntity": f"nova:{claim}", "prov:usedEntity": f"nova:{source}", "nova:how": how.value}
                for claim in sorted(made)
                for source, how in graph.marks.get(claim, ())
            ],
        ),
        "wasAssociatedWith": _numbered(
            "a",
            [
                {"prov:activity": f"nova:{step}", "prov:agent": f"nova:{graph.steps[step].agent}"}
                for step in sorted(steps)
            ],
        ),
    }


def _entity(graph: Graph, claim: Any) -> dict[str, Any]:
    held = graph.claims[claim]
    facts: dict[str, Any] = {
        "prov:value": held.text,
        "nova:basis": held.basis.value,
        "nova:status": held.status.value,
        "nova:integrity": int(held.label.integrity),
    }
    return facts | ({"nova:asOf": held.label.as_of.isoformat()} if held.label.as_of else {})


def _activity(graph: Graph, step: StepId) -> dict[str, Any]:
    at = graph.steps[step].at
    return {"prov:startTime": at.isoformat()} if at else {}


def _numbered(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"_:{kind}{n}": row for n, row in enumerate(rows, 1)}
