"""Messages that their authors edit or delete."""

from adapters.fakes.slack import ADA, GENERAL
from tests.adapters.slack.rig import Desk
from tests.dispatch.test_reception import Slow


async def test_an_edit_before_the_start_changes_the_queued_message_and_one_after_starts_nothing(desk: Desk) -> None:
    """openclaw #28834 #44043."""
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    waiting = desk.slack.user_says(GENERAL, ADA, "which invoice of Birch?", root.ts)
    await desk.slack.courier.settled()
    desk.slack.edit(waiting, "which invoice of Acme?")
    await desk.slack.courier.settled()
    slow.go.set()
    await desk.quiet()
    assert "Acme" in desk.model.last_pack.items[-1].text
    desk.slack.edit(waiting, "which invoice of Cedar?")
    desk.slack.unfurl(root, {"title": "a preview"})
    await desk.quiet()
    assert len(desk.model.requests) == 2


async def test_the_text_of_a_deleted_message_is_absent_from_every_later_prompt(desk: Desk) -> None:
    """openclaw #35242."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    gone = desk.slack.user_says(GENERAL, ADA, "which invoice of Birch?", root.ts)
    await desk.quiet()
    desk.slack.delete(gone)
    await desk.quiet()
    desk.slack.user_says(GENERAL, ADA, "which invoice now?", root.ts)
    await desk.quiet()
    assert not any("Birch" in item.text for item in desk.model.last_pack.items)
