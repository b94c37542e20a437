"""What a person names: a claim `c7.2`, a step `r7.2`, a run `r7`, a reply by its platform's id, or nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nova_bot.core.claims import ClaimId
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.envelope import Place
from nova_bot.core.errors import BadReference, NoSuchClaim, NoSuchRun
from nova_bot.core.run import Run
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.ledger import corrections, overview
from nova_bot.ledger.reads import Reads
from nova_bot.provenance.correct import live

RECENT = 50
"""Among so many latest runs one is looked for that said anything; a redone one may have failed before it did."""

_RUN = re.compile(r"r?(\d{1,18})(?:\.(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A run and the claim that is meant: for a run, the last thing it said, as it stands today.

    `was` is what stood there before a correction; a claim that was named itself has in `now` what stands for it today.
    """

    run: Run
    claim: ClaimId
    was: ClaimId | None = None
    now: ClaimId | None = None

    @property
    def corrected(self) -> str:
        """What there is to say about corrections, "" for nothing."""
        if self.was:
            return say("why", "was", was=self.was, now=self.claim)
        return say("why", "now", claim=self.claim, now=self.now) if self.now else ""


async def resolve(ledger: Reads, text: str, place: Place | None = None) -> Reference:
    """What `text` names; for "" the latest run that said anything. With a `place`, only its room counts.

    Raises NoSuchRun, NoSuchClaim or BadReference.
    """
    text = text.strip()
    claim = _claim(text)
    found = _RUN.fullmatch(text)
    run = await ledger.run(claim.run if claim else await _number(ledger, text, place))
    if place is not None and run.envelope.place.room != place.room:
        raise NoSuchRun(name=run.name)  # others may read along here
    if claim:
        if claim not in {each.id for each in run.claims}:
            raise NoSuchClaim(name=claim)
        now = _today(await corrections.replaced(ledger, [run.id]), claim)
        return Reference(run, claim, now=now if now != claim else None)
    step = int(found[2]) if found and found[2] else None
    made = [each.id for each in run.claims if step in (None, each.step)]
    if not made:
        raise NoSuchRun(name=text)  # no such step: a run has the claim of its request at least
    gone = await corrections.replaced(ledger, [run.id])
    now = _today(gone, made[-1])
    if now is None:
        return Reference(run, made[-1])
    only_again = made[-1] not in gone or gone[made[-1]].cause is Cause.SAME
    return Reference(run, now, was=None if only_again else made[-1])


def _today(gone: Mapping[ClaimId, Replaced], claim: ClaimId) -> ClaimId | None:
    """What stands for `claim` now: itself unless it was replaced, None where nothing does."""
    return live(claim, {was: one.now for was, one in gone.items()})


def _claim(text: str) -> ClaimId | None:
    try:
        return ClaimId.parse(text)
    except ValueError:
        return None


async def _number(ledger: Reads, text: str, place: Place | None) -> int:
    """The run that `text` names. Raises NoSuchRun, or BadReference for what is no name of anything."""
    if not text:
        for line in await overview.latest_runs(ledger, RECENT, place):
            if (await ledger.run(line.id)).claims:
                return line.id
        raise NoSuchRun(name="yet")
    found = _RUN.fullmatch(text)
    if found:
        return int(found[1])
    sent = await ledger.run_of_reply(text)
    if sent is None:
        raise BadReference(text=clip(text, 40))
    return sent
