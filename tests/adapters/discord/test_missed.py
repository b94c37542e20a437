"""What was said while nobody listened is read and answered: everything, once, in its order."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.discord import desk, missed
from adapters.discord.missed import Heard
from adapters.fakes.discord import FakeDiscord, Message
from nova_bot.core.errors import LedgerFull
from nova_bot.ledger import overview
from nova_bot.ledger.store import Ledger
from tests.adapters.discord.rig import Served, served, texts
from tests.doubles import House


@pytest.fixture
async def known(house: House, fake: FakeDiscord) -> None:
    """Nova has been here before, and is away now."""
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))


async def answered(discord: Served, *asked: Message) -> None:
    """Each of these mentions has one answer, in its thread."""
    for one in asked:
        thread = await discord.fake.thread_of(one)
        await discord.heard(thread)
        assert len(texts(discord.fake, thread)) == 1


async def runs(discord: Served) -> list[str]:
    """All requests, the oldest first."""
    await discord.settled()
    return [run.text for run in reversed(await overview.latest_runs(discord.nova.ledger, 1_000))]


async def test_there_are_never_too_many_channels(house: House, fake: FakeDiscord, known: None) -> None:
    channels = [fake.add_channel(f"c{n}") for n in range(100)]
    asked = fake.user_says(channels[0], "ada", "@Nova which invoice is open?")
    for channel in channels[1:]:
        fake.user_says(channel, "bob", "not for Nova")
    async with served(house, fake) as discord:
        await answered(discord, asked)


async def test_nor_too_many_messages(house: House, fake: FakeDiscord, known: None) -> None:
    first = fake.user_says("general", "ada", "@Nova which invoice is open?")
    for n in range(250):
        fake.user_says("general", "bob", f"not for Nova, no. {n}")
    last = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
    async with served(house, fake) as discord:
        await answered(discord, first, last)


async def test_a_channel_in_which_nothing_was_said_is_not_read(house: House, fake: FakeDiscord, known: None) -> None:
    old = {str(channel.id) for channel in fake.world.channels.values()}
    fake.later(60 * 60)
    busy = fake.add_channel("busy")
    async with served(house, fake) as discord:
        await answered(discord, fake.user_says(busy, "ada", "@Nova which invoice is open?"))
    before = len(fake.calls("GET /channels/*/messages"))
    asked = fake.user_says(busy, "ada", "@Nova which invoice is open?")
    async with served(house, fake) as discord:
        await answered(discord, asked)
        await discord.settled()
    read = {call.route.split("/")[2] for call in fake.calls("GET /channels/*/messages")[before:]}
    assert str(busy.id) in read
    assert not read & old


async def test_a_thread_that_fell_asleep_meanwhile_is_read_too(
    house: House, fake: FakeDiscord, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "ARCHIVED_AFTER", timedelta.min)
    (thread,) = (channel for channel in fake.world.channels.values() if channel.is_thread)
    fake.user_says(thread, "ada", "and the ledger?")
    fake.archive(thread)
    async with served(house, fake) as discord:
        await discord.heard(thread, 2)
        assert await runs(discord) == ["which invoice is open?", "and the ledger?"]


async def test_a_thread_is_read_after_the_message_that_began_it(house: House, fake: FakeDiscord, known: None) -> None:
    begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
    thread = fake.user_opens_thread("general", "ada", "mine", begins)
    fake.user_says(thread, "ada", "and the ledger?")
    async with served(house, fake) as discord:
        await discord.heard(thread, 2)
        assert await runs(discord) == ["which invoice is open?", "which invoice is open?", "and the ledger?"]


async def test_what_is_said_now_waits_for_what_was_missed_in_its_channel(
    house: House, fake: FakeDiscord, known: None
) -> None:
    (thread,) = (channel for channel in fake.world.channels.values() if channel.is_thread)
    fake.user_says(thread, "ada", "the first?")
    fake.delay("GET /channels/*/messages", 0.2, times=99)
    async with served(house, fake) as discord:
        await fake.ready()
        fake.user_says(thread, "ada", "the second?")
        await discord.heard(thread, 3)
        assert await runs(discord) == ["which invoice is open?", "the first?", "the second?"]


async def test_a_catch_up_that_is_cut_short_begins_anew(
    house: House, fake: FakeDiscord, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "FINISH_S", 0.05)
    fake.later(60 * 60)
    early = fake.user_says(fake.add_channel("aside"), "ada", "@Nova which invoice is open?")
    fake.later(60 * 60)
    late = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
    fake.delay(f"GET /channels/{early.channel}/messages", 9)  # the process ends before this is read
    async with served(house, fake) as discord:
        await answered(discord, late)
        assert (house.home / "discord.since").exists()
    async with served(house, fake) as discord:
        await answered(discord, early)
        await fake.until(lambda: not (house.home / "discord.since").exists())


async def test_a_server_that_does_not_say_what_is_new_is_read_all_the_same(
    house: House, fake: FakeDiscord, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.fakes.discord.wire.latest_in", lambda *_: None)
    asked = fake.user_says("general", "ada", "@Nova which invoice is open?")
    async with served(house, fake) as discord:
        await answered(discord, asked)


async def test_a_server_that_knows_no_after_is_not_read_for_ever(
    house: House, fake: FakeDiscord, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(120):
        fake.user_says("general", "bob", f"not for Nova, no. {n}")
    asked = fake.user_says("general", "ada", "@Nova which invoice is open?")
    monkeypatch.setattr("adapters.fakes.discord.rest._window", lambda history, _query, limit: history[-limit:])
    async with served(house, fake) as discord:
        await answered(discord, asked)
        await fake.until(lambda: not (house.home / "discord.since").exists())


async def test_what_can_not_be_kept_is_read_by_the_next_connection(
    discord: Served, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    await discord.heard(await discord.ask("which invoice is open?"))
    accept, full = Ledger.accept, [LedgerFull(path="nova.sqlite")]

    async def once_full(self: Ledger, *args: Any, **more: Any) -> int | None:
        if full:
            raise full.pop()
        return await accept(self, *args, **more)

    monkeypatch.setattr(Ledger, "accept", once_full)
    await answered(discord, fake.user_says("general", "ada", "@Nova which invoice is overdue?"))
    assert fake.identifies == 2


def test_what_was_heard_only_grows_until_something_could_not_be_kept() -> None:
    heard = Heard()
    heard.note(1, 7)
    heard.note(1, 5)
    assert (heard.upto(1), heard.upto(2)) == (7, 0)
    heard.forget()
    assert heard.upto(1) == 0
