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
