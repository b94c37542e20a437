"""REST of the loopback Discord: what it accepts from discord.py, refuses, and remembers."""

import io
import time
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import ui

from adapters.fakes.discord import FakeDiscord
from tests.adapters.fakes.discord_rig import Bot


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        with server.pointed():
            yield server


@pytest.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[Bot]:
    """Logged in for REST, without a gateway."""
    client = Bot()
    await client.login(fake.token)
    yield client
    await client.close()


@pytest.fixture
def channel(fake: FakeDiscord, bot: Bot) -> discord.PartialMessageable:
    return bot.get_partial_messageable(fake.channel("general").id, guild_id=fake.guild.id)


async def test_a_post_with_a_used_nonce_gives_the_first_message(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    first = await channel.send("once", nonce="out-1.0")
    second = await channel.send("once", nonce="out-1.0")
    assert first.id == second.id
    assert fake.nonces() == ("out-1.0", "out-1.0")
    assert len(fake.posts("general")) == 1
    assert not fake.duplicates()


async def test_after_some_minutes_a_nonce_protects_no_more(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    await channel.send("once", nonce="out-1.0")
    fake.later(600)
    await channel.send("once", nonce="out-1.0")
    assert fake.duplicates() == ("once",)


async def test_the_nonce_of_a_deleted_message_is_not_found(channel: discord.PartialMessageable) -> None:
    await (await channel.send("once", nonce="out-1.0")).delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.send("once", nonce="out-1.0")


async def test_a_post_that_was_stored_but_answered_with_an_error_is_not_doubled(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    fake.fail("POST /channels/*/messages", 503, stored=True)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("text", nonce="n")
    await channel.send("text", nonce="n")
    assert [call.status for call in fake.calls("POST *")] == [503, 200]
    assert len(fake.posts("general")) == 1


async def test_a_cut_connection_leaves_nothing_unless_it_was_stored(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    fake.cut("POST /channels/*/messages")
    fake.cut("POST /channels/*/messages", stored=True)
    for text in ("lost", "kept"):
        with pytest.raises((OSError, aiohttp.ClientError)):
            await channel.send(text)
    assert [post.content for post in fake.posts("general")] == ["kept"]


async def test_429_is_waited_for(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    fake.rate_limit("POST /channels/*/messages", 0.2)
    began = time.monotonic()
    await channel.send("patient")
    assert time.monotonic() - began >= 0.2
    assert [call.status for call in fake.calls("POST *")] == [429, 200]


async def test_whoever_does_not_wait_gets_429_again(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    fake.rate_limit("POST /channels/*/messages", 30, global_=True)
    headers = {"Authorization": f"Bot {fake.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        route = f"{fake.url}/api/v10/channels/{channel.id}"
        first = await session.post(f"{route}/messages", json={"content": "now"})
        other = await session.get(route)
        fake.later(31)
        later = await session.post(f"{route}/messages", json={"content": "now"})
    assert [first.status, other.status, later.status] == [429, 429, 200]
    assert (first.headers["Via"], first.headers["Retry-After"]) == ("1.1 google", "30")
    assert (await first.json())["global"] is True


async def test_429_without_via_is_taken_for_a_ban(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    fake.rate_limit("POST /channels/*/messages", 0.1, via=False)
    with pytest.raises(discord.HTTPException, match="1015"):
        await channel.send("x")


async def test_a_delayed_request_is_done_later(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    fake.delay("POST /channels/*/typing", 0.1)
    began = time.monotonic()
    async with channel.typing():
        pass
    assert time.monotonic() - began >= 0.1
    assert fake.typing("general") == 1


@pytest.mark.parametrize(
    ("content", "embed", "code"),
    [
        ("x" * 2001, None, 50035),
        ("", None, 50006),
        (None, discord.Embed(description="x" * 4097), 50035),
        (None, discord.Embed(title="x" * 257), 50035),
    ],
)
async def test_what_does_not_fit_is_refused(
    channel: discord.PartialMessageable, content: str | None, embed: discord.Embed | None, code: int
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(content, embed=embed) if embed else await channel.send(content)
    assert (refused.value.status, refused.value.code) == (400, code)


async def test_two_thousand_characters_are_accepted(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    await channel.send("😀" * 2000)
    assert len(fake.posts("general")[0].content) == 2000


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": 5}, "content"),
        ({"content": "x", "flags": 1 << 6}, "flags"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"content": "x", "components": [{"type": 2}]}, "components"),
        ({"content": "x", "components": ["button"]}, "components"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
        ({"content": "x", "allowed_mentions": {"parse": ["friends"]}}, "allowed_mentions"),
        ({"content": "x", "message_reference": {"message_id": "1"}}, "message_reference"),
        ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "y"}]}, "content"),
        ({"components": [{"type": 10, "content": "y"}]}, "components"),
        ({"content": "x", "poll": {}, "sticker_ids": ["1"]}, "sticker_ids"),
    ],
)
async def test_malformed_posts_are_refused_by_field(
    fake: FakeDiscord, channel: discord.PartialMessageable, body: dict[str, object], field: str
) -> None:
    headers = {"Authorization": f"Bot {fake.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.post(f"{fake.url}/api/v10/channels/{channel.id}/messages", json=body)
        error = await answer.json()
    assert (answer.status, error["code"], next(iter(error["errors"]))) == (400, 50035, field)


async def test_who_is_pinged_follows_the_allowed_mentions(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    text = f"@everyone {fake.user('ada').mention} {fake.user('bob').mention}"
    await channel.send(text)
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    only_bob = discord.AllowedMentions(everyone=False, users=[discord.Object(fake.user("bob").id)])
    await channel.send(text, allowed_mentions=only_bob)
    pinged = [fake.pinged(post) for post in fake.posts("general")]
    assert pinged == [("ada", "bob", "everyone"), (), ("bob",)]
    everything, nothing, one = fake.mentions_sent()
    assert everything is None
    assert nothing is not None
    assert nothing["parse"] == []
    assert one is not None
    assert one["users"] == [fake.user("bob").id]


async def test_a_reply_pings_its_author_unless_told_otherwise(fake: FakeDiscord, bot: Bot) -> None:
    asked = fake.user_says("general", "ada", "hi")
    message = await bot.get_partial_messageable(asked.channel).fetch_message(asked.id)
    await message.reply("loud")
    await message.reply("quiet", mention_author=False)
    loud, quiet = fake.posts("general")
    assert (fake.pinged(loud), fake.pinged(quiet)) == (("ada",), ())
    assert loud.reply_to == asked.id


async def test_what_the_bot_may_not_do_has_its_code(fake: FakeDiscord, bot: Bot) -> None:
    fake.add_channel("hidden")
    fake.add_channel("quiet")
    fake.hide("hidden")
    fake.silence("quiet")
    fake.close_dms("bob")
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.fetch_channel(fake.channel("hidden").id)
    with pytest.raises(discord.Forbidden, match="50013"):
        await bot.get_partial_messageable(fake.channel("quiet").id).send("x")
    with pytest.raises(discord.Forbidden, match="50007"):
        await (await bot.fetch_user(fake.user("bob").id)).send("x")
    with pytest.raises(discord.NotFound, match="10003"):
        await bot.fetch_channel(1)
    with pytest.raises(discord.NotFound, match="10013"):
        await bot.fetch_user(1)


async def test_only_own_messages_can_be_changed(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    for said in (fake.user_says("general", "ada", "mine"), fake.webhook_says("general", "alerts", "disk full")):
        theirs = await channel.fetch_message(said.id)
        with pytest.raises(discord.Forbidden, match="50005"):
            await theirs.edit(content="no, mine")
        with pytest.raises(discord.Forbidden, match="50013"):
            await theirs.delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.fetch_message(1)


async def test_edits_change_what_is_read_and_are_counted(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    message = await channel.send("a")
    for text in ("a b", "a b c"):
        await message.edit(content=text)
    post = fake.posts("general")[0]
    assert fake.final_text(post) == "a b c"
    assert post.edited_at
    assert fake.max_edit_rate("general") == 2


async def test_reactions_are_counted_once_and_need_a_real_emoji(
    fake: FakeDiscord, channel: discord.PartialMessageable
) -> None:
    message = await channel.fetch_message(fake.user_says("general", "ada", "hi").id)
    await message.add_reaction("👀")
    await message.add_reaction("👀")
    assert [(r.emoji, r.count) for r in (await channel.fetch_message(message.id)).reactions] == [("👀", 1)]
    await message.remove_reaction("👀", discord.Object(fake.bot.id))
    assert not (await channel.fetch_message(message.id)).reactions
    with pytest.raises(discord.HTTPException, match="10014"):
        await message.add_reaction("eyes")


async def test_a_message_has_one_thread_and_it_is_named(fake: FakeDiscord, bot: Bot) -> None:
    asked = fake.user_says("general", "ada", "hi")
    for name, code in (("x" * 101, "50035"), ("one", ""), ("two", "160004")):
        opening = bot.http.start_thread_with_message(asked.channel, asked.id, name=name, auto_archive_duration=60)
        if code:
            with pytest.raises(discord.HTTPException, match=code):
                await opening
        else:
            assert (await opening)["id"] == str(asked.id)
    assert fake.channel("one").archive_after == 60


async def test_a_post_wakes_an_archived_thread_but_not_a_locked_one(fake: FakeDiscord, bot: Bot) -> None:
    thread = fake.user_opens_thread("general", "ada", "plans")
    place = bot.get_partial_messageable(thread.id)
    fake.archive(thread)
    await place.send("still here")
    assert not fake.channel(thread).archived
    fake.archive(thread, locked=True)
    with pytest.raises(discord.HTTPException, match="50083"):
        await place.send("hello?")


async def test_the_bot_can_close_a_thread(fake: FakeDiscord, bot: Bot) -> None:
    thread = fake.user_opens_thread("general", "ada", "plans")
    found = await bot.fetch_channel(thread.id)
    assert isinstance(found, discord.Thread)
    await found.edit(archived=True, name="done")
    assert (fake.channel(thread).archived, fake.channel(thread).name) == (True, "done")


async def test_history_is_read_before_and_after(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    said = [fake.user_says("general", "ada", str(n)) for n in range(5)]
    middle = discord.Object(said[2].id)
    newest = [message.content async for message in channel.history(limit=2)]
    before = [message.content async for message in channel.history(limit=10, before=middle)]
    after = [message.content async for message in channel.history(limit=1, after=middle)]
    around = [message.content async for message in channel.history(limit=3, around=middle)]
    assert (newest, before, after, around) == (["4", "3"], ["1", "0"], ["3"], ["3", "2", "1"])


async def test_files_go_both_ways(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    sent = await channel.send("see", file=discord.File(io.BytesIO(b"a,b"), "sheet.csv", description="figures"))
    assert await sent.attachments[0].read() == b"a,b"
    stored = fake.posts("general")[0].attachments[0]
    assert (stored.name, stored.data, stored.description) == ("sheet.csv", b"a,b", "figures")
    theirs = fake.user_says("general", "ada", "and mine", files={"notes.txt": b"hello"})
    assert await (await channel.fetch_message(theirs.id)).attachments[0].read() == b"hello"
    assert not (await sent.edit(attachments=[])).attachments


async def test_components_v2_are_shown_and_bounded(fake: FakeDiscord, channel: discord.PartialMessageable) -> None:
    view = ui.LayoutView()
    view.add_item(ui.Container(ui.TextDisplay("Approve?"), ui.ActionRow(ui.Button(label="Yes", custom_id="yes"))))
    message = await channel.send(view=view)
    container = message.components[0]
    assert isinstance(container, discord.Container)
    assert len({container.id, *(getattr(child, "id", 0) for child in container.children)}) == 3  # Discord numbers them
    post = fake.posts("general")[0]
    assert fake.final_text(post) == "Approve?"
    assert [control.custom_id for control in fake.controls(post)] == ["yes"]
    with pytest.raises(discord.HTTPException, match="50035"):
        await message.edit(content="both")
    long = ui.LayoutView()
    long.add_item(ui.TextDisplay("x" * 2500)).add_item(ui.TextDisplay("y" * 1501))
    with pytest.raises(discord.HTTPException, match="4000"):
        await channel.send(view=long)


async def test_an_unknown_address_is_noted(fake: FakeDiscord, bot: Bot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.fetch_invite("abc")
    assert fake.unknown_calls() == ("GET /invites/abc",)


async def test_a_request_without_the_token_is_refused(fake: FakeDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{fake.url}/api/v10/users/@me")
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/json"
