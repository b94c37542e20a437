"""Opening the database: its address, its connections, its lock and its form."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nova_bot.core.errors import LedgerHeld, LedgerOutdated, LedgerReadOnly, LedgerTooNew, LedgerUnsupported
from nova_bot.ledger.faults import explained

HEAD = "0001"
"""The newest Alembic revision; a test holds it equal to the migrations folder."""

READERS = 4


def location(url: str, home: Path) -> Path:
    """The SQLite file that `url` names; `nova.sqlite` in `home` when it is empty. Raises LedgerUnsupported."""
    if not url:
        return home / "nova.sqlite"
    scheme, _, rest = url.partition("://")
    if scheme not in ("sqlite", "sqlite+aiosqlite") or not rest.strip("/"):
        raise LedgerUnsupported(scheme=scheme)
    return Path("/" + rest.lstrip("/") if rest.startswith("//") else rest.lstrip("/")).expanduser()


def engine(path: Path, *, writer: bool) -> AsyncEngine:
    """Connections to the file: one that writes (WAL, synchronous=FULL), or a few that can only read."""
    made = create_async_engine(
        f"sqlite+aiosqlite:///{path}", pool_size=1 if writer else READERS, max_overflow=0, pool_timeout=60
    )

    @event.listens_for(made.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        mode = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON") if writer else ("query_only=ON",)
        for pragma in ("busy_timeout=5000", *mode):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return made


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the ledger for this process. Raises LedgerHeld, which names the process that has it, or LedgerReadOnly."""
    lock = path.with_name(path.name + ".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerReadOnly(path=path) from error
    try:
        _lock(handle, path)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "command": _command()}).encode(), 0)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            holder = json.loads(os.pread(handle, 4096, 0))
        except ValueError:
            holder = {}
        raise LedgerHeld(path=path, pid=holder.get("pid", "unknown"), command=holder.get("command", "?")) from None


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])


async def revision(reader: AsyncEngine, path: Path) -> str:
    """The file's Alembic revision, "" for an empty file. Raises LedgerCorrupt and the like."""
    with explained(str(path)):
        async with reader.connect() as connection:
            try:
                found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            except DBAPIError as error:
                if "no such table" in str(error.orig):
                    return ""
                raise
            return str(found.scalar() or "")


def check(found: str, path: Path) -> None:
    """Raises LedgerOutdated or LedgerTooNew unless `found` is this program's revision."""
    if found < HEAD:
        raise LedgerOutdated(path=path)
    if found > HEAD:
        raise LedgerTooNew(path=path, revision=found)


def upgrade(path: Path) -> None:
    """Bring the file to this program's form with Alembic, creating it if need be."""
    from alembic import command  # 0.25 s, and only needed when the form changes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    with explained(str(path)):
        command.upgrade(config, "head")
    path.chmod(0o600)
