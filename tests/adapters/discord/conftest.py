"""Nova on the loopback Discord."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord import client
from adapters.fakes.discord import FakeDiscord
from nova_bot import parts
from tests.adapters.discord.rig import Served, people, served
from tests.doubles import House


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch, house: House) -> AsyncIterator[FakeDiscord]:
    """A server with ada and bob, and a real client that doesn't wait where Discord would make it wait."""

    async def at_once(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(client, "READY_WITHIN_S", 0.05)
    for kind in (client.Client, client.ShardedClient):
        monkeypatch.setattr(kind, "before_identify_hook", at_once)
    monkeypatch.setattr("adapters.base.FIRST_WAIT_S", 0.01)
    async with FakeDiscord() as server:
        monkeypatch.setattr(parts, "people_of", lambda _settings: people(server))
        with server.pointed():
            yield server


@pytest.fixture
async def discord(house: House, fake: FakeDiscord) -> AsyncIterator[Served]:
    async with served(house, fake) as made:
        await fake.ready()
        yield made
