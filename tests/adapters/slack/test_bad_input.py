"""Bad input, as it comes from people, from Slack and from outside of it.

Elsewhere: a wrong signature and an old timestamp (`test_over_signed_http`), an unknown team (`test_other_servers`), a
revoked token and scopes missing at the start (`test_connection`), an archived channel and a message that is deleted
while it is answered (`test_sending`), a file of 5 MB (`test_files`).
"""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from adapters.fakes.slack import ADA, BOB, GENERAL, PAGER
from adapters.slack.messages import LIMITS
from nova_bot import parts
from nova_bot.core.delivery import NOVAS_OWN
from nova_bot.core.envelope import Standing
from nova_bot.core.people import People
from nova_bot.ledger import overview
from tests.adapters.slack.rig import PEOPLE, TEAM, Desk, SlackHouse
from tests.dispatch.test_reception import Slow
from tests.doubles import House


@pytest.mark.parametrize(
    "text",
    [
        "which invoice? " + "x" * 40_000,
        "which invoice? " + " ".join(f"<@U{n:05}>" for n in range(60)),
        ":tada: :rocket:",
        "which invoice? \x00 \u202e &lt;b&gt; <https://x.org|x> <!here> <#C1|general>",
    ],
    ids=["40,000 characters", "60 mentions", "emoji only", "odd characters"],
)
async def test_odd_messages_get_one_answer(desk: Desk, text: str) -> None:
    desk.ask(text)
    await desk.quiet()
    assert len(desk.heard()) == 1
    assert desk.slack.mentions_sent() == ()


async def test_a_payload_that_can_not_be_read_is_acknowledged_and_stops_nothing(desk: Desk) -> None:
    kinds = ("message", "app_mention", "app_home_opened", "agent_session_stopped", "from_the_future")
    for event in (*({"type": kind} for kind in kinds), {"type": "message", "subtype": "message_changed"}):
        desk.slack.ws.publish({"channel_type": "channel", **event})
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.slack.unacked() == ()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_a_visitor_of_a_shared_channel_is_no_member(place: SlackHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "people_of", lambda _: People(PEOPLE, {("slack", TEAM): Standing.MEMBER}))
    async with place.open() as desk:
        post = {"type": "message", "channel": GENERAL, "channel_type": "channel", "user": "U0EVE"}
        text = f"{desk.slack.mention} which invoice?"
        for ts, home in (("1700000000.000001", {"user_team": "T0OTHER"}), ("1700000000.000002", {"team": TEAM})):
            desk.slack.ws.publish({**post, **home, "text": text, "ts": ts})
        await desk.quiet()
        runs = await overview.latest_runs(desk.nova.ledger, 5)
        assert sorted(str(one.ended) for one in runs) == ["answered", "refused"]


async def test_a_press_of_something_that_is_not_novas_is_acknowledged(desk: Desk) -> None:
    body = {"type": "shortcut", "callback_id": "x", "team": {"id": TEAM}, "user": {"id": ADA}, "trigger_id": "1.2"}
    await desk.slack.courier.ask("interactive", body)
    assert desk.slack.unacked() == ()


async def test_an_alert_of_a_bot_is_not_answered_even_with_a_mention(desk: Desk) -> None:
    desk.slack.bot_says(GENERAL, PAGER, f"{desk.slack.mention} invoice alert")
    await desk.quiet()
    assert desk.heard() == []


async def test_two_channels_at_once_never_swap_their_answers(desk: Desk) -> None:
    """openclaw #10837 #75969."""
    desk.slack.add_channel("C0OTHER", "other", {ADA, "U0NOVA"})
    one, other = Slow("for general"), Slow("for other")
    desk.model.will("books", one, other)
    first = desk.ask("which invoice?")
    await one.begun.wait()
    second = desk.ask("which invoice?", channel="C0OTHER")
    await other.begun.wait()
    other.go.set()
    one.go.set()
    await desk.quiet()
    assert (desk.heard(first.ts), desk.heard(second.ts)) == (["for general"], ["for other"])


async def test_a_clock_that_is_wrong_by_hours_changes_nothing_over_a_socket(place: SlackHouse, house: House) -> None:
    for hours in (-5, 5):
        house.clock.move(hours * 3_600)
        async with place.open() as desk:
            root = desk.ask("which invoice?")
            await desk.quiet()
            assert desk.heard(root.ts) == ["books has answered."]


@pytest.mark.parametrize("sockets", [1, 2])
async def test_the_same_event_20_times_by_one_socket_or_two_is_answered_once(place: SlackHouse, sockets: int) -> None:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(place.open())
        if sockets == 2:
            handler = AsyncSocketModeHandler(desk.adapter._app(), desk.slack.app_token)
            stack.push_async_callback(handler.close_async)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await desk.slack.until(lambda: desk.slack.sockets.count == 2)
        desk.ask("which invoice?")
        await desk.slack.settled()
        for delivery in desk.slack.deliveries() * 10:
            desk.slack.redeliver(delivery.id)
        await desk.quiet()
        assert desk.heard() == ["books has answered."]
        assert desk.slack.unacked() == ()


async def test_nova_put_out_of_the_channel_meanwhile_is_told_in_words(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    desk.ask("which invoice?")
    await slow.begun.wait()
    general = desk.slack.ws.channels[GENERAL]
    desk.slack.ws.add_channel(replace(general, members=general.members - {"U0NOVA"}))
    slow.go.set()
    await desk.quiet()
    (sent,) = await desk.nova.ledger.sent_in(1)
    assert sent.failed == "Nova is not in that channel; invite it with /invite @Nova"


async def test_somebody_who_left_is_told_directly_what_was_for_him_alone(desk: Desk) -> None:
    root = desk.ask("which invoice?", by=BOB)
    await desk.quiet()
    general = desk.slack.ws.channels[GENERAL]
    desk.slack.ws.add_channel(replace(general, members=general.members - {BOB}))
    await desk.nova.outbox.private(desk.place(root.ts), BOB, "For you alone.", NOVAS_OWN)
    assert [post.text for post in desk.slack.posts() if post.channel == desk.slack.dm(BOB)] == ["For you alone."]


async def test_a_scope_that_is_missing_at_the_moment_of_sending_is_named(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    desk.ask("which invoice?")
    await slow.begun.wait()
    scopes = desk.slack.api.tokens[desk.slack.bot_token].scopes
    desk.slack.add_token(desk.slack.bot_token, scopes - {"chat:write"})
    slow.go.set()
    await desk.quiet()
    (sent,) = await desk.nova.ledger.sent_in(1)
    assert sent.failed
    assert "the scope chat:write is missing" in sent.failed


async def test_a_thread_that_takes_no_replies_is_told_in_words(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "restricted_action")
    desk.ask("which invoice?")
    await desk.quiet()
    (sent,) = await desk.nova.ledger.sent_in(1)
    assert sent.failed == "the workspace's rules forbid it"


def test_the_courier_keeps_within_slacks_limits() -> None:
    assert LIMITS.text <= 3_900
    assert LIMITS.buttons <= 25
