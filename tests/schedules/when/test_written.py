"""Requests as people write them, in five languages, with the reading that the conventions give (data/requests.tsv)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from schedules.when import When
from tests.schedules.when.speaking import BERLIN, heard

REQUESTS = Path(__file__).parent / "data" / "requests.tsv"


def read(when: When) -> str:
    """The time of an answer as the file writes it: "WEEKLY;BYDAY=MO at 9:00 from 2026-12-07 until 2027-02-28"."""
    if when.kind in ("ask", "none"):
        return "ask"
    if when.rrule is None:
        value = when.value[0] if isinstance(when.value, tuple) else when.value
        return f"{value.astimezone(BERLIN):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    parts = dict(part.split("=") for part in when.rrule.split(";"))
    freq, hour, minute = parts.pop("FREQ"), parts.pop("BYHOUR", None), parts.pop("BYMINUTE", None)
    until = parts.pop("UNTIL", None)
    text = ";".join([freq, *(f"{name}={value}" for name, value in parts.items())])
    text += f" at {hour}:{int(minute or 0):02}" if hour else ""
    text += f" until {until[:4]}-{until[4:6]}-{until[6:8]}" if until else ""
    return text + (f" except {', '.join(when.excepted)}" if when.excepted else "")


@pytest.mark.parametrize("lang", ["en", "de", "es", "fr", "zh"])
def test_requests_are_read_as_they_are_meant_or_asked_about(lang: str) -> None:
    wrong = []
    for line in REQUESTS.read_text("utf-8").splitlines():
        language, text, meaning, what = line.split("\t")
        if language != lang:
            continue
        when = heard(text, lang)
        expected, _, start = meaning.partition(" from ")
        begins = not start or (when.dtstart is not None and str(when.dtstart.date()) == start)
        if read(when) != expected or not begins or (what and when.what != what):
            wrong.append((text, meaning, read(when), when.what))
    assert not wrong
