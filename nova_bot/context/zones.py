"""Zones: what the clock shows elsewhere. A text names zones by a city, an abbreviation, an offset or their own name."""

import re
import tomllib
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 24 * 60

MOST = 4
"""With more zones than this almost any hour is another one elsewhere."""

_OFFSET = re.compile(r"(?:\b(?:UTC|GMT) ?|T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([+-])(\d{1,2})(?::?(\d\d))?(?!\d)")
_ZULU = re.compile(r"T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z\b")
_OWN_NAME = re.compile(r"\b[A-Z][a-z]+/[A-Z][A-Za-z_]+\b")


@cache
def _named(section: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of the words of a section of `zones.toml`, and the zone that each means."""
    table = tomllib.loads(files("nova_bot.context").joinpath("zones.toml").read_text("utf-8"))[section]
    zones = {word: zone for words, zone in table.items() for word in words.split("|")}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, zones))})(?!\w)"), zones


def offsets(text: str, day: date) -> frozenset[int]:
    """How many minutes each zone that `text` names, or writes as an offset, is ahead of UTC on `day`."""
    written = {_minutes(found) for found in _OFFSET.finditer(text)}
    return named(text, day) | written | ({0} if _ZULU.search(text) else set())


@lru_cache(maxsize=512)
def named(text: str, day: date) -> frozenset[int]:
    """The same of those that it names by a place or a name."""
    found = set(_OWN_NAME.findall(text))
    for section, read in (("places", text.casefold()), ("abbreviations", text)):
        words, zones = _named(section)
        found |= {zones[word] for word in words.findall(read)}
    return frozenset(ahead for zone in found if (ahead := _ahead(zone, day)) is not None)


def written_at(text: str, place: int) -> int | None:
    """The offset that stands at this place: "UTC-6"."""
    found = (found for found in _OFFSET.finditer(text) if found.start() <= place < found.end())
    return next(map(_minutes, found), None)


def _minutes(offset: re.Match[str]) -> int:
    return int(f"{offset[1]}1") * (60 * int(offset[2]) + int(offset[3] or 0))


@lru_cache(maxsize=512)
def _ahead(zone: str, day: date) -> int | None:
    try:
        ahead = datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return int(ahead.total_seconds()) // 60 if ahead is not None else None


def apart(ahead: Collection[int]) -> set[int]:
    """By how many minutes two of the zones differ, in either direction."""
    return {a - b for a in ahead for b in ahead if a != b} if len(ahead) <= MOST else set()


def elsewhere(known: Iterable[int], ahead: Collection[int]) -> set[int]:
    """The times of day, in minutes, that it is in one of the zones when it is a `known` one in another."""
    return {(minute + way) % DAY for minute in known for way in apart(ahead)}
