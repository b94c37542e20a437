"""`why`: the walk back from a claim, as it may be told in a place."""

from collections.abc import Mapping
from dataclasses import replace

from nova_bot.core.claims import Claim, ClaimId
from nova_bot.core.envelope import Place
from nova_bot.core.wording import say
from nova_bot.ledger import graphs
from nova_bot.ledger.reads import Reads
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.why import Why, why


async def walk(ledger: Reads, claim: ClaimId, place: Place | None = None) -> Why:
    """The walk back from `claim`, which the ledger must have. Told in a `place`, texts from elsewhere stay hidden."""
    graph = await graphs.behind(ledger, claim)
    return why(as_seen_in(place, graph) if place else graph, claim)


def as_seen_in(place: Place, graph: Graph) -> Graph:
    """`graph` with the texts hidden that not everybody in the room of `place` may read, and with no secret."""
    readers = frozenset({place.room})

    def seen(claim: Claim) -> Claim:
        open_ = claim.label.audience <= readers and not claim.label.secret
        return claim if open_ else replace(claim, text=say("command", "hidden"), value="")

    claims: Mapping[ClaimId, Claim] = {each: seen(claim) for each, claim in graph.claims.items()}
    return Graph(claims, graph.steps, graph.faults, graph.marks)
