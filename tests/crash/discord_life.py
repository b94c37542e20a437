"""One life of a Nova on the loopback Discord that is going to be killed while it answers a press."""

import asyncio
import sys
from pathlib import Path

from adapters.base import supervised
from adapters.discord.adapter import Discord
from adapters.discord.courier import DiscordCourier
from adapters.fakes.discord import pointed_at
from nova_bot import app, parts
from nova_bot.core.envelope import Standing
from nova_bot.core.people import OWNER, Identity, People, Person
from nova_bot.models.base import ModelReply, ModelRequest, OnText
from nova_bot.settings import Settings
from tests.crash.life import note
from tests.doubles import asked, handed, said, team


class Actor:
    """Plays the same story in each life; in the first it never comes to its end."""

    def __init__(self, home: Path, life: int) -> None:
        self._home = home
        self._life = life

    async def reply(self, request: ModelRequest, on_text: OnText | None = None) -> ModelReply:
        pack = request.pack
        if pack.agent == "erp-ar":
            return handed("client-comms", task="Write a reminder to Birch GmbH.", done_when="It is drafted.")
        if "firm" not in pack.text:
            return asked("Which tone for Birch GmbH?", "friendly", "firm")
        note(self._home / "answering", self._life)
        if self._life == 1:
            await asyncio.Event().wait()
        return said("The reminder to Birch GmbH is drafted.")

    async def close(self) -> None:
        """Nothing to let go of."""


async def live(home: Path, url: str, token: str, life: int, ada: str) -> None:
    """Go on with what was left, then be there until killed."""
    owner = Person(OWNER, "Ada", Standing.OWNER, identities=frozenset({Identity("discord", "", ada)}))
    parts.people_of = lambda _settings: People([owner])  # type: ignore[assignment]
    settings = Settings(timezone="UTC").model_copy(update={"home": home, "database_url": ""})
    courier = DiscordCourier(token, parts.now)
    with pointed_at(url):
        async with app.running(settings, [courier], model=Actor(home, life), make_team=team) as nova:
            await nova.recover()

            async def tell(text: str) -> None:
                note(home / "told", text)

            await supervised(Discord(courier, token, nova.people, home), nova.receive, tell)


if __name__ == "__main__":
    place, server, secret, number, person = sys.argv[1:6]
    asyncio.run(live(Path(place), server, secret, int(number), person))
