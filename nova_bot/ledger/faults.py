"""What a database error means for the person who can act."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from nova_bot.core.errors import (
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
)

_MEANINGS: dict[str, type[LedgerError]] = {
    "READONLY": LedgerReadOnly,
    "CANTOPEN": LedgerReadOnly,
    "PERM": LedgerReadOnly,
    "AUTH": LedgerReadOnly,
    "FULL": LedgerFull,
    "CORRUPT": LedgerCorrupt,
    "NOTADB": LedgerCorrupt,
    "LOCKED": LedgerLocked,
    "BUSY": LedgerLocked,
}
"""By the name of SQLite's result code, `SQLITE_` and further details left out."""

LEAST_ROOM = 65_536
"""Bytes. With less SQLite can't make the index of its write-ahead log, and calls that an I/O error."""


def meaning(error: Exception, path: str) -> LedgerError:
    """The LedgerError that `error` of the database at `path` means."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    name = getattr(cause, "sqlite_errorname", "").removeprefix("SQLITE_")
    kind = LedgerFull if name.startswith("IOERR") and _is_full(path) else _MEANINGS.get(name.partition("_")[0])
    return kind(path=path) if kind else LedgerError(path=path, what=str(cause).splitlines()[0].rstrip("."))


def _is_full(path: str) -> bool:
    try:
        return shutil.disk_usage(Path(path).parent).free < LEAST_ROOM
    except OSError:
        return False


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Inside, a database error is raised as the LedgerError it means."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise meaning(error, path) from error
