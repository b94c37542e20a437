"""The cards: what is said when a reminder is made, listed, or due. Pure."""

from nova_bot.core.reminder import Firing, Reminder, State
from schedules.firing import LATE
from schedules.reminding.wording import moment, say
from schedules.series import following

SHOWN = 2
"""How many further times of a recurrence a card shows."""


def made(reminder: Reminder, assumed: tuple[str, ...]) -> str:
    """The echo: exact times, zone, what was assumed, and how to change it."""
    lines = [say(reminder.lang, "made", id=reminder.id, what=what(reminder), when=when(reminder))]
    if reminder.repeats:
        lines.append(further(reminder))
    if assumed:
        lines.append(say(reminder.lang, "assumed", assumed=" ".join(assumed)))
    return "\n".join([*lines, say(reminder.lang, "hint", id=reminder.id)])


def what(reminder: Reminder) -> str:
    """Its text, or that it has none."""
    return reminder.what or say(reminder.lang, "nothing_named")


def when(reminder: Reminder) -> str:
    """When it is due next, or that it is paused."""
    if reminder.state is State.PAUSED or reminder.due is None:
        return say(reminder.lang, "paused")
    return moment(reminder.lang, reminder.due, reminder.series.tz)


def further(reminder: Reminder) -> str:
    """The next few times after the coming one."""
    times, after = [], reminder.due
    for _ in range(SHOWN):
        after = following(reminder.series, after) if after else None
        if after:
            times.append(moment(reminder.lang, after, reminder.series.tz))
    return say(reminder.lang, "then", times="; ".join(times)) if times else say(reminder.lang, "last")


def fired(reminder: Reminder, firing: Firing) -> str:
    """What is said when it is due; a late one says so."""
    lang, tz = reminder.lang, reminder.series.tz
    lines = [say(lang, "fired", what=what(reminder))]
    if firing.at - firing.due > LATE:
        lines.append(say(lang, "late", when=moment(lang, firing.due, tz)))
    if firing.missed:
        lines.append(say(lang, "missed", count=firing.missed))
    if reminder.due and reminder.state is State.PENDING:
        lines.append(say(lang, "next", id=reminder.id, when=when(reminder)))
    return "\n".join(lines)


def listed(reminders: list[Reminder], lang: str) -> str:
    """A person's reminders, one a line."""
    if not reminders:
        return say(lang, "none")
    lines = [say(lang, "line", id=one.id, when=when(one), what=what(one)) for one in reminders]
    return "\n".join([say(lang, "listed"), *lines])
