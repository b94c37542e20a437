"""One run per message, however often it comes."""

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, Order
from tests.adapters.slack.rig import Desk, SlackHouse


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("gap", [0.0, 0.05])
async def test_message_and_mention_start_one_run(desk: Desk, order: Order, gap: float) -> None:
    """openclaw #23103 #34833."""
    desk.slack.user_says(GENERAL, ADA, f"{desk.slack.mention} which invoice?", order=order, gap=gap)
    await desk.quiet()
    assert len(desk.heard()) == 1
    assert len(await desk.nova.ledger.latest_runs(9)) == 1


async def test_two_messages_of_one_gesture_start_one_run(desk: Desk) -> None:
    """typeclaw PR #49."""
    for _ in range(2):
        desk.ask("which invoice?", client_msg_id="same")
    await desk.quiet()
    assert len(desk.heard()) == 1


async def test_a_retry_of_a_seen_event_is_acknowledged_and_ignored_also_after_a_restart(place: SlackHouse) -> None:
    """bolt-python #1484 #868 #1355."""
    async with place.open() as desk:
        desk.ask("which invoice?")
        await desk.quiet()
    events = [delivery.id for delivery in place.slack.deliveries("message")]
    async with place.open() as desk:
        for _ in range(20):
            for event in events:
                desk.slack.redeliver(event)
        await desk.quiet()
        assert len(desk.heard()) == 1


async def test_a_retry_of_an_event_never_seen_is_answered(place: SlackHouse) -> None:
    root = place.slack.user_says(GENERAL, ADA, f"{place.slack.mention} which invoice?")
    async with place.open() as desk:
        await desk.quiet()
        assert desk.heard(root.ts) == ["books has answered."]


async def test_what_was_said_while_nova_was_away_is_answered_once(place: SlackHouse) -> None:
    """hermes #18187 #113631: also when Slack no longer repeats it."""
    async with place.open() as desk:
        root = desk.ask("which invoice?")
        await desk.quiet()
    place.slack.ws.subscribed = frozenset()  # nothing is delivered
    place.slack.user_says(GENERAL, ADA, f"{place.slack.mention} which other invoice?")
    place.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
    place.slack.user_says(GENERAL, BOB, "lunch?")
    place.slack.ws.subscribed = None
    for _ in range(2):
        async with place.open() as desk:
            await desk.quiet()
            assert len(desk.heard()) == 3
            assert len(desk.heard(root.ts)) == 2


async def test_what_can_not_be_kept_is_not_acknowledged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """openclaw #50563: nothing is lost between the ack and the disk."""
    accept, tries = desk.nova.ledger.accept, 0

    async def broken(*args: object) -> object:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise OSError("disk")
        return await accept(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.nova.ledger, "accept", broken)
    desk.ask("which invoice?")
    await desk.quiet()
    assert tries >= 3
    assert len(desk.heard()) == 1
    assert desk.slack.unacked() == ()
