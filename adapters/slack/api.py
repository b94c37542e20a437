"""Slack's Web API as Nova uses it: a wait that Slack orders is kept, and nothing is posted twice by a library."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nova_bot.core.wording import say
from nova_bot.engine.outbox import Undeliverable

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.errors import SlackApiError
    from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

Answer = Mapping[str, Any]

RATE_TRIES = 5
LONGEST_WAIT_S = 3_600.0
UNKNOWN = "unknown_method"
ABSENT = frozenset({404, 405, 501})
"""How servers that are not Slack's own say that they don't have a method."""

ABSENT_S = 600.0
"""How long a method that a server doesn't have is not asked for again."""

PERMANENT = frozenset(
    {
        "account_inactive", "cannot_dm_bot", "cannot_reply_to_message", "channel_not_found", "invalid_auth",
        "is_archived", "messages_tab_disabled", "missing_scope", "msg_too_long", "not_authed", "not_in_channel",
        "restricted_action", "team_not_found", "thread_not_found", "token_expired", "token_revoked",
        "user_not_in_channel",
    }
)  # fmt: skip
"""Errors that no second try can change."""

PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable", "team_added_to_org"}
)
"""Errors that say nothing about the call."""


class Refused(Exception):
    """Slack understood a call and said no: `error` is its word for it, `needed` the scope that is missing, if any."""

    def __init__(self, method: str, error: str, needed: str = "") -> None:
        super().__init__(f"{method}: {error}")
        self.error = error
        self.needed = needed

    @property
    def permanent(self) -> bool:
        """Can no second try change it?"""
        return self.error in PERMANENT

    @property
    def words(self) -> str:
        """What it means, for a person."""
        if self.error == "missing_scope":
            return say("slack", "missing_scope", scope=self.needed or "?")
        try:
            return say("slack", self.error)
        except KeyError:
            return say("slack", "other", error=self.error)


class Unclear(Exception):
    """The call may have taken effect or not: the connection broke, or Slack's answer was no answer."""


class Api:
    """One workspace's Web API. `base_url` is for tests; `sleep` waits. `close` it at the end."""

    def __init__(
        self, token: str, base_url: str | None = None, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        from slack_sdk.web.async_client import AsyncWebClient  # 0.3 s

        where = base_url or AsyncWebClient.BASE_URL
        self.client: AsyncWebClient = AsyncWebClient(token=token, base_url=where)
        """The SDK's client, which sends again after a broken connection."""
        self.careful: AsyncWebClient = AsyncWebClient(token=token, base_url=where, retry_handlers=[])
        """One that never does."""
        self._session: aiohttp.ClientSession | None = None
        self._not_before: dict[str, float] = {}
        self._absent: dict[str, float] = {}
        self._sleep = sleep

    async def get(self, method: str, **args: Any) -> Answer:
        """Ask for something. Raises Refused or Unclear.

        The SDK's way is a query; a server that only reads bodies gets a form.
        """
        given = _given(args)
        return await self._known(self.client, method, {"http_verb": "GET", "params": given}, {"data": given})

    async def put(self, method: str, **args: Any) -> Answer:
        """Do something that is harmless when done twice. Raises Refused or Unclear."""
        return await self._known(self.client, method, {"json": _given(args)})

    async def once(self, method: str, **args: Any) -> Answer:
        """Do something that must not be done twice. Raises Refused or Unclear; then look before trying again."""
        return await self._known(self.careful, method, {"json": _given(args)})

    async def _known(self, client: "AsyncWebClient", method: str, *ways: dict[str, Any]) -> Answer:
        """Call by the first way that this server knows. That it knows none is said once in the log, and remembered."""
        if self._absent.get(method, 0.0) > time.monotonic():
            raise Refused(method, UNKNOWN)
        for way in ways:
            try:
                return await self._call(client, method, **way)
            except Refused as refusal:
                if refusal.error != UNKNOWN:
                    raise
        if method not in self._absent:
            log.warning("this Slack has no %s; going on without it", method, extra={"action": "slack.absent"})
        self._absent[method] = time.monotonic() + ABSENT_S
        raise Refused(method, UNKNOWN)

    async def _call(self, client: "AsyncWebClient", method: str, **how: Any) -> Answer:
        import aiohttp
        from slack_sdk.errors import SlackApiError

        self._connect()
        for _ in range(RATE_TRIES):
            await self._sleep(max(0.0, self._not_before.get(method, 0.0) - time.monotonic()))
            try:
                answer = await client.api_call(method, **how)
            except SlackApiError as error:
                seconds = _ordered_wait(error)
                if seconds is None:
                    raise _meaning(method, error) from error
                self._not_before[method] = time.monotonic() + seconds
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                raise Unclear(f"{method}: {error or type(error).__name__}") from error
            else:
                return _object(method, answer.data)
        raise Refused(method, "ratelimited")

    def _connect(self) -> None:
        """Keep connections: the SDK alone would open one for each call. Only inside a running loop."""
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(trust_env=self.client.trust_env_in_session)
            self.client.session = self.careful.session = self._session

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = self.client.session = self.careful.session = None

    async def identity(self, method: str) -> dict[str, object]:
        """The answer about a token, with the scopes that Slack grants it. Raises Refused or Unclear."""
        import aiohttp
        from slack_sdk.errors import SlackApiError

        self._connect()
        try:
            answer = await self.client.api_call(method)
        except SlackApiError as error:
            raise _meaning(method, error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unclear(f"{method}: {error or type(error).__name__}") from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return {**_object(method, answer.data), "scopes": headers.get("x-oauth-scopes", "")}

    async def fetch(self, address: str, most: int) -> bytes:
        """The first `most` bytes of a file. The token goes along: only from Slack itself. Raises Refused or Unclear."""
        import aiohttp

        if not self._is_slacks(address):
            raise Refused("files", "not_on_slack")
        self._connect()
        assert self._session is not None
        headers = {"Authorization": f"Bearer {self.client.token}"}
        try:
            async with self._session.get(address, headers=headers, allow_redirects=False) as response:
                if response.status != 200:  # without the scope Slack sends one on to its login page
                    raise Refused("files", f"http_{response.status}")
                return await response.content.readexactly(most)
        except asyncio.IncompleteReadError as whole:
            return whole.partial
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unclear(f"files: {error or type(error).__name__}") from error

    def _is_slacks(self, address: str) -> bool:
        given, own = urlsplit(address), urlsplit(self.client.base_url)
        if (given.scheme, given.netloc) == (own.scheme, own.netloc):
            return True
        host = given.hostname or ""
        return given.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))

    async def upload(self, channel: str, thread: str, name: str, content: str) -> None:
        """Put a text file into a thread. Raises Refused or Unclear."""
        from slack_sdk.errors import SlackApiError

        try:
            await self.careful.files_upload_v2(
                channel=channel, thread_ts=thread or None, filename=name, content=content, title=name
            )
        except SlackApiError as error:
            raise _meaning("files.upload", error) from error


def _object(method: str, data: object) -> Answer:
    if not isinstance(data, dict):
        raise Unclear(f"{method}: no JSON object")
    return data


def _given(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}


def _ordered_wait(error: "SlackApiError") -> float | None:
    """Seconds that Slack tells to wait, None when it is about something else."""
    response = error.response
    if getattr(response, "status_code", 0) != 429:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    given = headers.get("retry-after", "1")
    try:
        return min(max(0.0, float(given[0] if isinstance(given, list) else given)), LONGEST_WAIT_S)
    except ValueError:  # a date, or nothing that makes sense
        return 1.0


def _meaning(method: str, error: "SlackApiError") -> Exception:
    data, status = getattr(error.response, "data", None), getattr(error.response, "status_code", 0)
    if not isinstance(data, dict) or "error" not in data:
        return Refused(method, UNKNOWN) if status in ABSENT else Unclear(f"{method}: HTTP {status or '?'}")
    return Refused(method, str(data["error"]), str(data.get("needed", "")))


def undeliverable(refusal: Refused) -> Exception:
    """What the outbox should make of a refusal: give up in words, or try again."""
    return Undeliverable(refusal.words) if refusal.permanent else refusal
