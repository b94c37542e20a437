"""What befell other bots on Discord, where no other test here stands for it. Each names the report."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.fakes.discord import FakeDiscord
from nova_bot.core.envelope import Quoted, QuotedKind
from nova_bot.core.errors import ModelBusy
from nova_bot.ledger import overview
from tests.adapters.discord.rig import Served, pressable, served, texts
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, said, used


async def test_a_reply_to_a_post_of_novas_own_knows_it(discord: Served, house: House) -> None:
    """hermes PR #12561."""
    fake = discord.fake
    house.model.will("books", said("Reminder: Birch pays on Friday."))
    fake.user_dms("ada", "which invoice is open?")
    post = await fake.heard(fake.dm("ada"))
    fake.user_says(fake.dm("ada"), "ada", "which invoice is that?", reply_to=post)
    await fake.heard(fake.dm("ada"), 2)
    (line,) = await overview.latest_runs(discord.nova.ledger, 1)
    (quoted,) = (await discord.nova.ledger.run(line.id)).envelope.quoted
    assert (quoted.kind, quoted.text.startswith("Reminder: Birch pays on Friday.")) == (QuotedKind.PARENT, True)


async def test_a_mention_sees_what_people_said_since_once_each(discord: Served, house: House) -> None:
    """hermes #23918 #96332."""
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    for count, aside in enumerate(("colleagues, it is Birch", "colleagues, or Acme"), 2):
        overheard = discord.fake.user_says(thread, "bob", aside)
        await discord.taken(overheard)
        discord.fake.user_says(thread, "ada", "@Nova and the ledger?")
        await discord.heard(thread, count)
        assert await _quoted(discord) == (Quoted(QuotedKind.QUOTE, aside, "Bob"),)


async def _quoted(discord: Served) -> tuple[Quoted, ...]:
    await discord.settled()
    (line,) = await overview.latest_runs(discord.nova.ledger, 1)
    return (await discord.nova.ledger.run(line.id)).envelope.quoted


async def test_a_thread_goes_on_without_a_mention_after_a_restart(house: House, fake: FakeDiscord) -> None:
    """hermes #15421 #9268, PR #54442."""
    async with served(house, fake) as discord:
        await fake.ready()
        thread = await discord.ask("which invoice is open?")
        await discord.heard(thread)
    async with served(house, fake) as discord:
        await fake.ready()
        fake.user_says(thread, "ada", "and the ledger?")
        await discord.heard(thread, 2)


async def test_two_bots_that_answer_each_other_stop_with_one_notice(house: House, fake: FakeDiscord) -> None:
    """openclaw #58789, commonly #508."""
    robot = fake.add_user("robot", bot=True)
    async with served(house, fake) as discord:
        await fake.ready()
        thread = fake.user_opens_thread("general", "ada", "bots")
        for _ in range(6):
            fake.user_says(thread, robot, "@Nova which invoice is open?")
        await fake.heard(thread, 4)
        await discord.settled()
    assert [text.startswith("We are two programs") for text in texts(fake, thread)] == [False, False, False, True]


async def test_an_error_of_the_provider_is_one_plain_sentence(discord: Served, house: House) -> None:
    """openclaw #69737 #20250 #18937, hermes #89401."""
    house.model.will("books", ModelBusy(what="429", tries=4))
    thread = await discord.ask("which invoice is open?")
    heard = await discord.heard(thread)
    assert "Try again in a while." in heard
    assert "ANTHROPIC_API_KEY" not in heard
    assert texts(discord.fake, thread) == [heard]


# --- approvals ---------------------------------------------------------------------


@pytest.fixture
async def paying(house: House, agents: Path, fake: FakeDiscord) -> AsyncIterator[Served]:
    """Nova with an agent that pays, where it may."""
    write(agents, "books", with_lines(BOOKS, "effects: [lab.pay]"))
    house.model.will("books", used(("lab.pay", {"text": "Birch"})), said("Paid."))
    async with served(house, fake) as discord:
        await fake.ready()
        yield discord


async def test_a_card_is_decided_by_the_one_it_is_for(paying: Served, house: House) -> None:
    """hermes #36848 #38068, PR #6735."""
    fake = paying.fake
    thread = await paying.ask("pay the invoice of Birch")
    card = await fake.heard(thread)
    yes = pressable(fake, card)[0]
    refused = fake.click(card, yes, "bob")
    await fake.until(lambda: [m for m in fake.world.messages.values() if m.interaction == refused.id and m.ephemeral])
    assert (house.lab.calls, pressable(fake, card)[0]) == ([], yes)
    fake.click(card, yes, "ada")
    await fake.until(lambda: any(text.startswith("Paid.") for text in texts(fake, thread)))
    assert len(house.lab.calls) == 1


async def test_a_card_waits_through_a_restart(paying: Served, house: House, fake: FakeDiscord) -> None:
    """hermes #76235."""
    thread = await paying.ask("pay the invoice of Birch")
    card = await fake.heard(thread)
    await paying.settled()
    fake.invalidate(resumable=False)
    await fake.until(lambda: fake.identifies == 2)
    fake.click(card, pressable(fake, card)[0], "ada")
    assert (await paying.heard(thread, 2)).startswith("Paid.")
    assert len(house.lab.calls) == 1


# --- bad input -----------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-30, 3])
async def test_a_clock_that_is_wrong_changes_nothing(house: House, fake: FakeDiscord, hours: int) -> None:
    house.clock.now = fake.clock.now()
    house.clock.move(hours * 3600)
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))
        command = fake.slash("nova ask", fake.elsewhere("market"), "ada", text="which invoice is open?")
        assert (await fake.reply(command)).ephemeral
        fake.invalidate(resumable=False)
        missed = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
        await discord.heard(await fake.thread_of(missed))
