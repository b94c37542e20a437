"""Fixtures for everyone: a house with four agents, and Nova running in it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from nova_bot import agent_files, app, parts, router_files
from nova_bot.core.people import People
from nova_bot.ledger import database
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import Registry
from tests.agents import AGENTS, write
from tests.doubles import PEOPLE, Clock, House, Lab, Mailbox, PuppetModel, Talk

settings.register_profile("nova", deadline=None, database=None, derandomize=True)
settings.register_profile("search", deadline=None, database=None, max_examples=1_000)
settings.load_profile("nova")


@pytest.fixture(scope="session", autouse=True)
def bare_environment() -> Iterator[None]:
    """No setting comes from outside: the environment beats what a test gives."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("NOVA_", "ANTHROPIC_", "SLACK_", "DISCORD_", "OTEL_")) or name == "DATABASE_URL":
                patch.delenv(name)
        yield


@pytest.fixture
def agents(tmp_path: Path) -> Path:
    """A folder with four agent files: general, books, chaser, mailer."""
    folder = tmp_path / "agents"
    for name, text in AGENTS.items():
        write(folder, name, text)
    return folder


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with no rows, made once: making one takes longer than a test."""
    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite"
    database.upgrade(path)
    return path


@pytest.fixture(scope="session")
def fitted_agents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four agents without the tools that only tests have, and a router that is fitted to them: that takes seconds."""
    folder = tmp_path_factory.mktemp("fitted") / "agents"
    for name, text in AGENTS.items():
        write(folder, name, text.replace(", lab.read", "").replace("tools: [lab.read]\n", ""))
    texts = router_files.declared(folder, agent_files.load(folder, REGISTRY.outward()))
    router_files.fit(texts, None, folder, folder / router_files.NAME)
    return folder


@pytest.fixture
def house(tmp_path: Path, agents: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    home = tmp_path / "home"
    home.mkdir()
    made = House(home, agents, empty_ledger)
    monkeypatch.setattr(parts, "now", made.clock)
    monkeypatch.setattr(parts, "people_of", lambda _settings: People(PEOPLE))
    monkeypatch.setattr(app, "REGISTRY", Registry([*REGISTRY.of(REGISTRY.outward()), *made.lab.tools]))
    monkeypatch.setattr("nova_bot.engine.outbox.FIRST_WAIT_S", 0.0)
    return made


@pytest.fixture
async def nova(house: House) -> AsyncIterator[Talk]:
    async with house.open() as talk:
        yield talk
        await talk.explained()


@pytest.fixture
def model(house: House) -> PuppetModel:
    return house.model


@pytest.fixture
def mailbox(house: House) -> Mailbox:
    return house.mailbox


@pytest.fixture
def clock(house: House) -> Clock:
    return house.clock


@pytest.fixture
def lab(house: House) -> Lab:
    return house.lab
