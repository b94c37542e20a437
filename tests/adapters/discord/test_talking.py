"""Mentions, threads, private messages, edits and deletions."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.fakes.discord import FakeDiscord
from nova_bot.core.envelope import Place
from nova_bot.ledger import overview
from nova_bot.models.base import ModelReply, ModelRequest
from tests.adapters.discord.rig import Served, served, texts
from tests.doubles import House, asked, handed, said


async def test_a_mention_is_answered_in_a_thread_of_its_own(discord: Served, house: House) -> None:
    house.model.will("books", said("**Three** are open."))
    thread = await discord.ask("which invoice is open?")
    assert await discord.heard(thread) == "**Three** are open.\n-# books · r1"
    assert thread.name == "which invoice is open?"


async def test_the_eyes_are_seen_before_the_answer(discord: Served, house: House) -> None:
    thinking = asyncio.Event()
    house.model.will("books", waiting(thinking, said("Three.")))
    asked = discord.fake.user_says("general", "ada", "@Nova which invoice is open?")
    await discord.fake.until(lambda: discord.fake.message(asked).reactions)
    thinking.set()
    assert (await discord.heard(await discord.fake.thread_of(asked))).startswith("Three.")


def waiting(event: asyncio.Event, reply: ModelReply) -> Callable[[ModelRequest], Awaitable[ModelReply]]:
    """A model that answers when it may."""

    async def answer(request: ModelRequest) -> ModelReply:
        await event.wait()
        return reply

    return answer


async def test_a_thread_goes_on_without_a_mention(discord: Served, house: House) -> None:
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    house.model.will("books", said("Of October."))
    discord.fake.user_says(thread, "ada", "of which month is that invoice?")
    assert await discord.heard(thread, 2) == "Of October.\n-# books · r2"


async def test_a_hand_off_answers_in_the_same_thread(discord: Served, house: House) -> None:
    house.model.will("books", handed("chaser"))
    house.model.will("chaser", said("Chased."))
    thread = await discord.ask("an invoice is overdue")
    assert await discord.heard(thread) == "Chased.\n-# chaser · r1"


async def test_a_private_message_is_answered_where_it_was_written(discord: Served, house: House) -> None:
    house.model.will("books", said("Three."))
    discord.fake.user_dms("ada", "which invoice is open?")
    assert await discord.heard(discord.fake.dm("ada")) == "Three.\n-# books · r1"
    (run,) = await overview.latest_runs(discord.nova.ledger, 5)
    assert run.place == Place("discord", "", str(discord.fake.dm("ada").id))


async def test_the_bots_role_and_a_reply_to_the_bot_call_it_too(discord: Served) -> None:
    fake = discord.fake
    asked = fake.user_says("general", "ada", f"<@&{fake.guild.bot_role}> which invoice is open?")
    await discord.heard(await fake.thread_of(asked))
    again = fake.user_says("general", "ada", "and the ledger?", reply_to=fake.posts(await fake.thread_of(asked))[0])
    assert again.pinged == (fake.bot.id,)
    await discord.heard(await fake.thread_of(again))


async def test_a_post_in_a_forum_is_answered_in_its_own_thread(house: House, fake: FakeDiscord) -> None:
    fake.add_forum("questions")
    async with served(house, fake) as discord:
        await fake.ready()
        asked = fake.user_posts("questions", "ada", "Birch", "@Nova which invoice is open?")
        thread = fake.channel(fake.world.channels[asked.channel])
        assert (await discord.heard(thread)).startswith("books has answered.")
        assert [one.emoji for one in fake.message(asked).reactions] == ["👀"]
        fake.user_says(thread, "ada", "and the ledger?")
        await discord.heard(thread, 2)


@pytest.mark.parametrize("quietly", [False, True])
async def test_an_answer_to_novas_answer_goes_on_with_it_where_there_are_no_threads(
    discord: Served, house: House, quietly: bool
) -> None:
    fake = discord.fake
    fake.fail("POST /channels/*/messages/*/threads", 403, times=9)
    house.model.will("books", asked("Which month?", "October", "November"), said("Three."))
    begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
    question = await fake.heard("general")
    month = fake.user_says("general", "ada", "November", reply_to=question, quietly=quietly)
    assert (await discord.heard(fake.channel("general"), 2)).startswith("Three.")
    assert fake.posts("general")[1].reply_to == begins.id
    await fake.until(lambda: fake.message(month).reactions or quietly)


async def test_who_asked_is_told_alone_why_nobody_can_answer_there(discord: Served, fake: FakeDiscord) -> None:
    fake.silence("general")
    fake.user_says("general", "ada", "@Nova which invoice is open?")
    assert await discord.heard(fake.dm("ada")) == (
        "I can't answer you where you asked: Nova may not write there; give it Send Messages and Send Messages in "
        "Threads. (r1)"
    )


async def test_what_is_not_for_nova_is_left_alone(discord: Served) -> None:
    fake = discord.fake
    robot = fake.add_user("robot", bot=True)
    fake.user_says("general", "bob", "ada, did you see the invoice?")
    fake.user_says("general", robot, "@Nova which invoice is open?")
    fake.webhook_says("general", "alerts", f"{fake.bot.mention} disk full")
    fake.user_opens_thread("general", "bob", "plans")
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    await discord.settled()
    assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 1


async def test_talk_in_a_thread_that_nova_has_no_part_in_is_not_kept(discord: Served) -> None:
    thread = discord.fake.user_opens_thread("general", "bob", "plans")
    discord.fake.user_says(thread, "bob", "the ledger is wrong")
    await discord.heard(await discord.ask("which invoice is open?"))
    assert [run.text for run in await overview.latest_runs(discord.nova.ledger, 10)] == ["which invoice is open?"]


async def test_people_who_talk_to_each_other_in_novas_thread_get_no_answer(discord: Served) -> None:
    """PostHog PR #83596, MapleTech PR #557."""
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    aside = discord.fake.user_says(thread, "bob", "colleagues, lunch?")
    discord.fake.user_says(thread, "ada", "and the ledger?")
    await discord.heard(thread, 2)
    assert not discord.fake.message(aside).reactions
    assert len(discord.fake.posts(thread)) == 2


async def test_names_stand_for_ids_in_what_an_agent_reads(discord: Served, house: House) -> None:
    bob, general = discord.fake.user("bob"), discord.fake.channel("general")
    await discord.heard(await discord.ask(f"send the invoice to {bob.mention} and to <#{general.id}>, thanks"))
    (run,) = await overview.latest_runs(discord.nova.ledger, 1)
    assert run.text == "send the invoice to @Bob and to #general, thanks"


async def test_sixty_mentions_are_one_message(discord: Served) -> None:
    names = " ".join(f"@{discord.fake.add_user(f'user{n:02}').name}" for n in range(60))
    thread = await discord.ask(f"send the invoice to {names}")
    await discord.heard(thread)
    assert len(discord.fake.posts(thread)) == 1
    assert not discord.fake.posts(thread)[0].pinged


async def test_the_same_event_twenty_times_is_one_message(discord: Served) -> None:
    asked = discord.fake.user_says("general", "ada", "@Nova which invoice is open?")
    for _ in range(19):
        discord.fake.redeliver(asked)
    thread = await discord.fake.thread_of(asked)
    await discord.heard(thread)
    discord.fake.user_says(thread, "ada", "and the ledger?")
    await discord.heard(thread, 2)
    assert len(texts(discord.fake, thread)) == 2


async def test_an_emoji_alone_gets_a_kind_word_from_general(discord: Served, house: House) -> None:
    house.model.will("general", said("Hello!"))
    assert await discord.heard(await discord.ask("🎉")) == "Hello!\n-# general · r1"


async def test_a_message_of_40000_characters_is_read(discord: Served) -> None:
    discord.fake.user_dms("ada", "invoice " * 5_000)
    await discord.heard(discord.fake.dm("ada"))
    assert len((await discord.nova.ledger.run(1)).route.request) > 39_000


# --- edits and deletions ----------------------------------------------------------


async def test_an_edit_before_the_start_changes_what_is_answered(discord: Served, house: House) -> None:
    """openclaw PR #28916."""
    busy = asyncio.Event()
    house.model.will("books", waiting(busy, said("First.")))
    fake, dm = discord.fake, discord.fake.dm("ada")
    fake.user_dms("ada", "which invoice is open?")
    waits = fake.user_dms("ada", "and the ledgre?")
    await fake.until(lambda: len(house.model.requests) == 1 and len(fake.message(waits).reactions) == 1)
    fake.user_edits(waits, "and the ledger?")
    fake.preview_arrives(waits)
    await discord.fake.until(lambda: discord.nova.receive._waiting.get(f"discord:{waits.id}") == "and the ledger?")
    busy.set()
    await fake.heard(dm, 2)
    assert house.model.last_pack.items[-1].text.endswith("and the ledger?")
    assert len(house.model.requests) == 2


async def test_an_edit_after_the_answer_starts_nothing(discord: Served) -> None:
    """openclaw #28834 #44043."""
    asked = discord.fake.user_dms("ada", "which invoice is open?")
    await discord.heard(discord.fake.dm("ada"))
    discord.fake.user_edits(asked, "which invoice is overdue?")
    discord.fake.user_dms("ada", "and the ledger?")
    await discord.heard(discord.fake.dm("ada"), 2)
    assert len(await overview.latest_runs(discord.nova.ledger, 10)) == 2


async def test_the_text_of_a_deleted_message_is_in_no_later_prompt(discord: Served, house: House) -> None:
    """openclaw #35242."""
    asked = discord.fake.user_dms("ada", "the invoice of Birch GmbH")
    await discord.heard(discord.fake.dm("ada"))
    discord.fake.user_deletes(asked)
    discord.fake.user_dms("ada", "and the ledger?")
    await discord.heard(discord.fake.dm("ada"), 2)
    assert "Birch" not in repr(house.model.last_pack.items)


async def test_a_message_deleted_before_its_turn_is_not_answered(discord: Served, house: House) -> None:
    busy = asyncio.Event()
    house.model.will("books", waiting(busy, said("First.")))
    fake, dm = discord.fake, discord.fake.dm("ada")
    fake.user_dms("ada", "which invoice is open?")
    waits = fake.user_dms("ada", "and the ledger?")
    await fake.until(lambda: fake.message(waits).reactions)
    fake.user_deletes(waits)
    fake.user_dms("ada", "and which invoice is overdue?")
    busy.set()
    await fake.heard(dm, 2)
    assert len(house.model.requests) == 2


async def test_a_message_deleted_while_its_thread_is_not_open_yet_gets_no_answer(
    discord: Served, house: House, fake: FakeDiscord
) -> None:
    busy = asyncio.Event()
    house.model.will("books", waiting(busy, said("Three.")))
    asked = fake.user_says("general", "ada", "@Nova which invoice is open?")
    await fake.until(lambda: house.model.requests)
    fake.user_deletes(asked)
    busy.set()
    await discord.settled()
    (sent,) = await discord.nova.ledger.sent_in(1)
    assert sent.failed == "the message that this answers was deleted"
    assert not fake.posts("general")


@pytest.mark.parametrize("times", [1, 2])
async def test_one_message_opens_one_thread_also_when_it_is_there_already(discord: Served, times: int) -> None:
    """hermes #73032."""
    fake = discord.fake
    asked = fake.user_says("general", "ada", "@Nova which invoice is open?")
    if times == 2:
        fake.user_opens_thread("general", "bob", "mine", asked)
    await discord.heard(await fake.thread_of(asked))
    assert len([channel for channel in fake.world.channels.values() if channel.is_thread]) == 1
