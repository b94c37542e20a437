"""`nova discord invite` and `check`, and what `nova serve` puts together."""

import json

import pytest

from adapters.fakes.discord import FakeDiscord
from nova_bot import platforms
from nova_bot.commands import discord
from nova_bot.core.errors import DiscordTokenMissing, DiscordTokenRefused, DiscordUnreachable
from nova_bot.settings import Accounts, Settings
from tests.adapters.discord.rig import Served
from tests.doubles import House


def settings(house: House, fake: FakeDiscord, **more: object) -> Settings:
    return house.settings(discord_bot_token=fake.token, **more)


async def test_the_invitation_asks_for_what_nova_needs(
    house: House, fake: FakeDiscord, capsys: pytest.CaptureFixture[str]
) -> None:
    await discord.invite(settings(house, fake))
    said = capsys.readouterr().out
    assert f"client_id={fake.world.application}" in said
    assert "permissions=380104723520" in said


async def test_the_check_says_what_is_to_be_done(
    house: House, fake: FakeDiscord, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.grant(message_content=False)
    assert await discord.check(settings(house, fake), as_json=False) == 1
    said = capsys.readouterr().out
    assert "Message Content Intent is off" in said
    assert f'[owner]: discord = "{fake.user("ada").id}"' in said


async def test_the_check_is_content_when_nothing_is_to_be_done(
    house: House, fake: FakeDiscord, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = Accounts(discord=(str(fake.user("ada").id),))
    assert await discord.check(settings(house, fake, owner=owner), as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["name"], found["message_content"], found["owner_known"]) == ("Nova", True, True)


async def test_what_hinders_is_said_in_words(house: House, fake: FakeDiscord) -> None:
    with pytest.raises(DiscordTokenMissing):
        await discord.check(house.settings(), as_json=False)
    with pytest.raises(DiscordTokenRefused):
        await discord.check(house.settings(discord_bot_token="wrong"), as_json=False)
    fake.cut("GET /users/@me", times=9)
    with pytest.raises(DiscordUnreachable):
        await discord.check(settings(house, fake), as_json=False)


async def test_what_has_a_token_is_served(house: House, fake: FakeDiscord) -> None:
    assert platforms.configured(house.settings()) == []
    (made,) = platforms.configured(settings(house, fake))
    assert made.courier.platform == "discord"
    await made.close()


async def test_the_owner_is_told_of_a_fault_where_nova_still_works(discord: Served, fake: FakeDiscord) -> None:
    works = platforms.Platform(discord.adapter.courier, lambda _nova: discord.adapter, discord.adapter.courier.close)
    await platforms.tell_owner(discord.nova, [works], "Slack broke off.")
    assert fake.final_text(await fake.heard(fake.dm("ada"))) == "Slack broke off."
