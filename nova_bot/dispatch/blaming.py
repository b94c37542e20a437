"""`blame`: which step brought the mistake in. Nova shows cards of up to four claims; the owner says which is wrong."""

from dataclasses import dataclass, field

from nova_bot.core.claims import ClaimId
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.errors import NoSuchClaim, NoSuchRun
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch import references, whys
from nova_bot.ledger import graphs
from nova_bot.ledger.reads import Reads
from nova_bot.provenance.blame import TAPS, Inquiry, Verdict, inquire
from nova_bot.provenance.why import line

NONE = ("none", "0", "no")
"""How one says that all claims of a card are right."""


async def begin(ledger: Reads, text: str, place: Place | None = None) -> Inquiry:
    """The inquiry about what `text` names: its answer is wrong. Raises NoSuchRun or NoSuchClaim."""
    reference = await references.resolve(ledger, text, place)
    graph = await graphs.around(ledger, [reference.claim], down=False)
    return inquire(whys.as_seen_in(place, graph) if place else graph, reference.claim)


def tapped(inquiry: Inquiry, tap: str) -> Inquiry | None:
    """The inquiry after a tap: the number of the wrong claim, or none of them. None for anything else."""
    card = inquiry.card()
    if tap in NONE:
        return inquiry.none_of(card)
    return inquiry.tapped(card[int(tap) - 1]) if tap.isdecimal() and 0 < int(tap) <= len(card) else None


def card_lines(inquiry: Inquiry) -> list[str]:
    """The card, for a person; empty when there is nothing left to ask."""
    card = inquiry.card()
    if not card:
        return []
    listed = [f"{n}. {line(inquiry.graph, claim)}" for n, claim in enumerate(card, 1)]
    return [say("blame", "which", tap=inquiry.taps + 1, taps=TAPS), *listed]


def verdict_lines(inquiry: Inquiry, verdict: Verdict) -> list[str]:
    """Where the mistake came in, and what it was told, inferred and passed on there."""
    graph = inquiry.graph
    key = "certain" if verdict.certain else "likely"
    by = verdict.agent or "nobody: it came with the message"
    told = {"told": verdict.told, "inferred": verdict.inferred, "passed_on": verdict.passed_on}
    return [
        say("blame", key, step=verdict.step, agent=by, taps=verdict.taps),
        line(graph, verdict.origin),
        *(say("blame", name, claims=_names(claims)) for name, claims in told.items()),
        say("blame", "path", path=" -> ".join(map(str, verdict.path))),
        say("blame", "next", claim=verdict.origin),
    ]


def _names(claims: tuple[ClaimId, ...]) -> str:
    return clip(", ".join(map(str, claims)), 120) or "-"


@dataclass(slots=True)
class Blaming:
    """The inquiries under way, one for each person and place; a restart forgets them."""

    ledger: Reads
    _open: dict[tuple[Place, str], Inquiry] = field(default_factory=dict)

    async def answer(self, rest: str, place: Place, by: Sender) -> str:
        """`blame [ref]` begins, `blame 2` or `blame none` answers the card. What Nova says to that."""
        if by.standing is not Standing.OWNER:
            return say("wrong", "owner_only")
        key = (place, by.id)
        inquiry = self._open.pop(key, None)
        after = tapped(inquiry, rest.casefold()) if inquiry else None
        if after is None:
            try:
                after = await begin(self.ledger, rest, place)
            except (NoSuchRun, NoSuchClaim) as error:
                return str(error)
        lines = card_lines(after)
        if lines:
            self._open[key] = after
            return "\n".join([*lines, say("blame", "how")])
        return "\n".join(verdict_lines(after, after.verdict()))
