"""`nova security audit`: what a stranger on this machine or on the network could use, with a fix for each line."""

import json
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from nova_bot import parts
from nova_bot.core.effect import ToolRow
from nova_bot.core.errors import NovaError
from nova_bot.core.people import Strangers
from nova_bot.core.roster import Roster
from nova_bot.core.wording import say
from nova_bot.engine.guard import callable_by
from nova_bot.settings import CONFIG, SECRETS, Settings
from nova_bot.tools.all import REGISTRY
from nova_bot.trust.secrets import Secrets
from schedules import job_files

KEPT = (CONFIG, SECRETS, "nova.sqlite", "nova.sqlite-wal", "nova.sqlite-shm")
SECRET_NAMES = ("key", "token", "secret", "password")


class Level(StrEnum):
    """WRONG makes the command fail; a NOTE is for the owner to know."""

    WRONG = "wrong"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the audit."""

    check: str
    level: Level
    what: str
    fix: str


def _found(check: str, level: Level = Level.WRONG, **facts: object) -> Finding:
    return Finding(check, level, say("audit", check, **facts), say("audit_fix", check, **facts))


def audit(settings: Settings, roster: Roster, rows: Mapping[str, ToolRow]) -> list[Finding]:
    """Everything that was found, what is wrong first."""
    found = [
        *_files(settings.home),
        *_written_secrets(settings.home / CONFIG),
        *_people(settings),
        *_ports(settings),
        *_powers(roster, rows),
        *_jobs(settings, roster, rows),
    ]
    return sorted(found, key=lambda one: one.level is Level.NOTE)


def _files(home: Path) -> Iterator[Finding]:
    """Nobody but their owner can read or change what is kept."""
    if home.is_dir() and _open(home):
        yield _found("home_mode", path=home)
    for name in KEPT:
        path = home / name
        if path.is_file() and (_open(path) if name != CONFIG else path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            yield _found("file_mode", path=path)
    for path in sorted((*home.glob("jobs/*.md"), *home.glob("agents/**/*.md"))):
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):  # what stands there are the owner's words
            yield _found("file_mode", path=path)
    if home.is_symlink():
        yield _found("home_link", Level.NOTE, path=home)


def _open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _written_secrets(config: Path) -> Iterator[Finding]:
    """No key stands in the file that people show around."""
    try:
        values = tomllib.loads(config.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return
    keys = Secrets()
    for name, value in _leaves(values):
        named = any(word in name.casefold().split("_") for word in SECRET_NAMES)
        if isinstance(value, str) and value and (named or keys(value)):
            yield _found("secret_in_config", name=name, path=config)


def _leaves(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value)
        else:
            yield name, value


def _people(settings: Settings) -> Iterator[Finding]:
    """There is an owner, and strangers get little."""
    chats = bool(settings.slack_bot_token or settings.discord_bot_token)
    if chats and not settings.owner.identities:
        yield _found("no_owner")
    if settings.strangers is Strangers.ANSWER:
        yield _found("strangers", Level.WRONG if chats else Level.NOTE)
    for platform in ("slack", "discord"):
        for space in getattr(settings.members_of, platform):
            yield _found("open_workspace", Level.NOTE, platform=platform, space=space)


def _ports(settings: Settings) -> Iterator[Finding]:
    """What listens on the network, and without a check of who calls."""
    if settings.slack_bot_token and not settings.slack_app_token:
        level = Level.NOTE if settings.slack_signing_secret else Level.WRONG
        yield _found("port", level, port=settings.slack_port)


def _powers(roster: Roster, rows: Mapping[str, ToolRow]) -> Iterator[Finding]:
    """Agents that can act outside, and those of their tools that don't always ask."""
    for spec in roster:
        outward = sorted(name for name in callable_by(spec) if name in rows and rows[name].outward)
        free = [name for name in outward if not spec.supervised and name not in spec.asks_before]
        if free:
            yield _found("powers", Level.NOTE, agent=spec.name, tools=", ".join(free))


def _jobs(settings: Settings, roster: Roster, rows: Mapping[str, ToolRow]) -> Iterator[Finding]:
    """Jobs speak with the owner's words whenever they are due; what they were granted stands for every run."""
    try:
        files = job_files.load(parts.job_folders(settings), roster.names, settings.timezone, rows).files
    except NovaError as error:
        yield _found("bad_jobs", what=error)
        return
    for file in files:
        if file.spec.enabled:
            yield _found("job", Level.NOTE, job=file.spec.name, agent=file.spec.agent)
            for grant in file.spec.grants:
                yield _found("job_grant", Level.NOTE, job=file.spec.name, agent=file.spec.agent, grant=grant)


def show(settings: Settings, *, as_json: bool) -> int:
    """Print the audit. 1 if something is wrong."""
    found = audit(settings, parts.roster_of(settings), REGISTRY.rows())
    wrong = any(one.level is Level.WRONG for one in found)
    if as_json:
        print(json.dumps({"ok": not wrong, "findings": [asdict(one) for one in found]}, ensure_ascii=False))
    else:
        print("\n".join(f"{one.level:<6}{one.what}\n      {one.fix}" for one in found) or say("audit", "nothing"))
    return int(wrong)
