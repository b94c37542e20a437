"""The cards: what is said when a reminder is made, listed, or due. Pure."""

from nova_bot.core.envelope import Place
from nova_bot.core.outcome import Say
from nova_bot.core.reminder import Firing, IfMissed, Reminder, State
from nova_bot.engine.skills import Card, Offer
from schedules.firing import LATE
from schedules.reminding.wording import assumed, moment, say
from schedules.series import following

ACT = "reminder"
"""The act of these buttons; their values begin with a verb and the reminder's number."""

EDIT, NOT_THIS, PICK, IF_MISSED = "edit", "not-this", "pick", "if-missed"

SHOWN = 2
"""How many further times of a recurrence a card shows."""


def made(reminder: Reminder, assumptions: tuple[str, ...], here: Place, agent: str | None = None) -> Card:
    """The echo: exact times, zone, what was assumed, and how to change it.

    `agent` would have been given the request without us; None where an agent asked for this.
    """
    lang, number = reminder.lang, reminder.id
    lines = [say(lang, "made", id=number, what=what(reminder), when=when(reminder))]
    if not reminder.for_self:
        lines.append(say(lang, "for_whom", who=reminder.who))
    if reminder.repeats:
        lines.append(further(reminder))
    if reminder.agent:
        lines.append(say(lang, "wakes", agent=reminder.agent, what=reminder.what))
    if reminder.nag:
        lines.append(say(lang, "nags", minutes=round(reminder.nag.total_seconds() / 60)))
    if reminder.if_missed is not IfMissed.ONCE:
        lines.append(say(lang, f"missed_{reminder.if_missed}"))
    if reminder.place.room != here.room:
        lines.append(say(lang, "elsewhere", place=reminder.place.channel))
    if noted := assumed(lang, assumptions):
        lines.append(say(lang, "assumed", assumed=noted))
    lines.append(hint(reminder))
    other = (Offer(say(lang, "not_this"), ACT, f"{NOT_THIS} {number} {agent}"),) if agent is not None else ()
    offers = (
        Offer(say(lang, "edit"), ACT, f"{EDIT} {number}"),
        *other,
        Offer(say(lang, "cancel"), ACT, f"cancel {number}", "danger"),
    )
    return Card(Say("\n".join(lines)), offers, reminder.person.id)


def due(reminder: Reminder, firing: Firing) -> Card:
    """What is said when it is due, with what can be done about it."""
    lang, number = reminder.lang, reminder.id
    offers = (
        Offer(say(lang, "done_button"), ACT, f"done {number}", "primary"),
        Offer(say(lang, "minutes_20"), ACT, f"snooze {number} 20m"),
        Offer(say(lang, "hour_1"), ACT, f"snooze {number} 1h"),
        Offer(say(lang, "tomorrow_9"), ACT, f"snooze {number} tomorrow 9:00"),
        Offer(say(lang, "pick"), ACT, f"{PICK} {number}"),
    )
    presser = reminder.person.id if reminder.for_self else ""
    return Card(Say(fired(reminder, firing)), (*offers, *_policies(reminder, firing)), presser, label=reminder.label)


def hint(reminder: Reminder) -> str:
    """How to change it; said as long as it has buttons."""
    return say(reminder.lang, "hint", id=reminder.id)


def _policies(reminder: Reminder, firing: Firing) -> tuple[Offer, ...]:
    """What else could become of times that are missed, under a card that says that some were."""
    if not (reminder.repeats and (firing.missed or _late(firing))):
        return ()
    others = (policy for policy in IfMissed if policy is not reminder.if_missed)
    return tuple(Offer(say(reminder.lang, f"button_{one}"), ACT, f"{IF_MISSED} {reminder.id} {one}") for one in others)


def _late(firing: Firing) -> bool:
    return firing.at - firing.due > LATE


def what(reminder: Reminder, lang: str = "") -> str:
    """Its text, or that it has none; in the reminder's own language unless another is given."""
    return reminder.what or say(lang or reminder.lang, "nothing_named")


def when(reminder: Reminder, lang: str = "") -> str:
    """When it is due next, or that it is paused; in the reminder's own language unless another is given."""
    lang = lang or reminder.lang
    if reminder.state is State.PAUSED or reminder.due is None:
        return say(lang, "paused")
    return moment(lang, reminder.due, reminder.series.tz)


def _addressed(reminder: Reminder, lang: str) -> str:
    return what(reminder, lang) if reminder.for_self else f"{reminder.who}: {what(reminder, lang)}"


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
    if reminder.for_self:
        lines = [say(lang, "fired", what=what(reminder))]
    else:
        lines = [say(lang, "fired_for", who=reminder.who, what=what(reminder), name=reminder.person.name)]
    if _late(firing):
        lines.append(say(lang, "late", when=moment(lang, firing.due, tz)))
    if firing.missed:
        wished = reminder.if_missed is IfMissed.SKIP
        lines.append(say(lang, "left_out" if wished else "missed", count=firing.missed))
    if reminder.due and reminder.state is State.PENDING:
        lines.append(say(lang, "next", id=reminder.id, when=when(reminder)))
    return "\n".join(lines)


def listed(reminders: list[Reminder], lang: str) -> str:
    """A person's reminders, one a line."""
    if not reminders:
        return say(lang, "none")
    lines = [say(lang, "line", id=one.id, when=when(one, lang), what=_addressed(one, lang)) for one in reminders]
    return "\n".join([say(lang, "listed"), *lines])
