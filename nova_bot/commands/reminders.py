"""`nova reminders`: the owner's reminders outside the chat: list, cancel, export and import."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from adapters.terminal import place_of
from nova_bot import parts
from nova_bot.commands.listed import listed
from nova_bot.core.errors import BadInput
from nova_bot.core.people import OWNER
from nova_bot.core.reminder import Reminder, State
from nova_bot.ledger import reminders
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings
from schedules import ics
from schedules.tzdata import version

THREAD = "main"


async def show(settings: Settings, *, as_json: bool) -> int:
    """What is pending or paused, the next one first."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        found = await reminders.of_owner(ledger, OWNER)
    shown = (json.dumps(_as_object(one), ensure_ascii=False) if as_json else _line(one, settings) for one in found)
    return listed(shown, "reminders")


async def cancel(settings: Settings, number: int) -> int:
    """Cancel one. Raises BadInput for a number that the owner has not pending or paused."""
    async with opened(parts.ledger_path(settings)) as ledger:
        found = [one for one in await reminders.of_owner(ledger, OWNER) if one.id == number]
        if not found:
            raise BadInput(where=f"reminder {number}", problem="there is none that is waiting")
        await reminders.change(ledger, replace(found[0], state=State.CANCELLED), version())
        print(f"cancelled: {found[0].what}", file=sys.stderr)
    return 0


async def export(settings: Settings, path: Path) -> int:
    """Write what is pending as an iCalendar file; `-` is stdout."""
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        waiting = [one for one in await reminders.of_owner(ledger, OWNER) if one.state is State.PENDING]
    data = ics.written(waiting)
    _write(path, data)
    print(f"{len(waiting)} reminders are exported", file=sys.stderr)
    return 0


def _write(path: Path, data: bytes) -> None:
    if str(path) == "-":
        sys.stdout.buffer.write(data)
    else:
        path.write_bytes(data)


async def take_in(settings: Settings, path: Path) -> int:
    """Keep the events and to-dos of an iCalendar file as reminders in the terminal's main thread.

    The same entry twice makes one. Raises BadInput for a file that is no calendar.
    """
    data = _read(path)
    owner = parts.people_of(settings).sender(*parts.TERMINAL, OWNER, settings.name)
    async with opened(parts.ledger_path(settings)) as ledger:
        taken = ics.read(data, owner, place_of(THREAD), settings.timezone, parts.now())
        before = await reminders.pending(ledger)
        await reminders.keep_all(ledger, taken.reminders, version())
        new = await reminders.pending(ledger) - before
    print(f"{len(taken.reminders)} entries are still to come; {new} of them are new", file=sys.stderr)
    for title in taken.unread:
        print(f"not taken: {title}, whose times can't be read or come more than once a minute", file=sys.stderr)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(where=str(path), problem=str(error.strerror)) from None


def _as_object(one: Reminder) -> dict[str, object]:
    return {
        "reminder": one.id,
        "due": one.due.isoformat() if one.due else None,
        "what": one.what,
        "rrule": one.series.rule or None,
        "tz": one.series.tz,
        "state": one.state,
        "agent": one.agent or None,
        "place": "/".join(part for part in (one.place.platform, one.place.channel, one.place.thread) if part),
    }


def _line(one: Reminder, settings: Settings) -> str:
    paused = one.state is State.PAUSED or one.due is None
    when = "paused" if paused else f"{one.due.astimezone(settings.zone):%a %Y-%m-%d %H:%M}" if one.due else ""
    repeats = f"  ({one.series.rule})" if one.repeats else ""
    return f"{one.id:>5}  {when:<22} {one.what}{repeats}"
