"""A whole request: who is to be reminded, where, of what, and which words only say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from schedules.when.meaning import Frame
from schedules.when.reading import Text
from schedules.when.scan import Chunk

TRIM = " \t\n,;:-–—.!?。，！？、"
EDGES = {'"': '"', "“": "”", "„": "“", "«": "»", "「": "」", "'": "'"}
LEAD = 6  # words such as "hey Nova, could you please" that may come before an order about earlier reminders
LINK_PUNCTUATION = frozenset(",:;-–.!?，。：¿¡")


@dataclass(slots=True)
class Request:
    """What a text asks for besides its time; `taken` are the tokens that are not part of the task.

    `signal` says that the time is all that is wanted: "wake me at 6", "set a timer".
    """

    action: str = ""
    who: str | None = None
    where: str | None = None
    taken: set[int] = field(default_factory=set)
    verb_end: int = 0
    waking: bool = False
    signal: bool = False

    @property
    def explicit(self) -> bool:
        """Did a verb say that this is a request?"""
        return bool(self.action)


def request(text: Text) -> Request:
    """Find the verb of the request with its addressee and channel."""
    for at in range(len(text.tokens)):
        found = alone(text, at) or with_addressee(text, at)
        if found and not inside_task(text, found):
            found.waking = any(text.has(one, "waking") for one in found.taken)
            found.signal = any(text.has(one, "signal") for one in found.taken)
            return polite(text, found)
    return addressed(text)


def inside_task(text: Text, found: Request) -> bool:
    """ "Write a mail to remind everyone": the verb only says what something else is for."""
    at = asked_from(text, min(found.taken))
    return found.who not in ("me", None) and at > 1 and text.has(at - 1, "to") and not opening(text, at - 1)


def asked_from(text: Text, verb: int) -> int:
    """Where the polite words that stand right before a verb begin: "could you please", "I'd like you to"."""
    start = text.begun(verb, "please")
    return asked_from(text, start) if start < verb else verb


def polite(text: Text, found: Request) -> Request:
    """Take in what only makes the request polite: before the verb, right behind it, at the end of the text."""
    size, behind, at = len(text.tokens), found.verb_end, 0
    while at < min(found.taken) and (end := skippable(text, at) or addressing(text, at, found) or opener(text, at)):
        found.taken |= set(range(at, end))
        at = end
    found.taken |= set(range(asked_from(text, min(found.taken)), min(found.taken)))
    found.verb_end = text.past(behind, "please")
    found.taken |= set(range(behind, found.verb_end))
    for at in range(max(found.verb_end, size - 5), size):
        end = text.past(at, "please")
        if end > at and blank(text, end, size, set()):
            found.taken |= set(range(at, end))
    return found


def opener(text: Text, at: int) -> int:
    """The place behind a word that only opens a sentence, such as "so" or "btw"; 0 if there is none."""
    end = text.past(at, "opener")
    return end if end > at else 0


def addressing(text: Text, at: int, found: Request) -> int:
    """The place behind what stands before the request: a mention, a sign, or the channel, "in #ops"; 0 if nothing."""
    if text.tokens[at].sort in ("mention", "punct"):
        return at + 1
    if not (text.has(at, "place") and channel(text, at + 1)):
        return 0
    found.where = text.source[text.tokens[at + 1].start : text.tokens[at + 1].end]
    return at + 2


def channel(text: Text, at: int) -> bool:
    """Is this token the mention of a channel?"""
    return at < len(text.tokens) and text.tokens[at].sort == "mention" and "#" in text.tokens[at].key[:2]


def alone(text: Text, at: int) -> Request | None:
    """An order that needs no addressee: "snooze", "show my reminders", "set a reminder"."""
    hit = text.chart.longest("ALONE", at) or (text.chart.longest("NOUN", at) if opening(text, at) else None)
    if us := text.chart.longest("ALONEUS", at):
        return placed(text, Request("create", "us", None, set(range(at, us[0])), us[0]))
    if hit is None or (at > LEAD and hit[1] != "create"):
        return None
    end, action = hit
    if hit[1] == "create" and (person := addressee(text, end)):
        return placed(text, Request(action, person[1], None, set(range(at, person[0])), person[0]))
    if action in ("snooze", "edit"):
        if end < len(text.tokens) and (text.has(end, "until") or text.has(end, "to")):
            end += 1
        elif action == "snooze":
            text.chart.marks[end].add("delay")
        text.chart.marks[end].add("order")
    return placed(text, Request(action, "me", None, set(range(at, end)), end))


def opening(text: Text, at: int) -> bool:
    """Can nothing before this place belong to a task? "Reminder: ..." asks for one, "write a reminder" does not."""
    return all(text.chart.edges[before] or text.tokens[before].sort in ("punct", "number") for before in range(at))


def with_addressee(text: Text, at: int) -> Request | None:
    """A verb followed by whom to remind: "remind @anna", "erinnere mich"; words may stand between in German."""
    for end in sorted(text.chart.find("ACTION", at), reverse=True):
        if person := addressee(text, end):
            action = text.chart.find("ACTION", at)[end]
            taken = set(range(at, person[0]))
            if text.chart.find("again", person[0]):
                action, taken = "snooze", taken | {person[0]}
            return placed(text, Request(action, person[1], None, taken, max(taken) + 1))
    return None


def addressed(text: Text) -> Request:
    """A text that begins with its addressee: "me Hello in one minute", "@anna report on Monday"."""
    person = first_addressee(text) if text.tokens else None
    if person is None or person[0] == len(text.tokens):
        return Request("", "me")
    return placed(text, Request("", person[1], None, set(range(person[0])), person[0]))


def first_addressee(text: Text) -> tuple[int, str] | None:
    """A mention, or "me" in the languages where it can come first."""
    return text.chart.longest("FIRSTWHO", 0) or (addressee(text, 0) if text.tokens[0].sort == "mention" else None)


def addressee(text: Text, at: int) -> tuple[int, str] | None:
    """A person, a channel or "me" at this place, with the position behind."""
    if at >= len(text.tokens):
        return None
    token = text.tokens[at]
    if token.sort == "mention":
        end = at + 1
        while end < len(text.tokens) and (more := mention_after(text, end)):
            end = more
        return end, text.source[token.start : text.tokens[end - 1].end]
    return text.chart.longest("WHO", at)


def mention_after(text: Text, at: int) -> int | None:
    """The place behind one more mention, perhaps after "and" or a comma."""
    if text.has(at, "and") or text.has(at, "comma"):
        at += 1
    return at + 1 if at < len(text.tokens) and text.tokens[at].sort == "mention" else None


def placed(text: Text, found: Request) -> Request:
    """Take in a channel that follows, there or behind the time, or that ends the text: "in #ops"."""
    for at in (*channel_ahead(text, found.verb_end), len(text.tokens) - 2):
        if 0 <= found.verb_end <= at and text.has(at, "place") and channel(text, at + 1):
            token = text.tokens[at + 1]
            found.where = text.source[token.start : token.end]
            found.taken |= {at, at + 1}
            found.verb_end = at + 2 if at == found.verb_end else found.verb_end
            break
    return found


def channel_ahead(text: Text, start: int) -> Iterator[int]:
    """The places from here on where a channel may stand, up to the first word that can't belong to a time."""
    for at in range(start, len(text.tokens) - 1):
        yield at
        if text.tokens[at].sort in ("word", "cjk") and not text.chart.edges[at]:
            return


def blank(text: Text, start: int, end: int, taken: set[int]) -> bool:
    """Is there nothing but taken tokens and punctuation between two places?"""
    return all(at in taken or text.tokens[at].key in LINK_PUNCTUATION for at in range(start, end))


def heads(text: Text, asked: Request, found: list[Chunk]) -> list[Chunk]:
    """The time phrases before the verb or right behind it: everything after them is the task."""
    first, reached, chosen = min(asked.taken), asked.verb_end, []
    for chunk in found:
        before = chunk.end <= first and blank(text, 0, chunk.start, asked.taken)
        if before and blank(text, chunk.end, first, asked.taken):
            chosen.append(chunk)
        elif chunk.start >= reached and blank(text, reached, chunk.start, asked.taken):
            chosen.append(chunk)
            reached = chunk.end
    return chosen


def tail(text: Text, found: list[Chunk], taken: set[int]) -> Chunk | None:
    """The time phrase that ends the text."""
    last = found[-1] if found else None
    return last if last and blank(text, last.end, len(text.tokens), taken) else None


def merged(chosen: list[Chunk]) -> Frame | None:
    """One frame of several; None if two of them say the same thing differently."""
    frame = chosen[0].frame
    for chunk in chosen[1:]:
        for each in fields(Frame):
            value = getattr(chunk.frame, each.name)
            if value == each.default:
                continue
            if getattr(frame, each.name) != each.default or (each.name == "every" and (frame.days or frame.weekday)):
                return None
            frame = frame.having(**{each.name: value})
    return frame


def task(text: Text, taken: set[int], asked: Request) -> str:
    """The words that are left, verbatim, without the word that leads to them and without quotes around the whole."""
    runs: list[tuple[int, int]] = []
    taken = taken | closing_verb(text) if asked.explicit else taken
    for at in range(len(text.tokens)):
        if at in taken:
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    pieces = [piece for start, end in runs if (piece := words(text, start, end, asked))]
    return unquoted(" ".join(pieces).strip(TRIM))


def closing_verb(text: Text) -> set[int]:
    """The tokens of a verb that ends the request: "kannst du mich an den Bericht erinnern"."""
    size = len(text.tokens)
    for at in range(max(0, size - 4), size):
        end = max((end for end in text.chart.find("verbend", at)), default=0)
        if end and blank(text, end, size, set()):
            return set(range(at, end))
    return set()


def words(text: Text, start: int, end: int, asked: Request) -> str:
    """One run of words; behind the verb a leading "to", "about" or the like goes."""
    while start < end and (skipped := skippable(text, start)):
        start = skipped
    if asked.explicit and start < end and start >= min(asked.taken, default=0):
        hit = text.chart.longest("taskword", start)
        start = min(hit[0], end) if hit else start
        asked.taken = asked.taken if not hit else asked.taken | {start}
        start = led_by_verb(text, start, end) if hit else start
    if start >= end:
        return ""
    return text.source[text.tokens[start].start : text.tokens[end - 1].end].strip(TRIM)


def led_by_verb(text: Text, at: int, end: int) -> int:
    """The place where the task begins behind "daran erinnern, ...", where the verb stands at the end of its clause."""
    behind = max(text.chart.find("verbend", at), default=at)
    return behind + 1 if at < behind < end and text.has(behind, "comma") else at


def skippable(text: Text, at: int) -> int:
    """The place behind punctuation or a "please" here; 0 if there is none."""
    if text.tokens[at].sort == "punct" and text.tokens[at].key in LINK_PUNCTUATION:
        return at + 1
    end = text.past(at, "please")
    return end if end > at else 0


def unquoted(words: str) -> str:
    """The words without quotation marks around the whole."""
    if len(words) > 1 and EDGES.get(words[0]) == words[-1] and words[0] not in words[1:-1]:
        return words[1:-1].strip()
    return words
