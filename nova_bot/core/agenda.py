"""Agenda: a person's calendar and to-do list, wherever they are kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from nova_bot.core.labels import Label


@dataclass(frozen=True, slots=True)
class Event:
    """An appointment. `start` and `end` are aware; a whole day is midnight to midnight. `id` is "" until it is kept."""

    title: str
    start: datetime
    end: datetime
    label: Label
    where: str = ""
    id: str = ""

    def overlaps(self, other: "Event") -> bool:
        """Do they share any time?"""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Todo:
    """Something to be done, by a day or at any time. `id` is "" until it is kept."""

    text: str
    label: Label
    due: date | None = None
    done: bool = False
    id: str = ""


class Agenda(Protocol):
    """Where calendars and to-dos are kept. Raises ToolError if they can't be reached: that is not "nothing there"."""

    async def events(self, person: str, first: datetime, last: datetime) -> list[Event]:
        """What lies in this span of a person's calendar, even in part, in the order of time."""
        ...

    async def add_event(self, person: str, event: Event, key: str, now: datetime) -> Event:
        """Put it into the calendar; the same key twice makes one. As it is kept."""
        ...

    async def cancel_event(self, person: str, event: str, now: datetime) -> Event | None:
        """Take it out. None if the person has no such appointment."""
        ...

    async def todos(self, person: str) -> list[Todo]:
        """What a person has still to do, the most urgent first."""
        ...

    async def add_todo(self, person: str, todo: Todo, key: str, now: datetime) -> Todo:
        """Put it on the list; the same key twice makes one. As it is kept."""
        ...

    async def finish_todo(self, person: str, todo: str, now: datetime) -> Todo | None:
        """Tick it off. None if the person has no such open to-do."""
        ...
