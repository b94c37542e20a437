"""The ledger's file: where it is, who can read it, how it comes to be."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from nova_bot.ledger import database
from nova_bot.ledger.store import opened
from tests.ledger.samples import accepted


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "/home/ada/.nova/nova.sqlite"),
        ("sqlite:////var/lib/nova.db", "/var/lib/nova.db"),
        ("sqlite+aiosqlite:////var/lib/nova.db", "/var/lib/nova.db"),
        ("sqlite:///data/nova.db", "/home/ada/.nova/data/nova.db"),
    ],
)
def test_where_the_file_is(url: str, path: str) -> None:
    assert database.location(url, Path("/home/ada/.nova")) == Path(path)


async def test_a_new_ledger_and_all_its_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "home" / "nova.sqlite"
    async with opened(path) as ledger:
        await accepted(ledger, 1)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(["nova.sqlite", "nova.sqlite-wal", "nova.sqlite-shm", "nova.sqlite.lock"], 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["100% mine?#1 & more.sqlite", 'o\'clock "x".sqlite', "ünï cödé.sqlite"])
async def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path / name) as ledger:
        await accepted(ledger, 1)
    assert (tmp_path / name).stat().st_size > 0


def test_every_commit_waits_for_the_disk(path: Path) -> None:
    with closing(database.connection(path)) as connection:
        pragmas = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_reading_connections_cannot_write(path: Path) -> None:
    readers = database.readers(path)
    async with readers.connect() as connection:
        with pytest.raises(Exception, match="attempt to write a readonly database"):
            await connection.exec_driver_sql("DELETE FROM envelope")
    await readers.dispose()


def test_a_creation_that_breaks_off_leaves_an_empty_file_that_the_next_start_fills(tmp_path: Path) -> None:
    path = tmp_path / "nova.sqlite"

    def break_off(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "CREATE TABLE note" in statement:
            raise RuntimeError("killed here")

    event.listen(Engine, "before_cursor_execute", break_off)
    try:
        with pytest.raises(RuntimeError, match="killed here"):
            database.upgrade(path)
    finally:
        event.remove(Engine, "before_cursor_execute", break_off)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == []
    database.upgrade(path)
    assert database.revision(path) == database.HEAD


def test_a_second_upgrade_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    database.upgrade(path)
    assert path.read_bytes() == before
