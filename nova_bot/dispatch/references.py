"""What a person names: a claim `c7.2`, a step `r7.2`, a run `r7`, a reply by its platform's id, or nothing."""

import re
from dataclasses import dataclass

from nova_bot.core.claims import ClaimId
from nova_bot.core.envelope import Place
from nova_bot.core.errors import NoSuchClaim, NoSuchRun
from nova_bot.core.run import Run
from nova_bot.core.text import clip
from nova_bot.ledger.reads import Reads

RECENT = 50
"""Among so many latest runs one is looked for that said anything; a redone one may have failed before it did."""

_RUN = re.compile(r"r?(\d{1,18})(?:\.(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A run and the claim of it that is meant: for a run, the last thing it said."""

    run: Run
    claim: ClaimId


async def resolve(ledger: Reads, text: str, place: Place | None = None) -> Reference:
    """What `text` names; for "" the latest run that said anything. With a `place`, only its room counts.

    Raises NoSuchRun or NoSuchClaim.
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
        return Reference(run, claim)
    step = int(found[2]) if found and found[2] else None
    made = [each.id for each in run.claims if step in (None, each.step)]
    if not made:
        raise NoSuchRun(name=text)  # no such step: a run has the claim of its request at least
    return Reference(run, made[-1])


def _claim(text: str) -> ClaimId | None:
    try:
        return ClaimId.parse(text)
    except ValueError:
        return None


async def _number(ledger: Reads, text: str, place: Place | None) -> int:
    """The run that `text` names. Raises NoSuchRun."""
    if not text:
        for line in await ledger.latest_runs(RECENT, place):
            if (await ledger.run(line.id)).claims:
                return line.id
        raise NoSuchRun(name="yet")
    found = _RUN.fullmatch(text)
    if found:
        return int(found[1])
    sent = await ledger.run_of_reply(text)
    if sent is None:
        raise NoSuchRun(name=clip(text, 40))
    return sent
