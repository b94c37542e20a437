"""Cron: five fields become an RFC 5545 rule, so that one mechanism enumerates all recurrences."""

import re

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
BYDAY = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}


def rule(expression: str) -> str:
    """The rule of a cron expression; weekday 0 and 7 are Sunday. Raises ValueError with words for its author.

    A day of the month together with a weekday is refused: cron reads it as "or", most people as "and".
    """
    fields = SHORTHANDS.get(expression.strip().casefold(), expression).split()
    if len(fields) != len(FIELDS):
        raise ValueError(f'"{expression}" has {len(fields)} fields; cron takes five: minute hour day month weekday')
    minutes, hours, days, months, weekdays = map(_values, fields, FIELDS)
    if days and weekdays:
        raise ValueError("give a day of the month or a weekday, not both")
    parts = ["FREQ=DAILY"]
    parts += [f"BYMONTH={_listed(months)}"] if months else []
    parts += [f"BYMONTHDAY={_listed(days)}"] if days else []
    parts += ["BYDAY=" + ",".join(BYDAY[day] for day in sorted({day % 7 for day in weekdays}))] if weekdays else []
    parts += [f"BYHOUR={_listed(hours or range(24))}", f"BYMINUTE={_listed(minutes or range(60))}", "BYSECOND=0"]
    return ";".join(parts)


def _listed(values: range | list[int]) -> str:
    return ",".join(map(str, values))


def _values(field: str, kind: tuple[str, int, int]) -> list[int]:
    """The values that a field names, in order; empty for all."""
    name, low, high = kind
    if field == "*":
        return []
    found: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,3}))?", part)
        if match is None:
            raise ValueError(f'"{part}" is no {name}')
        first = low if match[1] == "*" else _value(match[1], name)
        step = int(match[3] or 1)
        last = _value(match[2], name) if match[2] else high if match[1] == "*" or match[3] else first
        if not low <= first <= last <= high or step < 1:
            raise ValueError(f'"{part}" is no {name} between {low} and {high}')
        found.update(range(first, last + 1, step))
    return sorted(found)


def _value(text: str, name: str) -> int:
    words = {"month": MONTHS, "weekday": WEEKDAYS}.get(name, ())
    if text.casefold() in words:
        return words.index(text.casefold()) + (name == "month")
    if not text.isdecimal():
        raise ValueError(f'"{text}" is no {name}')
    return int(text)
