"""The parts of the fake Discord, put together. The public class adds what tests do with them."""

from collections.abc import Callable
from datetime import datetime

from adapters.fakes.discord.clock import Clock
from adapters.fakes.discord.faults import Faults, GatewayFaults
from adapters.fakes.discord.gateway import Gateway
from adapters.fakes.discord.hub import Hub
from adapters.fakes.discord.interactions import Interactions
from adapters.fakes.discord.journal import Journal
from adapters.fakes.discord.state import World

TOKEN = "fake-discord-token"  # noqa: S105 - opens nothing but this double


class Core:
    """State, services and plans. Nothing listens yet."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        token: str,
        bot: str,
        users: tuple[str, ...],
        channels: tuple[str, ...],
        heartbeat_s: float,
    ) -> None:
        self.token = token
        self.clock = Clock(now)
        self.world = World(self.clock, bot)
        self.journal = Journal()
        self.faults = Faults(self.clock)
        self.gateway_faults = GatewayFaults()
        self.gateway = Gateway(self.world, token, self.gateway_faults, heartbeat_s=heartbeat_s)
        self.gateway.on_change = self.journal.stir
        self.hub = Hub(self.world, self.gateway.tell)
        self.interactions = Interactions(self.world, self.hub)
        self.bot = self.world.bot
        people = [self.world.add_user(name) for name in users]
        self.guild = self.world.add_guild("Nova's house", people[0] if people else self.bot)
        for name in channels:
            self.world.add_channel(name, self.guild)
