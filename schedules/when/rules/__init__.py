"""The grammar: importing these modules declares every rule; `GRAMMAR` is the finished index."""

from __future__ import annotations

from schedules.when.chart import RULES, Grammar
from schedules.when.rules import (
    anchors,
    bounds,
    clocks,
    dates,
    lengths,
    monthly,
    nth,
    often,
    periods,
    spans,
    weekdays,
    weekly,
    yearly,
)

GRAMMAR = Grammar(RULES)
__all__ = [
    "GRAMMAR",
    "anchors",
    "bounds",
    "clocks",
    "dates",
    "lengths",
    "monthly",
    "nth",
    "often",
    "periods",
    "spans",
    "weekdays",
    "weekly",
    "yearly",
]
