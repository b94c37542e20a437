"""Daily reminders over the clock changes of a sample of zones."""

from __future__ import annotations

import pytest

from schedules.when.dst_check import Tally, check, check_alike, nova


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


def test_zones_that_change_alike_are_counted_for_each() -> None:
    alike = check_alike(["Europe/Berlin", "Europe/Paris", "Asia/Tokyo"], nova, 2026, 1)
    assert alike == check(["Europe/Berlin", "Europe/Paris", "Asia/Tokyo"], 2026, 1)


@pytest.mark.slow
def test_every_zone_over_five_years() -> None:
    from zoneinfo import available_timezones

    found = check(sorted(available_timezones()))
    assert found == Tally(found.days, 0, 0)
