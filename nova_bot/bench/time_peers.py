"""Other libraries on the same phrases, where they are installed. They are never dependencies of Nova."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any

Parser = Callable[[str, datetime, str], dict[str, Any]]


def installed() -> dict[str, Parser]:
    """The parsers that are there, by name and version."""
    found: dict[str, Parser] = {}
    for package, make in MAKERS.items():
        try:
            found[f"{package} {version(package)}"] = make(import_module(package))
        except ImportError:
            continue
    return found


def _recurrent(library: Any) -> Parser:
    def parse(text: str, at: datetime, lang: str) -> dict[str, Any]:  # noqa: ARG001
        event = library.RecurringEvent(now_date=at.replace(tzinfo=None))
        read = event.parse(text)
        if isinstance(read, str):
            start = next((line[8:] for line in read.splitlines() if line.startswith("DTSTART:")), None)
            rule = next((line[6:] for line in read.splitlines() if line.startswith("RRULE:")), "")
            begun = datetime.strptime(start[:8], "%Y%m%d").date().isoformat() if start else None  # noqa: DTZ007
            return {"kind": "recurrence", "value": rule, "dtstart": begun}
        return {"kind": "instant", "value": read.isoformat()} if read else {"kind": "none"}

    return parse


def _parsedatetime(library: Any) -> Parser:
    calendar = library.Calendar(version=library.VERSION_CONTEXT_STYLE)

    def parse(text: str, at: datetime, lang: str) -> dict[str, Any]:  # noqa: ARG001
        read, context = calendar.parseDT(text, sourceTime=at.replace(tzinfo=None))
        return {"kind": "instant", "value": read.isoformat()} if context.hasDateOrTime else {"kind": "none"}

    return parse


def _dateparser(library: Any) -> Parser:
    def parse(text: str, at: datetime, lang: str) -> dict[str, Any]:
        settings = {"RELATIVE_BASE": at.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
        read = library.parse(text, languages=[lang], settings=settings)
        return {"kind": "instant", "value": read.isoformat()} if read else {"kind": "none"}

    return parse


MAKERS: dict[str, Callable[[Any], Parser]] = {
    "recurrent": _recurrent,
    "parsedatetime": _parsedatetime,
    "dateparser": _dateparser,
}
"""Each peer's package, and how a parser is made of its module."""
