"""Which of a text's time phrases say when, and which only belong to the task."""

from __future__ import annotations

from itertools import pairwise

from schedules.when.leftover import (
    UNREAD,
    beside,
    counts,
    enumerated,
    followed,
    hour_begins,
    leftover,
    of_year,
    unread_ahead,
)
from schedules.when.meaning import Frame, Trouble
from schedules.when.reading import Text
from schedules.when.request import Request, heads, merged, tail
from schedules.when.scan import Chunk
from schedules.when.trailing import trailing_bound

TWO_TIMES = Trouble("I see more than one time in that. Which one do you mean?")
EVENT = Trouble("I can only remind at a time, not at an event. When should it be?")
BOUNDS = ("except", "until", "start", "between")
ELAPSED = ("second", "minute", "hour")
JOINING = ("and", "or", "on", "the", "ONE", "at")
REACH = 6  # tokens of an unread time before the word that leads to the task


def chosen_phrases(text: Text, asked: Request, found: list[Chunk]) -> list[Chunk] | Trouble:
    """The time phrases that count; those inside the task belong to the task."""
    if not asked.explicit and headed(text, asked, found):
        return found[:1]
    if not asked.explicit or not found:
        return found if not leftover(text, asked, found) else UNREAD if len(found) < 2 else TWO_TIMES
    leading = heads(text, asked, found)
    if bound_to_event(text, asked, found):
        return EVENT
    if leading:
        return with_bound(text, asked, leading, found)
    last = tail(text, found, asked.taken)
    chosen = [last] if last else found
    if len(chosen) > 1 or listed(text, chosen, found):
        return TWO_TIMES
    if text.has(chosen[0].end, "event") and not chosen[0].timed:
        return EVENT
    if (
        beside(text, chosen[0], asked)
        or followed(text, chosen[0])
        or unread_ahead(text, asked, found)
        or describes(text, chosen[0], last)
    ):
        return UNREAD
    return chosen


def with_bound(text: Text, asked: Request, leading: list[Chunk], found: list[Chunk]) -> list[Chunk] | Trouble:
    """The phrases before the task, with what limits them from behind it."""
    frame = merged(leading)
    bound = trailing_bound(text, asked, leading, frame.every) if frame and frame.every else None
    if isinstance(bound, Trouble):
        return bound
    if bound is None and text.postfixed and closing_exception(text, leading[-1].end):
        return UNREAD
    before = [chunk for chunk in found if bound is None or chunk.start < bound.start]
    trouble = disturbed(text, leading, before, asked) or divided(text, asked, leading, before)
    return trouble or ([*leading, bound] if bound else leading)


def headed(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Does the text begin with its time and a colon: "every weekday 8:00: daily report"?"""
    if not found or found[0].start != asked.verb_end or found[0].end == len(text.tokens):
        return False
    return text.tokens[found[0].end].key == ":"


def unclear(text: Text, asked: Request, found: list[Chunk]) -> list[Chunk]:
    """What of a question belongs to its time, so that the task is known when the time is: "at 10 or 11 to call Sam"."""
    leading = heads(text, asked, found) if asked.explicit else []
    if not leading:
        return []
    end = leading[-1].end
    task_begins = next((at for at in range(end, min(end + REACH, len(text.tokens))) if text.has(at, "taskword")), end)
    return [*leading, Chunk(Frame(), end, task_begins)] if task_begins > end else leading


def bound_to_event(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Does the text begin, or the verb go on, with "when" or "if" and no time?"""
    places = {0, asked.verb_end} - {chunk.start for chunk in found} - {len(text.tokens), *asked.taken}
    return any(text.has(at, "event") or text.has(at, "condition") for at in places)


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


def closing_exception(text: Text, at: int) -> bool:
    """Does the text end with "除外", an exception that stands behind the task?"""
    ends = [(place, text.past(place, "excepted")) for place in range(at, len(text.tokens))]
    return any(end - place > 1 and "$" in text.chart.marks[end] for place, end in ends)


def remarked(text: Text, at: int) -> bool:
    """Does a remark about the time stand before the task: ", except bank holidays, at 9", "(not on Sundays) at 7"?"""
    if not any(text.has(at, kind) for kind in ("comma", "lparen", "dash")) or at + 1 >= len(text.tokens):
        return False
    if any(text.has(at + 1, kind) for kind in (*BOUNDS, "or", "negation")) or enumerated(text, at + 1):
        return True
    ahead = range(at + 1, min(at + 1 + REACH, len(text.tokens)))
    task = next((place for place in ahead if text.has(place, "taskword")), at)
    return any(text.strong[at + 1 : task])


def divided(text: Text, asked: Request, leading: list[Chunk], found: list[Chunk]) -> Trouble | None:
    """ "Tomorrow ... at 3 pm": a day before the task and an hour inside it may belong together."""
    frame, rest = merged(leading), [chunk.frame for chunk in found if chunk not in leading]
    if frame is None or frame.after:
        return None
    last = rest[-1] if rest and tail(text, found, asked.taken) else None
    if frame.every:
        return TWO_TIMES if bounded(text, found[-1], leading) or (last and lends_hour(frame, last)) else None
    if frame.clock or frame.part:
        apart = last and last.days and not (last.clock or frame.days or frame.weekday or last.days.by)
        return TWO_TIMES if apart else None
    return TWO_TIMES if any(inner.clock and not (inner.days or inner.weekday) for inner in rest) else None


def lends_hour(frame: Frame, last: Frame) -> bool:
    """ "Every Friday to log hours at 5 pm": the hour that ends the task may be that of a recurrence without one."""
    hourless = not (frame.clock or frame.part or frame.every is None or frame.every.part)
    return hourless and last == Frame(clock=last.clock) and frame.every is not None and frame.every.unit not in ELAPSED


def bounded(text: Text, last: Chunk, leading: list[Chunk]) -> bool:
    """Does the task end with "until" and a time that may limit the recurrence before it?"""
    ahead = [at for at in range(max(0, last.start - 2), last.start + 1) if not text.has(at, "taskword")]
    return last not in leading and any(text.has(at, kind) for at in ahead for kind in ("until", "except", "start"))


def goes_on(text: Text, at: int, found: list[Chunk]) -> bool:
    """Does another time stand between the first one and the word that leads to the task: "tue n thu at 2 to ..."?"""
    later = next((chunk.start for chunk in found if at < chunk.start <= at + REACH), at)
    led = any(text.has(place, "taskword") for place in range(later, min(later + REACH, len(text.tokens))))
    return later > at and led and not any(text.has(place, "taskword") for place in range(at, later))


def to_the_hour(text: Text, at: int) -> bool:
    """ "At 5 | to 6 to log off" may be five to six, "at ten | past to leave" lacks its hour."""
    if text.has(at, "past") and at + 1 < len(text.tokens) and text.has(at + 1, "taskword"):
        return True
    numbered = text.tokens[at - 1].sort == "number" and text.has(at, "to") and at + 1 < len(text.tokens)
    return numbered and counts(text, at + 1) and (at + 2 == len(text.tokens) or text.has(at + 2, "taskword"))


def cut_short(text: Text, at: int) -> bool:
    """ "From September | to December", "the beginning of week | 40": the phrase ends in the middle of what was said."""
    if at + 1 >= len(text.tokens):
        return False
    ranged = any(text.has(at, kind) for kind in ("to", "through", "until", "dash"))
    month = "MONTH" in text.chart.edges[at - 1] and "MONTH" in text.chart.edges[at + 1]
    further = any(text.has(at, kind) for kind in ("and", "or", "comma")) and text.has(at + 1, "freedays")
    return (ranged and month) or further or (text.has(at - 1, "weekword") and counts(text, at))


def disturbed(text: Text, leading: list[Chunk], found: list[Chunk], asked: Request) -> Trouble | None:
    """Time words right behind the phrases that they could not take in."""
    at = leading[-1].end
    if listed(text, leading, found):
        return TWO_TIMES
    if at >= len(text.tokens) or at in asked.taken:
        return None
    if (
        to_the_hour(text, at)
        or cut_short(text, at)
        or text.has(at, "sametime")
        or hour_begins(text, at)
        or hour_begins(text, at + 1)
        or text.has(at, "between")
        or of_year(text, at)
    ):
        return UNREAD
    if text.has(at, "taskword"):
        return None
    if (
        goes_on(text, at, found)
        or enumerated(text, at)
        or text.strong[at]
        or any(text.has(at, kind) for kind in BOUNDS)
        or remarked(text, at)
    ):
        return UNREAD
    return EVENT if text.has(at, "event") and not any(chunk.timed for chunk in leading) else None
