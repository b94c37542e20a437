"""The owner's agenda on a real CalDAV server (Radicale, on loopback)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

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
            "auth": {"type": "none"},
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


async def test_a_server_that_is_gone_is_not_an_empty_calendar(ledger: Ledger) -> None:
    agenda = CalDav("http://127.0.0.1:9/", "ada", "x", "Europe/Berlin", LedgerAgenda(ledger))
    with pytest.raises(ToolError, match="not an empty calendar"):
        await agenda.events(OWNER, DAY, DAY + timedelta(days=1))
