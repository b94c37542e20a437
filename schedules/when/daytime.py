"""Which hour is meant: am or pm, the parts of the day, a person's own hours."""

from __future__ import annotations

from dataclasses import replace

from schedules.when.meaning import Clock, Frame, Trouble
from schedules.when.speaking import Now

PM_PARTS = {"afternoon": range(1, 12), "evening": range(3, 12), "night": range(5, 12)}


def habitual(part: str, now: Now) -> Clock:
    """The person's own hour of a part of the day."""
    hour = now.habits.hour_of(part) if part else now.habits.day
    return Clock(hour.hour, hour.minute)


def readings(frame: Frame, now: Now) -> list[Clock] | Trouble:
    """The 24-hour clock times a frame without a day can mean."""
    clock = frame.clock
    if clock is None:
        return [habitual(frame.part, now)]
    if frame.part:
        settled = in_part(clock, frame.part)
        return settled if isinstance(settled, Trouble) else [settled]
    if clock.open:
        other = replace(clock, hour=(clock.hour + 12) % 24)
        return [clock, other]
    return [clock]


def settled(frame: Frame, now: Now) -> tuple[Clock | None, tuple[str, ...]] | Trouble:
    """The clock time on a named day, with what was assumed."""
    clock = frame.clock
    if clock is None:
        return (habitual(frame.part, now) if frame.part else None), ()
    if frame.part:
        found = in_part(clock, frame.part)
        return found if isinstance(found, Trouble) else (found, ())
    if clock.open and 1 <= clock.hour <= 6:
        later = replace(clock, hour=clock.hour + 12, open=False)
        return later, (f"{clock.hour}:{clock.minute:02} is taken as {later.hour}:{later.minute:02}.",)
    return clock, ()


def in_part(clock: Clock, part: str) -> Clock | Trouble:
    """A clock time settled by "in the evening" and the like."""
    if part == "end":
        return clock
    if not clock.open:
        return closed_in_part(clock, part)
    if part in ("morning", "dawn"):
        return replace(clock, hour=clock.hour % 12, open=False)
    if part == "noon":
        return replace(clock, hour=clock.hour if clock.hour > 10 else clock.hour + 12, open=False)
    if clock.hour == 12:
        return replace(clock, open=False) if part == "afternoon" and clock.minute else ask_hour(clock)
    if clock.hour not in PM_PARTS[part]:
        return ask_hour(clock)
    return replace(clock, hour=clock.hour + 12, open=False)


def closed_in_part(clock: Clock, part: str) -> Clock | Trouble:
    """ "19h in the evening" is settled; "7h in the evening" is 19:00, "7am in the evening" nothing at all."""
    late = part in PM_PARTS and clock.hour in PM_PARTS[part]
    if clock.told and (late or (part in ("morning", "dawn") and clock.hour >= 12)):
        return Trouble("The hour and the part of the day do not agree. Which one do you mean?")
    return replace(clock, hour=clock.hour + 12) if late else clock


def ask_hour(clock: Clock) -> Trouble:
    """Ask which half of the day is meant."""
    first, second = (f"{hour:02}:{clock.minute:02}" for hour in (clock.hour % 12, clock.hour % 12 + 12))
    return Trouble(f"Do you mean {first} or {second}?", (first, second))
