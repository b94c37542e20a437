"""The agenda: a person's calendar and to-dos."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field, NaiveDatetime

from nova_bot.core.agenda import Agenda, Event, Todo
from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label, join
from nova_bot.tools.registry import WHEN, Args, Caller, Result, Tool

LONGEST_SPAN = 92
NAME = Field(min_length=1, max_length=200, description="its id, as the list shows it")


class ListArgs(Args):
    """Which days."""

    first: date = Field(description="the first day")
    days: int = Field(default=1, ge=1, le=LONGEST_SPAN)


class AddArgs(Args):
    """An appointment."""

    title: str = Field(min_length=1, max_length=300)
    start: NaiveDatetime = Field(description="in the person's own zone, without an offset: 2026-11-27T14:00")
    minutes: int = Field(default=60, ge=1, le=60 * 24 * 31)
    where: str = Field(default="", max_length=300)


class CancelArgs(Args):
    """Which appointment."""

    event: str = NAME


class TodosArgs(Args):
    """Nothing: all open to-dos are listed."""


class TodoArgs(Args):
    """Something to do."""

    text: str = Field(min_length=1, max_length=1_000, description="in the person's own words")
    due: date | None = Field(default=None, description="the day by which it should be done")


class DoneArgs(Args):
    """Which to-do."""

    todo: str = NAME


def _kept_in(caller: Caller, tool: str) -> Agenda:
    if caller.agenda is None:
        raise ToolError(tool=tool, what="no calendar is set up here")
    return caller.agenda


def _moment(wall: datetime, tz: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)


def _line(event: Event, tz: str) -> str:
    start, end = (moment.astimezone(ZoneInfo(tz)) for moment in (event.start, event.end))
    if (start.time(), end.time()) == (time(), time()):
        last = end.date() - timedelta(days=1)
        span = f"{start:%a %Y-%m-%d}" + (f" to {last:%a %Y-%m-%d}" if last > start.date() else "") + " all day"
    else:
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %Y-%m-%d %H:%M}"
        span = f"{start:%a %Y-%m-%d %H:%M}-{until}"
    return f"{event.id} {span} {event.title}" + (f" ({event.where})" if event.where else "")


def _result(text: str, labels: Sequence[Label], tool: str, caller: Caller) -> Result:
    """A list is as trusted as its least trusted entry, and was observed now."""
    own = Label(Integrity.DIRECTORY, f"tool:{tool}", caller.label.audience)
    joined = join([own, *labels], own.origin)
    return Result(
        text,
        Label(
            joined.integrity, own.origin, joined.audience, joined.secret, caller.now, caller.now + timedelta(minutes=5)
        ),
    )


async def _list(args: ListArgs, caller: Caller) -> Result:
    first = _moment(datetime.combine(args.first, time()), caller.tz)
    last = _moment(datetime.combine(args.first + timedelta(days=args.days), time()), caller.tz)
    found = await _kept_in(caller, "calendar.list").events(caller.person, first, last)
    text = "\n".join(_line(event, caller.tz) for event in found) or "The calendar is empty in these days."
    return _result(text, [event.label for event in found], "calendar.list", caller)


async def _add(args: AddArgs, caller: Caller) -> str:
    agenda = _kept_in(caller, "calendar.add")
    start = _moment(args.start, caller.tz)
    event = Event(args.title.strip(), start, start + timedelta(minutes=args.minutes), caller.label, args.where.strip())
    beside = [one for one in await agenda.events(caller.person, event.start, event.end) if one.overlaps(event)]
    kept = await agenda.add_event(caller.person, event, caller.key, caller.now)
    clashes = [f"It overlaps with {_line(one, caller.tz)}" for one in beside if one.id != kept.id]
    return "\n".join([f"In the calendar: {_line(kept, caller.tz)}", *clashes])


async def _cancel(args: CancelArgs, caller: Caller) -> str:
    gone = await _kept_in(caller, "calendar.cancel").cancel_event(caller.person, args.event, caller.now)
    if gone is None:
        raise ToolError(tool="calendar.cancel", what=f"there is no appointment {args.event} of this person")
    return f"Cancelled: {_line(gone, caller.tz)}"


def _todo(todo: Todo, caller: Caller) -> str:
    today = caller.now.astimezone(ZoneInfo(caller.tz)).date()
    late = " (overdue)" if todo.due and todo.due < today else ""
    return f"{todo.id} {todo.text}" + (f", due {todo.due:%a %Y-%m-%d}{late}" if todo.due else "")


async def _todos(args: TodosArgs, caller: Caller) -> Result:  # noqa: ARG001
    found = await _kept_in(caller, "todo.list").todos(caller.person)
    text = "\n".join(_todo(todo, caller) for todo in found) or "Nothing is open on the to-do list."
    return _result(text, [todo.label for todo in found], "todo.list", caller)


async def _note(args: TodoArgs, caller: Caller) -> str:
    todo = Todo(args.text.strip(), caller.label, args.due)
    kept = await _kept_in(caller, "todo.add").add_todo(caller.person, todo, caller.key, caller.now)
    return f"On the list: {_todo(kept, caller)}"


async def _done(args: DoneArgs, caller: Caller) -> str:
    done = await _kept_in(caller, "todo.done").finish_todo(caller.person, args.todo, caller.now)
    if done is None:
        raise ToolError(tool="todo.done", what=f"there is no open to-do {args.todo} of this person")
    return f"Done: {done.text}"


_KEPT = Returns(Integrity.OUTSIDE, "calendar", fresh=timedelta(minutes=5))
_RECEIPT = Returns(Integrity.DIRECTORY, "receipt", echo=True)
TOOLS = (
    Tool("calendar.list", "Shows the person's appointments.", ListArgs, Effect.READ, _KEPT, _list),
    Tool(
        "calendar.add",
        "Puts an appointment into the person's calendar.",
        AddArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _add,
        content=("title", "start", "minutes", "where"),
        slots={"start": WHEN},
    ),
    Tool(
        "calendar.cancel",
        "Takes an appointment out of the person's calendar.",
        CancelArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _cancel,
        content=("event",),
        slots={"event": "calendar.list"},
    ),
    Tool("todo.list", "Shows what the person has still to do.", TodosArgs, Effect.READ, _KEPT, _todos),
    Tool(
        "todo.add",
        "Puts something on the person's to-do list.",
        TodoArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _note,
        content=("text", "due"),
        slots={"due": WHEN},
    ),
    Tool(
        "todo.done",
        "Ticks a to-do off.",
        DoneArgs,
        Effect.INTERNAL,
        _RECEIPT,
        _done,
        content=("todo",),
        slots={"todo": "todo.list"},
    ),
)
