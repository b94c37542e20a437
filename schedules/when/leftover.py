"""Time words that stand outside the phrases: what nobody could read is asked about."""

from __future__ import annotations

from schedules.when.meaning import Trouble
from schedules.when.reading import Text
from schedules.when.request import Request
from schedules.when.scan import Chunk

UNREAD = Trouble("I could not read every time word in that. When exactly should it be?")
LEADS = ("notafter", "after", "since", "negation", "repeating", "sametime", "or", "until")
BESIDE = ("except", "between", "sametime")
NEAR = 3  # tokens behind the verb in which a time is looked for


def unread_ahead(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Does an unread time stand right behind the verb: "six weeks long every Monday", "1430 on Friday"?"""
    for at in range(asked.verb_end, min(asked.verb_end + NEAR, found[0].start)):
        if text.has(at, "taskword"):
            return False
        halved = text.has(at, "FRACTION") and counts(text, at + 1)
        often = any(number > 1 for number in text.chart.find("Count", at).values())
        if text.strong[at] or text.has(at, "COMPACT") or halved or often:
            return True
    return False


def leftover(text: Text, asked: Request, found: list[Chunk]) -> bool:
    """Are there time words outside the phrases, or more than one phrase?"""
    if not found:
        return False
    inside = {at for chunk in found for at in range(chunk.start, chunk.end)} | asked.taken
    if len(found) > 1 or any(strong and at not in inside for at, strong in enumerate(text.strong)):
        return True
    if text.has(found[0].end, "event") and not found[0].timed and not text.has(found[0].end, "taskword"):
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
    other = text.has(at, "or") and (counts(text, at + 1) or text.has(at + 1, "WEEKDAY"))
    return other or text.has(at, "except") or text.has(at, "until")


def always(text: Text, chosen: list[Chunk]) -> bool:
    """Does "always" stand right beside a phrase that does not say how often: "am Ersten immer"?"""
    return any(text.has(chunk.end, "always") or text.led(chunk.start, "always") for chunk in chosen)


def of_year(text: Text, at: int) -> bool:
    """ "Every Friday in 2027": a year that limits what comes before."""
    return text.has(at, "in") and at + 1 < len(text.tokens) and text.has(at + 1, "YEAR")


def leads_on(text: Text, at: int) -> bool:
    """Does the token before a phrase belong to it: "except Friday", "2nd and 4th of May", "9 to 11 tomorrow"?"""
    if text.led(at + 1, "except", "between", *LEADS[:6]):
        return True
    if counts(text, at):
        ranged = at > 0 and (text.has(at - 1, "to") or text.has(at - 1, "dash"))
        return ranged or text.tokens[at].sort == "cjk"
    return at > 0 and (text.has(at, "and") or text.has(at, "or")) and counts(text, at - 1)


def beside(text: Text, chunk: Chunk, asked: Request) -> bool:
    """Is there an unread time word next to the phrase?"""
    near = [at for at in (chunk.start - 1, chunk.end) if 0 <= at < len(text.tokens) and at not in asked.taken]
    if any(text.strong[at] or any(text.has(at, kind) for kind in BESIDE) for at in near):
        return True
    if chunk.end < len(text.tokens) and hour_begins(text, chunk.end):
        return True
    led = chunk.start - 1
    counted = text.tokens[led].sort == "cjk" or chunk.frame.every is not None
    if led >= 0 and led not in asked.taken and counted and counts(text, led):
        return True
    return led >= 0 and led not in asked.taken and text.led(chunk.start, *LEADS)


def followed(text: Text, chunk: Chunk) -> bool:
    """Is one more time word joined to the phrase: "noon and evening"?"""
    at = chunk.end
    return at + 1 < len(text.tokens) and (text.has(at, "and") or text.has(at, "or")) and text.strong[at + 1]


def enumerated(text: Text, at: int) -> bool:
    """Does the time go on here: "or 10", "and Friday", "after 8"?"""
    if at + 1 >= len(text.tokens):
        return False
    if opens(text, at) or (counts(text, at + 1) and (text.has(at, "after") or text.has(at, "before"))):
        return True
    goes_on = any(text.has(at, kind) for kind in ("and", "or", "comma", "dash"))
    return goes_on and (text.strong[at + 1] or counts(text, at + 1))


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
