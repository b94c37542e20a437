"""What is known of one place, said in another: only to those who may know it."""

import pytest

from adapters.fakes.discord import FakeDiscord
from nova_bot.core.envelope import Place
from nova_bot.core.people import Identity
from nova_bot.core.readers import Readers
from tests.adapters.discord.rig import Served
from tests.doubles import House, said, used


@pytest.fixture
async def noted(discord: Served, house: House, fake: FakeDiscord) -> None:
    """Ada has told Nova something in private."""
    house.model.will("books", used(("notes.remember", {"text": "Birch pays on Friday"})), said("Noted."))
    house.model.will("books", used(("notes.find", {"words": "Birch"})), said("Birch pays on Friday."))
    fake.user_dms("ada", "for the ledger: Birch pays on Friday")
    await discord.heard(fake.dm("ada"))


async def test_what_was_noted_in_private_is_found_by_the_same_person_elsewhere(
    discord: Served, fake: FakeDiscord, noted: None
) -> None:
    command = fake.slash("nova ask", fake.elsewhere("market"), "ada", text="which invoice does Birch pay?")
    assert fake.final_text(await fake.reply(command)).startswith("Birch pays on Friday.")


async def test_it_is_not_said_where_others_read_along(discord: Served, fake: FakeDiscord, noted: None) -> None:
    thread = await discord.ask("which invoice does Birch pay?")
    assert "Friday" not in await discord.heard(thread)


async def test_a_direct_message_has_one_reader(discord: Served, fake: FakeDiscord) -> None:
    courier, ada = discord.adapter.courier, str(fake.user("ada").id)
    only_ada = Readers.of(Identity("discord", "", ada).key)
    for place in (Place("discord", "", str(fake.dm("ada").id)), await courier.direct("", ada)):
        assert await courier.readers(place) == only_ada
