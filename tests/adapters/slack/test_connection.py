"""Sockets that break and tokens that are no good."""

import pytest

from nova_bot.core.errors import CannotServe
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.dispatch.test_reception import Slow


async def test_after_a_forced_disconnect_the_next_event_arrives(desk: Desk) -> None:
    await desk.slack.disconnect()
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_a_cut_socket_gives_no_double_answer(desk: Desk) -> None:
    """hermes #4777."""
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.kill_sockets()
    slow.go.set()
    await desk.quiet(15)
    assert desk.heard(root.ts) == ["Three."]


async def test_a_revoked_token_is_named(place: SlackHouse) -> None:
    place.slack.revoke(place.slack.bot_token)
    with pytest.raises(CannotServe, match=r"SLACK_BOT_TOKEN was refused \(token_revoked\): the token was revoked"):
        async with place.open():
            pass


async def test_a_bad_app_token_is_named(place: SlackHouse) -> None:
    place.slack.revoke(place.slack.app_token)
    with pytest.raises(CannotServe, match="SLACK_APP_TOKEN was refused"):
        async with place.open():
            pass


async def test_what_an_app_token_lacks_is_a_new_app_token(place: SlackHouse) -> None:
    place.slack.fail("apps.connections.open", "missing_scope")
    with pytest.raises(CannotServe, match="lacks the scope connections:write; generate another"):
        async with place.open():
            pass


async def test_missing_scopes_are_named(place: SlackHouse) -> None:
    place.slack.add_token(place.slack.bot_token, {"chat:write"})
    with pytest.raises(CannotServe, match=r"these scopes are missing: .*app_mentions:read.*reinstall the app"):
        async with place.open():
            pass


async def test_a_dead_socket_is_left_and_gives_no_double_answer(
    place: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """hermes #18187 #113631: a zombie."""
    monkeypatch.setattr("adapters.slack.adapter.PING_S", 0.5)
    async with place.open() as desk:
        opened = desk.slack.sockets.opened
        desk.slack.deafen_sockets()
        root = desk.ask("which invoice?")
        await desk.slack.until(lambda: desk.slack.sockets.opened > opened, 10)
        for delivery in desk.slack.deliveries():
            desk.slack.redeliver(delivery.id)
        await desk.quiet(15)
        assert desk.heard(root.ts) == ["books has answered."]


@pytest.mark.parametrize("http", [True, False], ids=["http", "socket"])
async def test_a_token_revoked_while_nova_listens_ends_it_in_words(
    place: SlackHouse, monkeypatch: pytest.MonkeyPatch, http: bool
) -> None:
    monkeypatch.setattr("adapters.slack.adapter.LOOK_EVERY_S", 0.02)

    async def revoked() -> None:
        async with place.open(http=http) as desk:
            desk.slack.fail("auth.test", status=503)  # a Slack that is away for a moment ends nothing
            await desk.slack.until(lambda: len(desk.slack.calls("auth.test")) > 4)
            assert not desk.serving.done()
            desk.slack.revoke(desk.slack.bot_token)
            await desk.serving

    with pytest.raises(CannotServe, match="SLACK_BOT_TOKEN was refused"):
        await revoked()
