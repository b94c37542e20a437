"""The Anthropic Messages API, and servers that speak it.

Always streamed: long answers demand it, and a person sees the text grow. The SDK's own retries cover only the
request; ours cover a broken stream too, so the SDK's are off. So are redirects: the clients' data would go along.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from nova_bot.core.agent_spec import Tier
from nova_bot.core.errors import ModelBroken, ModelBusy, ModelEndpointRefused, ModelKeyRefused, ModelUnreachable
from nova_bot.core.run import Usage
from nova_bot.models.base import ModelReply, ModelRequest, OnText, StopReason, ToolOffer
from nova_bot.models.failures import LONGEST_WAIT_S, FailedTry, ended_early, meaning
from nova_bot.models.pricing import usd
from nova_bot.models.wire import body, calls_of, text_of
from nova_bot.settings import Price

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message

log = logging.getLogger(__name__)

ANTHROPIC = "https://api.anthropic.com"
TRIES = 4
FIRST_WAIT_S = 0.5
CONNECT_S = 10.0
STALL_S = 60.0

_STOPS = {
    "end_turn": StopReason.END,
    "stop_sequence": StopReason.END,
    "pause_turn": StopReason.CUT,
    "tool_use": StopReason.TOOLS,
    "max_tokens": StopReason.CUT,
    "model_context_window_exceeded": StopReason.CUT,
    "refusal": StopReason.REFUSED,
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Sleep = Callable[[float], Awaitable[None]]


def check_endpoint(url: str | None) -> None:
    """Raises ModelEndpointRefused for plain http to another machine: it would show the key and the clients' data."""
    parts = urlsplit(url or ANTHROPIC)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ModelEndpointRefused(
            model="", what="", url=f"{parts.scheme}://{parts.hostname}" if parts.hostname else "no address"
        )


class AnthropicModel:
    """`models` names a model per tier; `fallback` the tier to turn to when one stays overloaded or out of reach."""

    def __init__(
        self,
        models: Mapping[Tier, str],
        fallback: Mapping[Tier, Tier],
        prices: Mapping[str, Price],
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        stall_s: float = STALL_S,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        check_endpoint(base_url)
        self._models = models
        self._fallback = fallback
        self._prices = prices
        # Never None: the SDK would take an address that was not checked from its own environment or profile.
        self._base_url = base_url or ANTHROPIC
        self._api_key = api_key
        self._stall_s = stall_s
        self._sleep = sleep
        self._client: AsyncAnthropic | None = None

    async def _connected(self) -> "AsyncAnthropic":
        # The import takes a second or two, at the first call only: in a thread, so that nobody else waits for it.
        await asyncio.to_thread(import_module, "anthropic")
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient, Timeout

        if self._client is None:
            timeout = Timeout(self._stall_s, connect=min(CONNECT_S, self._stall_s))
            self._client = AsyncAnthropic(
                base_url=self._base_url,
                api_key=self._api_key,
                max_retries=0,
                timeout=timeout,
                http_client=DefaultAsyncHttpxClient(timeout=timeout, follow_redirects=False),
            )
        if not (self._client.api_key or self._client.auth_token or self._client.credentials):
            raise FailedTry(ModelKeyRefused, "no key is set", retry=False)
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        """The answer, from a fallback tier if the wanted one stays unavailable. Raises a ModelError."""
        return await self._from_first(self._models_for(request.tier), request, on_text)

    def _models_for(self, tier: Tier) -> tuple[str, ...]:
        """The tier's model, then those of its fallbacks, each once."""
        tiers = [tier]
        while (lower := self._fallback.get(tiers[-1])) and lower not in tiers:
            tiers.append(lower)
        return tuple(dict.fromkeys(self._models[tier] for tier in tiers))

    async def _from_first(self, models: tuple[str, ...], request: ModelRequest, on_text: OnText | None) -> ModelReply:
        try:
            return await self._persistently(models[0], request, on_text)
        except (ModelBusy, ModelUnreachable, ModelBroken) as error:
            if len(models) == 1:
                raise
            log.warning("%s can't be asked; trying %s", models[0], models[1], extra={"action": "model.fallback"})
            answer = await self._from_first(models[1:], request, on_text)
            return _counting(answer, cast("int", error.facts["tries"]))

    async def _persistently(self, model: str, request: ModelRequest, on_text: OnText | None) -> ModelReply:
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._once(model, request, on_text)
            except FailedTry as failed:
                log.info("model %s, try %d: %s", model, attempt, failed.what, extra={"action": "model.fault"})
                if not failed.retry or attempt == TRIES:
                    raise failed.error(model=model, what=failed.what, tries=attempt) from failed
                await self._sleep(_wait(attempt, failed.wait_s))
            else:
                return _counting(answer, attempt - 1)
        raise AssertionError("unreachable")

    async def _once(self, model: str, request: ModelRequest, on_text: OnText | None) -> ModelReply:
        answer = None
        async with aclosing(self._heard(model, request)) as heard:
            async for said in heard:
                if isinstance(said, ModelReply):
                    answer = said
                elif on_text:
                    on_text(said)
        return answer or ended_early()

    async def _heard(self, model: str, request: ModelRequest) -> AsyncGenerator[str | ModelReply, None]:
        """The text so far, at the start and each time it grows; at last the whole answer. Raises FailedTry."""
        sent = body(model, request)
        args: dict[int, str] = {}
        try:
            client = await self._connected()
            async with client.messages.stream(**sent) as stream:
                async for event in stream:
                    if event.type == "message_start":
                        yield ""
                    elif event.type == "text":
                        yield text_of(stream.current_message_snapshot)
                    elif event.type == "content_block_delta" and event.delta.type == "input_json_delta":
                        args[event.index] = args.get(event.index, "") + event.delta.partial_json
                    elif event.type == "message_stop":
                        yield self._read(event.message, args, model, request.tools)
        except Exception as error:
            raise meaning(error) from error

    def _read(
        self, message: "Message", args: Mapping[int, str], model: str, offers: tuple[ToolOffer, ...]
    ) -> ModelReply:
        stop = _STOPS.get(message.stop_reason, StopReason.END) if message.stop_reason else ended_early()
        used = message.usage
        read, written = used.cache_read_input_tokens or 0, used.cache_creation_input_tokens or 0
        cost = usd(self._prices, model, used.input_tokens, used.output_tokens, read, written)
        return ModelReply(
            text=text_of(message),
            calls=calls_of(message, args, offers) if stop is StopReason.TOOLS else (),
            stop=stop,
            usage=Usage(used.input_tokens, used.output_tokens, read, written, cost, calls=1),
            model=model,
            detail=message.stop_reason or "",
        )


def _counting(answer: ModelReply, failed: int) -> ModelReply:
    """The answer, with the requests that failed before it counted."""
    return replace(answer, usage=answer.usage + Usage(calls=failed))


def _wait(attempt: int, asked_s: float) -> float:
    """Seconds before the next try: doubling with jitter, never less than the service asks for."""
    return max(asked_s, min(FIRST_WAIT_S * 2.0 ** (attempt - 1), LONGEST_WAIT_S) * random.uniform(0.5, 1.0))  # noqa: S311
