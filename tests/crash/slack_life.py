"""One life of a Nova on a loopback Slack that is going to be killed while it answers a press."""

import asyncio
import sys
from pathlib import Path

from adapters.base import supervised
from adapters.slack.access import Access
from adapters.slack.adapter import Slack
from nova_bot import app, parts
from nova_bot.core.envelope import Standing
from nova_bot.core.people import OWNER, Identity, People, Person
from nova_bot.settings import Settings
from tests.crash.discord_life import Actor
from tests.crash.life import note
from tests.doubles import team


async def live(home: Path, url: str, life: int) -> None:
    """Go on with what was left, then be there until killed."""
    owner = Person(OWNER, "Ada", Standing.OWNER, identities=frozenset({Identity("slack", "T0TEAM", "U0ADA")}))
    parts.people_of = lambda _settings: People([owner])  # type: ignore[assignment]
    settings = Settings(timezone="UTC").model_copy(update={"home": home, "database_url": ""})
    adapter = Slack(Access("xoxb-test", "xapp-test", base_url=url))
    async with app.running(settings, [adapter.courier], model=Actor(home, life), make_team=team) as nova:
        await nova.recover()

        async def tell(text: str) -> None:
            note(home / "told", text)

        await supervised(adapter, nova.receive, tell)


if __name__ == "__main__":
    place, server, number = sys.argv[1:4]
    asyncio.run(live(Path(place), server, int(number)))
