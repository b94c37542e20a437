"""`blame`: which step brought the mistake in. Nova shows cards of up to four claims; the owner says which is wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nova_bot.core.button import BLAME, Button
from nova_bot.core.claims import Basis, ClaimId
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.errors import NotDone
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.dispatch import references, whys
from nova_bot.dispatch.commands import Answer
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.presses import Done, Handled, No, Press
from nova_bot.ledger import graphs, inquiries
from nova_bot.ledger.inquiries import Inquired
from nova_bot.ledger.reads import Reads
from nova_bot.ledger.store import Ledger
from nova_bot.provenance.blame import TAPS, Inquiry, Verdict, inquire
from nova_bot.provenance.why import line

NONE = ("none", "0", "no")
"""How one says that all claims of a card are right."""
_NUMBER = re.compile(r"[1-9]")


async def begin(ledger: Reads, text: str, place: Place | None = None) -> Inquiry:
    """The inquiry about what `text` names: its answer is wrong. Raises NoSuchRun or NoSuchClaim."""
    reference = await references.resolve(ledger, text, place)
    graph = await graphs.around(ledger, [reference.claim], down=False)
    return inquire(whys.as_seen_in(place, graph) if place else graph, reference.claim)


def choice(tap: str, size: int) -> int | None:
    """The number of the wrong claim on a card of `size` claims, 0 for none of them; None for anything else."""
    if tap in NONE:
        return 0
    return int(tap) if _NUMBER.fullmatch(tap) and int(tap) <= size else None


def tapped(inquiry: Inquiry, card: Sequence[ClaimId], tap: str) -> Inquiry:
    """The inquiry after a tap on `card`, which has to be one of its choices."""
    number = choice(tap, len(card))
    return inquiry.tapped(card[number - 1]) if number else inquiry.none_of(card)


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
    if graph.claims[inquiry.answer].is_novas:
        return [line(graph, inquiry.answer), say("blame", "own")]
    key = "certain" if verdict.certain else "likely"
    inferred = graph.claims[verdict.origin].basis is Basis.DERIVED
    by = verdict.agent or say("blame", "nova" if inferred else "with_message")
    told = {"told": verdict.told, "inferred": verdict.inferred, "passed_on": verdict.passed_on}
    return [
        say("blame", key, step=verdict.step, agent=by, taps=verdict.taps, most=TAPS),
        line(graph, verdict.origin),
        *(say("blame", name, claims=_names(claims)) for name, claims in told.items()),
        say("blame", "path", path=" -> ".join(map(str, verdict.path))),
        say("blame", "next", claim=verdict.origin),
    ]


def _names(claims: tuple[ClaimId, ...]) -> str:
    return clip(", ".join(map(str, claims)), 120) or "-"


@dataclass(frozen=True, slots=True)
class Blaming:
    """Asks a person card by card. Every card is in the ledger, so an inquiry goes on after any restart."""

    ledger: Ledger
    outbox: Outbox
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    async def answer(self, rest: str, place: Place, by: Sender) -> Answer:
        """`blame [ref]` begins, `blame 2` or `blame none` answers the card shown last. What Nova says to that.

        Raises NotDone, NoSuchRun or NoSuchClaim.
        """
        if by.standing is not Standing.OWNER:
            raise NotDone(why=say("wrong", "owner_only"))
        asked = await inquiries.latest(self.ledger, place, by.id)
        if asked and asked.card and choice(rest.casefold(), len(asked.card)) is not None:
            return await self._next(asked, rest.casefold())
        return await self._shown(self.new_id(), await begin(self.ledger, rest, place), place, by.id)

    async def press(self, press: Press) -> Handled:
        """The handler of `blame`: the next card, or where the mistake came in, follows as a message of its own."""
        name, _, tap = press.offered.button.value.partition(" ")
        asked = await inquiries.named(self.ledger, name)
        if asked is None or choice(tap, len(asked.card)) is None:
            return No(say("press", "unknown"))
        said = await self._next(asked, tap)
        message = press.offered.message
        key = f"blame:{_after(asked, tap)}"
        if not await self.ledger.message(key):  # else this press was cut short, and the message is in the outbox
            await self.outbox.post(Outbound(key, message.run, message.place, message.agent, said.text, said.buttons))
        return Done(say("blame", "tapped", name=press.envelope.sender.name, tap=press.offered.button.label))

    async def _next(self, asked: Inquired, tap: str) -> Answer:
        graph = await graphs.around(self.ledger, [asked.answer], down=False)
        begun = inquire(whys.as_seen_in(asked.place, graph), asked.answer)
        before = replace(begun, wrong=asked.wrong, right=asked.right, taps=asked.taps)
        return await self._shown(_after(asked, tap), tapped(before, asked.card, tap), asked.place, asked.sender)

    async def _shown(self, name: str, inquiry: Inquiry, place: Place, sender: str) -> Answer:
        """The card of `inquiry`, kept under `name`; or its verdict."""
        card = inquiry.card()
        asked = Inquired(name, place, sender, inquiry.answer, inquiry.wrong, inquiry.right, inquiry.taps, card)
        await inquiries.keep(self.ledger, asked, self.clock())
        if not card:
            return Answer("\n".join(verdict_lines(inquiry, inquiry.verdict())))
        taps = [str(n) for n in range(1, len(card) + 1)]
        buttons = [Button(self.new_id(), tap, BLAME, f"{name} {tap}", presser=sender) for tap in (*taps, NONE[0])]
        return Answer("\n".join([*card_lines(inquiry), "", say("blame", "how")]), tuple(buttons))


def _after(asked: Inquired, tap: str) -> str:
    """The name of the card that follows: the same tap on the same card leads to the same one."""
    return f"{asked.id}.{choice(tap, len(asked.card))}"
