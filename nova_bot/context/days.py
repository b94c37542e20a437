"""Days: dates that nobody wrote down and that follow all the same: ends of terms, days some time off, weekdays."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from nova_bot.context import grammar, phrases, readings, values
from nova_bot.context.value import Value, ValueKind

MOST = 4
"""Days, and lengths of time, from which others are reckoned: from more of them almost any day follows."""

LONGEST = 366
"""Days. A bare number that is larger is no length of time."""

FRIDAY = 4
LAST_WEEK = 52

Term = tuple[int, str]
"""So many days, weeks, months or years."""

_WEEKDAYS = {**grammar.WEEKDAYS, **grammar.SHORT_WEEKDAYS}
_DAY = rf"({'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})"
_WEEKDAY_BEFORE = re.compile(rf"\b{_DAY}\b\.?,? ?(?:\()?(?:the |dem |den |der |el |le |día )?$", re.IGNORECASE)
_WEEKDAY_BEHIND = re.compile(rf",? ?\(? ?(?:a |an |ein |un )?{_DAY}\b", re.IGNORECASE)


def named(stated: Iterable[Value], today: date | None) -> set[date]:
    """The days that values name, those without a year in this one; of a month the first; and today."""
    keys = {key for value in stated if value.kind is ValueKind.DATE for key in value.offers}
    found = {day for key in keys if (day := _day(key, today))}
    return found | ({today} if today else set())


def _day(key: str, today: date | None) -> date | None:
    kind, _, rest = key.partition(":")
    year, _, month_day = rest.partition("-")
    if kind != "date" or year == "*" or not (year or today):
        return None
    try:
        return date.fromisoformat(f"{year or (today.year if today else '')}-{month_day}")
    except ValueError:
        return None


def months(stated: Iterable[Value]) -> set[date]:
    """The first days of the months that values name without a day."""
    keys = {key for value in stated if value.kind is ValueKind.DATE for key in value.seeks if key.startswith("month:")}
    found = (key.removeprefix("month:") for key in keys)
    return {date.fromisoformat(f"{month}-01") for month in found if re.fullmatch(r"[1-9]\d{3}-\d\d", month)}


def names_other_weekday(date_value: Value, text: str, today: date) -> bool:
    """Does `text` put a weekday beside a date that falls on another one? A date without a year is the nearest one."""
    if len(re.findall(r"\b\d{1,2}\b", date_value.text)) > 1 and not re.search(r"\d[./-]\d", date_value.text):
        return False  # "Monday to Wednesday (16–18 May)"
    found = _WEEKDAY_BEFORE.search(text[max(0, date_value.start - 24) : date_value.start])
    found = found or _WEEKDAY_BEHIND.match(text, date_value.end)
    if found is None:
        return False
    near = [today.replace(year=today.year + n, day=1) for n in (-1, 0, 1)]
    read = [min(each, key=lambda day: abs(day - today)) for each in _readings(date_value, near)]
    return bool(read) and all(day.weekday() != _WEEKDAYS[found[1].lower()] for day in read)


def _readings(date_value: Value, near: Sequence[date]) -> list[list[date]]:
    """For each reading of a date ("3/4" has two) the days that it is around those that are `near`."""
    keys = [key for key in date_value.offers if re.match(r"date:(?!\*)", key)]
    dated = [key for key in keys if not key.startswith("date:-")] or keys
    return [found for key in dated if (found := [day for each in near if (day := _day(key, each))])]


def keys_of(days: Iterable[date]) -> set[str]:
    """The keys by which `days` are known."""
    return {key for day in days for key in readings.day_keys(day.year, day.month, day.day)[1]}


def ends(text: str, today: date | None) -> set[date]:
    """The days on which a term that `text` names ends, or by which it has to be given notice.

    "24 months from 1 March 2025, three months' notice" names 28 February 2027 and 30 November 2026.
    """
    stated, terms = named(values.values(text), None) - {today}, phrases.terms(text)
    if len(stated) >= MOST or not 0 < len(terms) < MOST:
        return set()
    over = {(each, term) for day in stated for term in terms for each in _around(shifted(day, term))}
    notice = {shifted(day, (-n, unit)) for day in stated for n, unit in terms}
    notice |= {shifted(day, (-n, unit)) for day, term in over for n, unit in terms if (n, unit) != term}
    return {day for day, _ in over} | {each for day in notice for each in _around(day)}


def _around(day: date) -> tuple[date, date]:
    """A day and the one before it: a term ends on either."""
    return day, shifted(day, (-1, "days"))


def shifted(day: date, term: Term) -> date:
    """`day` so much later; earlier by a negative term; `day` itself where that is no day any more."""
    n, unit = term
    try:
        return day + relativedelta(**{unit: n})  # type: ignore[arg-type]
    except (ValueError, OverflowError):  # "valid until 31.12.9999", and three months more
        return day


def apart(known: Collection[date], terms: Collection[Term]) -> set[date]:
    """The days that lie one of `terms` after or before a known one, or the end of its year; on a working day."""
    if len(known) > MOST or not 0 < len(terms) <= MOST:
        return set()
    starts = {*known, *(date(day.year, 12, 31) for day in known if any(unit == "years" for _, unit in terms))}
    found = {shifted(day, (way * n, unit)) for day in starts for n, unit in terms for way in (1, -1)}
    mondays = {shifted(day, (7 - day.weekday(), "days")) for day in found if day.weekday() > FRIDAY}
    return found | mondays | (starts - set(known))


_WEEK = re.compile(
    r"(?<!\w)(?:week|kw|woche|kalenderwoche|semana|semaine)[ _.:=w-]{0,3}([1-5]?\d)(?!\d)", re.IGNORECASE
)


def of_weeks(text: str, today: date) -> set[date]:
    """The first and the last days of the calendar weeks that `text` numbers."""
    weeks = {int(found) for found in _WEEK.findall(text)}
    mondays = {date.fromisocalendar(today.year, n, 1) for n in weeks if 0 < n <= LAST_WEEK}
    return {monday + timedelta(days=n) for monday in mondays for n in (0, FRIDAY, 6)}


def reachable(known: Iterable[date], spans: Iterable[Decimal]) -> set[date]:
    """The days that lie a span from a known one: "14 days after 3 May"."""
    lengths = [sign * int(span) for span in spans if 0 < span <= LONGEST for sign in (1, -1)]
    return {shifted(start, (length, "days")) for start in known for length in lengths}
