"""One person on two platforms: what was kept in Discord is found from elsewhere."""

import asyncio

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.courier import DiscordCourier
from adapters.fakes.discord import FakeDiscord
from nova_bot import app
from nova_bot.core.envelope import Envelope, Kind, Place, Standing
from nova_bot.core.people import OWNER, Identity, People, Person
from tests.doubles import NOON, House, said, team, used


async def test_what_was_noted_in_discord_is_found_on_the_other_platform_of_the_same_person(
    house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = frozenset({Identity("discord", "", str(fake.user("ada").id)), Identity("test", "here", "ada")})
    ada = Person(OWNER, "Ada", Standing.OWNER, identities=accounts)
    monkeypatch.setattr(app, "people_of", lambda _settings: People([ada]))
    house.model.will("books", used(("notes.remember", {"text": "Birch pays on Friday"})), said("Noted."))
    house.model.will("books", used(("notes.find", {"words": "Birch"})), said("Friday."))
    courier = DiscordCourier(fake.token, house.clock)
    couriers = [courier, house.mailbox]
    settings = house.settings(grace_seconds=2.0)
    async with app.running(settings, couriers, model=house.model, make_team=team) as nova:
        serving = asyncio.create_task(Discord(courier, fake.token, nova.people, house.home).serve(nova.receive))
        await fake.ready()
        fake.user_dms("ada", "note for the ledger: Birch pays on Friday")
        await fake.heard(fake.dm("ada"))
        sender = nova.people.sender("test", "here", "ada", "Ada")
        place = Place("test", "here", "desk", "t")
        run = await nova.receive(Envelope("test:1", Kind.MESSAGE, place, sender, "which invoice is paid?", NOON))
        assert run is not None
        await run
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    await courier.close()
    assert "Birch pays on Friday" in house.model.told[-1]
    assert house.mailbox.heard() == ["Friday."]
