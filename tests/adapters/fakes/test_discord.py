"""The gateway of the loopback Discord, as discord.py sees it."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.fakes.discord import FakeDiscord
from tests.adapters.fakes.discord_rig import Bot, connected, started


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        with server.pointed():
            yield server


async def test_a_message_is_answered_in_a_thread_that_the_bot_opens(fake: FakeDiscord) -> None:
    async def answer(message: discord.Message) -> None:
        if message.type is discord.MessageType.default:
            thread = await message.create_thread(name="an answer")
            await thread.send(f"you said: {message.clean_content}")

    async with connected(fake, Bot(answer)):
        asked = fake.user_says("general", "ada", "@Nova what is open?")
        thread = await fake.thread_of(asked)
        said = await fake.heard(thread)
    assert said.content == "you said: @Nova what is open?"
    assert thread.id == asked.id
    assert not fake.unknown_calls()


async def test_the_client_is_pointed_back_afterwards() -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    async with FakeDiscord() as server:
        with server.pointed():
            assert Route.BASE.startswith(server.url)
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE)


async def test_people_write_in_threads_and_in_private_too(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        thread = fake.user_opens_thread("general", "ada", "plans")
        fake.user_says(thread, "bob", "here?")
        fake.user_dms("ada", "secret")
        await bot.heard("plans", "here?", "secret")  # the first is Discord's own notice of the thread
        assert bot.guilds[0].threads[0].name == "plans"


async def test_without_the_intent_only_what_is_addressed_to_the_bot_can_be_read(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(message_content=False)) as bot:
        fake.user_says("general", "ada", "not for you", files={"a.txt": b"x"})
        mentioned = fake.user_says("general", "ada", "@Nova hi")
        fake.user_dms("ada", "in private")
        await bot.heard("", mentioned.content, "in private")


async def test_a_reply_to_the_bot_mentions_it_and_can_be_read(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(message_content=False)) as bot:
        channel = bot.get_channel(fake.channel("general").id)
        assert isinstance(channel, discord.TextChannel)
        await channel.send("which month?")
        fake.user_says("general", "ada", "October", reply_to=await fake.heard("general"))
        await bot.heard("October")


@pytest.mark.parametrize("code", [None, 1000, 4000])
async def test_a_dropped_socket_resumes_and_hears_what_it_missed(fake: FakeDiscord, code: int | None) -> None:
    async with connected(fake, Bot()) as bot:
        fake.user_says("general", "ada", "one")
        await bot.heard("one")
        fake.drop_ws(code)
        fake.user_says("general", "ada", "two")
        fake.user_says("general", "ada", "three")
        await bot.heard("one", "two", "three")
        await bot.until(lambda: "RESUMED" in bot.seen)
    assert (fake.identifies, fake.resumes) == (1, 1)


async def test_op_7_makes_the_client_resume(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        fake.op7()
        fake.user_says("general", "ada", "while away")
        await bot.heard("while away")
        await fake.until(lambda: fake.resumes == 1)
    assert fake.identifies == 1


async def test_after_op_9_the_client_begins_anew_and_nothing_is_replayed(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        fake.invalidate(resumable=False)
        fake.user_says("general", "ada", "lost")
        await fake.until(lambda: fake.identifies == 2)
        fake.user_says("general", "ada", "heard")
        await bot.heard("heard")
    assert fake.resumes == 0


async def test_a_resumable_op_9_is_resumed(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        fake.invalidate(resumable=True)
        fake.user_says("general", "ada", "kept")
        await bot.heard("kept")


async def test_a_timed_out_session_cannot_be_resumed(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()):
        fake.drop_ws(4009)
        await fake.until(lambda: fake.identifies == 2)
    assert fake.resumes == 0


async def test_a_privileged_intent_that_is_not_granted_ends_the_client(fake: FakeDiscord) -> None:
    fake.grant(message_content=False)
    bot = Bot()
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await asyncio.wait_for(bot.start(fake.token), 5)
    assert not (await bot.application_info()).flags.gateway_message_content
    await bot.close()


async def test_a_wrong_token_cannot_log_in(fake: FakeDiscord) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await asyncio.wait_for(bot.start("wrong"), 5)
    await bot.close()


async def test_a_close_code_for_authentication_ends_the_client(fake: FakeDiscord) -> None:
    bot = Bot()
    running = await started(fake, bot)
    fake.drop_ws(4004)
    with pytest.raises(discord.ConnectionClosed, match="4004"):
        await asyncio.wait_for(running, 3)
    assert bot.is_closed()


async def test_a_malformed_payload_ends_start_while_the_client_thinks_it_is_open(fake: FakeDiscord) -> None:
    bot = Bot()
    running = await started(fake, bot)
    fake.malformed()
    with pytest.raises(KeyError, match="channel_id"):
        await asyncio.wait_for(running, 3)
    assert not bot.is_closed()
    await bot.close()


async def test_a_refused_first_connection_ends_start(fake: FakeDiscord) -> None:
    fake.refuse_connects()
    bot = Bot()
    with pytest.raises(AttributeError, match="sequence"):
        await asyncio.wait_for(bot.start(fake.token), 5)
    await bot.close()


async def test_a_gateway_without_hello_is_left(fake: FakeDiscord) -> None:
    fake.no_hello()
    bot = Bot(silence_s=0.2)
    with pytest.raises(AttributeError):  # the client has no socket yet to reconnect with
        await asyncio.wait_for(bot.start(fake.token), 3)
    await bot.close()


async def test_a_zombie_connection_is_noticed_and_resumed() -> None:
    async with FakeDiscord(heartbeat_s=0.1) as fake:
        with fake.pointed():
            async with connected(fake, Bot(silence_s=1.0)) as bot:
                fake.zombie()
                fake.user_says("general", "ada", "are you there?")
                await bot.heard("are you there?")
            assert fake.resumes == 1


async def test_an_event_can_come_twice_or_late(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        fake.delay_event("MESSAGE_CREATE", 0.1)
        fake.user_says("general", "ada", "first said")
        last = fake.user_says("general", "ada", "then this")
        fake.redeliver(last)
        await bot.heard("then this", "then this", "first said")


async def test_edits_previews_deletions_reactions_and_typing_are_told(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        edits: list[bool] = []

        @bot.event
        async def on_raw_message_edit(payload: discord.RawMessageUpdateEvent) -> None:
            edits.append(payload.message.edited_at is not None)

        said = fake.user_says("general", "ada", "hallo")
        fake.preview_arrives(said)
        fake.user_edits(said, "hello")
        fake.user_reacts(said, "bob", "👍")
        fake.user_unreacts(said, "bob", "👍")
        fake.user_types("general", "ada")
        fake.user_deletes(said)
        await bot.until(lambda: "MESSAGE_DELETE" in bot.seen)
    assert edits == [False, True]
    assert bot.seen[-6:] == [
        *["MESSAGE_UPDATE"] * 2,
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "TYPING_START",
        "MESSAGE_DELETE",
    ]


async def test_a_guild_can_go_and_come_back(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        fake.guild_down()
        fake.user_says("general", "ada", "nobody hears this")
        fake.guild_up()
        fake.user_says("general", "ada", "back again")
        await bot.heard("back again")
        fake.guild_down(removed=True)
        await bot.until(lambda: bot.seen[-1] == "GUILD_DELETE")
        assert not bot.guilds


async def test_events_stay_with_those_who_may_see_them(fake: FakeDiscord) -> None:
    fake.add_channel("board")
    async with connected(fake, Bot()) as bot:
        fake.hide("board")
        fake.user_says("board", "ada", "private")
        fake.user_says("general", "ada", "public")
        await bot.heard("public")


async def test_two_sessions_both_hear_everything(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as one, connected(fake, Bot()) as two:
        fake.user_says("general", "ada", "hi")
        await one.heard("hi")
        await two.heard("hi")


async def test_members_can_be_asked_for(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()) as bot:
        found = await bot.guilds[0].query_members("ad")
    assert [member.name for member in found] == ["ada"]


async def test_webhooks_post_without_being_a_person(fake: FakeDiscord) -> None:
    async def answer(message: discord.Message) -> None:
        assert message.webhook_id
        await message.channel.send("seen")

    async with connected(fake, Bot(answer)):
        fake.webhook_says("general", "alerts", "", embeds=({"title": "disk full"},))
        assert (await fake.heard("general")).content == "seen"


async def test_a_sharded_client_asks_where_the_gateway_is(fake: FakeDiscord) -> None:
    heard: list[str] = []
    bot = discord.AutoShardedClient(intents=discord.Intents.default(), guild_ready_timeout=0.05)

    @bot.event
    async def on_message(message: discord.Message) -> None:
        heard.append(message.clean_content)

    running = asyncio.create_task(bot.start(fake.token))
    await fake.ready()
    await fake.until(lambda: bot.guilds and not bot.guilds[0].unavailable)
    fake.user_says("general", "ada", "@Nova hi")
    await fake.until(lambda: heard)
    await bot.close()
    await running
    assert heard == ["@Nova hi"]
    assert fake.calls("GET /gateway/bot")
