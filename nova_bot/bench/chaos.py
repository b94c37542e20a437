"""The chaos bench: a day of trouble, an hour of it in four seconds.

Lost sockets, reconnects, lost sessions, payloads nobody can read, 429, 5xx, lost connections and lost answers: nothing
may be lost or answered twice, and the memory stays flat. An event that Slack had to repeat comes after later ones, so
`out_of_order` counts threads whose order the platform changed. Commands used while nobody listens are Discord's to
refuse; `unheard_commands` counts them.
"""

from pathlib import Path

from nova_bot.bench import platforms
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.slack_side import Load
from nova_bot.settings import Settings

LOADS = {"slack": 20.0, "discord": 10.0}
"""Posts per second: about as many events each."""
TARGETS = {
    f"{platform}_{what}": target
    for platform in LOADS
    for what, target in (("lost", Target("==", 0)), ("doubled", Target("==", 0)), ("rss_growth_mb", Target("<", 30)))
}
HOUR_S = 4.0
HOURS = 24


def measure(_data: Path | None, settings: Settings, hours: int = HOURS) -> Measured:
    """The day, or so many hours of it."""
    figures: dict[str, float] = {"hours": hours}
    for platform, posts in LOADS.items():
        load = Load(HOUR_S * hours, posts_per_s=posts, channels=60, trouble=0.03)
        found = platforms.played(settings, load, platform)
        figures |= {f"{platform}_{key}": figure for key, figure in found.items()}
    return Measured(figures, TARGETS)
