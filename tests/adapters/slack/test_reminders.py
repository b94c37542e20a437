"""Reminders in Slack: the profile's zone, buttons on the cards, fired in the thread."""

from adapters.fakes.slack import BOB
from nova_bot.ledger import reminders
from tests.adapters.slack.rig import Desk
from tests.doubles import House


async def fired(desk: Desk, house: House) -> None:
    """Let the first reminder come due."""
    one = await reminders.get(desk.nova.ledger, 1)
    assert one is not None
    assert one.due is not None
    house.clock.now = one.due
    await desk.nova.clock.look()
    await desk.quiet()


async def test_a_profile_gives_the_zone_and_it_is_snoozed_from_its_card(desk: Desk, house: House) -> None:
    root = desk.ask("remind me tomorrow at 9 to call Ann", by=BOB)
    await desk.quiet()
    assert "09:00 (America/New_York)" in desk.heard(root.ts)[-1]
    await fired(desk, house)
    assert desk.heard(root.ts)[-1].startswith("⏰ call Ann")
    await desk.click("1 h", by=BOB)
    await desk.quiet()
    house.clock.move(2 * 86_400)
    await desk.nova.clock.look()
    await desk.quiet()
    assert sum(text.startswith("⏰ call Ann") for text in desk.heard(root.ts)) == 2
    assert desk.model.requests == []


async def test_words_of_the_task_call_nobody(desk: Desk, house: House) -> None:
    root = desk.ask("remind me in 10 minutes to tell <!channel> and @here")
    await desk.quiet()
    await fired(desk, house)
    assert any(text.startswith("⏰ tell") for text in desk.heard(root.ts))
    assert all("<!channel>" not in text for text in desk.heard(root.ts))
