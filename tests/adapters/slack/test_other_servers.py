"""Servers that speak Slack's protocol and are smaller, older or newer than Slack: fields and methods come and go."""

from typing import Any

import pytest

from adapters.fakes.slack import ADA, GENERAL, Message
from nova_bot.ledger import overview
from tests.adapters.slack.rig import TEAM, Desk
from tests.doubles import asked, said

OPTIONAL = (
    *("assistant.threads.setStatus", "assistant.threads.setTitle", "assistant.threads.setSuggestedPrompts"),
    *("agents.sessions.setStatus", "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postEphemeral"),
    *("views.publish", "views.open", "users.info", "users.conversations", "reactions.add", "reactions.remove"),
    *("conversations.info", "conversations.members", "conversations.replies", "conversations.history"),
)
"""What Nova can do without: posting and editing is enough."""


async def test_a_slack_that_can_only_post_and_edit_is_enough(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.slack.lack(*OPTIONAL)
    desk.model.will("books", asked("Which client?", "Birch", "Acme"), said("Acme has three."))
    root = desk.ask("which invoice?")
    await desk.quiet()
    await desk.click("Acme")
    await desk.quiet()
    assert desk.heard(root.ts)[-1] == "Acme has three."
    desk.slack.open_home(ADA, "home")
    desk.slack.open_home(ADA, "messages")
    desk.slack.user_says(GENERAL, ADA, "!status", root.ts)
    desk.ask("which invoice is late?")
    await desk.quiet()
    assert desk.slack.unacked() == ()
    absent = [record.message for record in caplog.records if "going on without it" in record.message]
    assert len(absent) == len(set(absent)) >= 4


def raw(text: str, root: Message, **more: Any) -> dict[str, Any]:
    """The least that an event can say, and whatever more."""
    event = {"type": "app_mention", "user": ADA, "text": text, "ts": root.ts, "channel": GENERAL}
    return {"type": "event_callback", "event": event | more.pop("event", {}), **more}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"team_id": TEAM, "event_id": None, "event_time": None, "authorizations": None},
        {"team_id": TEAM, "authorizations": [], "from_the_future": {"a": [1]}},
        {"team_id": "T0OTHER", "authorizations": [{"enterprise_id": "E1", "team_id": TEAM, "is_bot": True}]},
        {"team_id": TEAM, "enterprise_id": "E1", "is_ext_shared_channel": False},
        {"event": {"type": "message", "subtype": None, "bot_id": None, "thread_ts": None, "files": None}},
        {
            "team": "T0TEAM",
            "id": "x1",
            "event": {"bot_id": "", "thread_ts": "", "blocks": None, "attachments": None, "from_the_future": 1},
        },
    ],
    ids=["least", "nothing in it", "new", "by authorization", "enterprise", "null", "empty"],
)
async def test_an_event_says_less_or_more_than_slacks(desk: Desk, more: dict[str, Any]) -> None:
    desk.slack.ws.subscribed = frozenset()
    root = desk.slack.user_says(GENERAL, ADA, "which invoice?")
    desk.slack.courier.send("Ev1", raw(f"{desk.slack.mention} which invoice?", root, **more))
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]
    assert desk.slack.unacked() == ()


async def test_an_unknown_team_gets_nothing_and_is_acknowledged(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    desk.slack.courier.send("Ev1", raw(f"{desk.slack.mention} which other?", root, team_id="T0OTHER"))
    desk.slack.ws.app = type(desk.slack.ws.app)(team="T0OTHER")
    (post,) = desk.slack.posts()
    thumbs = next(block for block in post.blocks if block["type"] == "context_actions")["elements"][0]
    await desk.slack.click(post, thumbs["action_id"], ADA, thumbs["positive_button"]["value"])
    told = await desk.slack.slash("/nova", "usage", ADA, GENERAL)
    await desk.quiet()
    assert len(desk.slack.posts()) == 1
    assert "tokens" not in str(told.answer)
    assert await overview.latest_runs(desk.nova.ledger, 9) == await overview.latest_runs(desk.nova.ledger, 1)
    assert desk.slack.unacked() == ()


async def test_a_refusal_that_nobody_knows_is_tried_without_blocks(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "from_the_future")
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]
