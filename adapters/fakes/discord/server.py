"""FakeDiscord: the whole double, listening on this machine."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from adapters.discord.pointing import pointed_at
from adapters.fakes.discord.breaking import Breaking
from adapters.fakes.discord.clock import wall
from adapters.fakes.discord.core import TOKEN
from adapters.fakes.discord.evidence import Evidence
from adapters.fakes.discord.front import Front
from adapters.fakes.discord.page import Page
from adapters.fakes.discord.rest import Rest

HOST = "127.0.0.1"
BODY_MAX = 32 * 1024 * 1024  # bytes of a request


class FakeDiscord(Evidence, Breaking):
    """A Discord to test with: `async with FakeDiscord() as discord: ...`.

    It listens on 127.0.0.1 in the running event loop. There is one guild, whose owner is the first of `users`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        now: Callable[[], datetime] = wall,
        token: str = TOKEN,
        bot: str = "Nova",
        users: tuple[str, ...] = ("ada", "bob"),
        channels: tuple[str, ...] = ("general",),
        heartbeat_s: float = 41.25,
    ) -> None:
        super().__init__(now=now, token=token, bot=bot, users=users, channels=channels, heartbeat_s=heartbeat_s)
        self._port = port
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)

    @property
    def url(self) -> str:
        """Where it listens, such as http://127.0.0.1:8123; also the page's address."""
        return self.world.base_url

    def pointed(self) -> AbstractContextManager[None]:
        """Inside, every discord.py client of this process talks to this Discord."""
        return pointed_at(self.url)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        port = self._runner.addresses[0][1]
        self.world.base_url = f"http://{HOST}:{port}"
        self.gateway.url = f"ws://{HOST}:{port}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.close()
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_MAX)
        front = Front(self.token, self.faults, self.journal, self.clock)
        front.mount(app, Rest(self.world, self.hub, self.gateway).routes(), guarded=True)
        front.mount(app, self.interactions.command_routes(), guarded=True)
        front.mount(app, self.interactions.routes(), guarded=False)
        front.mount_rest(app)
        app.router.add_get("/gateway", self.gateway.serve)
        Page(self).mount(app)
        return app
