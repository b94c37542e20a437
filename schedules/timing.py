"""Timing: what the time grammar makes of a text, for whom it is enough to know whether it has two readings."""

import re
from datetime import date, datetime, time

from nova_bot.context.ambiguity import Timing
from schedules.when import parse

_DAY = re.compile(r"day (\d+) of month (\d+)")


def timing(text: str, now: datetime, tz: str) -> Timing:
    """The reading of `text`, said at `now` by a person in the zone `tz`."""
    when = parse(text, now, tz)
    either = tuple(_reading(one, now) for one in when.alternatives)
    return Timing(when.kind != "none", tuple(one for one in either if one is not None))


def _reading(alternative: str, now: datetime) -> date | time | None:
    if found := _DAY.fullmatch(alternative):
        return coming(int(found[1]), int(found[2]), now)
    for read in (date.fromisoformat, time.fromisoformat):
        try:
            return read(alternative)
        except ValueError:
            continue
    return None


def coming(day: int, month: int, now: datetime) -> date | None:
    """The next such day; None where there is none in that year."""
    try:
        return date(now.year + ((month, day) < (now.month, now.day)), month, day)
    except ValueError:
        return None
