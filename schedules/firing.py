"""What becomes of a reminder that is due: which times are said now, and when it is due again. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nova_bot.core.reminder import Firing, IfMissed, Reminder, State
from schedules.series import following

LATE = timedelta(seconds=60)
"""What is said later than this says that it is late."""

MOST_MISSED = 1_000
MOST_AT_ONCE = 20
"""Of the times that are all to be made up for; earlier ones are only counted."""

NAGS = 10
"""How often one time is said again before Nova gives up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The firings to be made now; then the reminder is due again at `due`, or is over."""

    said: tuple[Firing, ...]
    skipped: tuple[Firing, ...]
    due: datetime | None
    state: State
    nagged: int = 0


def plan(reminder: Reminder, now: datetime) -> Plan:
    """What to do about a pending reminder whose time has come."""
    assert reminder.due is not None
    passed = [reminder.due, *_passed(reminder, now)]
    due, nagged = _next(reminder, passed[-1], now)
    fired = tuple(Firing(reminder.id, one, now) for one in passed)
    late = now - passed[-1] > LATE
    said: tuple[Firing, ...]
    match reminder.if_missed:
        case IfMissed.ALL:
            said = fired[-MOST_AT_ONCE:]
            said = (replace(said[0], missed=len(fired) - len(said)), *said[1:])
        case IfMissed.SKIP:
            said = () if late else fired[-1:]
        case _:
            said = (replace(fired[-1], missed=len(fired) - 1),)
    skipped = () if said else (replace(fired[-1], missed=len(fired) - 1),)
    return Plan(said, skipped, due, State.PENDING if due else State.DONE, nagged)


def _passed(reminder: Reminder, now: datetime) -> Iterator[datetime]:
    """The times after the due one that have passed too."""
    assert reminder.due is not None
    after = reminder.due
    for _ in range(MOST_MISSED if reminder.repeats else 0):
        one = following(reminder.series, after)
        if one is None or one > now:
            return
        yield one
        after = one


def _next(reminder: Reminder, last: datetime, now: datetime) -> tuple[datetime | None, int]:
    """When it is due again, and how often this time will then have been said again."""
    regular = following(reminder.series, max(last, now)) if reminder.repeats else None
    if not reminder.nag or reminder.nagged >= NAGS:
        return regular, 0
    again = now + reminder.nag
    return (again, reminder.nagged + 1) if regular is None or again < regular else (regular, 0)
