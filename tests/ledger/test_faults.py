"""Whatever is wrong with the file or its disk: one sentence that says so, and nothing accepted is lost."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from nova_bot.core.errors import (
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerOutdated,
    LedgerReadOnly,
    LedgerTooNew,
    LedgerUnsupported,
)
from nova_bot.ledger import database
from nova_bot.ledger.faults import meaning
from nova_bot.ledger.store import Ledger, opened
from nova_bot.ledger.writer import Writer
from tests.doubles import NOON
from tests.ledger.samples import accepted, envelope

NOBODY = 65534


@pytest.fixture
def used(path: Path) -> Path:
    """A ledger with ten accepted messages, closed."""

    async def use() -> None:
        async with opened(path) as ledger:
            for n in range(1, 11):
                await accepted(ledger, n)

    asyncio.run(use())
    return path


@pytest.fixture
def unprivileged(used: Path) -> Iterator[Path]:
    """The used ledger in a folder of its own, seen by a user whom permissions bind."""
    with TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(used, Path(folder) / "nova.sqlite"))
        if os.geteuid():
            yield path
            return
        for one in (path.parent, path):
            os.chown(one, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield path
        finally:
            os.seteuid(0)


async def fails(path: Path, *, write: bool = True) -> LedgerError:
    """How opening the ledger fails."""
    with pytest.raises(LedgerError) as caught:
        async with opened(path, write=write):
            pass
    return caught.value


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as other:
        return int(other.execute("SELECT count(*) FROM envelope").fetchone()[0])


def test_a_read_only_file(unprivileged: Path) -> None:
    unprivileged.chmod(0o400)
    error = asyncio.run(fails(unprivileged))
    assert type(error) is LedgerReadOnly
    assert str(error) == (
        f"The ledger {unprivileged} can't be written: no permission. "
        "Give this user write access to the file and its folder."
    )
    assert count(unprivileged) == 10


async def test_a_read_only_folder(unprivileged: Path) -> None:
    unprivileged.parent.chmod(0o500)
    try:
        assert type(await fails(unprivileged)) is LedgerReadOnly
    finally:
        unprivileged.parent.chmod(0o700)
    assert count(unprivileged) == 10


async def test_a_folder_that_cannot_be_made(unprivileged: Path) -> None:
    unprivileged.parent.chmod(0o500)
    try:
        assert type(await fails(unprivileged.parent / "new" / "nova.sqlite")) is LedgerReadOnly
    finally:
        unprivileged.parent.chmod(0o700)


async def test_a_file_where_the_folder_should_be(used: Path) -> None:
    error = await fails(used / "nova.sqlite")
    assert str(error) == f"The ledger {used / 'nova.sqlite'} can't be used: what should be its folder is a file."


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"Dear diary, " * 1_000,
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:4_096] + b"\xff" * (len(whole) - 4_096),
    ],
    ids=["no database", "truncated", "overwritten pages"],
)
def test_a_damaged_file_is_not_touched(used: Path, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(used.read_bytes())
    used.write_bytes(damaged)
    error = asyncio.run(fails(used))
    assert type(error) is LedgerCorrupt
    assert "is damaged and was not changed" in str(error)
    assert used.read_bytes() == damaged


async def test_the_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "music.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title)")
    before = path.read_bytes()
    assert "it is the database of another program" in str(await fails(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [True, False], ids=["writing", "reading"])
@pytest.mark.parametrize(("revision", "kind"), [("0000", LedgerOutdated), ("9999", LedgerTooNew)])
async def test_another_revision(used: Path, revision: str, kind: type[LedgerError], write: bool) -> None:
    with closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", [revision])
    assert type(await fails(used, write=write)) is kind
    assert count(used) == 10


async def test_an_upgrade_of_a_newer_file_is_refused(used: Path) -> None:
    with closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerTooNew, match="revision 9999"):
        database.upgrade(used)


def test_reading_where_there_is_no_ledger_yet(tmp_path: Path) -> None:
    error = asyncio.run(fails(tmp_path / "nova.sqlite", write=False))
    assert "there is no ledger at" in str(error)
    assert list(tmp_path.iterdir()) == []


async def test_a_lock_of_another_program_at_the_start(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    with closing(sqlite3.connect(used, isolation_level=None)) as browser:
        browser.execute("BEGIN IMMEDIATE")
        error = await fails(used)
    assert type(error) is LedgerLocked
    assert "Close it (a database browser, a backup) and try again" in str(error)
    assert count(used) == 10


async def test_a_full_disk_loses_nothing_and_the_ledger_goes_on_when_there_is_room(used: Path) -> None:
    connection = database.connection(used)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    writer = Writer(connection, str(used))
    writer.start()
    readers = database.readers(used)
    ledger = Ledger(used, readers, writer)
    await ledger.load_counters()
    with pytest.raises(LedgerFull, match="is full. Free some space; nothing that was accepted is lost"):
        await ledger.accept(envelope(11, text="long " * 10_000), NOON)
    assert count(used) == 10
    assert await ledger.accept(envelope(12), NOON) is not None
    assert count(used) == 11
    await writer.stop()
    connection.close()
    await readers.dispose()


async def test_a_disk_that_is_full_before_the_start(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", no_space)
    assert type(await fails(used)) is LedgerFull


def test_an_io_error_on_a_disk_without_room_means_that_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=0))
    assert type(meaning(error, "x.sqlite")) is LedgerFull


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("postgresql://nova:secret@db/nova", "postgresql"),
        ("mysql://db/nova", "mysql"),
        ("sqlite://", "sqlite"),
        ("sqlite:///:memory:", "sqlite"),
    ],
)
def test_a_database_that_cannot_be_used_yet(tmp_path: Path, url: str, scheme: str) -> None:
    with pytest.raises(LedgerUnsupported) as caught:
        database.location(url, tmp_path)
    assert str(caught.value) == (
        f'DATABASE_URL names "{scheme}", which this version can\'t use yet. Leave it empty to use the built-in SQLite.'
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_READONLY_DBMOVED", LedgerReadOnly),
        ("SQLITE_CANTOPEN", LedgerReadOnly),
        ("SQLITE_FULL", LedgerFull),
        ("SQLITE_CORRUPT_INDEX", LedgerCorrupt),
        ("SQLITE_BUSY_SNAPSHOT", LedgerLocked),
        ("SQLITE_IOERR_FSYNC", LedgerError),
        ("SQLITE_CONSTRAINT_UNIQUE", LedgerError),
    ],
)
def test_what_an_error_of_sqlite_means(name: str, kind: type[LedgerError]) -> None:
    error = sqlite3.OperationalError("the disk is locked and full")
    error.sqlite_errorname = name
    assert type(meaning(error, "nova.sqlite")) is kind
