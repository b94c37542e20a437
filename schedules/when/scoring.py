"""The adapter between this package and the scorer of the time corpus."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from schedules.when.answer import answer
from schedules.when.model import Habits, When, as_json


def score_entry(text: str, ref: datetime, lang: str) -> dict[str, Any]:
    """The answer to one corpus entry; references without a named zone are read as a fixed offset."""
    zone = ref.tzinfo.key if isinstance(ref.tzinfo, ZoneInfo) else fixed(ref)
    return scored(answer(text, ref, zone, lang, Habits()))


def fixed(ref: datetime) -> str:
    """A zone name for a whole-hour offset."""
    hours = int((ref.utcoffset() or ref - ref).total_seconds() // 3600)
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def scored(when: When) -> dict[str, Any]:
    """The scorer's shape of an answer."""
    plain = as_json(when)
    if when.kind == "interval" and isinstance(when.value, tuple):
        plain["value"] = [moment.isoformat() for moment in when.value]
    else:
        plain["value"] = plain["rrule"] if when.kind == "recurrence" else plain["when"]
    if plain["dtstart"] is None:
        del plain["dtstart"]
    return plain
