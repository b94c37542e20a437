"""Resumes: how often what an earlier process left was gone on with, since it last got any further."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.sqlite import insert

from nova_bot.core.run import reached
from nova_bot.ledger.reads import Accepted
from nova_bot.ledger.store import Ledger
from nova_bot.ledger.tables import resume
from nova_bot.ledger.writer import Write

_NEW = insert(resume)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["envelope"],
    set_={
        "times": _NEW.excluded.times,
        "reached": _NEW.excluded.reached,
        "life": _NEW.excluded.life,
        "since": _NEW.excluded.since,
    },
)
_FORGIVE = update(resume).where(resume.c.envelope == bindparam("b_envelope")).values(times=0)


async def keep(ledger: Ledger, left: Accepted, now: datetime) -> None:
    """It is gone on with once more. On the disk before anything of it is done."""
    since = left.since or now
    row = {"envelope": left.number, "times": left.resumed + 1, "reached": reached(left.run)}
    await ledger.put(Write(_KEEP, [{**row, "life": left.life, "since": since}]))


async def forgive(ledger: Ledger, numbers: Collection[int]) -> None:
    """These envelopes did not end the process: it was told to stop."""
    await ledger.put(Write(_FORGIVE, [{"b_envelope": number} for number in numbers]))
