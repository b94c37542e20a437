"""What the settings name, made: the model, the people, the secrets, the agenda, the agents with their router."""

import os
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from nova_bot import agent_files, router_files
from nova_bot.core.agenda import Agenda
from nova_bot.core.envelope import Standing
from nova_bot.core.people import OWNER, Identity, People, Person
from nova_bot.core.roster import Roster
from nova_bot.engine.door import House, new_code
from nova_bot.engine.loop import Team
from nova_bot.ledger import database
from nova_bot.ledger import people as linked
from nova_bot.ledger.agenda import LedgerAgenda
from nova_bot.ledger.store import Ledger
from nova_bot.models.base import Model
from nova_bot.models.offline import OfflineModel
from nova_bot.routing.learning import Memory
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.trust.secrets import Secrets
from schedules import job_files

_SECRET_NAME = re.compile(r"(?:^|_)(?:key|token|secret|password|passwd|credentials?)(?:$|_)", re.IGNORECASE)

NO_KEY = "none"
"""Sent to a compatible local server when no key is set."""


def now() -> datetime:
    """The time, in UTC. The one clock; everything below takes it as an argument."""
    return datetime.now(UTC)


new_id = partial(secrets.token_urlsafe, 12)
"""A name for a button that can't be guessed."""


def model_of(settings: Settings) -> Model:
    """The model that the settings name: scripted, Anthropic, or none."""
    if settings.script is not None:
        from nova_bot.models.scripted import ScriptedModel

        return ScriptedModel.from_file(settings.script.expanduser())
    if not has_model(settings):
        return OfflineModel()
    from nova_bot.models import pricing
    from nova_bot.models.anthropic import AnthropicModel

    return AnthropicModel(
        settings.models,
        settings.fallback,
        pricing.table(settings.prices),
        base_url=settings.anthropic_base_url,
        api_key=settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else NO_KEY,
    )


def has_model(settings: Settings) -> bool:
    """A key, or an address of a compatible server, which may need none."""
    return settings.anthropic_api_key is not None or settings.anthropic_base_url is not None


def ledger_path(settings: Settings) -> Path:
    """The ledger's file. Raises LedgerUnsupported."""
    return database.location(settings.database_url, settings.home)


TERMINAL = ("terminal", "local")
"""The platform and workspace of this machine's terminal, where the owner's identity is `owner`."""


async def owner_code(settings: Settings) -> str:
    """A fresh code, kept also while Nova runs: who types it becomes the owner. Raises a LedgerError."""
    path = ledger_path(settings)
    found = database.revision(path)
    if found:
        database.check(found, path)
    else:
        with database.held(path):
            database.upgrade(path)
    made = new_code()
    await linked.keep_code_beside(path, made, OWNER, now())
    return made


def people_of(settings: Settings) -> People:
    """Everybody the settings list. At this machine's terminal sits its owner, or somebody he plays."""
    here = Identity(*TERMINAL, OWNER)
    owner = Person(OWNER, settings.name, Standing.OWNER, identities=settings.owner.identities | {here})
    others = [
        Person(name, name, one.standing, one.may, one.identities | {Identity(*TERMINAL, name)}, one.tz)
        for name, one in settings.people.items()
    ]
    spaces = {"slack": settings.members_of.slack, "discord": settings.members_of.discord}
    open_to = {(platform, space): Standing.MEMBER for platform, names in spaces.items() for space in names}
    return People([owner, *others], {TERMINAL: Standing.GUEST, **open_to})


def secrets_of(settings: Settings) -> Secrets:
    """Everything that must never leave: what the settings keep secret, and what the environment calls so."""
    kept = (value.get_secret_value() for _, value in settings if isinstance(value, SecretStr))
    named = (value for name, value in os.environ.items() if _SECRET_NAME.search(name))
    return Secrets([*kept, *named, unquote(urlsplit(settings.database_url).password or "")])


def house_of(settings: Settings) -> House:
    """The rules at the door."""
    return House(settings.strangers, settings.per_minute, settings.bot_hops)


def agents_folder(settings: Settings) -> Path:
    """The folder with the agent files."""
    return settings.agents.expanduser() if settings.agents else agent_files.default_folder()


def roster_of(settings: Settings) -> Roster:
    """The agents that the settings name. Raises BadAgentFile."""
    return agent_files.load(agents_folder(settings), REGISTRY.outward())


def agenda_of(settings: Settings, ledger: Ledger) -> Agenda:
    """Where calendars and to-dos are kept: the ledger, or for the owner the CalDAV server that the settings name."""
    local = LedgerAgenda(ledger)
    if not settings.caldav_url:
        return local
    from adapters.caldav import CalDav

    password = settings.caldav_password.get_secret_value() if settings.caldav_password else ""
    return CalDav(settings.caldav_url, settings.caldav_user, password, settings.timezone, local)


def job_folders(settings: Settings) -> tuple[Path, Path]:
    """The folders with job files: the shipped ones, then the owner's own, which stand before them."""
    return job_files.shipped(), job_files.own(settings.home)


def team(settings: Settings, roster: Roster) -> Team:
    """The agents with the router that knows them."""
    encoder = router_files.embedder(settings.home)
    brain = router_files.brain(agents_folder(settings), settings.home, roster, encoder)
    memory = Memory(brain.classifier.pair.idf, brain.classifier.encode)
    return Team(roster, LadderRouter(roster, brain, memory.recall), memory)


MakeTeam = Callable[[Settings, Roster], Team]
"""Gives the agents a router; `team` is the real one."""
