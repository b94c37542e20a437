"""What the fake Slack refuses, called by the real client: tokens, scopes, texts, blocks."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as kit
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import ADA, BOB, GENERAL, SECRET_ROOM, FakeSlack, Json
from tests.adapters.fakes.slack_rig import error_of, web_client

LINE = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


async def test_joining_needs_its_own_scope(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.add_channel("C0NEW", "new", [ADA])
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.chat_postMessage(channel="C0NEW", text="hello")
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.conversations_join(channel="C0NEW")
    slack.add_token(slack.bot_token, {"channels:join", "chat:write"})
    await client.conversations_join(channel="C0NEW")
    assert (await client.chat_postMessage(channel="C0NEW", text="hello"))["ok"]


async def test_each_token_has_its_own_scopes(slack: FakeSlack) -> None:
    slack.add_token("xoxb-poor", {"chat:write"})
    poor = web_client(slack, "xoxb-poor")
    with pytest.raises(SlackApiError) as caught:
        await poor.users_info(user=ADA)
    assert (error_of(caught), caught.value.response["needed"]) == ("missing_scope", "users:read")
    with pytest.raises(SlackApiError, match="missing_scope"):
        await poor.chat_postMessage(channel=GENERAL, text="hello", username="Somebody else")
    assert (await poor.chat_postMessage(channel=GENERAL, text="hello"))["ok"]


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-wrong", "invalid_auth"), ("xapp-test", "not_allowed_token_type"), ("", "not_authed")]
)
async def test_a_bad_token_is_refused(slack: FakeSlack, token: str, error: str) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post(f"{slack.api_url}auth.test", headers=headers) as response:
            assert (response.status, await response.json()) == (200, {"ok": False, "error": error})


async def test_a_revoked_token_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.revoke(slack.bot_token)
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()


def sections(count: int, size: int) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}} for _ in range(count)]


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, **more}


@pytest.mark.parametrize(
    ("error", "method", "args"),
    [
        ("unknown_method", "chat.shout", {}),
        ("invalid_arguments", "chat.postMessage", {"text": "hello"}),
        ("invalid_arguments", "chat.postMessage", {"channel": GENERAL, "text": 7}),
        ("channel_not_found", "chat.postMessage", {"channel": "C404", "text": "hello"}),
        ("channel_not_found", "chat.postMessage", {"channel": SECRET_ROOM, "text": "hello"}),
        ("is_archived", "chat.postMessage", {"channel": "C0OLD", "text": "hello"}),
        ("no_text", "chat.postMessage", {"channel": GENERAL}),
        ("msg_too_long", "chat.postMessage", {"channel": GENERAL, "text": "x" * 40_001}),
        ("msg_too_long", "chat.postMessage", {"channel": GENERAL, "markdown_text": "x" * 12_001}),
        ("markdown_text_conflict", "chat.postMessage", {"channel": GENERAL, "markdown_text": "x", "text": "x"}),
        ("thread_not_found", "chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "1.000000"}),
        ("cannot_reply_to_message", "chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "REPLY"}),
        ("invalid_metadata_format", "chat.postMessage", {"channel": GENERAL, "text": "x", "metadata": {"a": 1}}),
        ("invalid_blocks_format", "chat.postMessage", {"channel": GENERAL, "blocks": "{"}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": [{"type": "shout"}]}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": [{"type": "section", "text": "x"}]}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": sections(51, 1)}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": sections(1, 3001)}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": sections(1, 0)}),
        ("msg_blocks_too_long", "chat.postMessage", {"channel": GENERAL, "blocks": sections(5, 2700)}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": actions(*[button()] * 2)}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": actions(button(value="x" * 2001))}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": actions(button(action_id="x" * 256))}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": actions({"type": "plain_text_input"})}),
        ("invalid_blocks", "chat.postMessage", {"channel": GENERAL, "blocks": [LINE | {"block_id": "same"}] * 2}),
        ("message_not_found", "chat.update", {"channel": GENERAL, "ts": "1.000000", "text": "x"}),
        ("cant_update_message", "chat.update", {"channel": GENERAL, "ts": "ROOT", "text": "x"}),
        ("msg_too_long", "chat.update", {"channel": GENERAL, "ts": "MINE", "text": "x" * 4001}),
        ("cant_delete_message", "chat.delete", {"channel": GENERAL, "ts": "ROOT"}),
        ("user_not_in_channel", "chat.postEphemeral", {"channel": GENERAL, "user": "U404", "text": "x"}),
        ("thread_not_found", "conversations.replies", {"channel": GENERAL, "ts": "1.000000"}),
        ("invalid_cursor", "conversations.replies", {"channel": GENERAL, "ts": "ROOT", "cursor": "x"}),
        ("user_not_found", "users.info", {"user": "U404"}),
        ("bot_not_found", "bots.info", {"bot": "B404"}),
        ("invalid_name", "reactions.add", {"channel": GENERAL, "timestamp": "ROOT", "name": ":eyes:"}),
        ("invalid_trigger_id", "views.open", {"trigger_id": "x", "view": {}}),
        ("thread_not_found", "assistant.threads.setStatus", {"channel_id": GENERAL, "thread_ts": "1.0", "status": ""}),
    ],
)
async def test_what_slack_refuses_is_refused(slack: FakeSlack, error: str, method: str, args: Json) -> None:
    slack.add_channel("C0OLD", "old", [ADA, slack.ws.app.user])
    slack.archive("C0OLD")
    client = web_client(slack)
    root = slack.user_says(GENERAL, ADA, "root")
    reply = slack.user_says(GENERAL, BOB, "reply", thread_ts=root.ts)
    mine = (await client.chat_postMessage(channel=GENERAL, text="mine"))["ts"]
    known = {"ROOT": root.ts, "REPLY": reply.ts, "MINE": mine}
    before = len(slack.posts())
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json={name: known.get(str(value), value) for name, value in args.items()})
    assert error_of(caught) == error
    assert slack.calls(method)[-1].error == error
    assert len(slack.posts()) == before


async def test_the_blocks_that_the_sdk_makes_are_accepted(slack: FakeSlack, client: AsyncWebClient) -> None:
    go = kit.ButtonElement(action_id="go", text="Go", value="1", style="primary")
    pick = kit.StaticSelectElement(action_id="pick", options=[kit.Option(value="1", label="One")])
    thumbs = kit.FeedbackButtonsElement(
        action_id="thumbs",
        positive_button=kit.FeedbackButtonObject(text="Good", value="up"),
        negative_button=kit.FeedbackButtonObject(text="Bad", value="down"),
    )
    made = [
        kit.HeaderBlock(text="Title"),
        kit.SectionBlock(text="*bold*", accessory=go),
        kit.DividerBlock(),
        kit.MarkdownBlock(text="# Title"),
        kit.ContextBlock(elements=[kit.MarkdownTextObject(text="small")]),
        kit.ActionsBlock(elements=[go, pick]),
        kit.ContextActionsBlock(elements=[thumbs]),
        kit.TaskCardBlock(task_id="1", title="Look", status="complete"),
        kit.PlanBlock(title="Plan", tasks=[kit.TaskCardBlock(task_id="2", title="Do", status="pending")]),
        kit.AlertBlock(text="Careful"),
    ]
    assert (await client.chat_postMessage(channel=GENERAL, text="hello", blocks=made))["ok"]
