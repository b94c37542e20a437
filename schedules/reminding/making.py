"""From a request that was understood to a reminder, or to the reason why there is none."""

import re
from dataclasses import replace
from datetime import timedelta

from nova_bot.core.envelope import Place, Sender, Standing
from nova_bot.core.labels import Label, of_standing
from nova_bot.core.people import May, People, Person
from nova_bot.core.reminder import IfMissed, Reminder, Series
from nova_bot.core.run import Run
from schedules.reminding.wording import say
from schedules.series import counts_hours, following, too_often
from schedules.when import When

MOST_WAITING = 200
"""Reminders that one person who is not the owner may have waiting."""

MYSELF = ("me", "us")
_CHANNEL = re.compile(r"<#(?P<id>[A-Za-z0-9]+)(?:\|[^>]*)?>")


def refused(run: Run, person: Person, when: When, waiting: int) -> str:
    """Why this person may not have this reminder, in a sentence; "" when he may."""
    standing, lang = run.envelope.sender.standing, when.lang
    if too_often(series_of(when), run.envelope.at):
        return say(lang, "too_often")
    if standing is Standing.OWNER:
        return say(lang, "no_channel", place=channel(when)) if channel(when) and not place(run, when) else ""
    if standing is not Standing.MEMBER and May.REMIND not in person.may:
        return say(lang, "no_right")
    if when.who not in MYSELF and standing is not Standing.MEMBER:
        return say(lang, "no_right_others")
    if channel(when) and place(run, when) != run.envelope.place.room:
        return say(lang, "other_place", place=channel(when))
    if waiting >= MOST_WAITING:
        return say(lang, "too_many", count=waiting, limit=MOST_WAITING)
    return ""


def channel(when: When) -> str:
    """The channel that a request names, as it is written there; "" for here."""
    named = when.where or (when.who if when.who and "#" in when.who[:2] else "")
    return named or ""


def place(run: Run, when: When) -> Place | None:
    """Where it is to be said: in this thread, or in the channel that is named. None if nobody can tell which it is."""
    here = run.envelope.place
    if not channel(when):
        return here
    found = _CHANNEL.fullmatch(channel(when))
    name = found["id"] if found else channel(when).lstrip("#")
    if name == here.channel:
        return here.room
    return here.room._replace(channel=name) if found else None


def reminder(
    run: Run, when: When, *, agent: str = "", nag_minutes: int = 0, missed: IfMissed | None = None
) -> Reminder | None:
    """The reminder that a request means; None when it has no time that is still to come.

    Its words belong to the people of the place where it will be said: only the owner can send them to another one.
    """
    assert when.due is not None
    envelope, where = run.envelope, place(run, when)
    assert where is not None
    label = Label(of_standing(envelope.sender.standing), f"turn:{run.name}", frozenset({where.room}), as_of=envelope.at)
    series = series_of(when)
    due = following(series, envelope.at) if series.rule else when.due
    if due is None:
        return None
    addressed = when.who if when.who and when.who not in MYSELF else "me"
    return Reminder(
        key=run.name,
        person=envelope.sender,
        place=where,
        what=when.what,
        series=series,
        due=due,
        label=label,
        made=envelope.at,
        lang=when.lang,
        who="me" if channel(when) else addressed,
        agent=agent,
        if_missed=missed or IfMissed.ONCE,
        nag=timedelta(minutes=nag_minutes),
    )


def series_of(when: When) -> Series:
    """The times a request means."""
    assert when.due is not None
    start = when.dtstart or when.due
    rule = when.rrule or ""
    elapsed = counts_hours(rule) if rule else when.elapsed
    wall = start.astimezone(when.due.tzinfo).replace(tzinfo=None)
    return Series(wall, when.tz, rule, when.excepted, elapsed)


_RANKS = (Standing.MACHINE, Standing.GUEST, Standing.MEMBER, Standing.OWNER)


def acting(people: People, one: Reminder) -> Sender | None:
    """As whom a reminder wakes its agent: its person, with no more than he is today and was when he set it.

    None when he may not ask agents any more.
    """
    today = people.of(one.person.person)
    standing = min(today.standing, one.person.standing, key=_RANKS.index)
    may = today.standing is Standing.OWNER or May.ASK in today.may
    return replace(one.person, standing=standing) if may else None
