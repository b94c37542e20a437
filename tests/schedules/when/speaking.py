"""A Friday morning in Berlin, and short ways to ask what a text means there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from schedules.when import When, as_json, parse

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 10, 15, tzinfo=BERLIN)


def heard(text: str, lang: str | None = "en", now: datetime = NOW) -> When:
    """What a text means, said on Friday 20 November 2026 at 10:15."""
    return parse(text, now, "Europe/Berlin", lang)


def told(text: str, lang: str | None = "en", now: datetime = NOW) -> str:
    """The time as short text: "2026-11-20 17:00", a date, a rule, or the kind of answer."""
    when = heard(text, lang, now)
    if isinstance(when.value, datetime):
        return f"{when.value.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    if isinstance(when.value, tuple):
        return f"{when.value[0]:%Y-%m-%d %H:%M} to {when.value[1]:%H:%M}"
    return str(when.value) if when.value and when.kind != "ask" else when.kind


def parts(text: str, lang: str | None = "en") -> dict[str, Any]:
    """Who, where, what and the action."""
    found = as_json(heard(text, lang))
    return {name: found[name] for name in ("action", "who", "where", "what")}
