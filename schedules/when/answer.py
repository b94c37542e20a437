"""The one way in: a text, a moment and a zone become an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from schedules.when.daytime import ask_hour
from schedules.when.detect import detect
from schedules.when.lexicon import lexicon_of
from schedules.when.meaning import NO_TIME, Clock, Frame, Trouble
from schedules.when.model import Habits, When
from schedules.when.reading import Text, read
from schedules.when.repeat import Repeat, repeat
from schedules.when.request import Request, heads, merged, request, tail, task
from schedules.when.resolve import Found, resolve
from schedules.when.scan import Chunk, chunks, phrase
from schedules.when.speaking import Now

TWO_TIMES = Trouble("I see more than one time in that. Which one do you mean?")
EVENT = Trouble("I can only remind at a time, not at an event. When should it be?")
UNREAD = Trouble("I could not read every time word in that. When exactly should it be?")
NO_ZONE = Trouble("I do not know your time zone. Which city's time do you use?")
LEADS = ("notafter", "after", "since", "negation", "repeating", "sametime", "or", "until")
BOUNDS = ("except", "until", "start", "between")
JOINING = ("and", "or", "on", "the", "ONE", "at")
REACH = 6  # tokens of an unread time before the word that leads to the task
NEEDS_TIME = ("create", "snooze", "edit")


def answer(
    text: str,
    now: datetime,
    tz: str,
    lang: str | None,
    habits: Habits,
    *,
    requests: bool = False,
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
    return understood(reading, asked, chunks(reading, asked.taken), moment, empty)


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
    return answered(base, woken(frame) if asked.waking else frame, now, asked)


def woken(frame: Frame) -> Frame:
    """ "Wake me at 6" is said of the morning."""
    clock = frame.clock
    told = frame.part or frame.zone or (frame.every and frame.every.part)
    return frame.having(part="morning") if clock and clock.open and clock.hour < 12 and not told else frame


def unclear(text: Text, asked: Request, found: list[Chunk]) -> list[Chunk]:
    """What of a question belongs to its time, so that the task is known when the time is: "at 10 or 11 to call Sam"."""
    leading = heads(text, asked, found) if asked.explicit else []
    if not leading:
        return []
    end = leading[-1].end
    task_begins = next((at for at in range(end, min(end + REACH, len(text.tokens))) if text.has(at, "taskword")), end)
    return [*leading, Chunk(Frame(), end, task_begins)] if task_begins > end else leading


def without_time(base: When, text: Text, asked: Request) -> When:
    """No time at all: a question if something was to be done at one."""
    if asked.action not in NEEDS_TIME:
        return replace(base, action=asked.action or "none")
    event = bound_to_event(text, asked, [])
    return questioned(base, EVENT if event else UNREAD if any(text.strong) else NO_TIME)


def bound_to_event(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Does the text begin, or the verb go on, with "when" or "if" and no time?"""
    places = {0, asked.verb_end} - {chunk.start for chunk in found} - {len(text.tokens), *asked.taken}
    return any(text.has(at, "event") or text.has(at, "condition") for at in places)


def chosen_phrases(text: Text, asked: Request, found: list[Chunk]) -> list[Chunk] | Trouble:
    """The time phrases that count; those inside the task belong to the task."""
    if not asked.explicit or not found:
        return found if not leftover(text, asked, found) else UNREAD if len(found) < 2 else TWO_TIMES
    leading = heads(text, asked, found)
    if bound_to_event(text, asked, found):
        return EVENT
    if leading:
        return disturbed(text, leading, found, asked) or divided(text, asked, leading, found) or leading
    last = tail(text, found, asked.taken)
    chosen = [last] if last else found
    if len(chosen) > 1 or listed(text, chosen, found):
        return TWO_TIMES
    if text.has(chosen[0].end, "event") and not timed(chosen[0]):
        return EVENT
    return UNREAD if beside(text, chosen[0], asked) or describes(text, chosen[0], last) else chosen


def describes(text: Text, chunk: Chunk, last: Chunk | None) -> bool:
    """Does this phrase only describe a thing: "the weekly sync", "the Friday report"?"""
    if chunk is last:
        return False
    every = chunk.frame.every
    if every and every.adverb and not (chunk.frame.clock or chunk.frame.part):
        return True
    noun = text.tokens[chunk.end].sort == "word" and not text.has(chunk.end, "taskword")
    return noun and chunk.frame.after is None and (text.has(chunk.start, "the") or text.led(chunk.start, "the"))


def listed(text: Text, chosen: list[Chunk], found: list[Chunk]) -> bool:
    """Do only small words join one of these phrases to one that is not among them: "at 9 and on Monday"?"""
    return any(
        one.end < other.start <= one.end + 3
        and all(any(text.has(at, kind) for kind in JOINING) for at in range(one.end, other.start))
        for one, other in pairwise(found)
        if (one in chosen) != (other in chosen)
    )


def divided(text: Text, asked: Request, leading: list[Chunk], found: list[Chunk]) -> Trouble | None:
    """ "Tomorrow ... at 3 pm": a day before the task and an hour inside it may belong together."""
    frame, rest = merged(leading), [chunk.frame for chunk in found if chunk not in leading]
    if frame is None or frame.after:
        return None
    if frame.every:
        return TWO_TIMES if bounded(text, found[-1], leading) else None
    if frame.clock or frame.part:
        last = rest[-1] if rest and tail(text, found, asked.taken) else None
        apart = last and last.days and not (last.clock or frame.days or frame.weekday or last.days.by)
        return TWO_TIMES if apart else None
    return TWO_TIMES if any(inner.clock and not (inner.days or inner.weekday) for inner in rest) else None


def bounded(text: Text, last: Chunk, leading: list[Chunk]) -> bool:
    """Does the task end with "until" and a time that may limit the recurrence before it?"""
    ahead = range(max(0, last.start - 2), last.start + 1)
    return last not in leading and any(text.has(at, kind) for at in ahead for kind in ("until", "except", "start"))


def disturbed(text: Text, leading: list[Chunk], found: list[Chunk], asked: Request) -> Trouble | None:
    """Time words right behind the phrases that they could not take in."""
    at = leading[-1].end
    if listed(text, leading, found):
        return TWO_TIMES
    if at >= len(text.tokens) or at in asked.taken:
        return None
    if hour_begins(text, at) or hour_begins(text, at + 1) or text.has(at, "between") or of_year(text, at):
        return UNREAD
    if text.has(at, "taskword"):
        return None
    if enumerated(text, at) or text.strong[at] or any(text.has(at, kind) for kind in BOUNDS):
        return UNREAD
    return EVENT if text.has(at, "event") and not any(map(timed, leading)) else None


def of_year(text: Text, at: int) -> bool:
    """ "Every Friday in 2027": a year that limits what comes before."""
    return text.has(at, "in") and at + 1 < len(text.tokens) and text.has(at + 1, "YEAR")


def timed(chunk: Chunk) -> bool:
    """Does this phrase say a moment, and not only a day?"""
    return chunk.frame.clock is not None or chunk.frame.after is not None


def enumerated(text: Text, at: int) -> bool:
    """Does the time go on here: "or 10", "and Friday", "after 8"?"""
    if at + 1 >= len(text.tokens):
        return False
    if opens(text, at) or (counts(text, at + 1) and (text.has(at, "after") or text.has(at, "before"))):
        return True
    goes_on = any(text.has(at, kind) for kind in ("and", "or", "comma", "dash"))
    return goes_on and (text.strong[at + 1] or counts(text, at + 1))


def beside(text: Text, chunk: Chunk, asked: Request) -> bool:
    """Is there an unread time word next to the phrase?"""
    near = [at for at in (chunk.start - 1, chunk.end) if 0 <= at < len(text.tokens) and at not in asked.taken]
    if any(text.strong[at] or text.has(at, "except") or text.has(at, "between") for at in near):
        return True
    if chunk.end < len(text.tokens) and hour_begins(text, chunk.end):
        return True
    led = chunk.start - 1
    counted = text.tokens[led].sort == "cjk" or chunk.frame.every is not None
    if led >= 0 and led not in asked.taken and counted and counts(text, led):
        return True
    return led >= 0 and led not in asked.taken and text.led(chunk.start, *LEADS)


def leftover(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Are there time words outside the phrases, or more than one phrase?"""
    if not found:
        return False
    inside = {at for chunk in found for at in range(chunk.start, chunk.end)} | asked.taken
    if len(found) > 1 or any(strong and at not in inside for at, strong in enumerate(text.strong)):
        return True
    if text.has(found[0].end, "event") and not timed(found[0]) and not text.has(found[0].end, "taskword"):
        return True
    starts = {chunk.start for chunk in found}
    return any(loose(text, at, inside, starts) for at in range(len(text.tokens) - 1))


def loose(text: Text, at: int, inside: set[int], starts: set[int]) -> bool:
    """Does a word stand here that changes the time beside it, or that opens a time nobody could read?"""
    if at in inside:
        return False
    if at + 1 in starts and leads_on(text, at):
        return True
    if at - 1 in inside and (bound(text, at) or limits(text, at)):
        return True
    return opens(text, at) and at + 1 not in inside


def limits(text: Text, at: int) -> bool:
    """Does a word stand here that would limit the phrase before it, or give it another hour?"""
    if text.has(at, "between") or of_year(text, at):
        return True
    if text.has(at, "taskword"):
        return False
    return text.has(at, "except") or text.has(at, "until") or (text.has(at, "or") and counts(text, at + 1))


def leads_on(text: Text, at: int) -> bool:
    """Does the token before a phrase belong to it: "except Friday", "2nd and 4th of May", "9 to 11 tomorrow"?"""
    if text.led(at + 1, "except", "between", *LEADS[:6]):
        return True
    if counts(text, at):
        ranged = at > 0 and (text.has(at - 1, "to") or text.has(at - 1, "dash"))
        return ranged or text.tokens[at].sort == "cjk"
    return at > 0 and (text.has(at, "and") or text.has(at, "or")) and counts(text, at - 1)


def opens(text: Text, at: int) -> bool:
    """Does an hour begin here that is in no phrase: "at five", "4 pm", "between 3 and 4"?"""
    if text.tokens[at].sort == "number":
        return hour_begins(text, at)
    return any(text.has(at, kind) for kind in ("at", "between", "repeating")) and counts(text, at + 1)


def hour_begins(text: Text, at: int) -> bool:
    """Is this a number with "pm", "Uhr" or the like behind it?"""
    numbered = at < len(text.tokens) and text.tokens[at].sort == "number"
    return numbered and any(text.has(at + 1, kind) for kind in ("AMPM", "oclock", "hmark"))


def counts(text: Text, at: int) -> bool:
    """Is this a number, or the end of one?"""
    return text.tokens[at].sort == "number" or any(text.has(at, kind) for kind in ("NUM", "ORD", "suffix", "HALF"))


def bound(text: Text, at: int) -> bool:
    """Is there a number right behind a time phrase, perhaps after a sign?"""
    if text.tokens[at].sort == "number":
        return True
    return text.tokens[at].key in ("/", "-", "–") and text.tokens[at + 1].sort == "number"


def filled(empty: When, text: Text, asked: Request, chosen: list[Chunk]) -> When:
    """Who, where and what."""
    taken = asked.taken | {at for chunk in chosen for at in range(chunk.start, chunk.end)}
    spans = tuple((text.tokens[chunk.start].start, text.tokens[chunk.end - 1].end) for chunk in chosen)
    what = task(text, taken, asked)
    return replace(empty, who=asked.who, where=asked.where, what=what, spans=spans, explicit=asked.explicit)


def questioned(base: When, trouble: Trouble) -> When:
    """The answer that asks."""
    return replace(base, kind="ask", action="ask", ask=trouble.ask, alternatives=trouble.alternatives)


def answered(base: When, frame: Frame, now: Now, asked: Request) -> When:
    """The answer for one frame."""
    base = replace(base, action=asked.action or "create")
    if frame.every is not None:
        if early(frame, base.lang):
            return questioned(base, ask_hour(frame.clock or Clock(0)))
        recurrence = repeat(frame, now)
        return questioned(base, recurrence) if isinstance(recurrence, Trouble) else recurring(base, recurrence, now)
    found = resolve(frame, now)
    if isinstance(found, Trouble):
        past = questioned(base, found)
        return replace(past, kind="date", value=found.read) if found.read and not asked.explicit else past
    if found.doubt and asked.explicit:
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
