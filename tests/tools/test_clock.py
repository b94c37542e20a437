"""The clock."""

import pytest

from nova_bot.core.labels import Integrity
from nova_bot.tools.clock import TOOLS
from nova_bot.tools.registry import Caller
from tests.doubles import NOON
from tests.tools.callers import calling

(NOW,) = TOOLS


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("", "Sunday 2026-11-22 13:00:00 +0100 (Europe/Berlin), ISO week 2026-W47"),
        ("UTC", "Sunday 2026-11-22 12:00:00 +0000 (UTC), ISO week 2026-W47"),
        ("Pacific/Auckland", "Monday 2026-11-23 01:00:00 +1300 (Pacific/Auckland), ISO week 2026-W48"),
    ],
)
async def test_the_time_anywhere(caller: Caller, zone: str, said: str) -> None:
    assert await calling(NOW, caller, zone=zone) == said


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe", "a\x00b", "x" * 300, "\ud800"]
)
async def test_no_zone_is_said_so(caller: Caller, zone: str) -> None:
    assert "is not an IANA time zone" in await calling(NOW, caller, zone=zone)


def test_the_time_is_anyones_and_soon_old(caller: Caller) -> None:
    label = NOW.label(NOON, caller)
    assert (label.integrity, label.audience, label.as_of) == (Integrity.DIRECTORY, frozenset(), NOON)
    assert label.expires
    assert (label.expires - NOON).total_seconds() == 60
