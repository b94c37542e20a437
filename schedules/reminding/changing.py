"""What an order makes of a reminder. Pure: the changed reminder and what is said about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nova_bot.core.reminder import IfMissed, Reminder, Series, State
from schedules.recurrence import resolve
from schedules.reminding import cards
from schedules.reminding.orders import Act
from schedules.reminding.wording import assumed, moment, say
from schedules.series import counts_hours, following, joined, parts_of
from schedules.when import When

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY_OR_LONGER = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


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


def moved(one: Reminder, when: When, now: datetime, *, every: bool = False) -> Changed:
    """At another time, which keeps what it doesn't name: the hour of the old one, or the day on which it begins.

    Another recurrence takes the place of the old one. Otherwise only the next time is moved; with `every` the
    recurrence as a whole is, if it can be.
    """
    due = when.due
    assert due is not None
    due = _same_hour(one, due, now) if when.kind == "date" else due
    series = _recurring(one, when) if when.rrule else every_one(one, when) if every else None
    if series is not None:
        due = following(series, now) or due
    else:
        once = replace(one.series, start=_wall(due, one.series.tz), elapsed=when.elapsed)
        series = one.series if one.repeats else once
    after = replace(one, series=series, due=due, state=State.PENDING, nagged=0)
    lines = [say(one.lang, "moved", id=one.id, when=cards.when(after))]
    if after.repeats:
        lines.append(cards.further(after))
    if noted := assumed(one.lang, when.assumptions):
        lines.append(say(one.lang, "assumed", assumed=noted))
    return Changed(after, "\n".join(lines))


def every_one(one: Reminder, when: When) -> Series | None:
    """The recurrence with another hour, or another day of the week. None where that can't be said of all its times."""
    rule = parts_of(one.series.rule)
    if not one.repeats or when.rrule or when.due is None or one.series.elapsed or "," in rule.get("BYHOUR", ""):
        return None
    to, start = _wall(when.due, one.series.tz), one.series.start
    if "date" in when.named:
        if rule["FREQ"] != "WEEKLY" or "," in rule.get("BYDAY", ""):
            return None
        start += timedelta(days=to.weekday() - start.weekday())
        rule["BYDAY"] = DAYS[to.weekday()]
    elif rule["FREQ"] not in DAILY_OR_LONGER or "time" not in when.named:
        return None
    if "time" in when.named:
        start = datetime.combine(start.date(), to.time())
        rule |= {"BYHOUR": str(to.hour), "BYMINUTE": str(to.minute)}
    moved = replace(one.series, start=start, rule=joined(rule))
    return None if moved == one.series else moved


def _recurring(one: Reminder, when: When) -> Series:
    """The recurrence that takes the place of the old times, at their hour and from their day on if it names none."""
    assert when.due is not None
    assert when.rrule
    old, start = one.series, (when.dtstart or when.due).replace(tzinfo=None)
    rule, elapsed = parts_of(when.rrule), counts_hours(when.rrule)
    if "time" not in when.named and rule["FREQ"] in DAILY_OR_LONGER:
        hours = {name: value for name, value in parts_of(old.rule).items() if name in ("BYHOUR", "BYMINUTE")}
        start = datetime.combine(start.date(), old.start.time())
        rule |= hours or {"BYHOUR": str(start.hour), "BYMINUTE": str(start.minute)}
    if "date" not in when.named and not elapsed:
        start = datetime.combine(_wall(one.due, old.tz) if one.due else old.start, start.time())
    return replace(old, start=start, tz=when.tz, rule=joined(rule), excepted=when.excepted, elapsed=elapsed)


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
