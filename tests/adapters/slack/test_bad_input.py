"""Odd messages and payloads."""

import pytest

from adapters.fakes.slack import ADA, GENERAL, PAGER
from adapters.slack.messages import LIMITS
from tests.adapters.slack.rig import Desk
from tests.dispatch.test_reception import Slow


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


def test_the_courier_keeps_within_slacks_limits() -> None:
    assert LIMITS.text <= 3_900
    assert LIMITS.buttons <= 25
