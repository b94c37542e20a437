"""Socket Mode: the websockets that apps open, and envelopes sent through one of them."""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType, web

from adapters.fakes.slack.courier import EVENTS, Envelope, Receipt
from adapters.fakes.slack.events import App
from adapters.fakes.slack.records import Json

REASONS = ("refresh_requested", "warning", "too_many_websockets")


class _Lost(Exception):
    """The socket went away before the ack came."""


@dataclass(eq=False)
class _Link:
    """One open socket. `leaving` is set after a disconnect notice; it gets nothing new then."""

    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False
    deaf: bool = False


class Sockets:
    """All open sockets of the app."""

    def __init__(self, app: App) -> None:
        self.late: list[str] = []  # envelope ids acknowledged after their time
        self.opened = 0
        self._app = app
        self._tickets: set[str] = set()
        self._links: list[_Link] = []
        self._ready = asyncio.Event()
        self._waiting: dict[str, tuple[_Link, asyncio.Future[Json]]] = {}

    @property
    def count(self) -> int:
        """How many sockets can get an envelope now."""
        return sum(not link.leaving for link in self._links)

    def admit(self, ticket: str) -> None:
        """Let the holder of this ticket open one socket."""
        self._tickets.add(ticket)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = _Link(socket, request)
        self._add(link)
        try:
            await socket.send_json(self._hello())
            await self._listen(link)
        except ConnectionError:
            pass  # the app closed it while we wrote: the same as a close
        finally:
            self._remove(link)
        return socket

    async def carry(self, envelope: Envelope, limit: float) -> Receipt:
        """Send an envelope through the next socket, waiting for one if there is none."""
        try:
            async with asyncio.timeout(limit):
                return Receipt(True, answer=await self._exchange(envelope))
        except (TimeoutError, _Lost, ConnectionError):
            return Receipt(False, "timeout")
        finally:
            self._waiting.pop(envelope.id, None)

    async def disconnect(self, reason: str) -> None:
        """Tell every socket to reconnect. They stay open until the app closes them."""
        if reason not in REASONS:
            raise ValueError(f"Slack knows no disconnect reason {reason!r}, only {', '.join(REASONS)}")
        notice = {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}}
        for link in list(self._links):
            link.leaving = True
            await link.socket.send_json(notice)
        self._note_ready()

    def kill(self) -> None:
        """Cut every socket without a goodbye, like a network that fails."""
        for link in self._links:
            if link.request.transport:
                link.request.transport.abort()

    def deafen(self) -> None:
        """Leave every socket open but dead: pings and acks on it are ignored from now on."""
        for link in self._links:
            link.deaf = True

    async def close(self) -> None:
        """Say goodbye to every socket."""
        for link in list(self._links):
            await link.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _exchange(self, envelope: Envelope) -> Json:
        while not self.count:
            await self._ready.wait()
        link = self._next()
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope.id] = link, acked
        await link.socket.send_json(_wire(envelope))
        return await acked

    def _next(self) -> _Link:
        """Slack gives an envelope to any one socket; here they take turns."""
        link = next(link for link in self._links if not link.leaving)
        self._links.remove(link)
        self._links.append(link)
        return link

    async def _listen(self, link: _Link) -> None:
        async for message in link.socket:
            if link.deaf:
                continue
            if message.type is WSMsgType.PING:
                await link.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))

    def _acknowledge(self, ack: Json) -> None:
        envelope_id = str(ack.get("envelope_id"))
        if envelope_id not in self._waiting:
            self.late.append(envelope_id)
            return
        acked = self._waiting[envelope_id][1]
        if not acked.done():
            acked.set_result(ack.get("payload") or {})

    def _add(self, link: _Link) -> None:
        self.opened += 1
        self._links.append(link)
        self._note_ready()

    def _remove(self, link: _Link) -> None:
        self._links.remove(link)
        self._note_ready()
        for holder, acked in self._waiting.values():
            if holder is link and not acked.done():
                acked.set_exception(_Lost())

    def _note_ready(self) -> None:
        if self.count:
            self._ready.set()
        else:
            self._ready.clear()

    def _hello(self) -> Json:
        about = {"app_id": self._app.id}
        return {"type": "hello", "num_connections": self.count, "connection_info": about,
                "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060}}  # fmt: skip


def _wire(envelope: Envelope) -> Json:
    sent: Json = {"envelope_id": envelope.id, "type": envelope.type, "payload": envelope.payload}
    if envelope.type == EVENTS:
        sent |= {"retry_attempt": envelope.retry, "retry_reason": envelope.reason}
    return sent | {"accepts_response_payload": envelope.type != EVENTS}
