"""What Nova says about reminders, in the language of the request."""

import re
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "wording"


@cache
def _table(lang: str) -> dict[str, Any]:
    path = FOLDER / f"{lang}.toml"
    return tomllib.loads((path if path.exists() else FOLDER / "en.toml").read_text("utf-8"))


def say(lang: str, key: str, **facts: object) -> str:
    """The sentence `key` in a language (English for one that is unknown), with {names} filled from `facts`."""
    return str(_table(lang)[key]).format_map({name: str(fact) for name, fact in facts.items()})


def translated(lang: str, sentence: str, alternatives: tuple[str, ...] = ()) -> str:
    """A question of the time grammar in a language; one that is not in the table only lists its alternatives."""
    if lang == "en":
        return sentence
    if known := _in(lang, sentence):
        return known
    if alternatives:
        return say(lang, "ask_alternatives", alternatives=", ".join(alternatives))
    return say(lang, "ask_again")


def assumed(lang: str, sentences: tuple[str, ...]) -> str:
    """What the grammar assumed; what has no words in a language is told by the exact time above it."""
    return " ".join(sentences if lang == "en" else filter(None, (_in(lang, one) for one in sentences)))


def _in(lang: str, sentence: str) -> str:
    """A sentence of the grammar in a language, "" where the table has none for it."""
    for form, words in _forms(lang):
        if found := form.fullmatch(sentence):
            return words.format_map({name: _fact(lang, name, fact) for name, fact in found.groupdict().items()})
    return ""


@cache
def _forms(lang: str) -> list[tuple[re.Pattern[str], str]]:
    """The grammar's sentences, with a group for each {name} in them, and their words in a language."""
    sentences: dict[str, str] = _table(lang).get("sentences", {})
    by_detail = sorted(sentences, key=lambda form: -len(_NAMED.sub("", re.escape(form))))
    return [(re.compile(_NAMED.sub(r"(?P<\1>.+?)", re.escape(form))), sentences[form]) for form in by_detail]


_NAMED = re.compile(r"\\{(\w+)\\}")


def _fact(lang: str, name: str, fact: str) -> str:
    """A weekday, a month or a unit in its own words; numbers, times and names as they are."""
    table, english = _table(lang), _table("en")
    if name == "unit":
        return str(table["units"].get(fact, fact))
    if name in ("weekday", "month") and fact in english[f"{name}s"]:
        return str(table[f"{name}s"][english[f"{name}s"].index(fact)])
    return fact.lstrip("0") if name == "day" else fact


def in_every_language(key: str) -> frozenset[str]:
    """A sentence without facts, as it may stand in an earlier question."""
    return frozenset(str(_table(path.stem)[key]) for path in FOLDER.glob("*.toml"))


def moment(lang: str, at: datetime, tz: str) -> str:
    """A moment with weekday, date, wall time and zone, as it is written in a language."""
    wall, table = at.astimezone(ZoneInfo(tz)), _table(lang)
    return say(
        lang,
        "moment",
        weekday=table["weekdays"][wall.weekday()],
        day=wall.day,
        month=table["months"][wall.month - 1],
        year=wall.year,
        time=f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}",
        tz=tz,
    )


def says_reminder(text: str) -> bool:
    """Does a text speak of a reminder by its name?"""
    return bool(re.search(r"remind|erinner|recordatorio|rappel|提醒", text, re.IGNORECASE))


def of_reminder(said: str) -> bool:
    """Does something that Nova said speak of a reminder: its card, a change of it, or itself when it is due?"""
    return said.startswith("⏰") or says_reminder(said)
