"""Who can read a place, and what follows from it."""

from dataclasses import replace

import pytest

from adapters.fakes.discord import Channel, FakeDiscord
from adapters.fakes.discord.records import Room
from nova_bot.core.envelope import Place
from nova_bot.core.people import Identity
from nova_bot.core.readers import Readers
from tests.adapters.discord.rig import Served, texts
from tests.doubles import House, said, used


async def readers(discord: Served, channel: Channel) -> Readers:
    """Who can read a channel of the server, or a thread there as a room of its own."""
    return await discord.adapter.courier.readers(Place("discord", str(channel.guild), str(channel.id)))


def person(fake: FakeDiscord, name: str) -> Readers:
    return Readers.of(Identity("discord", "", str(fake.user(name).id)).key)


async def test_a_channel_that_everyone_can_open_is_read_by_the_server(discord: Served, fake: FakeDiscord) -> None:
    assert await readers(discord, fake.channel("general")) == Readers(groups=frozenset({f"discord:{fake.guild.id}"}))


async def test_any_other_is_read_by_those_it_names_and_by_some_whom_nobody_knows(
    discord: Served, fake: FakeDiscord
) -> None:
    board = fake.restrict(fake.add_channel("board"), "ada")
    some = frozenset({f"discord:{fake.guild.id}:{board.id}"})
    assert await readers(discord, board) == replace(person(fake, "ada"), groups=some)


async def test_a_channel_that_is_not_there_has_readers_nobody_knows(discord: Served, fake: FakeDiscord) -> None:
    gone = replace(fake.channel("general"), id=7)
    with pytest.raises(Exception, match="Unknown Channel"):
        await readers(discord, gone)


@pytest.fixture
def private_thread(fake: FakeDiscord) -> Channel:
    """A private thread of a channel that everyone can open."""
    thread = fake.user_opens_thread("general", "ada", "between us")
    return fake.world.keep_channel(replace(thread, room=Room.PRIVATE_THREAD))


async def test_what_was_said_in_a_private_thread_is_not_repeated_in_its_channel(
    discord: Served, house: House, fake: FakeDiscord, private_thread: Channel
) -> None:
    house.model.will("books", used(("notes.remember", {"text": "Birch pays on Friday"})), said("Noted."))
    house.model.will("books", used(("notes.find", {"words": "Birch"})), said("Birch pays on Friday."))
    fake.guild_up()
    fake.user_says(private_thread, "ada", "@Nova for the ledger: Birch pays on Friday")
    await discord.heard(private_thread)
    thread = await discord.ask("which invoice does Birch pay?")
    assert "Friday" not in await discord.heard(thread)


async def test_a_private_thread_goes_on_without_a_mention(
    discord: Served, fake: FakeDiscord, private_thread: Channel
) -> None:
    fake.guild_up()
    fake.user_says(private_thread, "ada", "@Nova which invoice is open?")
    await discord.heard(private_thread)
    fake.user_says(private_thread, "ada", "and the ledger?")
    await discord.heard(private_thread, 2)
    assert len(texts(fake, private_thread)) == 2
    assert await readers(discord, private_thread) == Readers(
        groups=frozenset({f"discord:{fake.guild.id}:{private_thread.id}"})
    )
