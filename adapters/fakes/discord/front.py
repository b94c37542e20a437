"""The HTTP side of REST: reads requests, checks the token, applies faults, and writes answers as Discord does."""

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from aiohttp import BodyPartReader, web

from adapters.fakes.discord.clock import Clock
from adapters.fakes.discord.faults import Delayed, Failed, Faults, RateLimited
from adapters.fakes.discord.journal import Journal
from adapters.fakes.discord.records import Call, Json, Upload
from adapters.fakes.discord.refusals import Refused, Why, form

API = "/api/v10"
_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` are the ids and tokens in its address."""

    route: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    listed: list[Json]
    uploads: tuple[Upload, ...]

    def id(self, name: str) -> int:
        """A snowflake of the address. Raises Refused."""
        text = self.path[name]
        if not (text.isascii() and text.isdigit()):
            raise form(name, f'Value "{text}" is not snowflake.')
        return int(text)


Handler = Callable[[Request], object]
Served = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Front:
    """Serves handlers. A handler returns JSON, or None for 204, or raises Refused."""

    def __init__(self, token: str, faults: Faults, journal: Journal, clock: Clock) -> None:
        self._token = token
        self._faults = faults
        self._journal = journal
        self._clock = clock

    def mount(self, app: web.Application, routes: Mapping[str, Handler], *, guarded: bool) -> None:
        """Serve each `METHOD /path`; guarded ones need the bot's token."""
        for route, handler in routes.items():
            method, path = route.split()
            app.router.add_route(method, API + path, self._serving(handler, guarded=guarded))

    def mount_rest(self, app: web.Application) -> None:
        """Answer 404 for everything else, and write it down."""
        app.router.add_route("*", "/api/{rest:.*}", self._serving(_unknown, guarded=False))

    def _serving(self, handler: Handler, *, guarded: bool) -> Served:
        async def serve(incoming: web.Request) -> web.Response:
            request, code = _unread(incoming), 0
            try:
                self._check_token(incoming, guarded=guarded)
                request = await _read(incoming)
                response = await self._answer(request, handler)
            except Refused as refused:
                response, code = _reply(refused.body(), refused.status), refused.code
            self._note(request, response.status, code)
            if response.status == _CUT and incoming.transport:
                incoming.transport.abort()
            return response

        return serve

    async def _answer(self, request: Request, handler: Handler) -> web.Response:
        fault = self._faults.take(request.route)
        if isinstance(fault, RateLimited):
            return _too_many(fault)
        if isinstance(fault, Delayed):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Failed):
            if fault.stored:
                handler(request)
            if fault.page:
                return web.Response(status=fault.status, text=fault.page, content_type="text/html")
            return _reply({"message": "Something went wrong", "code": 0}, fault.status or _CUT)
        return _reply(handler(request))

    def _check_token(self, incoming: web.Request, *, guarded: bool) -> None:
        if guarded and incoming.headers.get("Authorization") != f"Bot {self._token}":
            raise Refused(Why.UNAUTHORIZED)

    def _note(self, request: Request, status: int, code: int) -> None:
        status = 0 if status == _CUT else status
        files = tuple(upload.name for upload in request.uploads)
        at = self._clock.now()
        self._journal.note(Call(request.route, at, status, code, dict(request.query), request.body, files))


_CUT = 599  # stands for no answer at all; never sent


def _unknown(_: Request) -> object:
    raise Refused(Why.NOT_FOUND)


def _reply(data: object, status: int = 200) -> web.Response:
    if data is None:
        return web.Response(status=204)
    # the type must be exactly this: with a charset in it discord.py does not parse the body
    return web.Response(status=status, body=json.dumps(data).encode(), content_type="application/json")


def _too_many(fault: RateLimited) -> web.Response:
    if not fault.via:
        return web.Response(status=429, text="error code: 1015")
    wait = math.ceil(fault.retry_after * 1000) / 1000
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": fault.everywhere}
    response = _reply(body, 429)
    response.headers.update({
        "Via": "1.1 google", "Retry-After": str(math.ceil(wait)), "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(wait), "X-RateLimit-Bucket": "fake",
        "X-RateLimit-Scope": "global" if fault.everywhere else "user",
    })  # fmt: skip
    if fault.everywhere:
        response.headers["X-RateLimit-Global"] = "true"
    return response


def _unread(incoming: web.Request) -> Request:
    route = f"{incoming.method} {incoming.path.removeprefix(API)}"
    return Request(route, dict(incoming.match_info), dict(incoming.query), {}, [], ())


async def _read(incoming: web.Request) -> Request:
    if incoming.content_type == "multipart/form-data":
        text, uploads = await _read_parts(incoming)
    else:
        text, uploads = await incoming.text(), ()
    try:
        data = json.loads(text) if text else {}
    except ValueError:
        raise form("body", "The request body contains invalid JSON.") from None
    body, listed = (data if isinstance(data, dict) else {}), (data if isinstance(data, list) else [])
    return replace(_unread(incoming), body=body, listed=listed, uploads=uploads)


async def _read_parts(incoming: web.Request) -> tuple[str, tuple[Upload, ...]]:
    text, uploads = "", []
    async for part in await incoming.multipart():
        assert isinstance(part, BodyPartReader)
        file = _FILE_FIELD.fullmatch(part.name or "")
        if file:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            data = bytes(await part.read())
            uploads.append(Upload(int(file[1]), part.filename or "file", data, kind))
        elif part.name == "payload_json":
            text = await part.text()
    return text, tuple(uploads)
