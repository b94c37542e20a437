"""The one way in: a text, a moment and a zone become an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.when.chosen import EVENT, TWO_TIMES, bound_to_event, chosen_phrases, unclear
from schedules.when.daytime import ask_hour
from schedules.when.detect import detect
from schedules.when.join import hourly, of_days
from schedules.when.leftover import UNREAD, always
from schedules.when.lexicon import lexicon_of
from schedules.when.meaning import NO_TIME, Clock, Every, Frame, Trouble
from schedules.when.model import Habits, When
from schedules.when.reading import Text, read
from schedules.when.repeat import HOW_OFTEN, Repeat, repeat
from schedules.when.request import Request, merged, request, task
from schedules.when.resolve import NEVER, Found, moved, resolve
from schedules.when.scan import Chunk, chunks, phrase
from schedules.when.speaking import Now

NO_ZONE = Trouble("I do not know your time zone. Which city's time do you use?")
NEEDS_TIME = ("create", "snooze", "edit")


def answer(
    text: str,
    now: datetime,
    tz: str,
    lang: str | None,
    habits: Habits,
    *,
    requests: bool = False,
    on: datetime | None = None,
) -> When:
    """Read a reminder request or a time phrase, said at `now` (aware) by a person in the zone `tz`."""
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone.")
    lang = lang or detect(text)
    empty = When("none", lang=lang, tz=tz)
    try:
        moment = Now(now.astimezone(UTC), ZoneInfo(tz), habits)
    except (KeyError, ValueError, OSError):
        return questioned(empty, NO_ZONE)
    reading = read(text, lexicon_of(lang))
    asked = request(reading)
    if asked.explicit:
        reading.forget("adjective", "ADVERB")
    if requests and not asked.explicit and (not reading.tokens or phrase(reading, 0, asked.taken) is None):
        return empty
    try:
        return understood(reading, asked, chunks(reading, asked.taken), replace(moment, on=on), empty)
    except OverflowError:  # a time beyond the years that a calendar has
        return questioned(empty, NEVER)


def understood(text: Text, asked: Request, found: list[Chunk], now: Now, empty: When) -> When:
    """Choose the phrase that says when, and answer with it."""
    found = [chunk for chunk in found if not asked.taken & set(range(chunk.start, chunk.end))]
    chosen = chosen_phrases(text, asked, found)
    if isinstance(chosen, Trouble):
        return questioned(filled(empty, text, asked, unclear(text, asked, found)), chosen)
    base = filled(empty, text, asked, chosen)
    if not chosen:
        return without_time(base, text, asked)
    frame = merged(chosen)
    if frame is None:
        return questioned(base, TWO_TIMES)
    if frame.every is None and frame.excepted:
        return questioned(base, UNREAD)
    if frame.every is None and always(text, chosen):
        return questioned(base, HOW_OFTEN)
    return answered(base, woken(frame) if asked.waking else frame, now, asked)


def woken(frame: Frame) -> Frame:
    """ "Wake me at 6" is said of the morning."""
    clock = frame.clock
    told = frame.part or frame.zone or (frame.every and frame.every.part)
    return frame.having(part="morning") if clock and clock.open and clock.hour < 12 and not told else frame


def without_time(base: When, text: Text, asked: Request) -> When:
    """No time at all: a question if something was to be done at one."""
    if asked.action not in NEEDS_TIME:
        return replace(base, action=asked.action or "none")
    event = bound_to_event(text, asked, [])
    return questioned(base, EVENT if event else UNREAD if any(text.strong) else NO_TIME)


def filled(empty: When, text: Text, asked: Request, chosen: list[Chunk]) -> When:
    """Who, where and what."""
    taken = asked.taken | {at for chunk in chosen for at in range(chunk.start, chunk.end)}
    spans = tuple((text.tokens[chunk.start].start, text.tokens[chunk.end - 1].end) for chunk in chosen)
    what = task(text, taken, asked)
    said = replace(empty, who=asked.who, where=asked.where, what=what, spans=spans)
    return replace(said, explicit=asked.explicit, signal=asked.signal)


def questioned(base: When, trouble: Trouble) -> When:
    """The answer that asks."""
    return replace(base, kind="ask", action="ask", ask=trouble.ask, alternatives=trouble.alternatives)


def answered(base: When, frame: Frame, now: Now, asked: Request) -> When:
    """The answer for one frame."""
    if frame.span and hourly(frame) and of_days(frame.span):
        frame = frame.having(every=Every("day"))  # "at 7pm for the next 5 days"
    base = replace(base, action=asked.action or "create", named=frame.named)
    if frame.every is not None:
        if early(frame, base.lang):
            return questioned(base, ask_hour(frame.clock or Clock(0)))
        recurrence = repeat(frame, now)
        return questioned(base, recurrence) if isinstance(recurrence, Trouble) else recurring(base, recurrence, now)
    found = moved(frame, now) if now.on and frame.named == {"time"} else resolve(frame, now)
    if isinstance(found, Trouble):
        past = questioned(base, found)
        return replace(past, kind="date", value=found.read) if found.read and not asked.explicit else past
    if found.doubt and (asked.explicit or now.on):
        return questioned(base, Trouble(found.doubt, found.alternatives))
    return once(base, found, now)


def early(frame: Frame, lang: str) -> bool:
    """ "Every Monday at 4": nobody knows which half of the day, where people write the 24-hour clock."""
    clock = frame.clock
    asks = lexicon_of(lang).settings.get("early") == "ask"
    return asks and clock is not None and clock.open and clock.hour < 7 and not frame.part


def recurring(base: When, found: Repeat, now: Now) -> When:
    """A recurrence with its first moment."""
    start = now.at(found.start)
    return replace(
        base,
        kind="recurrence",
        value=found.rule,
        rrule=found.rule,
        due=start,
        dtstart=start,
        excepted=found.excepted,
        assumptions=found.assumptions,
    )


def once(base: When, found: Found, now: Now) -> When:
    """An instant, a range of hours, or a date with the hour the person's habits give it."""
    base = replace(base, assumptions=found.assumptions, alternatives=found.alternatives)
    if not isinstance(found.value, datetime):
        return replace(base, kind="date", value=found.value, due=on_habit(found.value, now))
    if found.upto:
        return replace(base, kind="interval", value=(found.value, found.upto), due=found.value)
    return replace(base, kind="instant", value=found.value, due=found.value, elapsed=found.elapsed)


def on_habit(day: date, now: Now) -> datetime:
    """The usual hour of a day; today, when it is over, the next full hour."""
    usual = now.at(datetime.combine(day, now.habits.day))
    if usual > now.utc or day != now.wall.date():
        return usual
    return now.at(datetime.combine(day, time(now.wall.hour)) + timedelta(hours=1))
