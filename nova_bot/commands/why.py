"""`nova why`: the walk back from an answer or a claim to its first weak link, without holding the ledger."""

import json
import time
from typing import Any

from nova_bot import parts
from nova_bot.core.claims import Claim, ClaimId
from nova_bot.dispatch import references
from nova_bot.dispatch.references import Reference
from nova_bot.ledger import graphs
from nova_bot.ledger.store import opened
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.weakness import weaknesses
from nova_bot.provenance.why import Why, why
from nova_bot.settings import Settings


async def show(settings: Settings, text: str, *, as_json: bool) -> int:
    """Print the walk back from what `text` names. Raises NoSuchRun or NoSuchClaim."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        reference = await references.resolve(ledger, text)
        began = time.perf_counter()
        graph = await graphs.behind(ledger, reference.claim)
        found = why(graph, reference.claim)
        ms = (time.perf_counter() - began) * 1_000
    if as_json:
        print(json.dumps(as_object(reference, graph, found, ms), ensure_ascii=False))
    else:
        print("\n".join([*([reference.corrected] if reference.corrected else []), *found.lines]))
    return 0


def as_object(reference: Reference, graph: Graph, found: Why, ms: float) -> dict[str, Any]:
    """The walk as other programs read it; `ms` is the time it took."""
    route = reference.run.route
    return {
        "run": reference.run.name,
        "claim": str(reference.claim),
        "was": str(reference.was) if reference.was else None,
        "now": str(reference.now) if reference.now else None,
        "lines": list(found.lines),
        "path": [_link(graph, each) for each in found.path],
        "weakness": found.weakness,
        "route": {"agent": route.agent, "rule": route.rule, "p": route.p, "why": route.why},
        "ms": round(ms, 3),
    }


def _link(graph: Graph, each: ClaimId) -> dict[str, Any]:
    claim: Claim = graph.claims[each]
    return {
        "id": str(each),
        "step": str(graph.step_of(each)),
        "agent": graph.agent_of(each),
        "basis": claim.basis,
        "text": claim.text,
        "status": claim.status,
        "integrity": claim.label.integrity,
        "as_of": claim.label.as_of.isoformat() if claim.label.as_of else None,
        "sources": [str(source) for source in graph.sources(each)],
        "weaknesses": list(weaknesses(graph, each)),
    }
