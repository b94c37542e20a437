"""The owner's calendar and to-dos on a CalDAV server; everybody else's stay in the ledger.

The library blocks, so each call runs in a thread; one at a time, since a server sees one client.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from nova_bot.core.agenda import Agenda, Event, Todo
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.people import OWNER

T = TypeVar("T")

TIMEOUT_S = 15
STAMP, DAY_STAMP = "%Y%m%dT%H%M%SZ", "%Y%m%d"
_STAMPED = re.compile(r"\d{8}(?:T\d{6}Z)?")
_DAY = timedelta(days=1)


class CalDav:
    """The `Agenda` of `nova_bot.core.agenda`. Entries come from outside: anybody may have invited the owner.

    `tz` is the owner's zone, for entries without one.
    """

    def __init__(self, url: str, user: str, password: str, tz: str, others: Agenda) -> None:
        self._host = urlsplit(url).hostname
        self._client: dict[str, Any] = {
            "url": url, "username": user, "password": password, "timeout": TIMEOUT_S,
            "enable_rfc6764": False, "require_tls": False,
        }  # fmt: skip
        self._zone = ZoneInfo(tz)
        self._others = others
        self._turn = asyncio.Lock()

    async def events(self, person: str, first: datetime, last: datetime) -> list[Event]:
        """What lies in this span, each time of a recurring appointment on its own."""
        if person != OWNER:
            return await self._others.events(person, first, last)

        def find(calendars: Any) -> list[Event]:
            entries = [
                one.icalendar_component
                for calendar in calendars.of("VEVENT")
                for one in calendar.search(start=first, end=last, event=True, expand=True)
            ]
            found = [self._event(one) for one in entries if one.get("STATUS") != "CANCELLED"]
            return sorted(found, key=lambda event: event.start)

        return await self._ask(find)

    async def add_event(self, person: str, event: Event, key: str, now: datetime) -> Event:
        """Put it into the first calendar; the same key gives the same UID, which a server holds once."""
        if person != OWNER:
            return await self._others.add_event(person, event, key, now)
        uid = str(uuid5(NAMESPACE_URL, f"nova:{key}"))
        more = {"location": event.where} if event.where else {}

        def add(calendars: Any) -> Event:
            kept = calendars.of("VEVENT")[0].add_event(
                uid=uid, summary=event.title, dtstart=event.start, dtend=event.end, **more
            )
            return self._event(kept.icalendar_component)

        return await self._ask(add)

    async def cancel_event(self, person: str, event: str, now: datetime) -> Event | None:
        """Delete it on the server; of a recurring one, the one time that the id names.

        Raises ToolError for the id of a whole recurrence: many appointments would be gone by one call.
        """
        if person != OWNER:
            return await self._others.cancel_event(person, event, now)
        uid, time_ = _parted(event)

        def cancel(calendars: Any) -> Event | None:
            found = calendars.by_uid("VEVENT", uid)
            if found is None:
                return None
            if time_:
                return self._leave_out(found, event, time_)
            if _recurs(_master(found)):
                raise ToolError(
                    tool="calendar.cancel", what=f"{uid} recurs; name one of its times, as the list shows it"
                )
            gone = self._event(found.icalendar_component)
            found.delete()
            return gone

        return await self._ask(cancel)

    async def todos(self, person: str) -> list[Todo]:
        """The open ones, those with a day first."""
        if person != OWNER:
            return await self._others.todos(person)

        def find(calendars: Any) -> list[Todo]:
            found = [one for calendar in calendars.of("VTODO") for one in calendar.get_todos()]
            todos = [self._todo(one.icalendar_component) for one in found]
            return sorted(todos, key=lambda todo: (todo.due is None, todo.due or date.max, todo.text))

        return await self._ask(find)

    async def add_todo(self, person: str, todo: Todo, key: str, now: datetime) -> Todo:
        """Put it on the first list that takes to-dos."""
        if person != OWNER:
            return await self._others.add_todo(person, todo, key, now)
        uid = str(uuid5(NAMESPACE_URL, f"nova:{key}"))
        more = {"due": todo.due} if todo.due else {}

        def add(calendars: Any) -> Todo:
            kept = calendars.of("VTODO")[0].add_todo(uid=uid, summary=todo.text, **more)
            return self._todo(kept.icalendar_component)

        return await self._ask(add)

    async def finish_todo(self, person: str, todo: str, now: datetime) -> Todo | None:
        """Mark it completed on the server."""
        if person != OWNER:
            return await self._others.finish_todo(person, todo, now)

        def finish(calendars: Any) -> Todo | None:
            found = calendars.by_uid("VTODO", todo)
            if found is None or found.icalendar_component.get("STATUS") == "COMPLETED":
                return None
            done = self._todo(found.icalendar_component)
            found.complete(completion_timestamp=now.astimezone(UTC), handle_rrule=True)
            return replace(done, done=True)

        return await self._ask(finish)

    def _leave_out(self, series: Any, event: str, time_: str) -> Event | None:
        """Take one time out of a recurring appointment. None if it has no such time."""
        moment = self._moment(_read(time_))
        here = series.parent.search(start=moment - _DAY, end=moment + _DAY, event=True, expand=True)
        own = [one for one in _entries(series) if "RECURRENCE-ID" in one and self._id(one) == event]
        shown = next((one for one in own or [one.icalendar_component for one in here] if self._id(one) == event), None)
        if shown is None:
            return None
        gone, master = self._event(shown), _master(series)
        for one in own:
            series.icalendar_instance.subcomponents.remove(one)
        master.add("exdate", _alike(moment, master["DTSTART"].dt, self._zone))
        series.save()
        return gone

    async def _ask(self, work: Callable[[Any], T]) -> T:
        async with self._turn:
            return await asyncio.to_thread(self._connected, work)

    def _connected(self, work: Callable[[Any], T]) -> T:
        from caldav.davclient import DAVClient  # it takes half a second
        from caldav.lib.error import DAVError
        from niquests.exceptions import RequestException

        try:
            with DAVClient(**self._client) as client:
                return work(_Calendars(client.get_calendars()))
        except (DAVError, RequestException, OSError, LookupError, ValueError, SyntaxError) as error:
            what = f"{self._host} did not answer as it should ({type(error).__name__}); that is not an empty calendar"
            raise ToolError(tool="calendar", what=what) from error

    def _label(self, uid: str) -> Label:
        return Label(Integrity.OUTSIDE, f"caldav:{uid}")

    def _event(self, entry: Any) -> Event:
        start = self._moment(entry["DTSTART"].dt)
        if "DTEND" in entry:
            end = self._moment(entry["DTEND"].dt)
        elif "DURATION" in entry:
            end = start + entry["DURATION"].dt
        else:
            end = start + (timedelta(0) if isinstance(entry["DTSTART"].dt, datetime) else timedelta(days=1))
        title, where = _line(entry, "SUMMARY") or "(no title)", _line(entry, "LOCATION")
        return Event(title, start, end, self._label(str(entry.get("UID"))), where, self._id(entry))

    def _id(self, entry: Any) -> str:
        """The UID; of one time of a recurring appointment also which one."""
        uid = str(entry.get("UID"))
        if "RECURRENCE-ID" not in entry:
            return uid
        time_ = entry["RECURRENCE-ID"].dt
        stamp = f"{self._moment(time_):{STAMP}}" if isinstance(time_, datetime) else f"{time_:{DAY_STAMP}}"
        return f"{uid}#{stamp}"

    def _todo(self, entry: Any) -> Todo:
        uid = str(entry.get("UID"))
        due = self._moment(entry["DUE"].dt).astimezone(self._zone).date() if "DUE" in entry else None
        return Todo(
            _line(entry, "SUMMARY") or "(no title)", self._label(uid), due, entry.get("STATUS") == "COMPLETED", uid
        )

    def _moment(self, when: date | datetime) -> datetime:
        wall = when if isinstance(when, datetime) else datetime.combine(when, time())
        return (wall if wall.tzinfo else wall.replace(tzinfo=self._zone)).astimezone(UTC)


def _parted(event: str) -> tuple[str, str]:
    """An appointment's UID, and which time of a recurrence it is; "" for the whole."""
    uid, mark, time_ = event.rpartition("#")
    return (uid, time_) if mark and _STAMPED.fullmatch(time_) else (event, "")


def _read(stamp: str) -> date | datetime:
    if "T" in stamp:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    return date.fromisoformat(stamp)


def _alike(moment: datetime, start: date | datetime, zone: ZoneInfo) -> date | datetime:
    """A moment as the start of its recurrence is written: a day, a time without a zone, or in its zone."""
    if not isinstance(start, datetime):
        return moment.astimezone(zone).date()
    return moment.astimezone(start.tzinfo) if start.tzinfo else moment.astimezone(zone).replace(tzinfo=None)


def _entries(event: Any) -> list[Any]:
    return [one for one in event.icalendar_instance.subcomponents if one.name == "VEVENT"]


def _master(event: Any) -> Any:
    """What says when it recurs, beside the entries of single times."""
    entries = _entries(event)
    return next((one for one in entries if "RECURRENCE-ID" not in one), entries[0])


def _recurs(entry: Any) -> bool:
    return "RRULE" in entry or "RDATE" in entry


def _line(entry: Any, key: str) -> str:
    """A text on one line: whoever wrote it can't add lines to a list."""
    return " ".join(str(entry.get(key, "")).split())


class _Calendars:
    """The calendars of a server, and which of them take what."""

    def __init__(self, calendars: list[Any]) -> None:
        self._calendars = calendars

    def of(self, component: str) -> list[Any]:
        """Those that take this kind of entry, new ones the first. Raises ToolError where there is none."""
        found = [one for one in self._calendars if component in one.get_supported_components()]
        if not found:
            what = "appointments" if component == "VEVENT" else "to-dos"
            raise ToolError(tool="calendar", what=f"the server shows no calendar that takes {what}")
        return found

    def by_uid(self, component: str, uid: str) -> Any | None:
        """The entry with this UID."""
        from caldav.lib.error import NotFoundError

        for calendar in self.of(component):
            try:
                return calendar.get_event_by_uid(uid) if component == "VEVENT" else calendar.get_todo_by_uid(uid)
            except NotFoundError:
                continue
        return None
