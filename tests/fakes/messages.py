"""A loopback double of the Anthropic Messages API: strict about what it is sent, scripted in what it answers.

It lives in the test's own event loop, so that every fault comes exactly where the script puts it.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

from aiohttp import web

KEY = "test-key"
STATUS_OF = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_KNOWN = {"model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream", "stop_sequences", "metadata"}
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_ID = re.compile(r"[a-zA-Z0-9_-]+")
_DELTA_SIZE = 7


@dataclass(frozen=True, slots=True)
class Text:
    """A text block."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool_use block. `raw` replaces the JSON of its arguments, to break it."""

    id: str
    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    raw: str | None = None


class End(Enum):
    """How a stream goes wrong after its last event."""

    DROP = "the connection is cut"
    STALL = "nothing comes any more, the connection stays"
    CLEAN = "the body ends as if all were well"
    ERROR = "an error event"
    GARBAGE = "an event that is no JSON"


@dataclass(frozen=True, slots=True)
class Answer:
    """A streamed message. With `end`, only the first `events` events are sent, then it goes wrong."""

    blocks: tuple[Text | ToolUse, ...] = (Text("Hello."),)
    stop: str = "end_turn"
    tokens_in: int = 10
    tokens_out: int = 5
    cache_read: int = 0
    cache_write: int = 0
    end: End | None = None
    events: int = 5
    error: str = "overloaded_error"


@dataclass(frozen=True, slots=True)
class Status:
    """An error answer in the API's shape, before any event."""

    code: int
    message: str = "because the script says so"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """A 200 answer with any body at all."""

    body: bytes
    content_type: str = "text/event-stream"


class Cut:
    """The connection is cut before the first byte."""


class Silence:
    """No byte ever comes."""


Reply = Answer | Status | Body | Cut | Silence


@dataclass(frozen=True, slots=True)
class Request:
    """What came in, the headers' names in small letters."""

    body: dict[str, Any]
    headers: Mapping[str, str]


class FakeMessages:
    """The server. `will(...)` queues replies; a request that the API would refuse gets 400 and uses none of them."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.url = ""
        self._script: deque[Reply] = deque()
        self._over = asyncio.Event()
        app = web.Application(client_max_size=32 * 1024**2)
        app.router.add_post("/v1/messages", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    def will(self, *replies: Reply) -> Self:
        """Answer the next requests with these, in this order."""
        self._script.extend(replies)
        return self

    @property
    def left(self) -> int:
        """How many queued replies were not asked for."""
        return len(self._script)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(Request(body, {name.lower(): value for name, value in request.headers.items()}))
        if KEY not in (
            request.headers.get("x-api-key"),
            request.headers.get("authorization", "").removeprefix("Bearer "),
        ):
            return _error(Status(401, "invalid x-api-key"))
        wrong = problem(body)
        if wrong or not self._script:
            return _error(Status(400, wrong or "the script is at its end"))
        return await self._play(self._script.popleft(), request)

    async def _play(self, reply: Reply, request: web.Request) -> web.StreamResponse:
        match reply:
            case Status():
                return _error(reply)
            case Body(body, content_type):
                return web.Response(body=body, headers={"content-type": content_type})
            case Answer():
                return await self._stream(reply, request)
            case Silence():
                await self._over.wait()
        return _cut(request)

    async def _stream(self, answer: Answer, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        model = self.requests[-1].body["model"]
        for n, event in enumerate(_events(answer, model)):
            if answer.end and n == answer.events:
                break
            await response.write(_sse(event["type"], json.dumps(event)))
        if answer.end is End.ERROR:
            error = {"type": "error", "error": {"type": answer.error, "message": "Overloaded"}}
            await response.write(_sse("error", json.dumps(error)))
        elif answer.end is End.GARBAGE:
            await response.write(_sse("content_block_delta", '{"type": "content_block_delta", "index'))
        elif answer.end is End.STALL:
            await self._over.wait()
        return _cut(request) if answer.end in (End.DROP, End.STALL) else response


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _sse(event: str, data: str) -> bytes:
    return f"event: {event}\ndata: {data}\n\n".encode()


def _error(status: Status) -> web.Response:
    error = {"type": STATUS_OF.get(status.code, "api_error"), "message": status.message}
    body = {"type": "error", "error": error, "request_id": "req_test"}
    return web.json_response(body, status=status.code, headers={"request-id": "req_test", **status.headers})


def _events(answer: Answer, model: str) -> Iterator[dict[str, Any]]:
    usage = {
        "input_tokens": answer.tokens_in,
        "output_tokens": 1,
        "cache_read_input_tokens": answer.cache_read,
        "cache_creation_input_tokens": answer.cache_write,
    }
    message = {"id": "msg_test", "type": "message", "role": "assistant", "model": model, "content": []}
    yield {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    yield {"type": "ping"}
    for index, block in enumerate(answer.blocks):
        yield {"type": "content_block_start", "index": index, "content_block": _empty(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = {"stop_reason": answer.stop, "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": answer.tokens_out}}
    yield {"type": "message_stop"}


def _empty(block: Text | ToolUse) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"type": "text", "text": ""}
    return {"type": "tool_use", "id": block.id, "name": block.name, "input": {}}


def _deltas(block: Text | ToolUse) -> Iterator[dict[str, str]]:
    """The block in small pieces; the first piece of arguments is empty, as the API sends it."""
    if isinstance(block, Text):
        yield from ({"type": "text_delta", "text": piece} for piece in _pieces(block.text))
        return
    said = json.dumps(block.args) if block.raw is None else block.raw
    yield from ({"type": "input_json_delta", "partial_json": piece} for piece in ("", *_pieces(said)))


def _pieces(text: str) -> Iterator[str]:
    return (text[i : i + _DELTA_SIZE] for i in range(0, len(text), _DELTA_SIZE))


def problem(body: object) -> str:
    """Why the API would refuse this request body; "" when it would not."""
    try:
        _check(body)
    except _RefusedError as refused:
        return str(refused)
    return ""


class _RefusedError(Exception):
    pass


def _need(holds: object, otherwise: str) -> None:
    if not holds:
        raise _RefusedError(otherwise)


def _check(body: object) -> None:
    if not isinstance(body, dict):
        raise _RefusedError("the body must be an object")
    unknown = set(body) - _KNOWN
    _need(not unknown, f"{', '.join(sorted(unknown))}: extra inputs are not permitted")
    _need(isinstance(body.get("model"), str) and body["model"], "model: field required")
    limit = body.get("max_tokens")
    _need(isinstance(limit, int) and limit >= 1, "max_tokens: field required, at least 1")
    _need(body.get("stream") is True, "stream: this double only streams")
    _check_blocks(body.get("system", []), "system", {"text"})
    _check_tools(body.get("tools", []))
    _check_messages(body.get("messages"), bool(body.get("tools")))


def _check_tools(tools: Any) -> None:
    _need(isinstance(tools, list), "tools: must be a list")
    names = [tool.get("name") for tool in tools]
    for i, tool in enumerate(tools):
        _need(_NAME.fullmatch(str(tool.get("name"))), f"tools.{i}.name: must match {_NAME.pattern}")
        _need(isinstance(tool.get("description"), str), f"tools.{i}.description: field required")
        schema = tool.get("input_schema")
        _need(isinstance(schema, dict) and schema.get("type") == "object", f"tools.{i}.input_schema.type: not object")
    _need(len(set(names)) == len(names), "tools: names must be unique")


def _check_messages(messages: Any, tools: bool) -> None:
    _need(isinstance(messages, list) and messages, "messages: at least one message is required")
    asked: list[str] = []
    ever: set[str] = set()
    for n, message in enumerate(messages):
        where, role = f"messages.{n}", ("user", "assistant")[n % 2]
        _need(message.get("role") == role, f"{where}.role: roles must alternate, expected {role}")
        blocks = message.get("content")
        kinds = {"text", "tool_result"} if role == "user" else {"text", "tool_use"}
        _need(isinstance(blocks, list) and blocks, f"{where}.content: must be a list that is not empty")
        _check_blocks(blocks, where, kinds)
        if role == "user":
            _check_results(blocks, asked, where)
        asked = [block["id"] for block in blocks if block["type"] == "tool_use"]
        _need(tools or not asked, f"{where}: tool_use without tools")
        _need(len(asked) == len({*asked} - ever), f"{where}: tool_use ids must be unique")
        ever.update(asked)
    _need(len(messages) % 2 == 1, "messages: the last message must be the user's")


def _check_results(blocks: list[dict[str, Any]], asked: list[str], where: str) -> None:
    given = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    first = [block["type"] for block in blocks[: len(given)]]
    _need(set(first) <= {"tool_result"}, f"{where}: tool_result blocks must come first")
    _need(sorted(given) == sorted(asked), f"{where}: tool_use {asked} needs one tool_result each, got {given}")


def _check_blocks(blocks: Any, where: str, kinds: set[str]) -> None:
    for i, block in enumerate(blocks):
        here = f"{where}.content.{i}"
        kind = block.get("type")
        _need(kind in kinds, f"{here}.type: {kind} is not one of {sorted(kinds)}")
        if kind == "text":
            _need(str(block.get("text", "")).strip(), f"{here}: text content blocks must be non-empty")
        elif kind == "tool_use":
            _need(_ID.fullmatch(str(block.get("id"))), f"{here}.id: must match {_ID.pattern}")
            _need(_NAME.fullmatch(str(block.get("name"))), f"{here}.name: must match {_NAME.pattern}")
            _need(isinstance(block.get("input"), dict), f"{here}.input: must be an object")
        else:
            _need(isinstance(block.get("tool_use_id"), str), f"{here}.tool_use_id: field required")
            _need(str(block.get("content", "")).strip(), f"{here}.content: must not be empty")
