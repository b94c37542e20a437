"""Why: the walk back from a claim to the first weak link, in at most five lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from nova_bot.core.claims import Basis, ClaimId, Status
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.weakness import Weakness, weaknesses

LINES = 5
LONGEST_LINE = 160

_MINOR = frozenset({Weakness.OUTSIDE})
"""Worth a line only where nothing worse stands on the way."""


@dataclass(frozen=True, slots=True)
class Why:
    """`path` leads from the claim to the weak link, or to a solid root where `weakness` is None."""

    path: tuple[ClaimId, ...]
    weakness: Weakness | None
    lines: tuple[str, ...]


def why(graph: Graph, claim: ClaimId) -> Why:
    """The walk back from `claim`. Raises KeyError for a claim that is not in the graph."""
    user: dict[ClaimId, ClaimId | None] = {claim: None}
    queue = [claim]
    minor = None
    for each in queue:
        found = weaknesses(graph, each)
        if found and found[0] not in _MINOR:
            return _told(graph, _way(user, each), found[0])
        minor = minor or ((each, found[0]) if found else None)
        new = [source for source in sorted(graph.sources(each)) if source not in user]
        user.update(dict.fromkeys(new, each))
        queue += new
    end, weakness = minor or (queue[-1], None)
    return _told(graph, _way(user, end), weakness)


def _way(user: Mapping[ClaimId, ClaimId | None], end: ClaimId) -> tuple[ClaimId, ...]:
    """From the claim asked about back to `end`."""
    way: list[ClaimId] = []
    at: ClaimId | None = end
    while at is not None:
        way.append(at)
        at = user[at]
    return tuple(reversed(way))


def _told(graph: Graph, path: tuple[ClaimId, ...], weakness: Weakness | None) -> Why:
    return Why(path, weakness, _lines(graph, path, weakness))


def _lines(graph: Graph, path: tuple[ClaimId, ...], weakness: Weakness | None) -> tuple[str, ...]:
    shown = path if len(path) < LINES else (*path[: LINES - 3], path[-1])
    told = [line(graph, claim) for claim in shown]
    if len(shown) < len(path):
        told.insert(LINES - 3, f"... {len(path) - len(shown)} more ...")
    return (*told, f"-> {weakness}" if weakness else "-> nothing weak on the way")


def line(graph: Graph, claim: ClaimId) -> str:
    """One claim on one line: its id, why it is held, by whom, and what it says."""
    held = graph.claims[claim]
    by = graph.agent_of(claim)
    origin = f" by {by}" if by and held.basis is not Basis.TOLD else ""
    status = "" if held.status is Status.LIVE else f", {say('status', held.status)}"
    return clip(f"{claim} {held.basis}{origin}{status}: {held.text or say('status', 'forgotten')}", LONGEST_LINE)
