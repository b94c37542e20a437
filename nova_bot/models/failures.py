"""What a failed try at a model means, and whether another one may help."""

import re
from typing import TYPE_CHECKING, NoReturn

from nova_bot.core.errors import (
    ModelBroken,
    ModelBusy,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelUnknown,
    ModelUnreachable,
)
from nova_bot.core.text import clip

if TYPE_CHECKING:
    from anthropic import APIStatusError

LONGEST_WAIT_S = 20.0
"""A service that asks for more is not tried again."""


class FailedTry(Exception):
    """A failed try: the error it means, whether another try may help, and how long the service asks to wait."""

    def __init__(self, error: type[ModelError], what: str, *, retry: bool, wait_s: float = 0.0) -> None:
        super().__init__(what)
        self.error = error
        self.what = what
        self.retry = retry
        self.wait_s = wait_s


def ended_early() -> NoReturn:
    """Raises FailedTry."""
    raise FailedTry(ModelBroken, "the answer ended early", retry=True)


def meaning(error: Exception) -> FailedTry:
    """What a failed try means."""
    import anthropic
    import httpx2

    cause = error.__cause__ or error
    what = clip(str(cause) or type(cause).__name__, 160)
    match error:
        case FailedTry():
            return error
        case anthropic.APITimeoutError():
            return FailedTry(ModelUnreachable, "no answer in time", retry=True)
        case anthropic.APIConnectionError():
            return FailedTry(ModelUnreachable, what, retry=True)
        case anthropic.APIStatusError():
            return _status(error)
        case anthropic.APIError() | httpx2.HTTPError():
            return FailedTry(ModelBroken, what, retry=True)
    return FailedTry(ModelBroken, f"unreadable: {what}", retry=True)


def _status(error: "APIStatusError") -> FailedTry:
    """An error answer; one in the middle of a stream has status 200."""
    code, kind = error.status_code, error.type or "error"
    said = f": {error.api_message}" if error.api_message else ""
    what = clip(f"{kind}, {'mid-answer' if code == 200 else f'HTTP {code}'}{said}", 160)
    busy = code in (408, 409, 429, 503, 529) or kind in ("overloaded_error", "rate_limit_error")
    if code in (401, 402, 403):
        return FailedTry(ModelKeyRefused, what, retry=False)
    if code == 404:
        return FailedTry(ModelUnknown, what, retry=False)
    if 400 <= code < 500 and not busy:
        return FailedTry(ModelRequestRefused, what, retry=False)
    if 300 <= code < 400:
        return FailedTry(ModelUnreachable, f"sent to another address, {what}", retry=False)
    wait_s = _seconds(error.response.headers.get("retry-after", ""))
    return FailedTry(ModelBusy if busy else ModelBroken, what, retry=wait_s <= LONGEST_WAIT_S, wait_s=wait_s)


def _seconds(header: str) -> float:
    return float(header) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", header) else 0.0
