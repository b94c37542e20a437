"""Discords that do less than Discord: what they leave out hinders nobody."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from adapters.discord import client
from adapters.fakes.discord import FakeDiscord
from adapters.fakes.discord.gateway import Gateway
from adapters.fakes.discord.hub import Hub
from adapters.fakes.discord.interactions import Interactions
from adapters.fakes.discord.records import Event, Intent
from adapters.fakes.discord.wire import interaction_json, message_json
from nova_bot.ledger import overview
from tests.adapters.discord.rig import Served, pressable, served, texts
from tests.doubles import House, asked, said

Json = dict[str, Any]
Make = Callable[..., Json]

LEAST = ("id", "channel_id", "content", "author", "timestamp")


def told(patch: pytest.MonkeyPatch, change: Callable[[Json], Json]) -> None:
    """Change what the gateway tells of messages."""
    patch.setattr("adapters.fakes.discord.hub.message_json", lambda *args, **more: change(message_json(*args, **more)))


def least(made: Json) -> Json:
    """A message as some servers show it."""
    return {key: made[key] for key in LEAST} | {"author": {"id": made["author"]["id"], "username": "ada"}}


async def test_a_message_of_five_fields_is_answered(discord: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, least)
    thread = await discord.ask("which invoice is open?")
    assert (await discord.heard(thread)).startswith("books has answered.")
    assert discord.fake.identifies == 1


async def test_a_message_that_does_not_say_its_server_is_no_direct_message(
    discord: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "_tell_of", _without_server)
    discord.fake.user_says("general", "bob", "not for Nova")
    await discord.heard(await discord.ask("which invoice is open?"))
    await discord.settled()
    assert len(await overview.latest_runs(discord.nova.ledger, 5)) == 1


def _without_server(self: Hub, message: Any, event: str) -> None:
    self.tell(Event(event, message_json(self.world, message), Intent.GUILDS))


async def test_an_event_that_can_not_be_read_is_asked_for_and_ends_nothing(
    discord: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, lambda made: made | {"attachments": ["what is this?"]})
    thread = await discord.ask("which invoice is open?")
    assert (await discord.heard(thread)).startswith("books has answered.")
    assert discord.fake.identifies == 1


async def test_what_nobody_knows_yet_ends_nothing(discord: Served, fake: FakeDiscord) -> None:
    fake.malformed("TIMELINE_CREATE", {"id": "1"})
    fake.malformed("CHANNEL_CREATE", {"id": "7", "type": 99, "guild_id": str(fake.guild.id)})
    fake.malformed("MESSAGE_CREATE", {"id": "8", "channel_id": "7"})
    fake.malformed("MESSAGE_CREATE", {})
    fake.malformed("INTERACTION_CREATE", {"id": "9"})
    fake.gateway.send_all({"op": 42, "d": None})
    await discord.heard(await discord.ask("which invoice is open?"))
    assert (fake.identifies, fake.resumes) == (1, 0)


@pytest.mark.parametrize(
    ("carried", "words"),
    [
        ({"message_snapshots": [{"message": {"content": "Birch pays in May."}}]}, "Birch pays in May."),
        (
            {"poll": {"question": {"text": "Lunch?"}, "answers": [{"answer_id": 1, "poll_media": {"text": "Pizza"}}]}},
            "Lunch?\n- Pizza",
        ),
    ],
)
async def test_what_is_forwarded_or_put_to_the_vote_is_asked_about(
    discord: Served, monkeypatch: pytest.MonkeyPatch, carried: Json, words: str
) -> None:
    discord.fake.user_dms("ada", "which invoice is open?")
    await discord.heard(discord.fake.dm("ada"))
    told(monkeypatch, lambda made: made | {"content": ""} | carried)
    discord.fake.user_dms("ada", "...")
    await discord.heard(discord.fake.dm("ada"), 2)
    (line, _) = await overview.latest_runs(discord.nova.ledger, 2)
    envelope = (await discord.nova.ledger.run(line.id)).envelope
    assert (envelope.text, [one.text for one in envelope.quoted]) == ("What should I know about this?", [words])


@pytest.mark.parametrize("status", [400, 403, 429])
async def test_a_page_from_what_stands_before_discord_is_waited_out(discord: Served, status: int) -> None:
    discord.fake.fail("POST /channels/*/messages", status, page="<!DOCTYPE html><title>Just a moment...</title>")
    assert (await discord.heard(await discord.ask("which invoice is open?"))).startswith("books has answered.")


def little(data: object) -> object:
    """What a small server says: of everything as little as it can, and with a charset."""
    if isinstance(data, list):
        return [little(one) for one in data]
    if not isinstance(data, dict):
        return data
    return {key: little(value) for key, value in data.items() if key in LITTLE}


LITTLE = {*LEAST, "type", "guild_id", "name", "parent_id", "recipients", "username", "url", "message", "code"}


async def test_a_server_that_says_little_is_served(
    house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoken(data: object, status: int = 200) -> web.Response:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return web.Response(status=status, body=json.dumps(little(data)).encode(), headers=headers)

    monkeypatch.setattr("adapters.fakes.discord.front._reply", spoken)
    monkeypatch.setattr(Gateway, "_ready", lambda *_: {"v": 10})
    house.model.will("books", asked("Which month?", "October"), said("Three."))
    async with served(house, fake) as discord:
        await fake.ready()
        thread = await discord.ask("which invoice is open?")
        fake.click(await fake.heard(thread), "October", "ada")
        assert (await discord.heard(thread, 2)).startswith("Three.")
        command = fake.slash("nova status", "general", "ada")
        assert fake.final_text(await fake.reply(command)) == "Nothing is running here."
        fake.user_dms("ada", "which invoice is open?")
        await discord.heard(fake.dm("ada"))


async def test_a_thread_that_nobody_told_of_is_looked_up(discord: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "_tell_thread", lambda *_args, **_more: None)
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    for count in (2, 3):
        discord.fake.user_says(thread, "ada", "and the ledger?")
        await discord.heard(thread, count)
    assert len(discord.fake.calls(f"GET /channels/{thread.id}")) == 1


async def test_where_no_nonce_comes_back_a_reply_is_found_by_its_text(
    discord: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(*args: Any, **more: Any) -> Json:
        return {key: value for key, value in message_json(*args, **more).items() if key != "nonce"}

    monkeypatch.setattr("adapters.fakes.discord.rest.message_json", forgetful)
    monkeypatch.setattr(type(discord.fake.world), "posted_with", lambda *_: None)
    discord.fake.fail("POST /channels/*/messages", 503, stored=True)
    thread = await discord.ask("which invoice is open?")
    await discord.heard(thread)
    await discord.settled()
    assert len(texts(discord.fake, thread)) == 1


async def test_without_components_v2_buttons_stand_below_plain_text(discord: Served, house: House) -> None:
    fake = discord.fake
    fake.world.knows_components_v2 = False
    house.model.will("books", asked("Which month?", *(f"month {n}" for n in range(7))), said("Three."))
    thread = await discord.ask("which invoice is open?")
    question = await fake.heard(thread)
    assert question.content == "Which month?\n-# books · r1"
    assert len(pressable(fake, question)) == 7
    fake.click(question, "month 6", "ada")
    assert await discord.heard(thread, 2) == "Three.\n-# books · r2"
    await fake.until(lambda: not pressable(fake, question))
    assert "Ada chose **month 6**." in texts(fake, thread)[0]


async def test_where_no_thread_can_be_opened_the_answer_is_a_reply(discord: Served) -> None:
    discord.fake.fail("POST /channels/*/messages/*/threads", 404)
    begins = discord.fake.user_says("general", "ada", "@Nova which invoice is open?")
    assert (await discord.fake.heard("general")).reply_to == begins.id


async def test_a_command_is_taken_from_a_server_that_says_little_of_it(
    discord: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = ("id", "application_id", "type", "token", "data", "guild_id", "channel_id", "member")

    def told_little(*args: Any) -> Json:
        return {key: value for key, value in interaction_json(*args).items() if key in least}

    monkeypatch.setattr("adapters.fakes.discord.interactions.interaction_json", told_little)
    monkeypatch.setattr(Interactions, "_receipt", lambda *_: None)  # 204, whatever was asked for
    command = discord.fake.slash("nova ask", "general", "ada", text="which invoice is open?")
    thread = await discord.fake.thread_of(await discord.fake.reply(command))
    assert (await discord.heard(thread)).startswith("books has answered.")


async def test_a_command_whose_acknowledgement_got_lost_is_answered(discord: Served) -> None:
    discord.fake.fail("POST /interactions/*/callback", 502, stored=True)
    command = discord.fake.slash("nova ask", "general", "ada", text="which invoice is open?")
    thread = await discord.fake.thread_of(await discord.fake.reply(command))
    assert (await discord.heard(thread)).startswith("books has answered.")


async def test_where_commands_can_not_be_registered_people_can_write(house: House, fake: FakeDiscord) -> None:
    fake.fail("PUT /applications/*/commands", 404)
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))


async def test_a_channel_that_can_not_be_read_now_is_read_a_little_later(
    house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "AGAIN_S", 0.02)
    async with served(house, fake) as discord:
        await fake.ready()
        await discord.heard(await discord.ask("which invoice is open?"))
    begins = fake.user_says("general", "ada", "@Nova which invoice is overdue?")
    fake.fail("GET /channels/*/messages", 503, times=2)
    async with served(house, fake) as discord:
        await discord.heard(await fake.thread_of(begins))
        await fake.until(lambda: not (house.home / "discord.since").exists())
