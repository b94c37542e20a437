"""Answers to our questions about a time: the waiting request with what the answer gives. Pure."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nova_bot.core.conversation import OpenQuestion
from schedules.reminding.words import table
from schedules.when import When, parse
from schedules.when.meaning import NO_TIME
from schedules.when.resolve import WHICH_DAY

_HOUR = re.compile(r"\s*\d{1,2}(?:[:.]\d\d)?\s*[.!]?\s*")


def bare_hour(text: str) -> bool:
    """Is this answer only a number, as for an hour?"""
    return _HOUR.fullmatch(text) is not None


def too_little(waiting: When, question: OpenQuestion, text: str, now: datetime, tz: str) -> bool:
    """Does this answer leave open what was asked: a number for an hour, or a weekday for a day of the month?"""
    completed = _within(waiting, question, text)
    return bare_hour(text) or (bool(completed) and parse(completed, now, tz, waiting.lang).ask == WHICH_DAY.ask)


def filled(waiting: When, question: OpenQuestion, text: str, now: datetime, tz: str) -> When | None:
    """The waiting request with the time that the answer gives."""
    completed = _substituted(question, text, now) or _within(waiting, question, text)
    if completed:
        told = parse(completed, now, tz, waiting.lang)
        if told.ask == WHICH_DAY.ask or (told.due is not None and told.action == "create"):
            return None if told.ask else told
    told = parse(text, now, tz)
    if bare_hour(text) and waiting.ask == NO_TIME.ask:
        told = parse(f"at {text}", now, tz, "en")
    if told.explicit or told.due is None or told.what:
        return None
    return replace(
        told, action="create", explicit=True, who=waiting.who, where=waiting.where, what=waiting.what, lang=waiting.lang
    )


def _substituted(question: OpenQuestion, text: str, now: datetime) -> str:
    """The request with the hour or the date that was asked about written out, "" for other answers."""
    if text not in question.choices:
        return ""
    if found := re.fullmatch(r"(\d\d):(\d\d)", text):
        minute = "(?:[:.]00)?" if found[2] == "00" else f"[:.]{found[2]}"
        return _once(rf"\b0?{int(found[1]) % 12 or 12}{minute}\b", text, question.request)
    if found := re.fullmatch(r"day (\d+) of month (\d+)", text):
        day = _coming(int(found[1]), int(found[2]), now)
        return _once(r"\b\d{1,2}[/.-]\d{1,2}\b", day, question.request)
    return ""


def asks_for_day(asked: str | None) -> bool:
    """Is this the grammar's question about the day of a period, as "next week" needs one?"""
    return asked is not None and asked.startswith(("Which day of that ", "Which day of this "))


def _within(waiting: When, question: OpenQuestion, text: str) -> str:
    """The request with the day that was asked about behind its period: "next week" and "Wednesday"; else ""."""
    if not (waiting.spans and asks_for_day(waiting.ask)):
        return ""
    end = waiting.spans[-1][1]
    return f"{question.request[:end]} {text.strip(' .!。')}{question.request[end:]}"


def _once(pattern: str, by: str, text: str) -> str:
    changed, count = re.subn(pattern, by, text, count=1)
    return changed if count else ""


def _coming(day: int, month: int, now: datetime) -> str:
    """The next such day, as ISO writes it."""
    past = (month, day) < (now.month, now.day)
    return f"{now.year + past}-{month:02}-{day:02}"


def with_time(request: str, answer: str, found: When, now: datetime) -> str:
    """A request completed by an answer as one request: with the answer behind it if it reads so, else written anew."""
    joined = f"{request.rstrip(' .!?。！？')} {answer}"
    told = parse(joined, now, found.tz, found.lang)
    if found.due is None or found.rrule or (told.action, told.due) == ("create", found.due):
        return joined
    wall = found.due.astimezone(ZoneInfo(found.tz))
    return f"{table(found.lang)['remind_verb']} {wall:%Y-%m-%d %H:%M}"


def words_of(answer: str, now: datetime, lang: str) -> str:
    """What the answer wants to be reminded of: "to call Bob" is "call Bob"."""
    told = parse(f"{table(lang)['remind_verb']} {answer}", now, "UTC", lang)
    return told.what if told.kind == "ask" and not told.spans and told.what else answer.strip()
