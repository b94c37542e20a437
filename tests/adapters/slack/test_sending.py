"""What goes wrong while an answer is sent."""

import pytest

from adapters.fakes.slack import GENERAL
from nova_bot.core.delivery import Outbound
from tests.adapters.slack.rig import Desk
from tests.dispatch.test_reception import Slow
from tests.doubles import said


async def test_a_lost_answer_to_a_post_leaves_one_visible_message(desk: Desk) -> None:
    """openclaw #22780."""
    desk.slack.drop_after("chat.postMessage")
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]
    assert desk.slack.duplicates() == ()


async def test_a_post_that_did_not_arrive_is_sent_again(desk: Desk) -> None:
    desk.slack.drop_before("chat.postMessage", 2)
    desk.slack.fail("chat.postMessage", status=503)
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_of_a_long_answer_only_what_is_missing_is_sent_again(desk: Desk) -> None:
    desk.model.will("books", said("\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts))
    desk.slack.drop_after("chat.postMessage")
    await desk.quiet(20)
    texts = desk.heard(root.ts)
    assert len(texts) == len(set(texts)) >= 2
    assert desk.slack.duplicates() == ()


async def test_the_wait_that_slack_orders_is_kept(desk: Desk) -> None:
    desk.slack.rate_limit("chat.postMessage", 1)
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]
    refused, taken = desk.slack.calls("chat.postMessage")
    assert (refused.error, taken.error) == ("ratelimited", "")
    assert taken.at - refused.at >= 1.0


@pytest.mark.parametrize("wait", ["soon", "nan"])
async def test_a_wait_that_makes_no_sense_loses_nothing(desk: Desk, wait: str) -> None:
    desk.slack.rate_limit("chat.postMessage", wait)
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_blocks_that_slack_does_not_take_are_left_out(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "invalid_blocks")
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_an_archived_channel_is_told_in_words(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.archive(GENERAL)
    slow.go.set()
    await desk.quiet()
    (sent,) = await desk.nova.ledger.sent_in(1)
    assert sent.failed == "the channel is archived"


async def test_a_root_deleted_while_it_is_answered_is_told_in_words(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.delete(root)
    slow.go.set()
    await desk.quiet()
    (sent,) = await desk.nova.ledger.sent_in(1)
    assert sent.failed == "the message that began the thread was deleted"


async def test_a_message_gone_at_the_edit_is_posted_anew_once(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    desk.slack.ws.remove(desk.slack.posts(root.ts)[0])
    edit = Outbound("r1/2", 1, desk.place(root.ts), "books", "Four.", edits="r1/1")
    assert await desk.nova.outbox.post(edit)
    assert desk.heard(root.ts) == ["Four."]
