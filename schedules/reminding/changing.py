"""What an order makes of a reminder. Pure: the changed reminder and what is said about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nova_bot.core.reminder import IfMissed, Reminder, State
from schedules.recurrence import resolve
from schedules.reminding import cards
from schedules.reminding.orders import Act
from schedules.reminding.wording import moment, say
from schedules.series import counts_hours, following
from schedules.when import When


@dataclass(frozen=True, slots=True)
class Changed:
    """The reminder as it is now, and the sentence about it."""

    reminder: Reminder
    said: str


def ended(one: Reminder, act: Act, now: datetime) -> Changed:
    """Cancelled; or done, which ends one that comes once and quiets one that repeats."""
    what = cards.what(one)
    if act is Act.CANCEL:
        return Changed(replace(one, state=State.CANCELLED), say(one.lang, "cancelled", id=one.id, what=what))
    if not one.repeats:
        return Changed(replace(one, state=State.DONE, due=None, nagged=0), say(one.lang, "done", what=what))
    said = say(one.lang, "done", what=what)
    if one.nagged:
        one = replace(one, nagged=0, due=following(one.series, now))
    return Changed(one, said)


def snoozed(one: Reminder, until: datetime) -> Changed:
    """Due again at `until`; a recurrence goes on after that."""
    after = replace(one, due=until, state=State.PENDING, nagged=0)
    return Changed(after, say(one.lang, "snoozed", id=one.id, when=moment(one.lang, until, one.series.tz)))


def moved(one: Reminder, when: When, now: datetime) -> Changed:
    """At another time; a day without an hour keeps the hour it had, another recurrence takes the place of its rule."""
    due = when.due
    assert due is not None
    if when.rrule:
        start = (when.dtstart or due).replace(tzinfo=None)
        series = replace(one.series, start=start, tz=when.tz, rule=when.rrule, excepted=when.excepted)
        series = replace(series, elapsed=counts_hours(when.rrule))
        due = following(series, now) or due
    else:
        due = _same_hour(one, due, now) if when.kind == "date" else due
        once = replace(one.series, start=_wall(due, one.series.tz), elapsed=when.elapsed)
        series = one.series if one.repeats else once
    after = replace(one, series=series, due=due, state=State.PENDING, nagged=0)
    return Changed(after, say(one.lang, "moved", id=one.id, when=cards.when(after)))


def skipped(one: Reminder) -> Changed:
    """Without its next time."""
    if not one.repeats or one.due is None:
        return Changed(one, say(one.lang, "not_repeating", id=one.id))
    left_out = moment(one.lang, one.due, one.series.tz)
    due = following(one.series, one.due)
    if due is None:
        return Changed(replace(one, due=None, state=State.DONE), say(one.lang, "over", id=one.id))
    after = replace(one, due=due, nagged=0)
    return Changed(after, say(one.lang, "skipped", id=one.id, left_out=left_out, when=cards.when(after)))


def if_missed(one: Reminder, policy: IfMissed) -> Changed:
    """With another policy for the times that pass while Nova is down."""
    said = say(one.lang, "missed_set", id=one.id, policy=say(one.lang, f"missed_{policy}"))
    return Changed(replace(one, if_missed=policy), said)


def paused(one: Reminder) -> Changed:
    """At rest until it is resumed."""
    return Changed(replace(one, state=State.PAUSED), say(one.lang, "paused_now", id=one.id))


def resumed(one: Reminder, now: datetime) -> Changed:
    """Going on; the times that passed meanwhile are left out."""
    due = one.due
    if due is None or due <= now:
        due = following(one.series, now)
    if due is None:
        return Changed(replace(one, due=None, state=State.DONE), say(one.lang, "over", id=one.id))
    after = replace(one, due=due, state=State.PENDING)
    return Changed(after, say(one.lang, "resumed", id=one.id, when=cards.when(after)))


def _wall(at: datetime, tz: str) -> datetime:
    return at.astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def _same_hour(one: Reminder, day: datetime, now: datetime) -> datetime:
    """That day at the reminder's own hour, if it is still to come."""
    wall = datetime.combine(day.astimezone(ZoneInfo(one.series.tz)).date(), one.series.start.time())
    at = resolve(wall, ZoneInfo(one.series.tz))
    return at if at > now else day
