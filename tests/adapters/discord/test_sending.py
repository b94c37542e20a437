"""Sending: once, within Discord's limits, to nobody's alarm."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord import drafts, sheets
from adapters.discord.courier import DiscordCourier
from adapters.fakes.discord import FakeDiscord, Message
from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound, Underway
from nova_bot.core.envelope import Place
from nova_bot.engine.outbox import Undeliverable
from nova_bot.ledger import overview
from tests.adapters.discord.rig import Served, pressable, served, texts
from tests.doubles import NOON, House, asked, said


@pytest.fixture
async def courier(fake: FakeDiscord, house: House):  # type: ignore[no-untyped-def]
    made = DiscordCourier(fake.token, house.clock)
    yield made
    await made.close()


def general(fake: FakeDiscord, thread: Message | None = None) -> Place:
    start = str(thread.id) if thread else ""
    return Place("discord", str(fake.guild.id), str(fake.channel("general").id), start)


def reply(fake: FakeDiscord, text: str = "Three.", key: str = "r7/1", *buttons: Button) -> Outbound:
    return Outbound(key, 7, general(fake), "books", text, buttons)


# --- once ---------------------------------------------------------------------------


async def test_the_same_reply_twice_is_one_message(fake: FakeDiscord, courier: DiscordCourier) -> None:
    receipts = {await courier.deliver(reply(fake)) for _ in range(2)}
    assert len(receipts) == 1
    assert texts(fake, "general") == ["Three.\n-# books · r7"]
    assert all(len(str(post.nonce)) <= 25 for post in fake.posts("general"))


@pytest.mark.parametrize("status", [0, 500, 503])
async def test_a_reply_that_arrived_although_the_answer_was_lost_is_there_once(discord: Served, status: int) -> None:
    """openclaw #22780."""
    route = "POST /channels/*/messages"
    if status:
        discord.fake.fail(route, status, stored=True)
    else:
        discord.fake.cut(route, stored=True)
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    await discord.settled()
    assert len(texts(discord.fake, thread)) == 1
    (sent,) = await discord.nova.ledger.sent_in(1)
    assert sent.receipt


async def test_a_reply_of_an_earlier_life_is_found_though_its_nonce_is_forgotten(
    fake: FakeDiscord, courier: DiscordCourier
) -> None:
    receipt = await courier.deliver(reply(fake))
    fake.later(60 * 60)
    assert await courier.find(reply(fake)) == receipt
    assert await courier.find(reply(fake, "Four.", "r8/1")) is None


async def test_of_a_reply_that_was_half_sent_the_rest_follows(fake: FakeDiscord, courier: DiscordCourier) -> None:
    long = reply(fake, "word " * 1_000)
    fake.fail("POST /channels/*/messages", 400, times=1)
    with pytest.raises(Undeliverable):
        await courier.deliver(long)
    await courier.deliver(reply(fake, "word " * 300))
    before = len(fake.posts("general"))
    fake.later(60 * 60)
    assert before == 1
    receipt = await courier.find(replace(long, key="r7/1"))
    assert receipt is not None
    assert len(fake.posts("general")) == len(sheets.sheets(long))


async def test_a_limit_of_discord_is_waited_for(discord: Served) -> None:
    discord.fake.rate_limit("POST /channels/*/messages", 0.2)
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    assert len(texts(discord.fake, thread)) == 1


# --- limits ----------------------------------------------------------------------------


async def test_a_long_answer_is_several_messages_in_order(fake: FakeDiscord, courier: DiscordCourier) -> None:
    receipt = await courier.deliver(reply(fake, "\n\n".join(f"{n} " + "word " * 150 for n in range(8))))
    posts = texts(fake, "general")
    assert len(posts) == len(receipt.split(",")) == 4
    assert [post[0] for post in posts] == ["0", "2", "4", "6"]
    assert all(len(post) <= 2_000 for post in posts)
    assert ["-# books · r7" in post for post in posts] == [False, False, False, True]


async def test_forty_thousand_characters_are_a_file(fake: FakeDiscord, courier: DiscordCourier) -> None:
    await courier.deliver(reply(fake, "word " * 8_000))
    (post,) = fake.posts("general")
    (file,) = post.attachments
    assert (file.name, file.data) == ("books-r7.md", b"word " * 8_000)
    assert fake.final_text(post).endswith("The whole answer is in the file.\n-# books · r7")


async def test_buttons_stand_in_rows_of_five_and_25_at_most(fake: FakeDiscord, courier: DiscordCourier) -> None:
    await courier.deliver(reply(fake, "Which?", "r7/1", *(Button(f"b{n}", f"{n}", "choose", "") for n in range(30))))
    (post,) = fake.posts("general")
    assert [len(row["components"]) for row in post.components[1:]] == [5] * 5


# --- nobody is alarmed ------------------------------------------------------------------


async def test_nothing_that_is_said_notifies_anyone(fake: FakeDiscord, courier: DiscordCourier) -> None:
    text = f"@everyone {fake.user('bob').mention} <@&{fake.guild.bot_role}> https://x.org"
    await courier.deliver(reply(fake, text))
    await courier.deliver(reply(fake, text, "r8/1", Button("b", "Go", "choose", "")))
    for post in fake.posts("general"):
        assert (post.pings_everyone, post.pinged, post.pinged_roles) == (False, (), ())
        assert post.flags & 4, "previews are off"


async def test_a_reply_where_no_thread_can_be_opened_pings_nobody(fake: FakeDiscord, courier: DiscordCourier) -> None:
    begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
    fake.fail("POST /channels/*/messages/*/threads", 403)
    await courier.deliver(replace(reply(fake), place=general(fake, begins)))
    (post,) = fake.posts("general")
    assert post.reply_to == begins.id
    assert not post.pinged


# --- what Discord will never take ----------------------------------------------------------


async def test_a_locked_thread_is_said_in_words(fake: FakeDiscord, courier: DiscordCourier) -> None:
    begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
    thread = fake.user_opens_thread("general", "ada", "t", begins)
    fake.archive(thread, locked=True)
    with pytest.raises(Undeliverable, match="the thread is locked"):
        await courier.deliver(replace(reply(fake), place=general(fake, begins)))


async def test_an_archived_thread_is_opened_again(fake: FakeDiscord, courier: DiscordCourier) -> None:
    begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
    there = replace(reply(fake), place=general(fake, begins))
    receipt = await courier.deliver(there)
    thread = fake.channel(fake.world.channels[begins.id])
    fake.archive(thread)
    await courier.edit(receipt, replace(there, text="Four.", key="r7/2", edits="r7/1"))
    assert texts(fake, thread) == ["Four.\n-# books · r7"]


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (lambda fake: fake.silence("general"), "Send Messages"),
        (lambda fake: fake.hide("general"), "View Channel"),
        (lambda fake: fake.world.channels.clear(), "is gone"),
    ],
)
async def test_what_is_missing_is_named(fake: FakeDiscord, courier: DiscordCourier, break_it, why: str) -> None:  # type: ignore[no-untyped-def]
    there = reply(fake)
    break_it(fake)
    with pytest.raises(Undeliverable, match=why):
        await courier.deliver(there)


async def test_somebody_who_takes_no_direct_messages_is_told_of_to_the_outbox(
    fake: FakeDiscord, courier: DiscordCourier
) -> None:
    dm = fake.dm("bob")
    fake.close_dms("bob")
    with pytest.raises(Undeliverable, match="takes no direct messages"):
        await courier.deliver(replace(reply(fake), place=Place("discord", "", str(dm.id))))


# --- edits ---------------------------------------------------------------------------------


async def test_an_edit_makes_the_messages_fit(fake: FakeDiscord, courier: DiscordCourier) -> None:
    """openclaw #58737: the agent that spoke is named after an edit too."""
    receipt = await courier.deliver(reply(fake, "word " * 700))
    assert len(texts(fake, "general")) == 2
    receipt = await courier.edit(receipt, replace(reply(fake), key="r7/2", edits="r7/1"))
    assert texts(fake, "general") == ["Three.\n-# books · r7"]
    receipt = await courier.edit(receipt, replace(reply(fake, "word " * 700), key="r7/3", edits="r7/1"))
    assert len(texts(fake, "general")) == 2
    assert len(receipt.split(",")) == 2


async def test_an_edit_twice_changes_nothing_more(fake: FakeDiscord, courier: DiscordCourier) -> None:
    receipt = await courier.deliver(reply(fake))
    longer = replace(reply(fake, "word " * 700), key="r7/2", edits="r7/1")
    first = await courier.edit(receipt, longer)
    assert await courier.edit(receipt, longer) == first
    assert len(texts(fake, "general")) == 2


async def test_buttons_come_and_go_by_edits(fake: FakeDiscord, courier: DiscordCourier) -> None:
    receipt = await courier.deliver(reply(fake))
    for buttons in ((Button("b", "Go", "choose", ""),), (), (Button("c", "Stop", "choose", ""),)):
        receipt = await courier.edit(receipt, replace(reply(fake), key="r7/2", edits="r7/1", buttons=buttons))
        (post,) = fake.posts("general")
        assert pressable(fake, post) == [button.label for button in buttons]
        assert fake.final_text(post) == "Three.\n-# books · r7"


async def test_a_message_that_somebody_deleted_is_said_anew_by_an_edit(
    fake: FakeDiscord, courier: DiscordCourier
) -> None:
    receipt = await courier.deliver(reply(fake))
    fake.user_deletes(fake.posts("general")[0])
    await courier.edit(receipt, replace(reply(fake, "Four."), key="r7/2", edits="r7/1"))
    assert texts(fake, "general") == ["Four.\n-# books · r7"]


# --- drafts -----------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "FIRST_AFTER_S", 0.0)
    monkeypatch.setattr(drafts, "EVERY_S", 0.05)


def underway(fake: FakeDiscord, text: str, run: str = "r7") -> Underway:
    return Underway(general(fake), "1", run, "books", 2, text, NOON, 0.0123)


async def test_work_is_shown_and_becomes_the_answer(fake: FakeDiscord, courier: DiscordCourier, quick: None) -> None:
    courier.progress(underway(fake, ""))
    first = await fake.heard("general")
    assert fake.final_text(first) == "-# ⏳ books · step 2 · 0.0123 USD · r7"
    courier.progress(underway(fake, "Thr"))
    courier.progress(underway(fake, "Three of"))
    await fake.until(lambda: fake.final_text(first).startswith("Three of\n"))
    await courier.deliver(reply(fake))
    assert texts(fake, "general") == ["Three.\n-# books · r7"]
    assert fake.posts("general")[0].id == first.id


async def test_a_draft_grows_no_faster_than_discord_likes(
    fake: FakeDiscord, courier: DiscordCourier, quick: None
) -> None:
    for n in range(100):
        courier.progress(underway(fake, "word " * n))
        await asyncio.sleep(0)
    await fake.until(lambda: texts(fake, "general") and texts(fake, "general")[0].startswith("word"))
    await courier.deliver(reply(fake))
    assert len(fake.calls("PATCH /channels/*/messages/*")) <= 3


async def test_short_work_shows_no_draft(fake: FakeDiscord, courier: DiscordCourier) -> None:
    courier.progress(underway(fake, "Thr"))
    await courier.deliver(reply(fake))
    assert len(fake.calls("POST /channels/*/messages")) == 1
    assert not fake.calls("PATCH *")


async def test_a_draft_that_is_too_long_shows_its_beginning(
    fake: FakeDiscord, courier: DiscordCourier, quick: None
) -> None:
    courier.progress(underway(fake, "word " * 5_000))
    shown = fake.final_text(await fake.heard("general"))
    assert shown.endswith("word …\n-# ⏳ books · step 2 · 0.0123 USD · r7")
    await courier.deliver(reply(fake, "word " * 1_000))
    assert "".join(texts(fake, "general")).count("word") == 1_000


async def test_a_draft_of_a_dead_process_becomes_the_answer(
    fake: FakeDiscord, courier: DiscordCourier, quick: None
) -> None:
    courier.progress(underway(fake, "Thr"))
    await fake.heard("general")
    later = DiscordCourier(fake.token, lambda: NOON + timedelta(minutes=1))
    fake.later(60 * 60)
    assert await later.find(reply(fake)) is not None
    await later.close()
    assert texts(fake, "general") == ["Three.\n-# books · r7"]


async def test_a_draft_that_somebody_deletes_is_no_loss(
    fake: FakeDiscord, courier: DiscordCourier, quick: None
) -> None:
    courier.progress(underway(fake, "Thr"))
    fake.user_deletes(await fake.heard("general"))
    await courier.deliver(reply(fake))
    assert texts(fake, "general") == ["Three.\n-# books · r7"]


async def test_the_answer_says_once_what_was_shown_on_the_way(discord: Served, house: House, quick: None) -> None:
    """hermes #95430 #93648, openclaw #71083 #20814."""
    house.model.will("books", asked("Which month?", "October"), said("Three."))
    thread = await discord.ask("which invoice is open?")
    question = await discord.fake.until(lambda: [p for p in discord.fake.posts(thread) if pressable(discord.fake, p)])
    discord.fake.click(question[0], "October", "ada")
    await discord.fake.until(lambda: any(text.startswith("Three.\n") for text in texts(discord.fake, thread)))
    await discord.settled()
    assert not discord.fake.duplicates()
    assert len(texts(discord.fake, thread)) == 2


async def test_two_runs_at_once_never_swap_their_threads(discord: Served, house: House) -> None:
    """openclaw #10837 #75969 #1163."""
    threads = [await discord.ask(f"which invoice of client {n} is open?") for n in range(8)]
    for thread in threads:
        await discord.heard(thread)
        assert len(texts(discord.fake, thread)) == 1
    await discord.settled()
    for run in await overview.latest_runs(discord.nova.ledger, 10):
        thread = next(thread for thread in threads if str(thread.id) == run.place.thread)
        assert texts(discord.fake, thread)[0].endswith(f" r{run.id}")


async def test_after_a_restart_the_reply_that_was_not_sent_goes_to_its_thread(
    house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: DiscordCourier, outbound: Outbound) -> str:
        raise OSError("no route to host")

    begins = None
    with monkeypatch.context() as outage:
        outage.setattr(DiscordCourier, "deliver", broken)
        async with served(house, fake) as discord:
            await fake.ready()
            begins = fake.user_says("general", "ada", "@Nova which invoice is open?")
            await fake.until(lambda: house.model.requests)
            await discord.settled()
    async with served(house, fake):
        thread = await fake.thread_of(begins)
        assert fake.final_text(await fake.heard(thread)).startswith("books has answered.")
        assert len(texts(fake, thread)) == 1
