"""The connection: what ends it, what mends it, and what was said meanwhile."""

import asyncio

import pytest

from adapters.base import supervised
from adapters.discord.adapter import Discord
from adapters.discord.courier import DiscordCourier
from adapters.fakes.discord import FakeDiscord
from nova_bot import app
from nova_bot.ledger import overview
from tests.adapters.discord.rig import Served, served, texts
from tests.doubles import House, said, team


async def test_after_a_resume_nothing_is_lost_or_doubled(discord: Served) -> None:
    """hermes #4777."""
    first = await discord.ask("which invoice is open?")
    await discord.heard(first)
    discord.fake.drop_ws()
    second = await discord.ask("which invoice is overdue?")
    await discord.heard(second)
    assert discord.fake.resumes == 1
    assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 2


async def test_what_was_missed_after_a_new_session_is_read_and_answered(discord: Served) -> None:
    fake = discord.fake
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    fake.invalidate(resumable=False)
    asked = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
    fake.user_says(thread, "ada", "and the ledger?")
    fake.user_says("general", "bob", "not for Nova")
    await discord.heard(await fake.thread_of(asked))
    await discord.heard(thread, 2)
    await fake.until(lambda: fake.identifies == 2)
    await discord.settled()
    assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 3


async def test_what_was_said_while_nova_was_away_is_answered_once(house: House, fake: FakeDiscord) -> None:
    """hermes #16754 #33039."""
    async with served(house, fake) as discord:
        await fake.ready()
        fake.user_dms("ada", "which invoice is open?")
        await discord.heard(fake.dm("ada"))
    asked = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
    fake.user_dms("ada", "and the ledger?")
    async with served(house, fake) as discord:
        await discord.heard(await fake.thread_of(asked))
        await discord.heard(fake.dm("ada"), 2)
        await discord.settled()
        assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 3


async def test_the_first_start_reads_nothing_of_the_past(house: House, fake: FakeDiscord) -> None:
    fake.user_says("general", "ada", "@Nova which invoice is open?")
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is overdue?"))
        assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 1


async def test_a_payload_without_which_there_is_no_connection_ends_it_and_a_new_one_goes_on(discord: Served) -> None:
    await discord.heard(await discord.ask("which invoice is open?"))
    discord.fake.malformed("READY", {"guilds": 7})
    await discord.fake.until(lambda: discord.fake.identifies == 2)
    await discord.heard(await discord.ask("which invoice is overdue?"))
    assert discord.told == ["Discord broke off. I keep trying; what is sent to me there arrives when it is back."]


async def test_a_refused_first_connection_is_tried_again(house: House, fake: FakeDiscord) -> None:
    fake.refuse_connects()
    async with served(house, fake) as discord:
        await fake.ready(within=10)
        await discord.heard(await discord.ask("which invoice is open?"))


async def test_an_outage_of_rest_at_the_start_is_waited_for(house: House, fake: FakeDiscord) -> None:
    fake.cut("GET /users/@me", times=3)
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))


@pytest.mark.parametrize("code", [4004, 4011])
async def test_what_only_a_person_can_mend_ends_it_with_words(discord: Served, code: int) -> None:
    await discord.heard(await discord.ask("which invoice is open?"))
    discord.fake.drop_ws(code)
    await discord.fake.until(lambda: discord.told)
    assert ("DISCORD_BOT_TOKEN" in discord.told[0]) is (code == 4004)
    assert discord.fake.identifies == 1


async def test_a_wrong_token_is_said_in_words(house: House, fake: FakeDiscord) -> None:
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)

    courier = DiscordCourier("wrong", house.clock)
    async with app.running(house.settings(), [courier], model=house.model, make_team=team) as nova:
        adapter = Discord(courier, "wrong", nova.people, house.home)
        await asyncio.wait_for(supervised(adapter, nova.receive, tell), 5)
    await courier.close()
    assert told == [
        "Discord does not accept DISCORD_BOT_TOKEN. Get a new one: Developer Portal, your app, Bot, Reset Token."
    ]


async def test_without_the_message_content_intent_mentions_still_work(house: House, fake: FakeDiscord) -> None:
    fake.grant(message_content=False)
    house.model.will("books", said("Three."))
    async with served(house, fake) as discord:
        await fake.ready()
        thread = await discord.ask("which invoice is open?")
        assert (await discord.heard(thread)).startswith("Three.")
        fake.user_says(thread, "ada", "a follow-up whose text nobody gives us")
        fake.user_says(thread, "ada", "@Nova and the ledger?")
        await discord.heard(thread, 2)
        await discord.settled()
        assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 2


async def test_an_intent_switched_off_meanwhile_says_which_switch(discord: Served) -> None:
    await discord.heard(await discord.ask("which invoice is open?"))
    discord.fake.drop_ws(4014)
    await discord.fake.until(lambda: discord.told)
    assert "Message Content Intent" in discord.told[0]


async def test_a_connection_that_is_dead_without_saying_so_gives_no_double_answer(
    house: House, fake: FakeDiscord
) -> None:
    """hermes #18187 #113631: a zombie."""
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))
        fake.zombie()
        asked = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
        fake.drop_ws()
        await discord.heard(await fake.thread_of(asked))
        await discord.settled()
        assert len(texts(fake, await fake.thread_of(asked))) == 1


async def test_shards_are_a_setting(house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    courier = DiscordCourier(fake.token, house.clock)
    async with app.running(house.settings(), [courier], model=house.model, make_team=team) as nova:
        adapter = Discord(courier, fake.token, nova.people, house.home, shards=2)
        serving = asyncio.create_task(adapter.serve(nova.receive))
        await fake.ready(sessions=2)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    await courier.close()
