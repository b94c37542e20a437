"""One gateway connection: frames out in order, compressed as the client asked."""

import asyncio
import importlib
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from adapters.fakes.discord.records import Json
from adapters.fakes.discord.sessions import Session

Packer = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Close:
    code: int


class Link:
    """An open socket. Sending only queues: a writer task sends in order, so telling never waits."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.session: Session | None = None
        self.closing = False  # by us; the client may still answer
        self.mute = False  # a zombie: open, but nothing comes any more
        self._socket = socket
        self._request = request
        self._pack = _packer(request.query.get("compress", ""))
        self._queue: asyncio.Queue[Json | _Close] = asyncio.Queue()

    def send(self, payload: Json) -> None:
        """Queue a payload."""
        if not self.mute:
            self._queue.put_nowait(payload)

    def close(self, code: int) -> None:
        """Queue the end of the connection."""
        self.closing = True
        self._queue.put_nowait(_Close(code))

    def cut(self) -> None:
        """Lose the connection without a word, like a network that fails."""
        if self._request.transport:
            self._request.transport.abort()

    async def write(self) -> None:
        """Send what is queued until the connection ends."""
        with suppress(ConnectionError):
            while not isinstance(item := await self._queue.get(), _Close):
                await self._send_now(json.dumps(item).encode())
            await self._socket.close(code=item.code)

    async def _send_now(self, data: bytes) -> None:
        if self._pack is None:
            await self._socket.send_str(data.decode())
        else:
            await self._socket.send_bytes(self._pack(data))


def _packer(compression: str) -> Packer | None:
    """One compressed stream for the whole connection, flushed after each payload."""
    if compression == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda data: deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compression == "zstd-stream":  # asked for only by a client that has the package itself
        zstandard = importlib.import_module("zstandard")
        stream = zstandard.ZstdCompressor().compressobj()
        return lambda data: bytes(stream.compress(data) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    return None
