"""`nova slack`: the link, the manifest, and whether the tokens are good."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from adapters.slack.manifest import PATH, link, manifest
from nova_bot import platforms
from nova_bot.commands import slack
from nova_bot.core.errors import BadSettings, CannotServe
from nova_bot.settings import Accounts, Settings
from tests.adapters.slack.rig import SlackHouse


def settings(place: SlackHouse, **more: object) -> Settings:
    given = {"slack_bot_token": SecretStr(place.slack.bot_token), "slack_app_token": SecretStr(place.slack.app_token)}
    return place.house.settings(**{**given, "slack_api_url": place.slack.api_url, **more})


def test_the_link_creates_what_the_manifest_says() -> None:
    (given,) = parse_qs(urlsplit(link()).query)["manifest_json"]
    assert json.loads(given) == manifest()
    assert manifest()["settings"]["socket_mode_enabled"]


def test_over_http_every_address_is_novas() -> None:
    made = manifest("https://nova.example.org/")
    address = f"https://nova.example.org{PATH}"
    assert not made["settings"]["socket_mode_enabled"]
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address


async def test_the_check_names_the_workspace_and_what_to_say_to_nova_first(
    place: SlackHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await slack.try_tokens(settings(place)) == 0
    printed = capsys.readouterr().out
    assert "The tokens are good: Nova is @nova in " in printed
    assert "(T0TEAM)" in printed
    assert "files:read" in printed
    assert "direct message" in printed
    assert "link " in printed


async def test_the_check_knows_an_owner_of_the_settings(place: SlackHouse, capsys: pytest.CaptureFixture[str]) -> None:
    await slack.try_tokens(settings(place, owner=Accounts(slack=("T0TEAM/U0ADA",))))
    assert "direct message" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"slack_bot_token": SecretStr("xapp-test")}, "SLACK_BOT_TOKEN has to begin with xoxb-"),
        ({"slack_app_token": SecretStr("xoxb-test")}, "SLACK_APP_TOKEN has to begin with xapp-"),
        ({"slack_bot_token": SecretStr("xoxb-wrong")}, "the token is not valid"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "gives no answer right now"),
    ],
    ids=["bot", "app", "wrong", "offline"],
)
async def test_what_is_wrong_is_said_in_words(place: SlackHouse, more: dict[str, object], said: str) -> None:
    with pytest.raises(CannotServe, match=said):
        await slack.try_tokens(settings(place, **more))


@pytest.mark.parametrize("half", ["slack_bot_token", "slack_app_token", "slack_signing_secret"])
def test_half_of_the_tokens_is_no_platform_that_stays_silent(place: SlackHouse, half: str) -> None:
    with pytest.raises(BadSettings, match="Slack needs SLACK_BOT_TOKEN .* and either SLACK_APP_TOKEN"):
        platforms.configured(place.house.settings(**{half: SecretStr("xoxb-1")}))


async def test_without_tokens_it_says_where_they_are(place: SlackHouse) -> None:
    with pytest.raises(BadSettings, match=r"nova slack link.*secrets\.env"):
        await slack.try_tokens(settings(place, slack_bot_token=None))
