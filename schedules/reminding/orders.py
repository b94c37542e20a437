"""Orders about reminders that exist: "snooze 20 min", "move 3 to Friday", "done", "skip next". Pure."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from nova_bot.core.reminder import IfMissed
from schedules.when import When, parse

FOLDER = Path(__file__).parent / "orders"
LANGUAGES = ("en", "de", "es", "fr", "zh")
LONGEST = 200
"""Characters of an order; what is longer is none."""


class Act(StrEnum):
    """What is to become of a reminder."""

    SNOOZE = "snooze"
    MOVE = "move"
    DONE = "done"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Order:
    """`number` names the reminder (None: the latest one here), `rest` is a time, or words of the reminder.

    `named` says that the word "reminder" or a number stands in it, so that it can mean nothing else. `more` are the
    numbers of others that it means as well.
    """

    act: Act
    lang: str
    number: int | None = None
    rest: str = ""
    everything: bool = False
    named: bool = False
    more: tuple[int, ...] = ()


@cache
def table(lang: str) -> dict[str, Any]:
    """A language's words."""
    return tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))


def order(text: str, lang: str) -> Order | None:
    """The order that a text gives, in its language or in English; None if it is none."""
    if len(text) > LONGEST:
        return None
    for one in dict.fromkeys((lang, *LANGUAGES)):
        found = _pattern(one).fullmatch(text.strip(" .!?。！？"))
        if found:
            return _order(found, one)
    return None


def drops(text: str, lang: str) -> bool:
    """Does the answer to a question take the request back: "never mind", or "cancel" with nothing named?"""
    bare = text.strip(" .!?。！？").casefold().replace(",", "")
    if any(bare in table(one)["drop"] for one in LANGUAGES):
        return True
    given = order(text, lang)
    return given is not None and given.act is Act.CANCEL and not (given.named or given.rest)


def times(rest: str, lang: str) -> list[str]:
    """The phrases by which the grammar may read the time in an order: as it stands, without "for", with "in"."""
    bare = re.sub(rf"^(?:{_either(table(lang)['lead'])})\s+", "", rest, flags=re.IGNORECASE)
    return [*dict.fromkeys((rest, bare, table(lang)["in"].format(bare), table("en")["in"].format(bare)))]


def time_of(rest: str, lang: str, now: datetime, tz: str) -> When | None:
    """The time in an order, by the first form that the grammar can read."""
    for phrase in times(rest, lang):
        when = parse(phrase, now, tz, lang)
        if when.due is not None and when.kind not in ("ask", "none") and not when.what:
            return when
    return None


def described(given: Order) -> tuple[str, bool]:
    """The reminder's own words in an order ("the standup reminder": standup), and whether it says "reminder"."""
    words = table(given.lang)
    bare = re.sub(rf"\b(?:{_either(words['noun'])})\b", " ", given.rest.casefold())
    named = given.named or bare != given.rest.casefold()
    little = rf"(?:\s*\b(?:{_either(words['little'])})\b\s*)+"
    return re.sub(rf"^{little}|{little}$", "", bare.strip()).strip(), named


def for_agent(what: str, lang: str, names: Iterable[str]) -> tuple[str, str] | None:
    """Agent and task, if the words after the time ask one of the agents to do something."""
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    for one in dict.fromkeys((lang, "en")):
        phrases = (re.escape(phrase).replace(r"\{agent\}", rf"@?(?P<a{n}>{known})") for n, phrase in _numbered(one))
        found = re.match(rf"(?:{'|'.join(phrases)})[\s,:]*(?P<task>\S.*)", what, re.IGNORECASE | re.DOTALL)
        if found:
            agent = next(value for name, value in found.groupdict().items() if value and name != "task")
            return agent.casefold(), found["task"]
    return None


def nagging(text: str, lang: str) -> tuple[str, int] | None:
    """The request without its words about nagging, and the minutes between two of them; None if there are none."""
    words = table(lang)
    unit = r"(?:(?:minuten|minutos?|minutes?|mins?)(?!\w)|分钟)"
    every = rf"(?:(?:every|alle|cada|toutes les|每)\s*(?P<n>\d{{1,3}})\s*{unit}\s*)?"
    until = re.compile(rf"[\s,]*{every}(?:{_either(words['nag'])})", re.IGNORECASE)
    verb = re.compile(rf"(?:{_either(words['nag_verb'])})(?!\w)\s*{every}", re.IGNORECASE)
    found = [one for one in (until.search(text), verb.search(text)) if one]
    if not found:
        return None
    minutes = next((int(one["n"]) for one in found if one["n"]), NAG_MINUTES)
    return verb.sub(words["remind_verb"] + " ", until.sub(" ", text)).strip(), max(1, minutes)


NAG_MINUTES = 10


def missing(text: str, lang: str) -> tuple[str, IfMissed | None]:
    """A text without its words about times that are missed, and what they say; None if there are none."""
    for one in dict.fromkeys((lang, "en")):
        for policy, phrases in table(one)["missed"].items():
            words = re.compile(rf"[\s,;.]*(?:(?:and|und|y|et) )?(?:{_either(phrases)})[\s,;.]*", re.IGNORECASE)
            if words.search(text):
                return words.sub(" ", text).strip(), IfMissed(policy)
    return text, None


def nothing_else(text: str, lang: str) -> Order | None:
    """An order about the reminder that a text names by its number, or about the latest one where nothing is left."""
    noun = _either(table(lang)["noun"])
    found = re.fullmatch(rf"(?P<noun>{noun})?\s*#?(?P<number>\d{{1,18}})?[\s:,.]*", text, re.IGNORECASE)
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else None
    return Order(Act.MOVE, lang, number, named=bool(found["noun"] or number))


def _numbered(lang: str) -> Iterable[tuple[int, str]]:
    return enumerate(table(lang)["agent"])


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


@cache
def _pattern(lang: str) -> re.Pattern[str]:
    words = table(lang)
    verbs = "|".join(f"(?P<{act}>{_either(phrases)})" for act, phrases in words["verbs"].items())
    number = r"\d{1,18})(?=\s|$)"
    noun = rf"(?:(?P<noun>{_either(words['noun'])})(?:\s*#?(?P<number>{number})?|#?(?P<bare>{number})"
    gap = r"\s*" if lang == "zh" else r"\s+"
    end = "" if lang == "zh" else r"(?!\w)"
    front = r"(?:把?\s*(?:提醒)?\s*#?(?P<front>\d{1,18})\s*)?" if lang == "zh" else "(?:please |nova,? |bitte )?"
    which = rf"(?:{gap}(?P<all>{_either(words['all'])}){end}|{gap}{noun}|{gap}(?P<it>{_either(words['it'])}){end})?"
    return re.compile(rf"{front}(?:{verbs}){end}{which}(?:\s*(?P<rest>\S.*))?", re.IGNORECASE | re.DOTALL)


def _order(found: re.Match[str], lang: str) -> Order | None:
    groups = found.groupdict()
    act = next(act for act in Act if groups.get(act))
    number = groups["number"] or groups["bare"] or groups.get("front")
    rest = groups["rest"] or ""
    if groups["bare"] and _belongs_to_time(rest):
        number, rest = None, f"{groups['bare']} {rest}"
    if number is None and act not in (Act.SNOOZE, Act.MOVE) and rest.lstrip("#").isdigit():
        number, rest = rest.lstrip("#")[:18], ""
    several = [int(one) for one in re.findall(r"\d+", f"{number or ''} {rest}")] if _LIST.fullmatch(rest) else []
    if several and act not in (Act.SNOOZE, Act.MOVE):
        return Order(act, lang, several[0], named=True, more=tuple(several[1:]))
    named = bool(groups["noun"] or number or groups["all"])
    return Order(act, lang, int(number) if number else None, rest, bool(groups["all"]), named)


_LIST = re.compile(
    r"(?:#?\d{1,18})?(?:\s*(?:,|、|和|&|(?:,\s*)?(?<!\w)(?:and|und|y|et)(?!\w))\s*#?\d{1,18})+", re.IGNORECASE
)
"""What names several: `3, 4 and 5`; without the first one where that was read before."""


def _belongs_to_time(rest: str) -> bool:
    """Does a bare number count something, as in "20 min", instead of naming a reminder?"""
    return bool(re.match(_UNITS, rest, re.IGNORECASE))


_UNITS = (
    r"(?:s|secs?|seconds?|sekunden?|segundos?|secondes?|秒|m|mins?|minutes?|minuten?|minutos?|分钟|分|h|hrs?|hours?|"
    r"stunden?|std|horas?|heures?|小时|d|days?|tagen?|tag|días?|dias?|jours?|天|w|weeks?|wochen?|semanas?|semaines?|周|"
    r"months?|monaten?|monat|mes(?:es)?|mois|个月|o'?clock|uhr|am|pm)(?![\w])"
)
