"""Time and ids of the fake Discord."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


def wall() -> datetime:
    """The time now."""
    return datetime.now(UTC)


class Clock:
    """A clock that a test can move on, so that nothing has to wait for three seconds or fifteen minutes."""

    def __init__(self, source: Callable[[], datetime] = wall) -> None:
        self._source = source
        self._ahead = timedelta()
        self._last_id = 0

    def now(self) -> datetime:
        """The time."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let this many seconds pass at once."""
        self._ahead += timedelta(seconds=seconds)

    def since(self, moment: datetime) -> float:
        """Seconds since then."""
        return (self.now() - moment).total_seconds()

    def snowflake(self) -> int:
        """A new id: greater than every earlier one, and made of the time as Discord's are."""
        of_now = int((self.now() - EPOCH).total_seconds() * 1000) << 22
        self._last_id = max(self._last_id + 1, of_now)
        return self._last_id
