"""What Nova says about reminders, in the language of the request."""

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
    known = _table(lang).get("sentences", {}).get(sentence)
    if known is not None:
        return str(known)
    return (
        say(lang, "ask_alternatives", alternatives=", ".join(alternatives)) if alternatives else say(lang, "ask_again")
    )


def assumed(lang: str, sentences: tuple[str, ...]) -> str:
    """What the grammar assumed; what has no words in a language is told by the exact time above it."""
    known = {} if lang == "en" else _table(lang).get("sentences", {})
    return " ".join(sentences if lang == "en" else [str(known[one]) for one in sentences if one in known])


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
