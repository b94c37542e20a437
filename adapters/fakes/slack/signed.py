"""The HTTP way to the app: signed requests to its URL, read the way Slack reads the answers."""

import hashlib
import hmac
import json
import time
from enum import StrEnum
from urllib.parse import urlencode

import aiohttp

from adapters.fakes.slack.courier import EVENTS, INTERACTIVE, Envelope, Receipt
from adapters.fakes.slack.records import Json

TOO_OLD_S = 301


class Forgery(StrEnum):
    """What can be wrong with a request that only claims to come from Slack."""

    WRONG_SIGNATURE = "wrong signature"
    OLD_TIMESTAMP = "old timestamp"


class SignedHttp:
    """Posts to one URL. `forgery` makes the coming requests bad ones."""

    def __init__(self, url: str, secret: str) -> None:
        self.forgery: Forgery | None = None
        self._url = url
        self._secret = secret
        self._session = aiohttp.ClientSession(trust_env=False)

    async def verify(self) -> None:
        """The handshake of a new URL. Raises ValueError when the app does not give the challenge back."""
        challenge = "challenge-of-the-fake"
        asked = {"type": "url_verification", "token": "verification-token", "challenge": challenge}
        headers, body = self._signed(json.dumps(asked), "application/json")
        async with self._session.post(self._url, data=body, headers=headers) as response:
            text = await response.text()
        if response.status != 200 or challenge not in text:
            raise ValueError(f"{self._url} answered {response.status} and not the challenge")

    async def carry(self, envelope: Envelope, limit: float) -> Receipt:
        """One request; anything but 2xx in time is a failure."""
        headers, body = self._signed(*_body(envelope))
        if envelope.retry:
            headers |= {"X-Slack-Retry-Num": str(envelope.retry), "X-Slack-Retry-Reason": envelope.reason}
        patience = aiohttp.ClientTimeout(total=limit)
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return _receipt(response, await response.text())
        except TimeoutError:
            return Receipt(False, "http_timeout")
        except aiohttp.ClientError:
            return Receipt(False, "connection_failed")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    def _signed(self, body: str, content_type: str) -> tuple[dict[str, str], bytes]:
        # The real time, whatever the fake's clock says: the app compares it with its own.
        stamp = str(int(time.time()) - (TOO_OLD_S if self.forgery is Forgery.OLD_TIMESTAMP else 0))
        secret = self._secret + ("x" if self.forgery is Forgery.WRONG_SIGNATURE else "")
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        return headers, body.encode()


def _body(envelope: Envelope) -> tuple[str, str]:
    if envelope.type == EVENTS:
        return json.dumps(envelope.payload), "application/json"
    form = {"payload": json.dumps(envelope.payload)} if envelope.type == INTERACTIVE else envelope.payload
    return urlencode(form), "application/x-www-form-urlencoded"


def _receipt(response: aiohttp.ClientResponse, text: str) -> Receipt:
    if not response.ok or response.status >= 300:
        final = response.headers.get("X-Slack-No-Retry") == "1"
        return Receipt(False, "http_error", response.status, final=final)
    return Receipt(True, status=response.status, answer=_answer(text))


def _answer(text: str) -> Json:
    """A JSON object, or plain text, which Slack shows as it is."""
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else {}
