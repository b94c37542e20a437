"""Time phrases in a text: neighbouring pieces are joined into one frame, whatever their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from schedules.when.calendar import named
from schedules.when.join import JOINS
from schedules.when.meaning import Frame
from schedules.when.reading import Text
from schedules.when.rules import GRAMMAR

SLOTS = (
    "Delay",
    "EveryDay",
    "EveryUnit",
    "EveryPart",
    "WeekdayAhead",
    "Far",
    "Time",
    "Clocks",
    "Ahead",
    "Stamp",
    "DayCore",
    "WeekdayBit",
    "OnAny",
    "Hours",
    "OfDom",
    "DayAndPart",
    "DayPart",
    "Within",
    "PeriodDay",
    "OnDays",
    "Weeks",
    "Count",
    "For",
    "InMonths",
    "ZoneName",
    "Vague",
    "Past",
    "Now",
    "Iso",
    "YearOnly",
    "BareHour",
    "BareMonth",
)
TOP = frozenset(SLOTS) - {"BareMonth"}
PLAIN = frozenset(
    {
        "DayCore",
        "WeekdayBit",
        "Time",
        "DayPart",
        "PeriodDay",
        "Far",
        "Ahead",
        "ZoneName",
        "Stamp",
        "Vague",
        "Past",
        "BareMonth",
        "DayAndPart",
        "Now",
        "WeekdayAhead",
    }
)
INNER = frozenset({"EveryDay", "EveryUnit", "EveryPart"}) | PLAIN
LINKS = frozenset({"comma", "at", "on", "of", "dash", "the", "in", "lparen", "rparen", "for"})
INNER_LINKS = LINKS - {"on", "for"}
MARKERS = ("until", "start", "except")
ELAPSED = ("hour", "minute", "second")
BRIDGE = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """One time phrase: its frame and the tokens it spans."""

    frame: Frame
    start: int
    end: int

    @property
    def timed(self) -> bool:
        """Does this phrase say a moment, and not only a day?"""
        return self.frame.clock is not None or self.frame.after is not None


def chunks(text: Text, taken: set[int]) -> list[Chunk]:
    """All time phrases of the text, in order, outside the tokens that are taken."""
    found, at = [], 0
    while at < len(text.tokens):
        chunk = None if at in taken else phrase(text, at, taken)
        if chunk:
            found.append(chunk)
        at = chunk.end if chunk else at + 1
    return found


def phrase(text: Text, at: int, taken: set[int]) -> Chunk | None:
    """The longest time phrase that begins here and says something on its own."""
    read = pieces(text, at, TOP, Frame())
    if read is None:
        return None
    frame, end = read
    if at == 0 and opening_bound(text, frame, end, taken):
        return Chunk(frame, at, end)
    if at - 1 in taken and said_outright(text, frame, end):
        return Chunk(frame, at, end)
    return Chunk(frame, at, end) if meant(text, frame, at, end) else None


def opening_bound(text: Text, frame: Frame, end: int, taken: set[int]) -> bool:
    """ "From January on, remind me ...": a bound alone is a phrase before the verb."""
    only = frame == Frame(start=frame.start, until=frame.until, span=frame.span, excepted=frame.excepted)
    return only and end < len(text.tokens) and (end in taken or (text.has(end, "comma") and end + 1 in taken))


def said_outright(text: Text, frame: Frame, end: int) -> bool:
    """Right behind the verb an hour or a length is a time, and so is "eod" where the task follows."""
    if frame.part == "end" and frame == Frame(part="end"):
        return text.has(end, "taskword")
    return frame == Frame(span=frame.span) or (frame.clock is not None and not frame.clock.bare)


def pieces(text: Text, at: int, slots: frozenset[str], frame: Frame) -> tuple[Frame, int] | None:
    """Join piece after piece to the frame, over at most a few linking words."""
    end = None
    while at < len(text.tokens):
        inside = slots is not TOP and end is not None
        if inside and (text.has(at, "on") or text.has(at, "repeating")):
            break
        step = farthest(text, at, slots, frame, INNER_LINKS if inside else LINKS)
        if step is None:
            break
        frame, at = step
        end = at
    return None if end is None else (frame, end)


def farthest(
    text: Text, at: int, slots: frozenset[str], frame: Frame, links: frozenset[str]
) -> tuple[Frame, int] | None:
    """The piece that reaches farthest, here or behind a few linking words, which only count if a piece follows."""
    found: tuple[Frame, int] | None = None
    for _ in range(BRIDGE + 1):
        if at >= len(text.tokens):
            break
        step = excluded(text, at, slots, frame) or best(text, at, slots, frame)
        if step is None or (step[1] == at + 1 and text.has(at, "EDGE")):
            step = marked(text, at, slots, frame) or step
        if step and (found is None or step[1] > found[1]):
            found = step
        if not links & text.chart.edges[at].keys():
            break
        at += 1
    return found


def best(text: Text, at: int, slots: frozenset[str], frame: Frame) -> tuple[Frame, int] | None:
    """The longest piece here that the frame can take in."""
    if not text.chart.edges[at]:
        return None
    options = [
        (end, -order, name, value)
        for order, name in openable(text, at)
        if name in slots
        for end, value in text.chart.find(name, at).items()
        if end > at
    ]
    for end, _, name, value in sorted(options, key=lambda option: option[:2], reverse=True):
        joined = JOINS[name](frame, value)
        if joined is not None:
            return joined, end
    return None


def openable(text: Text, at: int) -> list[tuple[int, str]]:
    """The slots that some terminal here can begin, in order."""
    found: set[int] = set()
    for kind in (*text.chart.edges[at], *text.chart.marks[at]):
        found.update(opening(kind))
    return [(order, SLOTS[order]) for order in sorted(found)]


@cache
def opening(kind: str) -> tuple[int, ...]:
    """The slots that can begin with a terminal."""
    return tuple(order for order, name in enumerate(SLOTS) if kind == name or kind in GRAMMAR.firsts.get(name, ()))


def marked(text: Text, at: int, slots: frozenset[str], frame: Frame) -> tuple[Frame, int] | None:
    """A piece opened by "until", "starting" or "except", with a time phrase of its own."""
    if slots is not TOP:
        return None
    for marker in MARKERS:
        for end in text.chart.find(marker, at):
            inner = pieces(text, end, inside(marker, frame), Frame())
            if inner and (marker != "start" or frame.every or not text.has(end, "at")):
                frame_inside = wholly(inner[0]) if text.has(at, "throughout") else inner[0]
                return take(text, marker, frame, frame_inside, inner[1])
    return None


def inside(marker: str, frame: Frame) -> frozenset[str]:
    """What may follow the marker; "until 5" is an hour only of what repeats by the hour."""
    if marker == "except":
        return INNER
    hourly = marker == "until" and frame.every is not None and frame.every.unit in ELAPSED
    return PLAIN | {"BareHour"} if hourly else PLAIN


def excluded(text: Text, at: int, slots: frozenset[str], frame: Frame) -> tuple[Frame, int] | None:
    """ "周日除外": the exception stands before the word for it."""
    if slots is not TOP or not text.postfixed:
        return None
    inner = best(text, at, INNER, Frame())
    if inner is None or not text.has(inner[1], "excepted"):
        return None
    return frame.having(excepted=(*frame.excepted, inner[0])), text.past(inner[1], "excepted")


def take(text: Text, marker: str, frame: Frame, inner: Frame, end: int) -> tuple[Frame, int] | None:
    """Put an inner phrase in its place."""
    if marker == "except":
        found = [inner]
        while end < len(text.tokens) and {"and", "comma"} & text.chart.edges[end].keys():
            more = pieces(text, end + 1, INNER, Frame())
            if more is None:
                break
            found, end = [*found, more[0]], more[1]
        end = text.past(end, "excepted")
        frame, found[-1] = lent(frame, found[-1])
        return frame.having(excepted=frame.excepted + tuple(found)), end
    if getattr(frame, marker) is not None or (frame.every and frame.every.by.months):
        return None
    frame, inner = lent(frame, inner)
    return frame.having(**{marker: inner}), text.past(end, "startend") if marker == "start" else end


def wholly(inner: Frame) -> Frame:
    """ "Through October" goes to its last day."""
    days = inner.days
    if days is None or days.span != "month" or days.by is None:
        return inner
    return inner.having(days=named(replace(days.by, doms=(-1,))))


def lent(frame: Frame, inner: Frame) -> tuple[Frame, Frame]:
    """ "Every day until Christmas at 8": the hour is that of the recurrence, if it has no other."""
    every, day = frame.every, inner.days or inner.weekday or inner.every
    if every is None or frame.clock or not inner.clock or not day or every.unit in ELAPSED:
        return frame, inner
    return frame.having(clock=inner.clock, part=frame.part or inner.part), inner.having(clock=None, part="")


def meant(text: Text, frame: Frame, start: int, end: int) -> bool:
    """Does this phrase speak of a time, or only of words that could?"""
    whole = start == 0 and end == len(text.tokens)
    numbered = any(text.tokens[at].sort == "number" for at in range(start, end))
    solid = any(text.strong[start:end]) or (numbered and solid_number(frame, start, end))
    if bare_frame(frame) or (frame.clock and frame.clock.bare and not company(text, frame, start)):
        return False
    if frame.part and frame == Frame(part=frame.part) and end - start == 1 and not whole:
        return False
    if frame == Frame(span=frame.span) and not whole and not text.has(start, "timer"):
        return False
    if frame.every is None and lone_edge(text, start, end):
        return False
    if frame.every is None and (frame.until or frame.start or frame.excepted or frame.count):
        return False
    if frame.clock and not frame.upto and told_in_words(text, start, end):
        return True
    leads = any(text.has(start, kind) for kind in ("on", "every", "REL", "EDGE"))
    long = len(text.tokens[end - 1].key) > 2 or (text.tokens[start].sort == "cjk" and end - start > 2)
    return solid or whole or frame.after is not None or (leads and long)


def lone_edge(text: Text, start: int, end: int) -> bool:
    """ "The start", "at the end": of what nobody said, so that it is no time."""
    return all(any(text.has(at, kind) for kind in ("EDGE", "the", "at", "on", "in")) for at in range(start, end))


def told_in_words(text: Text, start: int, end: int) -> bool:
    """ "At half past three" is a time of day, "at one" only where the sentence pauses."""
    return end - start > 2 or (text.has(start, "at") and "pause" in text.chart.marks[end])


def solid_number(frame: Frame, start: int, end: int) -> bool:
    """A number alone is a time only with a word or sign that makes it one."""
    return end - start > 1 or (frame.clock is not None and not frame.clock.open)


def company(text: Text, frame: Frame, start: int) -> bool:
    """A lone number is an hour next to a day, or before a part of the day: "8 this evening"."""
    if frame.days or frame.weekday or frame.every:
        return not text.has(start, "NUM") or bool(frame.part) or (frame.clock is not None and frame.clock.minute > 0)
    return bool(frame.part) and not (start and text.has(start - 1, "for"))


def bare_frame(frame: Frame) -> bool:
    """Is there nothing but a zone or linking words?"""
    return frame == Frame(zone=frame.zone)
