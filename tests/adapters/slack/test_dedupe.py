"""One run per message, however often it comes."""

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, Order
from adapters.slack.pace import Pace
from nova_bot.ledger import overview
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.doubles import House


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("gap", [0.0, 0.05])
async def test_message_and_mention_start_one_run(desk: Desk, order: Order, gap: float) -> None:
    """openclaw #23103 #19373 #22242, PostHog #87067: in both orders and in one tick; also in a direct message."""
    for channel in (GENERAL, desk.slack.dm(ADA)):
        desk.slack.user_says(channel, ADA, f"{desk.slack.mention} which invoice?", order=order, gap=gap)
    await desk.quiet()
    assert len(desk.heard()) == 2
    assert len(await overview.latest_runs(desk.nova.ledger, 9)) == 2


async def test_with_the_message_first_a_run_starts_a_hundred_times_of_a_hundred(desk: Desk) -> None:
    """openclaw #34833, PR #34937: the copy without the mention must not be taken for the whole."""
    desk.adapter.courier._posts = Pace(0.0)
    for n in range(100):
        desk.ask(f"which invoice is number {n}?")
    await desk.quiet(20)
    assert len(await overview.latest_runs(desk.nova.ledger, 200)) == 100


async def test_two_messages_of_one_gesture_start_one_run(desk: Desk) -> None:
    """typeclaw PR #49."""
    for _ in range(2):
        desk.ask("which invoice?", client_msg_id="same")
    await desk.quiet()
    assert len(desk.heard()) == 1


async def test_a_retry_of_a_seen_event_is_ignored_also_much_later_and_after_a_restart(
    place: SlackHouse, house: House
) -> None:
    """bolt-python #1484 #868 #1355, vercel/chat PR #667. The same event 20 times, by two sockets."""
    async with place.open() as desk:
        desk.ask("which invoice?")
        await desk.quiet()
    events = [delivery.id for delivery in place.slack.deliveries("message")]
    house.clock.move(3_600)
    async with place.open() as desk:
        for _ in range(20):
            for event in events:
                desk.slack.redeliver(event)
        await desk.quiet()
        assert len(desk.heard()) == 1


async def test_a_retry_of_an_event_never_seen_is_answered(place: SlackHouse) -> None:
    """bolt-python #1484: "it has a retry number, so it was seen" loses what was sent while the socket was down."""
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
