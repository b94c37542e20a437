"""The new time that an order gives a reminder: what it leaves unsaid stays as it was. Pure."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nova_bot.core.reminder import Reminder, State
from schedules.recurrence import resolve
from schedules.reminding.orders import Act, Order
from schedules.reminding.words import either, gap, table
from schedules.when import When, parse

LENGTH = frozenset({"duration"})
WEEK = timedelta(days=7)
NOT_LATER = "It is due later than that. To when shall I put it off?"


def new_time(given: Order, one: Reminder, now: datetime) -> When | None:
    """The time that an order names for this reminder; of kind "ask" where it can't be. None: it names none.

    An hour alone is of the reminder's day, and a length is counted from the time it has, as long as that is ahead.
    """
    on = ahead(given, one, now)
    if on is not None and (shifted := _shifted(given, on, one.series.tz)):
        return shifted
    wall = on.astimezone(ZoneInfo(one.series.tz)).replace(tzinfo=None) if on else None
    when = time_of(given, now, one.series.tz, wall)
    if when is None or when.due is None or on is None or not given.later or when.rrule or when.due > on:
        return when
    after = time_of(given, on, one.series.tz, wall)  # "postpone it until Monday" is the Monday after the one it is due
    near = after is not None and after.due is not None and on < after.due <= on + WEEK
    return after if near else replace(when, kind="ask", action="ask", ask=NOT_LATER)


def ahead(given: Order, one: Reminder, now: datetime) -> datetime | None:
    """The time that is to change. None where none is ahead: one that was just said is put off from now on."""
    waits = one.state is State.PENDING and not (one.repeats and given.act is Act.SNOOZE)
    return one.due if waits and one.due and one.due > now else None


def time_of(given: Order, now: datetime, tz: str, on: datetime | None = None) -> When | None:
    """The time in an order, by the first form that the grammar can read; else its question about one."""
    asked = None
    for phrase in _forms(given):
        when = parse(phrase, now, tz, given.lang, on=on)
        if when.what or when.kind == "none":
            continue
        if when.kind != "ask" and when.due is not None:
            return when
        asked = asked or (when if when.spans else None)
    return asked


def _forms(given: Order) -> list[str]:
    """The phrases by which the grammar may read a time: as it stands, and as an hour or a length.

    "Snooze 10" means minutes, "move it to 10" and "snooze until 10" the hour.
    """
    words = table(given.lang)
    rest = given.rest
    lead = re.match(rf"(?:{either(words['lead'])}){gap(given.lang)}", rest, re.IGNORECASE)
    bare = rest[lead.end() :] if lead else rest
    hour, length = words["hour"].format(bare), words["in"].format(bare)
    pointed = given.act is Act.MOVE or (lead is not None and lead.group().strip().casefold() not in words["lasting"])
    if _NUMBER.fullmatch(bare):
        return [hour] if pointed else [length]
    return [*dict.fromkeys((rest, bare, length, table("en")["in"].format(bare), hour))]


_NUMBER = re.compile(r"\d{1,2}")


def _shifted(given: Order, on: datetime, tz: str) -> When | None:
    """ "By an hour", "2 days later", "20 minutes earlier": a length from the time it has."""
    words, flags = table(given.lang), re.IGNORECASE
    bare = re.sub(rf"^(?:{either(words['by'])}){gap(given.lang)}", "", given.rest, flags=flags)
    sooner, later = (re.fullmatch(rf"(.+?)\s*(?:{either(words[way])})", bare, flags) for way in ("earlier", "later"))
    length = (sooner or later or [bare, bare])[1]
    leads = bare == given.rest and re.match(rf"(?:{either(words['lead'])}){gap(given.lang)}", length, flags)
    if leads or _NUMBER.fullmatch(length):
        return None
    when = parse(words["in"].format(length), on, tz, given.lang)
    if when.named != LENGTH or when.due is None or when.what:
        return None
    due = _before(on, when, tz) if sooner or given.sooner else when.due
    return replace(when, value=due, due=due, named=_changed(on, due, tz))


def _changed(on: datetime, due: datetime, tz: str) -> frozenset[str]:
    """Which parts of a wall time differ."""
    old, new = (moment.astimezone(ZoneInfo(tz)) for moment in (on, due))
    parts = {"date": old.date() != new.date(), "time": old.time() != new.time()}
    return frozenset(name for name, differs in parts.items() if differs)


def _before(on: datetime, when: When, tz: str) -> datetime:
    """As long before a moment as `when` lies after it: hours are elapsed time, days keep the wall clock."""
    assert when.due is not None
    if when.elapsed:
        return on - (when.due - on)
    zone = ZoneInfo(tz)
    wall, later = (moment.astimezone(zone).replace(tzinfo=None) for moment in (on, when.due))
    return resolve(wall - (later - wall), zone).astimezone(zone)
