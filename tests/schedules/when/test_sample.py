"""A sample of the public time corpus (licences beside it): mostly right, hardly ever silently wrong."""

from __future__ import annotations

import json
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from schedules.when.scoring import score_entry

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"


def days(rule: str, start: str | None, ref: datetime) -> list[str]:
    begin = datetime.combine((datetime.fromisoformat(start) if start else ref).date(), time())
    days = rrulestr(rule.split(";BYHOUR")[0], dtstart=begin)
    return [f"{day:%Y-%m-%d}" for day in islice((day for day in days if day >= begin), 20)]


def matches(want: dict[str, Any], got: dict[str, Any], ref: datetime) -> bool:
    if want["kind"] in ("none", "ask") or got["kind"] in ("none", "ask"):
        return want["kind"] in ("none", "ask") and got["kind"] in ("none", "ask")
    if want.get("check") or got["kind"] == "interval":
        return True
    if "recurrence" in (want["kind"], got["kind"]):
        same = want["kind"] == got["kind"] and days(want["value"], want.get("dtstart"), ref) == days(
            got["value"], got.get("dtstart"), ref
        )
        return same or (want["kind"] == got["kind"] and days(want["value"], None, ref) == days(got["value"], None, ref))
    expected, found = (datetime.fromisoformat(side["value"]) for side in (want, got))
    expected = expected if expected.tzinfo else expected.replace(tzinfo=ref.tzinfo)
    found = found if found.tzinfo else found.replace(tzinfo=ref.tzinfo)
    return found.date() == expected.date() and (want["kind"] == "date" or abs((found - expected).total_seconds()) < 60)


def test_the_sample_is_right_or_asked() -> None:
    right = wrong = total = 0
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        ref = datetime.fromisoformat(entry["ref"])
        ref = ref.astimezone(ZoneInfo(entry["tz"])) if "tz" in entry else ref
        got, expect = score_entry(entry["text"], ref, entry["lang"]), entry["expect"]
        good = any(matches(want, got, ref) for want in [expect, *expect.get("also", [])])
        right, total = right + good, total + 1
        wrong += not good and got["kind"] not in ("ask", "none")
    assert right >= 0.93 * total
    assert wrong <= 0.02 * total
