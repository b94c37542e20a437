"""Opening the database: its address, its connections, its lock and its form."""

import errno
import fcntl
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nova_bot.core.errors import (
    LedgerError,
    LedgerFull,
    LedgerHeld,
    LedgerMissing,
    LedgerOutdated,
    LedgerReadOnly,
    LedgerTooNew,
    LedgerUnsupported,
)
from nova_bot.ledger.faults import explained

HEAD = "0015"
"""The newest Alembic revision; a test holds it equal to the migrations folder."""

READERS = 4
BUSY_MS = 5_000
"""How long to wait for a lock that another program holds."""


def location(url: str, home: Path) -> Path:
    """The SQLite file that `url` names, in `home` unless its path is whole; `nova.sqlite` there when it is empty.

    Raises LedgerUnsupported.
    """
    if not url:
        return home / "nova.sqlite"
    scheme, _, rest = url.partition("://")
    if scheme not in ("sqlite", "sqlite+aiosqlite") or rest.strip("/") in ("", ":memory:"):
        raise LedgerUnsupported(scheme=scheme)
    path = Path("/" + rest.lstrip("/") if rest.startswith("//") else rest.lstrip("/"))
    return home / path.expanduser()  # not in whatever folder a command is called from


def readers(path: Path) -> AsyncEngine:
    """A few connections to the file that can only read."""
    made = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)), pool_size=READERS, max_overflow=0, pool_timeout=60
    )

    @event.listens_for(made.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    return made


def connection(path: Path) -> sqlite3.Connection:
    """A connection that writes (WAL, synchronous=FULL), for any one thread at a time. It begins no transaction itself.

    Raises a LedgerError unless the file can be written now.
    """
    with explained(str(path)):
        made = sqlite3.connect(path, timeout=BUSY_MS / 1_000, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                made.execute(f"PRAGMA {pragma}")
            made.execute("BEGIN IMMEDIATE")
            made.execute("ROLLBACK")
        except sqlite3.Error:
            made.close()
            raise
    return made


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the ledger for this process.

    Raises LedgerHeld, which names the process that has it, or another LedgerError if the folder can't be written.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _meaning(error, path) from error
    try:
        _lock(handle, path)
        yield
    finally:
        os.close(handle)


def _meaning(error: OSError, path: Path) -> LedgerError:
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return LedgerReadOnly(path=path)
        case errno.ENOSPC | errno.EDQUOT:
            return LedgerFull(path=path)
        case errno.ENOTDIR | errno.EEXIST:
            return LedgerError(path=path, what="what should be its folder is a file")
    return LedgerError(path=path, what=error.strerror)


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LedgerHeld(path=path, **_holder(handle)) from None
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "command": _command()}).encode(), 0)
    except OSError as error:
        raise _meaning(error, path) from error


def _holder(handle: int) -> dict[str, object]:
    try:
        holder = json.loads(os.pread(handle, 4_096, 0))
        return {"pid": holder["pid"], "command": holder["command"]}
    except (ValueError, KeyError, TypeError):
        return {"pid": "unknown", "command": "?"}


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])


def revision(path: Path) -> str:
    """The file's Alembic revision, "" for an empty or missing file. Raises LedgerCorrupt and the like."""
    if not path.exists():
        return ""
    with explained(str(path)), closing(sqlite3.connect(path, timeout=BUSY_MS / 1_000)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return ""
        if not tables >= {"alembic_version", "envelope"}:
            raise LedgerError(path=path, what="it is the database of another program")
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else ""


def check(found: str, path: Path) -> None:
    """Raises LedgerOutdated or LedgerTooNew unless `found` is this program's revision; LedgerMissing if it is ""."""
    if not found:
        raise LedgerMissing(path=path)
    if found < HEAD:
        raise LedgerOutdated(path=path)
    if found > HEAD:
        raise LedgerTooNew(path=path, revision=found)


def writable(path: Path) -> None:
    """See that this user can write the file; make an empty one that only its owner can read if there is none.

    SQLite would open a file that can't be written and only say so at the first write.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise _meaning(error, path) from error


def upgrade(path: Path) -> None:
    """Bring the file to this program's form with Alembic, creating it if need be."""
    from alembic import command  # here, since it takes 0.25 s and is only needed when the form changes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "nova_bot.ledger:migrations")
    config.attributes["path"] = path
    found = revision(path)
    if found > HEAD:
        raise LedgerTooNew(path=path, revision=found)
    writable(path)
    with explained(str(path)):
        command.upgrade(config, "head")
