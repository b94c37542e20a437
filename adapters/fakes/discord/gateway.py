"""The gateway: identify, resume, heartbeats, and events to every session that wants them."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex

from aiohttp import WSMsgType, web

from adapters.fakes.discord.faults import GatewayFaults
from adapters.fakes.discord.link import Link
from adapters.fakes.discord.records import Event, Intent, Json
from adapters.fakes.discord.sessions import LAST_INTENT, Session
from adapters.fakes.discord.state import World
from adapters.fakes.discord.wire import guild_json, member_json, user_json

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 1, 2, 6, 7, 8, 9, 10, 11
PRESENCE, VOICE = 3, 4
UNKNOWN_OP, BAD_PAYLOAD, NOT_IDENTIFIED, BAD_TOKEN, IDENTIFIED_TWICE = 4001, 4002, 4003, 4004, 4005
BAD_SEQUENCE, TIMED_OUT, BAD_VERSION, BAD_INTENTS, FORBIDDEN_INTENTS = 4007, 4009, 4012, 4013, 4014
PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT


class Gateway:
    """All sessions and open connections. `granted` are the privileged intents that are switched on for the bot."""

    def __init__(self, world: World, token: str, faults: GatewayFaults, *, heartbeat_s: float) -> None:
        self.identifies = 0
        self.resumes = 0
        self.events = 0
        self.granted = Intent.MESSAGE_CONTENT
        self.url = ""
        self.on_change: Callable[[], None] = lambda: None
        self._world = world
        self._token = token
        self._faults = faults
        self._heartbeat_s = heartbeat_s
        self._sessions: dict[str, Session] = {}
        self._links: set[Link] = set()
        self._writers: set[asyncio.Task[None]] = set()

    @property
    def application_flags(self) -> int:
        """The application's flags that show which privileged intents are switched on."""
        bits = {Intent.PRESENCES: 1 << 12, Intent.MEMBERS: 1 << 14, Intent.MESSAGE_CONTENT: 1 << 18}
        return sum(flag for intent, flag in bits.items() if intent in self.granted)

    def tell(self, event: Event) -> None:
        """Send an event to every session that wants it; sessions without a socket find it when they resume."""
        self.events += 1
        delay = self._faults.delay(event.name)
        if delay:
            asyncio.get_running_loop().call_later(delay, self._tell_now, event)
        else:
            self._tell_now(event)

    def open_links(self) -> list[Link]:
        """The connections that are identified now."""
        return [link for link in self._links if link.session]

    def forget_sessions(self) -> None:
        """No session can be resumed any more."""
        self._sessions.clear()

    def drop(self, code: int | None) -> None:
        """Close every connection with this code; None cuts it. After 4007 and 4009 the session is gone."""
        if code in (BAD_SEQUENCE, TIMED_OUT):
            self.forget_sessions()
        for link in self.open_links():
            if code is None:
                link.cut()
            else:
                link.close(code)

    def send_all(self, payload: Json) -> None:
        """Send a payload that is not an event on every connection."""
        for link in self.open_links():
            link.send(payload)

    async def close(self) -> None:
        """End all connections."""
        for link in self._links:
            link.close(1001)
        if self._writers:
            await asyncio.wait(self._writers, timeout=0.5)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection until it ends."""
        if self._faults.take_refusal():
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        link = Link(socket, request)
        self._links.add(link)
        writer = asyncio.create_task(link.write())
        self._writers.add(writer)
        try:
            if not self._faults.take_silence():
                self._greet(link, request)
            await self._listen(link, socket)
        finally:
            self._links.discard(link)
            self._writers.discard(writer)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
        return socket

    def _greet(self, link: Link, request: web.Request) -> None:
        if request.query.get("v") not in ("9", "10") or request.query.get("encoding") != "json":
            link.close(BAD_VERSION)
        link.send({"op": HELLO, "s": None, "t": None, "d": {"heartbeat_interval": int(self._heartbeat_s * 1000)}})

    async def _listen(self, link: Link, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self._take(link, frame.data)
                self.on_change()
        if link.session and not link.closing and socket.close_code in (1000, 1001):
            self._sessions.pop(link.session.id, None)  # the client said goodbye: there is nothing to resume

    def _take(self, link: Link, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            return link.close(BAD_PAYLOAD)
        if op == HEARTBEAT:
            return link.send({"op": ACK, "d": None})
        if op in (IDENTIFY, RESUME):
            if link.session:
                return link.close(IDENTIFIED_TWICE)
            if data.get("token") != self._token:
                return link.close(BAD_TOKEN)
            return self._identify(link, data) if op == IDENTIFY else self._resume(link, data)
        if link.session is None:
            return link.close(NOT_IDENTIFIED)
        if op == MEMBERS:
            return self._send_members(link, data)
        return None if op in (PRESENCE, VOICE) else link.close(UNKNOWN_OP)

    def _identify(self, link: Link, data: Json) -> None:
        self.identifies += 1
        intents = data.get("intents")
        if not isinstance(intents, int) or not 0 <= intents <= LAST_INTENT * 2 - 1:
            return link.close(BAD_INTENTS)
        if intents & PRIVILEGED & ~self.granted:
            return link.close(FORBIDDEN_INTENTS)
        link.session = session = Session(token_hex(16), intents)
        self._sessions[session.id] = session
        shard: Json = {"shard": data["shard"]} if "shard" in data else {}
        link.send(session.note("READY", self._ready(session) | shard))
        for guild in self._world.guilds.values():
            if session.intents & Intent.GUILDS and guild.id not in self._world.away:
                link.send(session.note("GUILD_CREATE", guild_json(self._world, guild)))
        return None

    def _ready(self, session: Session) -> Json:
        about = {"id": str(self._world.application), "flags": self.application_flags}
        ours = (guild for guild in self._world.guilds if self._world.away.get(guild, True))
        guilds = [{"id": str(guild), "unavailable": True} for guild in ours]
        return {"v": 10, "user": user_json(self._world.bot), "guilds": guilds, "session_id": session.id,
                "resume_gateway_url": self.url, "application": about, "private_channels": []}  # fmt: skip

    def _resume(self, link: Link, data: Json) -> None:
        session = self._sessions.get(str(data.get("session_id")))
        if session is None:
            return link.send({"op": INVALID, "d": False})
        if not 0 <= (data.get("seq") or 0) <= session.sequence:
            return link.close(BAD_SEQUENCE)
        self.resumes += 1
        link.session = session
        for payload in session.after(data.get("seq") or 0):
            link.send(payload)
        return link.send(session.note("RESUMED", {}))

    def _send_members(self, link: Link, data: Json) -> None:
        guild, query = int(data["guild_id"]), str(data.get("query") or "")
        wanted = {int(user) for user in data.get("user_ids") or ()}
        everyone = self._world.users.values()
        found = [u for u in everyone if u.id in wanted or (not wanted and u.name.startswith(query))]
        members = [member_json(self._world, user, guild) | {"user": user_json(user)} for user in found]
        missing = [str(user) for user in wanted - self._world.users.keys()]
        chunk: Json = {"guild_id": str(guild), "members": members, "chunk_index": 0, "chunk_count": 1,
                       "not_found": missing, "nonce": data.get("nonce")}  # fmt: skip
        assert link.session
        link.send(link.session.note("GUILD_MEMBERS_CHUNK", chunk))

    def _tell_now(self, event: Event) -> None:
        for session in self._sessions.values():
            if session.wants(event):
                payload = session.record(event)
                for link in self._links:
                    if link.session is session:
                        link.send(payload)
        self.on_change()
