"""Logs, and what a crash prints: no secret stands in them."""

import logging
import sys
import traceback
from types import TracebackType

from nova_bot.trust.secrets import Secrets

FORMAT = "%(levelname)s %(name)s: %(message)s"


class Redacting(logging.Formatter):
    """Formats a record as a whole, traceback too, and takes secrets out of the result."""

    secrets = Secrets()

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        return self.secrets.redacted(super().format(record))


_FORMATTER = Redacting(FORMAT)


def start(level: int) -> None:
    """Log to stderr from now on. Keys are known by their form until `know` names the registered secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_FORMATTER)
    logging.basicConfig(level=level, handlers=[handler])
    sys.excepthook = _crashed


def know(secrets: Secrets) -> None:
    """From now on these are secrets."""
    _FORMATTER.secrets = secrets


def redacted(text: str) -> str:
    """`text` without what is known to be secret."""
    return _FORMATTER.secrets.redacted(text)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))
