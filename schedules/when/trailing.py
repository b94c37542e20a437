"""What limits a recurrence from behind the task: "every Monday at 9 to water the tree until Christmas"."""

from __future__ import annotations

from schedules.when.leftover import UNREAD
from schedules.when.meaning import Every, Frame, Length, Trouble
from schedules.when.reading import Text
from schedules.when.request import Request, blank
from schedules.when.scan import TOP, Chunk, pieces

DAYS = {"day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
REACH = 5  # tokens of a remark
OPENERS = ("until", "start", "except", "for", "during")


def trailing_bound(text: Text, asked: Request, leading: list[Chunk], every: Every) -> Chunk | Trouble | None:
    """The phrase that ends the text and says how long the recurrence before the task runs, or without which days."""
    for at in range(leading[-1].end + 1, len(text.tokens)):
        if restricted(text, at):
            return UNREAD
        opens = any(text.has(at, kind) for kind in OPENERS) or (text.postfixed and text.strong[at])
        if at in asked.taken or not opens:
            continue
        doubled = text.has(at, "until") and text.has(at + 1, "until") and text.tokens[at].sort == "word"
        if doubled:  # "to stand up until 31 December"
            continue
        if free_days_left_out(text, at):
            return UNREAD
        if bound := bound_from(text, asked, at, every):
            return bound
    return None


def restricted(text: Text, at: int) -> bool:
    """ ", only in October", "(weekdays only)", ", no weekends": a remark that nobody could read."""
    if not any(text.has(at, kind) for kind in ("comma", "lparen", "dash")):
        return False
    near = range(at + 1, min(at + 1 + REACH, len(text.tokens)))
    told = any(text.has(place, "only") or text.has(place, "negation") for place in near)
    return told and any(text.strong[place] for place in near)


def free_days_left_out(text: Text, at: int) -> bool:
    """ "Except on public holidays", "unless it's a holiday"."""
    near = range(at + 1, min(at + 1 + REACH, len(text.tokens)))
    return text.has(at, "except") and any(text.has(place, "freedays") for place in near)


def bound_from(text: Text, asked: Request, at: int, every: Every) -> Chunk | None:
    """The bound that begins here, if it reaches the end of the text and can't be part of the task."""
    read = pieces(text, at, TOP, Frame(every=every))
    if read is None or not blank(text, read[1], len(text.tokens), asked.taken):
        return None
    frame = read[0].having(every=None)
    only = Frame(start=frame.start, until=frame.until, span=frame.span, excepted=frame.excepted)
    told = frame == only != Frame() and limiting(frame, every) and not moving(text, at, read[1], frame)
    return Chunk(frame, at, read[1]) if told else None


def limiting(frame: Frame, every: Every) -> bool:
    """ "Until 5" ends what repeats by the hour; after "every day" it may be the task's, as "for 30 minutes" is."""
    first = frame.start.weekday if frame.start else None
    if first and every.by.weekdays and not set(first.numbers) & set(every.by.weekdays):
        return False
    if frame.until and every.unit not in SECONDS and not (frame.until.days or frame.until.weekday):
        return False
    return frame.span is None or times_within(frame.span, every) >= 2


def times_within(span: Length, every: Every) -> float:
    """How often the recurrence comes in this time, roughly."""
    if every.unit in SECONDS:
        return (span.days * 86_400 + span.months * 30 * 86_400 + span.seconds) / SECONDS[every.unit] / every.interval
    return (span.days + span.workdays + span.months * 30.4) / DAYS[every.unit] / every.interval


def moving(text: Text, at: int, end: int, frame: Frame) -> bool:
    """ "To drive from Monday": what begins with a mere "from" may belong to the task, unless "on" closes it."""
    return frame.start is not None and text.has(at, "from") and text.begun(end, "startend") == end
