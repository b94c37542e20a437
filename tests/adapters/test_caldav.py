"""The owner's agenda on a real CalDAV server (Radicale, on loopback)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event as ThreadEvent
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

import pytest

from adapters.caldav import CalDav
from nova_bot.core.agenda import Event, Todo
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.people import OWNER
from nova_bot.ledger.agenda import LedgerAgenda
from nova_bot.ledger.store import Ledger, opened
from tests.doubles import NOON

radicale = pytest.importorskip("radicale", reason="radicale is not installed")
caldav = pytest.importorskip("caldav", reason="caldav is not installed")

LABEL = Label(Integrity.OWNER, "turn:r1")
DAY = datetime(2026, 11, 27, tzinfo=UTC)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is inherited)
        """Say nothing."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    settings = radicale.config.load()
    settings.update(
        {
            "auth": {"type": "none", "delay": "0"},
            "storage": {"filesystem_folder": str(tmp_path / "radicale")},
            "rights": {"type": "owner_only"},
            "logging": {"level": "critical"},
        },
        "test",
        privileged=True,
    )
    server: WSGIServer = make_server("127.0.0.1", 0, radicale.Application(settings), handler_class=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    from caldav.davclient import DAVClient

    with DAVClient(address, username="ada", password="x", enable_rfc6764=False, require_tls=False) as client:
        client.get_principal().make_calendar(name="Work", cal_id="work")
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def ledger(tmp_path: Path, empty_ledger: Path) -> AsyncIterator[Ledger]:
    async with opened(Path(shutil.copyfile(empty_ledger, tmp_path / "nova.sqlite"))) as made:
        yield made


@pytest.fixture
def agenda(url: str, ledger: Ledger) -> CalDav:
    return CalDav(url, "ada", "x", "Europe/Berlin", LedgerAgenda(ledger))


def dentist() -> Event:
    return Event("Dentist", DAY + timedelta(hours=13), DAY + timedelta(hours=14), LABEL, "Main St 4")


async def test_an_appointment_goes_to_the_server_once_and_comes_back(agenda: CalDav) -> None:
    for _ in range(2):
        kept = await agenda.add_event(OWNER, dentist(), "r1.1/0", NOON)
    found = await agenda.events(OWNER, DAY, DAY + timedelta(days=1))
    assert [(one.title, one.start, one.end, one.where) for one in found] == [
        ("Dentist", dentist().start, dentist().end, "Main St 4")
    ]
    assert found[0].id == kept.id
    assert found[0].label.integrity is Integrity.OUTSIDE


async def test_a_cancelled_one_is_gone_from_the_server(agenda: CalDav) -> None:
    kept = await agenda.add_event(OWNER, dentist(), "r1.1/0", NOON)
    gone = await agenda.cancel_event(OWNER, kept.id, NOON)
    assert gone is not None
    assert gone.title == "Dentist"
    assert await agenda.events(OWNER, DAY, DAY + timedelta(days=1)) == []
    assert await agenda.cancel_event(OWNER, kept.id, NOON) is None


async def test_todos_are_added_listed_and_ticked_off(agenda: CalDav) -> None:
    await agenda.add_todo(OWNER, Todo("some day", LABEL), "r1.1/0", NOON)
    kept = await agenda.add_todo(OWNER, Todo("water the plants", LABEL, date(2026, 12, 1)), "r1.1/1", NOON)
    listed = await agenda.todos(OWNER)
    assert [(one.text, one.due) for one in listed] == [("water the plants", date(2026, 12, 1)), ("some day", None)]
    assert await agenda.finish_todo(OWNER, kept.id, NOON) is not None
    assert [one.text for one in await agenda.todos(OWNER)] == ["some day"]
    assert await agenda.finish_todo(OWNER, kept.id, NOON) is None


async def test_other_peoples_things_stay_in_the_ledger(agenda: CalDav) -> None:
    await agenda.add_event("gus", dentist(), "r1.1/0", NOON)
    assert await agenda.events(OWNER, DAY, DAY + timedelta(days=1)) == []
    assert [one.id for one in await agenda.events("gus", DAY, DAY + timedelta(days=1))] == ["e1"]


async def test_calls_side_by_side_do_not_trip_over_each_other(agenda: CalDav) -> None:
    await asyncio.gather(*(agenda.add_event(OWNER, dentist(), f"r1.1/{n}", NOON) for n in range(5)))
    assert len(await agenda.events(OWNER, DAY, DAY + timedelta(days=1))) == 5


BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""
STANDUP = """BEGIN:VEVENT
UID:up@example.com
DTSTAMP:20261101T000000Z
SUMMARY:Standup
DTSTART;TZID=Europe/Berlin:20261123T090000
DTEND;TZID=Europe/Berlin:20261123T091500
RRULE:FREQ=DAILY;COUNT=10
EXDATE;TZID=Europe/Berlin:20261125T090000
END:VEVENT
BEGIN:VEVENT
UID:up@example.com
DTSTAMP:20261101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20261126T090000
SUMMARY:Standup later
DTSTART;TZID=Europe/Berlin:20261126T110000
DTEND;TZID=Europe/Berlin:20261126T111500
END:VEVENT"""


def put(url: str, entries: str, zones: str = "") -> None:
    """Put what another program wrote on the server."""
    from caldav.davclient import DAVClient

    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{zones}{entries}\nEND:VCALENDAR\n"
    with DAVClient(url, username="ada", password="x", enable_rfc6764=False, require_tls=False) as client:
        calendars: Any = client.get_principal().get_calendars()
        (calendar,) = calendars
        (calendar.add_todo if "VTODO" in entries else calendar.add_event)(text)


async def week(agenda: CalDav) -> list[str]:
    found = await agenda.events(OWNER, DAY - timedelta(days=4), DAY + timedelta(days=2))
    return [f"{one.start.astimezone(ZoneInfo('Europe/Berlin')):%d %H:%M} {one.title}" for one in found]


async def test_one_time_of_a_recurring_appointment_is_cancelled_and_never_all_of_them(url: str, agenda: CalDav) -> None:
    put(url, STANDUP, BERLIN)
    assert await week(agenda) == ["23 09:00 Standup", "24 09:00 Standup", "26 11:00 Standup later", "27 09:00 Standup",
                                  "28 09:00 Standup"]  # fmt: skip
    found = await agenda.events(OWNER, DAY - timedelta(days=4), DAY + timedelta(days=2))
    for one in (found[1], found[2]):
        gone = await agenda.cancel_event(OWNER, one.id, NOON)
        assert gone is not None
        assert (gone.title, gone.start) == (one.title, one.start)
        assert await agenda.cancel_event(OWNER, one.id, NOON) is None
    assert await week(agenda) == ["23 09:00 Standup", "27 09:00 Standup", "28 09:00 Standup"]
    with pytest.raises(ToolError, match="name one of its times"):
        await agenda.cancel_event(OWNER, "up@example.com", NOON)
    assert len(await week(agenda)) == 3


@pytest.mark.parametrize(
    ("start", "left"),
    [("DTSTART;VALUE=DATE:20261123", "24 00:00 x"), ("DTSTART:20261123T080000", "24 08:00 x")],
    ids=["whole days", "without a zone"],
)
async def test_so_it_is_for_whole_days_and_for_times_without_a_zone(
    url: str, agenda: CalDav, start: str, left: str
) -> None:
    put(url, f"BEGIN:VEVENT\nUID:1\nDTSTAMP:20261101T000000Z\nSUMMARY:x\n{start}\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT")
    first, _ = await agenda.events(OWNER, DAY - timedelta(days=5), DAY)
    assert await agenda.cancel_event(OWNER, first.id, NOON) is not None
    assert await week(agenda) == [left]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ("SUMMARY:x\nDTSTART;TZID=Mars/Phobos:20261127T180000", ["27 18:00 x"]),
        ("SUMMARY:x\nDTSTART;TZID=W. Europe Standard Time:20261127T200000\nDURATION:PT45M", ["27 20:00 x"]),
        ("SUMMARY:x\nDTSTART:20261127T100000Z\nSTATUS:CANCELLED", []),
        ("SUMMARY:x\\n9 Fri 2026-11-27 a line of its own\nDTSTART:20261127T100000Z",
         ["27 11:00 x 9 Fri 2026-11-27 a line of its own"]),
        ("DTSTART:20261127T100000Z", ["27 11:00 (no title)"]),
    ],
)  # fmt: skip
async def test_what_other_programs_write_is_read(url: str, agenda: CalDav, lines: str, shown: list[str]) -> None:
    put(url, f"BEGIN:VEVENT\nUID:1\nDTSTAMP:20261101T000000Z\n{lines}\nEND:VEVENT")
    assert await week(agenda) == shown


async def test_a_recurring_todo_comes_again_when_it_is_ticked_off(url: str, agenda: CalDav) -> None:
    lines = "SUMMARY:water\nDTSTART:20261120T090000Z\nDUE:20261120T100000Z\nRRULE:FREQ=WEEKLY;BYDAY=FR"
    put(url, f"BEGIN:VTODO\nUID:1\nDTSTAMP:20261101T000000Z\n{lines}\nEND:VTODO")
    (first,) = await agenda.todos(OWNER)
    done = await agenda.finish_todo(OWNER, first.id, NOON)
    assert done is not None
    assert (done.text, done.done, done.due) == ("water", True, date(2026, 11, 20))
    (again,) = await agenda.todos(OWNER)
    assert again.due == date(2026, 11, 27)


@contextmanager
def answering(status: str, body: bytes = b"<html>maintenance</html>", after_s: float = 0.0) -> Iterator[str]:
    """A server that answers everything like this."""

    def app(_environ: dict[str, Any], start: Any) -> list[bytes]:
        released.wait(after_s)
        start(status, [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body]

    released = ThreadEvent()
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    "status", ["200 OK", "401 No", "403 No", "404 Not Found", "409 Conflict", "412 Changed", "500 Oops", "503 Busy"]
)
async def test_an_answer_that_is_none_is_told_and_is_not_an_empty_calendar(ledger: Ledger, status: str) -> None:
    with answering(status) as url:
        agenda = CalDav(url, "ada", "x", "Europe/Berlin", LedgerAgenda(ledger))
        with pytest.raises(ToolError, match=r"not an empty calendar|no calendar"):
            await agenda.add_event(OWNER, dentist(), "r1.1/0", NOON)
        with pytest.raises(ToolError, match=r"not an empty calendar|no calendar"):
            await agenda.events(OWNER, DAY, DAY + timedelta(days=1))


async def test_a_slow_server_is_not_waited_for(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.caldav.TIMEOUT_S", 0.05)
    with answering("200 OK", after_s=5) as url:
        agenda = CalDav(url, "ada", "x", "Europe/Berlin", LedgerAgenda(ledger))
        with pytest.raises(ToolError, match="not an empty calendar"):
            await agenda.todos(OWNER)


async def test_a_server_that_is_gone_is_not_an_empty_calendar(ledger: Ledger) -> None:
    agenda = CalDav("http://127.0.0.1:9/", "ada", "x", "Europe/Berlin", LedgerAgenda(ledger))
    with pytest.raises(ToolError, match="not an empty calendar"):
        await agenda.events(OWNER, DAY, DAY + timedelta(days=1))
