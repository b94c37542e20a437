"""Daily reminders over the clock changes of a sample of zones."""

from __future__ import annotations

import pytest

from schedules.when.dst_check import Tally, check


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Casablanca",
        "Asia/Beirut",
    ],
)
def test_no_day_is_skipped_and_none_doubled(zone: str) -> None:
    found = check([zone], first=2026, years=1)
    assert found.days > 0
    assert (found.skipped, found.doubled) == (0, 0)


@pytest.mark.slow
def test_every_zone_over_five_years() -> None:
    from zoneinfo import available_timezones

    found = check(sorted(available_timezones()))
    assert found == Tally(found.days, 0, 0)
