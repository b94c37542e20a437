"""Footer: what an answer rests on that its owner should know of. Built by code, and only if there is something."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import attrgetter

from nova_bot.context import sentences
from nova_bot.context.ambiguity import of_conflict
from nova_bot.context.conflicts import conflicts
from nova_bot.context.freshness import age, is_stale
from nova_bot.context.lacking import TOLD_OWNER, lacking
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, Status
from nova_bot.core.pack import LeftOut
from nova_bot.core.text import clip, comparable
from nova_bot.core.wording import say

NAMED = 3
LONGEST = 80

_VALUE = attrgetter("value")


def footer(
    answer: ClaimId,
    claims: Mapping[ClaimId, Claim],
    edges: Iterable[Edge],
    doubtful: Collection[ClaimId],
    marked: Collection[ClaimId],
    now: datetime,
    left_out: Iterable[LeftOut] = (),
    renewed: Collection[ClaimId] = (),
) -> str:
    """One line about the assumptions and stale sources under `answer`, and about what contradicts it; "" without any.

    It also names what was handed over, attached or read, and did not fit into the answering agent's pack (`left_out`).

    `edges` are the marked ones of this run; `doubtful` are claims of earlier runs that rest on an assumption, `marked`
    those of which the text itself says what is wrong with them, `renewed` those that were found again since.
    """
    cone = [claims[each] for each in _cone(answer, edges) if each in claims and each not in marked]
    assumed = [c for c in cone if c.status is Status.LIVE and (c.basis is Basis.ASSUMED or c.id in doubtful)]
    old = [c for c in cone if (c.basis is Basis.FOUND or c.id.run != answer.run) and is_stale(c.label, now)]
    stale = [c for c in old if c.id not in renewed]
    unread = _unread([out for out in left_out if out.no_room and out.kind in TOLD_OWNER])
    parts = [
        part for part in (_assumptions(assumed), _stale(stale, now), *_contradicted(claims, answer), unread) if part
    ]
    return f"_{'; '.join(parts)}_" if parts else ""


def _cone(answer: ClaimId, edges: Iterable[Edge]) -> list[ClaimId]:
    """`answer` and everything it rests on, the nearest first."""
    sources: dict[ClaimId, list[ClaimId]] = defaultdict(list)
    for edge in edges:
        sources[edge.dst].append(edge.src)
    cone = {answer: None}
    waiting = [answer]
    for each in waiting:
        new = [source for source in sources.get(each, ()) if source not in cone]
        cone.update(dict.fromkeys(new))
        waiting += new
    return list(cone)


def _assumptions(assumed: list[Claim]) -> str:
    bare = [sentences.bare(claim.text) for claim in reversed(assumed)]
    texts = {comparable(text): " ".join(text.split()) for text in bare}
    if not texts:
        return ""
    named = [clip(text, LONGEST).rstrip(".") for text in list(texts.values())[:NAMED]]
    more = len(texts) - len(named)
    key = "assumption" if len(texts) == 1 else "assumptions"
    return say("footer", key, n=len(texts), what="; ".join(named)) + (say("footer", "more", n=more) if more else "")


def _contradicted(claims: Mapping[ClaimId, Claim], answer: ClaimId) -> list[str]:
    """The conflicts of which the answer tells one side only."""
    if answer not in claims or not any(map(_VALUE, claims.values())):
        return []
    doubts = of_conflict(conflicts(claims.values()), [claims[answer].text])
    return [say("footer", "conflict", sides=say("unclear", "or").join(doubt.candidates)) for doubt in doubts[:NAMED]]


def _unread(no_room: list[LeftOut]) -> str:
    return say("footer", "unread", what=lacking(no_room)) if no_room else ""


def _stale(stale: list[Claim], now: datetime) -> str:
    oldest = min((claim.label.as_of for claim in stale if claim.label.as_of), default=None)
    if oldest is None:
        return ""
    return say("footer", "stale" if len(stale) == 1 else "stales", n=len(stale), age=age(now - oldest))
