"""What a database error means for the person who can act."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from nova_bot.core.errors import (
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerReadOnly,
)

_MEANINGS: tuple[tuple[str, type[LedgerError]], ...] = (
    ("readonly", LedgerReadOnly),
    ("unable to open", LedgerReadOnly),
    ("full", LedgerFull),
    ("disk i/o error", LedgerFull),
    ("malformed", LedgerCorrupt),
    ("not a database", LedgerCorrupt),
    ("locked", LedgerLocked),
    ("busy", LedgerLocked),
)


def meaning(error: Exception, path: str) -> LedgerError:
    """The LedgerError that `error` of the database at `path` means."""
    text = str(getattr(error, "orig", None) or error)
    kind = next((kind for words, kind in _MEANINGS if words in text.casefold()), None)
    return kind(path=path) if kind else LedgerError(path=path, what=text.splitlines()[0])


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Inside, a database error is raised as the LedgerError it means."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise meaning(error, path) from error
