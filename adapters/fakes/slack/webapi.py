"""The Web API: who calls, what may go wrong on the way, what the method answers, and a record of every call."""

import asyncio
from uuid import uuid4

from aiohttp import web

from adapters.fakes.slack.args import Args, SlackError, read
from adapters.fakes.slack.faults import Delayed, Dropped, Failed, Fault, Faults, RateLimited
from adapters.fakes.slack.methods import METHODS
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.records import Call, Json, Token
from adapters.fakes.slack.sockets import Sockets
from adapters.fakes.slack.state import Workspace

UNREADABLE = "<html><body>upstream error</body></html>"


class WebApi:
    """Answers `/api/{method}`. `tokens` are the valid ones by their text, `calls` is what came in, oldest first."""

    def __init__(self, ws: Workspace, sockets: Sockets, faults: Faults) -> None:
        self.calls: list[Call] = []
        self.tokens: dict[str, Token] = {}
        self._ws = ws
        self._sockets = sockets
        self._faults = faults
        opening = Method(self._open_connection, ("connections:write",), app=True)
        self._methods = METHODS | {"apps.connections.open": opening}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        try:
            raw = await read(request)
        except SlackError as refusal:
            self._note(method, {}, "", 200, refusal.error)
            return web.json_response(refusal.body)
        fault = self._faults.take(method)
        if isinstance(fault, Delayed):
            await asyncio.sleep(fault.seconds)
        token = _token(request, raw)
        response, error = self._planned(fault) or self._answer(method, raw, token)
        self._note(method, raw, token, response.status, error)
        if isinstance(fault, Dropped) and request.transport:
            request.transport.abort()
        return response

    def _note(self, method: str, args: Json, token: str, status: int, error: str) -> None:
        self.calls.append(Call(method, args, token, self._ws.clock(), status, error))

    def _planned(self, fault: Fault | None) -> tuple[web.Response, str] | None:
        """The answer that a fault prescribes instead of the method's own."""
        match fault:
            case RateLimited(seconds):
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": str(seconds)}), "ratelimited"
            case Failed(error, 200):
                return web.json_response({"ok": False, "error": error}), error
            case Failed(_, status):
                return web.Response(status=status, text=UNREADABLE, content_type="text/html"), f"http_{status}"
            case Dropped(stored=False):
                return web.Response(), "dropped"
            case _:
                return None

    def _answer(self, name: str, raw: Json, given: str) -> tuple[web.Response, str]:
        try:
            method = self._methods.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            token = self._check(given, method)
            ask = Ask(Args(raw), token)
            ask.require(*method.scopes)
            body = {"ok": True, **method.run(self._ws, ask)}
        except SlackError as refusal:
            return web.json_response(refusal.body, headers=self._granted(given)), refusal.error
        return web.json_response(body, headers=self._granted(given)), ""

    def _check(self, given: str, method: Method) -> Token:
        if not given:
            raise SlackError("not_authed")
        token = self.tokens.get(given)
        if token is None:
            raise SlackError("invalid_auth")
        if token.revoked:
            raise SlackError("token_revoked")
        if token.is_app != method.app:
            raise SlackError("not_allowed_token_type")
        return token

    def _granted(self, given: str) -> dict[str, str]:
        token = self.tokens.get(given)
        return {"x-oauth-scopes": ",".join(sorted(token.scopes))} if token else {}

    def _open_connection(self, ws: Workspace, _: Ask) -> Json:
        ticket = uuid4().hex
        self._sockets.admit(ticket)
        return {"url": f"{ws.address.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={ws.app.id}"}


def _token(request: web.Request, raw: Json) -> str:
    """The token of a call, taken out of its arguments."""
    in_body = raw.pop("token", "")
    kind, _, in_header = request.headers.get("Authorization", "").partition(" ")
    return in_header.strip() if kind == "Bearer" else str(in_body)
