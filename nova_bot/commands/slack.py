"""`nova slack`: the manifest, the link that creates the app, and whether the tokens are good."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from adapters.slack import manifest
from adapters.slack.access import access
from adapters.slack.api import Api, Unclear
from adapters.slack.checks import NAME, check
from adapters.slack.reading import PLATFORM
from nova_bot import parts
from nova_bot.core.errors import CannotServe, LedgerMissing
from nova_bot.core.people import OWNER
from nova_bot.core.wording import say
from nova_bot.ledger import people
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings

FILE = "slack-manifest.json"


def show(url: str, write: Path | None) -> None:
    """Print the manifest, or write it to a file."""
    text = json.dumps(manifest.manifest(url), indent=1)
    if write is None:
        print(text)
        return
    write.write_text(text + "\n", "utf-8")
    print(say("slack", "written", path=write))


def show_link(url: str) -> None:
    """Print the address that creates the app, and what to do there."""
    print(say("slack", "link", link=manifest.link(url)))


async def try_tokens(settings: Settings) -> int:
    """Try the tokens against Slack. Raises CannotServe with what to do."""
    way = access(settings)
    api = Api(way.bot_token, way.base_url)
    try:
        async with asyncio.timeout(20):
            found = await check(api, way.app_token, way.base_url)
    except (Unclear, TimeoutError) as error:
        raise CannotServe(platform=NAME, problem=say("slack", "unreachable", error=error)) from error
    finally:
        await api.close()
    print(say("slack", "fine", name=found.me.name, team=found.team_name, id=found.me.team))
    if found.lacking:
        print(say("slack", "could_use", scopes=", ".join(sorted(found.lacking))))
    if not await _has_owner(settings, found.me.team):
        print(say("owner", "code", code=await parts.owner_code(settings)))
    return 0


async def _has_owner(settings: Settings, team: str) -> bool:
    """Does Nova know who its owner is in this workspace?"""
    known = set(settings.owner.identities)
    with suppress(LedgerMissing):
        async with opened(parts.ledger_path(settings), write=False) as ledger:
            known |= {identity for identity, person in (await people.links(ledger)).items() if person == OWNER}
    return any((identity.platform, identity.workspace) == (PLATFORM, team) for identity in known)
