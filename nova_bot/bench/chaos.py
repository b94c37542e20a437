"""The chaos bench: a day of trouble, an hour of it in four seconds.

Lost sockets, reconnects that Slack asks for, 429, 5xx, lost connections and lost answers: nothing may be lost or
answered twice, and the memory stays flat. An event that Slack had to repeat comes after later ones, so
`out_of_order` counts threads whose order the platform changed.
"""

from pathlib import Path

from nova_bot.bench import platforms
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.slack_side import Load
from nova_bot.settings import Settings

TARGETS = {
    "slack_lost": Target("==", 0),
    "slack_doubled": Target("==", 0),
    "rss_growth_mb": Target("<", 30),
}
HOUR_S = 4.0
HOURS = 24


def measure(_data: Path | None, settings: Settings, hours: int = HOURS) -> Measured:
    """The day, or so many hours of it."""
    found = platforms.played(settings, Load(HOUR_S * hours, posts_per_s=20, channels=60, trouble=0.03))
    growth = found.pop("rss_growth_mb")
    figures = {f"slack_{key}": figure for key, figure in found.items()}
    return Measured({"hours": hours, **figures, "rss_growth_mb": growth}, TARGETS)
