"""Everything that can go wrong, by who must act. The docstring of a class is its message.

NovaError
├── for the asker      UnknownAgent · NoSuchRun · NoSuchClaim · BadReference · BadInput · NotUnderstood · NotDone
├── for the owner      UnknownJob · BadSettings · SecretsTooOpen · NoAgents · WeightsMissing
│   ├── CannotServe    DiscordTokenMissing · DiscordTokenRefused · DiscordIntentMissing · DiscordClosed ·
│   │                  DiscordUnreachable
│   ├── LedgerError    LedgerMissing · LedgerHeld · LedgerReadOnly · LedgerFull · LedgerCorrupt · LedgerLocked ·
│   │                  LedgerTooNew · LedgerOutdated · LedgerUnsupported
│   └── ModelError     ModelKeyRefused · ModelRequestRefused (ModelUnknown) · ModelBusy · ModelUnreachable ·
│                      ModelSilent · ModelBroken · ModelEndpointRefused · NoScript
├── for the developer  BadFile: BadAgentFile, BadJobFile (for the owner) · BadFixture
└── for the model      ToolError
"""

from enum import StrEnum
from inspect import cleandoc


class Addressee(StrEnum):
    """Who can act on an error, and so who reads it."""

    ASKER = "asker"
    OWNER = "owner"
    DEVELOPER = "developer"
    MODEL = "model"


class NovaError(Exception):
    """Something went wrong that Nova has no words for yet: {what}. Please report it with the log."""

    addressee = Addressee.DEVELOPER

    def __init__(self, **facts: object) -> None:
        super().__init__(" ".join(cleandoc(type(self).__doc__ or "").format_map(facts).split()))
        self.facts = facts


class UnknownAgent(NovaError):
    """No agent is called "{name}". Did you mean {nearest}? `nova agents list` shows all of them."""

    addressee = Addressee.ASKER


class NoSuchRun(NovaError):
    """There is no run {name}. `nova runs list` shows the latest ones."""

    addressee = Addressee.ASKER


class NoSuchClaim(NovaError):
    """There is no claim {name}. `/why` of its run names the ones there are."""

    addressee = Addressee.ASKER


class BadInput(NovaError):
    """{where}: {problem}"""

    addressee = Addressee.ASKER


class BadReference(NovaError):
    """ "{text}" names no run, step or claim. Write it like r12, r12.2 or c12.3; `nova runs list` shows the latest."""

    addressee = Addressee.ASKER


class NotUnderstood(NovaError):
    """{how}"""

    addressee = Addressee.ASKER


class NotDone(NovaError):
    """{why}"""

    addressee = Addressee.ASKER


class BadSettings(NovaError):
    """The settings can't be used: {problems}. Correct them in {where} or in the environment."""

    addressee = Addressee.OWNER


class SecretsTooOpen(NovaError):
    """{path} holds secrets and others on this machine can read it. Run: chmod 600 {path}"""

    addressee = Addressee.OWNER


class NoAgents(NovaError):
    """No agent files were found in {folder}. Set NOVA_AGENTS to the folder that holds them, or reinstall Nova."""

    addressee = Addressee.OWNER


class WeightsMissing(NovaError):
    """The encoder could not be installed ({what}). Nova routes by words alone until `nova models install` works."""

    addressee = Addressee.OWNER


class CannotServe(NovaError):
    """{platform} does not work: {problem}"""

    addressee = Addressee.OWNER


class DiscordTokenMissing(CannotServe):
    """There is no token for Discord. Developer Portal, your app, Bot, Reset Token; put it in DISCORD_BOT_TOKEN."""


class DiscordUnreachable(CannotServe):
    """Discord can't be reached ({what}). Check the network and try again."""


class DiscordTokenRefused(CannotServe):
    """Discord does not accept DISCORD_BOT_TOKEN. Get a new one: Developer Portal, your app, Bot, Reset Token."""


class DiscordIntentMissing(CannotServe):
    """Discord lets Nova read only what is addressed to it. Switch on: Developer Portal, Bot, Message Content Intent."""


class DiscordClosed(CannotServe):
    """Discord closed the connection for good (code {code}). `nova discord check` shows what it knows about the bot."""


class LedgerError(NovaError):
    """The ledger {path} can't be used: {what}."""

    addressee = Addressee.OWNER


class LedgerMissing(LedgerError):
    """Nothing has happened yet: there is no ledger at {path}. The first message makes it (`nova chat`)."""


class LedgerHeld(LedgerError):
    """The ledger {path} is in use by process {pid} ({command}). Stop it first, or give this one its own NOVA_HOME."""


class LedgerReadOnly(LedgerError):
    """The ledger {path} can't be written: no permission. Give this user write access to the file and its folder."""


class LedgerFull(LedgerError):
    """The disk that holds the ledger {path} is full. Free some space; nothing that was accepted is lost."""


class LedgerCorrupt(LedgerError):
    """The ledger {path} is damaged and was not changed. Put back a copy, or move it away to start empty."""


class LedgerLocked(LedgerError):
    """Another program holds a lock on the ledger {path}. Close it (a database browser, a backup) and try again."""


class LedgerTooNew(LedgerError):
    """The ledger {path} was written by a newer Nova (revision {revision}). Upgrade this one."""


class LedgerOutdated(LedgerError):
    """The ledger {path} has an older form. Run: nova db upgrade"""


class LedgerUnsupported(LedgerError):
    """DATABASE_URL names "{scheme}", which this version can't use yet. Leave it empty to use the built-in SQLite."""


class ModelError(NovaError):
    """The model {model} could not be asked: {what}."""

    addressee = Addressee.OWNER


class ModelKeyRefused(ModelError):
    """The model service refused the key ({what}). Check ANTHROPIC_API_KEY and what it may use."""


class ModelRequestRefused(ModelError):
    """The model service did not accept the request to {model} ({what})."""


class ModelUnknown(ModelRequestRefused):
    """The model service knows no {model} ({what}). Check `models` in the settings, and ANTHROPIC_BASE_URL if set."""


class ModelBusy(ModelError):
    """The model service is overloaded or limits this key ({what}); {tries} tries failed. Try again in a while."""


class ModelUnreachable(ModelError):
    """The model service can't be reached ({what}); {tries} tries failed. Check the network and ANTHROPIC_BASE_URL."""


class ModelSilent(ModelError):
    """The model service did not answer within {what}. Check that the address in ANTHROPIC_BASE_URL is the right one and
    that its service is running (where none is set: the network), then ask again.
    """


class ModelBroken(ModelError):
    """The model service broke off or answered with something unreadable ({what}); {tries} tries failed."""


class ModelEndpointRefused(ModelError):
    """ANTHROPIC_BASE_URL is {url}: write an https address; plain http is only allowed to this machine."""


class NoScript(ModelError):
    """The scripted model has no line for this: agent {agent}, "{said}". Add one to {path}."""


class BadFile(NovaError):
    """{file}, line {line}: {problem}"""

    addressee = Addressee.DEVELOPER


class BadAgentFile(BadFile):
    """{file}:{line}: {problem}"""


class BadJobFile(BadFile):
    """{file}:{line}: {problem}"""

    addressee = Addressee.OWNER


class UnknownJob(NovaError):
    """No job is called "{name}". Did you mean {nearest}? `nova schedule list` shows all of them."""

    addressee = Addressee.OWNER


class BadFixture(NovaError):
    """{file} is not a script for the scripted model: {problem}"""

    addressee = Addressee.DEVELOPER


class ToolError(NovaError):
    """{tool} did not work: {what}"""

    addressee = Addressee.MODEL
