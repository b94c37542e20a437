"""Freshness: how old what was observed is, and whether that is too old for its kind."""

from datetime import datetime, timedelta

from nova_bot.core.labels import Label
from nova_bot.core.wording import say


def is_stale(label: Label, now: datetime) -> bool:
    """Is the time over within which it was fresh?"""
    return label.expires is not None and label.expires < now


def age(passed: timedelta) -> str:
    """A length of time in its largest unit: "9 h"."""
    minutes = int(passed.total_seconds() // 60)
    for key, length in (("days", 2 * 24 * 60), ("hours", 60)):
        if minutes >= length:
            return say("age", key, n=minutes // (24 * 60 if key == "days" else 60))
    return say("age", "minutes", n=max(1, minutes))
