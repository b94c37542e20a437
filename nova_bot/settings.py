"""Settings: `nova.toml`, `secrets.env` that only its owner can read, and the environment above both."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from nova_bot.core.agent_spec import Budget, Tier
from nova_bot.core.envelope import Place, Standing
from nova_bot.core.errors import BadSettings, SecretsTooOpen
from nova_bot.core.people import OWNER, Identity, May, Strangers

CONFIG = "nova.toml"
SECRETS = "secrets.env"
LOOPBACK = ("127.0.0.1", "localhost", "::1")

MODELS = {Tier.FAST: "claude-haiku-4-5", Tier.STANDARD: "claude-sonnet-4-6", Tier.DEEP: "claude-opus-4-6"}
RUN_BUDGET = {"steps": 24, "tokens": 200_000, "usd": 2.0, "seconds": 300}


def _over(defaults: Mapping[str, Any]) -> BeforeValidator:
    """What is given in part keeps the other defaults."""
    return BeforeValidator(lambda given: {**defaults, **given} if isinstance(given, dict) else given)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is no IANA time zone such as Europe/Berlin')
    return name


def _private(url: str) -> str:
    """An address that a password may be sent to."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("write an https address; plain http is only allowed to this machine")
    return url


def local_zone() -> str:
    """This machine's IANA zone, UTC where it can't be told."""
    from tzlocal import get_localzone_name  # reads system files

    name = get_localzone_name()
    return name if name in available_timezones() else "UTC"


class Price(BaseModel):
    """USD per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    input: float
    output: float
    cache_read: float
    cache_write: float


Ids = Annotated[tuple[str, ...], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)]


class Accounts(BaseModel):
    """User ids by platform: `T1/U1` for Slack, a number for Discord."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slack: Ids = ()
    discord: Ids = ()

    @model_validator(mode="after")
    def _readable(self) -> Self:
        assert self.identities is not None
        return self

    @property
    def identities(self) -> frozenset[Identity]:
        """The exact identities. Raises ValueError for one that isn't."""
        slack = {Identity.parse("slack", text) for text in self.slack}
        return frozenset(slack | {Identity.parse("discord", text) for text in self.discord})


class Listed(Accounts):
    """One person of the table `people`."""

    standing: Standing = Standing.MEMBER
    may: frozenset[May] = frozenset({May.ASK})
    tz: Annotated[str, AfterValidator(lambda name: _zone(name) if name else "")] = ""

    @field_validator("standing")
    @classmethod
    def _not_owner(cls, standing: Standing) -> Standing:
        if standing is Standing.OWNER:
            raise ValueError('there is one owner, who stands in "owner"')
        return standing


class Workspaces(BaseModel):
    """Slack team ids and Discord server ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slack: Ids = ()
    discord: Ids = ()


class Settings(BaseSettings):
    """Everything that can be set. Names in `nova.toml` are as here; in the environment with `NOVA_` before them."""

    model_config = SettingsConfigDict(
        env_prefix="NOVA_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
    )

    home: Path = Path("~/.nova")
    agents: Path | None = None
    name: str = Field(default="you", description="what Nova calls its owner")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(default_factory=local_zone)
    database_url: str = Field(default="", validation_alias=AliasChoices("DATABASE_URL", "database_url"))

    owner: Accounts = Accounts()
    people: dict[str, Listed] = {}
    members_of: Workspaces = Field(default=Workspaces(), description="workspaces where everybody may ask")
    strangers: Strangers = Strangers.REFUSE
    link_hosts: frozenset[str] = Field(default=frozenset(), description="hosts whose pages may be links")
    per_minute: int = Field(default=20, ge=1, le=1_000, description="messages that one person may send in a minute")
    bot_hops: int = Field(default=3, ge=1, le=100, description="messages of bots in a row that are answered")

    caldav_url: Annotated[str, AfterValidator(_private)] | None = Field(
        default=None, description="the owner's CalDAV server; else the ledger keeps it"
    )
    caldav_user: str = ""
    caldav_password: SecretStr | None = None

    script: Path | None = Field(default=None, description="a fixture file for the scripted model")
    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("ANTHROPIC_API_KEY", "anthropic_api_key")
    )
    anthropic_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("ANTHROPIC_BASE_URL", "anthropic_base_url")
    )
    slack_bot_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_BOT_TOKEN", "slack_bot_token")
    )
    slack_app_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_APP_TOKEN", "slack_app_token")
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_SIGNING_SECRET", "slack_signing_secret")
    )
    slack_port: int = Field(default=3000, ge=0, le=65_535, description="where signed HTTP events are awaited")
    slack_api_url: str | None = Field(default=None, description="another Web API, such as `nova dev fake-slack`")
    discord_bot_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DISCORD_BOT_TOKEN", "discord_bot_token")
    )
    discord_api_url: Annotated[str, AfterValidator(_private)] | None = Field(
        default=None, description="another REST API, such as `nova dev fake-discord`"
    )
    discord_shards: int = Field(default=1, ge=1, le=100, description="connections; more than one for 1,000 servers")
    models: Annotated[dict[Tier, str], _over(MODELS)] = MODELS
    fallback: dict[Tier, Tier] = {Tier.DEEP: Tier.STANDARD, Tier.STANDARD: Tier.FAST}
    prices: dict[str, Price] = {}

    places: dict[str, Place] = Field(default={}, description="names for places where an agent may be asked to post")
    run_budget: Annotated[Budget, _over(RUN_BUDGET)] = Budget.model_validate(RUN_BUDGET)
    arbiter: bool = Field(default=True, description="may a model settle unsure routes, where one is configured?")
    hops: int = Field(default=3, ge=0, le=10, description="hand-offs within one run")
    keep_days: int | None = Field(default=None, ge=1, description="days after which texts are forgotten")
    keep_turns: int = Field(default=12, ge=1, le=40, description="turns of a thread that a pack may show")
    parallel: int = Field(default=64, ge=1, le=1_000, description="conversations worked on at once")
    grace_seconds: float = Field(default=20.0, ge=0, description="how long a stop waits for running steps")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment beats what the files gave (they come as keyword arguments)."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _one_person_per_account(self) -> Self:
        if OWNER in self.people:
            raise ValueError('"owner" is no name for one of the people')
        seen: dict[Identity, str] = {}
        for name, accounts in {OWNER: self.owner, **self.people}.items():
            for identity in accounts.identities:
                if identity in seen:
                    raise ValueError(f"{identity.id} on {identity.platform} is both {seen[identity]} and {name}")
                seen[identity] = name
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The owner's zone."""
        return ZoneInfo(self.timezone)


def load() -> Settings:
    """The settings of this process.

    Raises BadSettings, which lists every problem at once, or SecretsTooOpen.
    """
    home = Path(os.environ.get("NOVA_HOME") or "~/.nova").expanduser()
    config, secrets = _config(home / CONFIG), _secrets(home / SECRETS)
    values: dict[str, Any] = {**config, **secrets, "home": home}
    try:
        made = Settings(**values)
    except ValidationError as error:
        found = error.errors()
        names = {str(one["loc"][0]).casefold() for one in found if one["loc"]}
        files = [SECRETS] * bool(names & set(secrets)) + [CONFIG] * bool(names - set(secrets) or not names)
        where = " and ".join(str(home / file) for file in files)
        raise BadSettings(problems="; ".join(map(_problem, found)), where=where) from None
    except SettingsError as error:  # a variable that should hold JSON and doesn't
        raise BadSettings(problems=error, where=home / CONFIG) from None
    return made.model_copy(update={"home": home})


def _problem(error: ErrorDetails) -> str:
    """One problem of pydantic's, in words for the owner."""
    *tables, last = where = [str(part) for part in error["loc"] if part != "[key]"] or [""]
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        early = tables and last in Settings.model_fields
        said = "plain keys come before the first [table]" if early else "there is no such setting"
    return ": ".join(part for part in (".".join(where), said) if part)


def _config(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(problems=f"not valid TOML ({error})", where=path) from None


def _secrets(path: Path) -> dict[str, str]:
    if path.is_file() and path.stat().st_mode & 0o077:
        raise SecretsTooOpen(path=path)
    lines = enumerate((line.strip() for line in _text(path).splitlines()), 1)
    written = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if wrong := [str(number) for number, line in written if "=" not in line]:
        raise BadSettings(problems=f"line {', '.join(wrong)} is no NAME=value", where=path)  # its text may be a secret
    pairs = (line.removeprefix("export ").split("=", 1) for _, line in written)
    values = {name.strip().casefold(): value.strip().strip("\"'") for name, value in pairs}
    return {name: value for name, value in values.items() if value}


def _text(path: Path) -> str:
    """The file's text, "" when there is none."""
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadSettings(problems=f"it can't be read ({why})", where=path) from None
