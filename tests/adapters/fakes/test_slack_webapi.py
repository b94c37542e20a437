"""The Web API of the fake Slack, called by the real client: what it stores, what it refuses, how it fails."""

import json
from collections.abc import Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import ADA, BOB, GENERAL, PAGER, FakeSlack, Json
from tests.adapters.fakes.slack_rig import Clock, fake_slack, web_client

LINE = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


async def test_auth_test_names_the_app_and_its_scopes(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0TEAM", "U0NOVA", "B0NOVA")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_thread_starts_with_its_root_whoever_wrote_it(slack: FakeSlack, client: AsyncWebClient) -> None:
    root = slack.bot_says(GENERAL, PAGER, attachments=[{"text": "disk full"}])
    for text in ("one", "two"):
        await client.chat_postMessage(channel=GENERAL, thread_ts=root.ts, text=text)
    found = (await client.conversations_replies(channel=GENERAL, ts=root.ts))["messages"]
    assert [message["text"] for message in found] == ["", "one", "two"]
    assert found[0]["attachments"] == [{"text": "disk full"}]
    assert (found[0]["reply_count"], found[0]["latest_reply"]) == (2, found[2]["ts"])
    assert found[1]["parent_user_id"] == PAGER


async def test_a_long_thread_comes_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    root = slack.user_says(GENERAL, ADA, "0")
    for number in range(1, 5):
        slack.user_says(GENERAL, BOB, f"{number}", thread_ts=root.ts)
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_replies(channel=GENERAL, ts=root.ts, limit=2)
    ]
    assert pages == [["0", "1"], ["2", "3"], ["4"]]


async def test_history_has_the_newest_first_and_no_replies(slack: FakeSlack, client: AsyncWebClient) -> None:
    first = slack.user_says(GENERAL, ADA, "first")
    slack.user_says(GENERAL, BOB, "below", thread_ts=first.ts)
    second = slack.user_says(GENERAL, BOB, "second")
    shown = (await client.conversations_history(channel=GENERAL))["messages"]
    later = (await client.conversations_history(channel=GENERAL, oldest=first.ts))["messages"]
    same = (await client.conversations_history(channel=GENERAL, oldest=second.ts, inclusive=True))["messages"]
    texts = [[message["text"] for message in found] for found in (shown, later, same)]
    assert texts == [["second", "first"], ["second"], ["second"]]


async def test_metadata_is_only_shown_when_asked_for(slack: FakeSlack, client: AsyncWebClient) -> None:
    mark = {"event_type": "nova_reply", "event_payload": {"key": "r1/1"}}
    ts = (await client.chat_postMessage(channel=GENERAL, text="hello", metadata=mark))["ts"]
    plain = (await client.conversations_replies(channel=GENERAL, ts=ts))["messages"][0]
    full = (await client.conversations_replies(channel=GENERAL, ts=ts, include_all_metadata=True))["messages"][0]
    assert "metadata" not in plain
    assert full["metadata"] == mark


async def test_arguments_come_as_query_form_or_json(slack: FakeSlack) -> None:
    said = {"channel": GENERAL, "text": "hello", "blocks": json.dumps([LINE])}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.api_url}chat.postMessage"
    ways: list[Json] = [{"params": said}, {"data": said}, {"json": said | {"blocks": [LINE]}}]
    async with aiohttp.ClientSession(headers=headers) as session:
        for way in ways:
            async with session.post(url, **way) as response:
                assert (await response.json())["ok"]
        async with session.post(url, data="{", headers={"Content-Type": "application/json"}) as response:
            assert (await response.json())["error"] == "invalid_json"
        async with session.get(f"{slack.api_url}auth.test", params={"token": "xoxb-test"}) as response:
            assert (await response.json())["ok"]
    assert {post.blocks[0]["text"]["text"] for post in slack.posts()} == {"*hello*"}


async def test_timestamps_rise_even_when_the_clock_stands_still(slack: FakeSlack) -> None:
    stamps = [slack.user_says(GENERAL, ADA, f"{n}").ts for n in range(3)]
    assert stamps == ["1700000000.000000", "1700000000.000001", "1700000000.000002"]


async def test_a_new_text_alone_takes_the_buttons_away(slack: FakeSlack, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="ok?", blocks=[LINE]))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, text="approved")
    (post,) = slack.posts(ts)
    assert (post.text, post.blocks) == ("approved", ())
    assert post.edited


async def test_an_edit_with_blocks_shows_no_edited_mark(slack: FakeSlack, client: AsyncWebClient) -> None:
    mark = {"event_type": "nova_reply", "event_payload": {"key": "r1/1"}}
    ts = (await client.chat_postMessage(channel=GENERAL, text="one", metadata=mark))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, text="two", blocks=[LINE])
    (post,) = slack.posts(ts)
    assert (post.edited, post.metadata, post.blocks[0]["block_id"]) == ("", mark, "b0")


async def test_a_deleted_root_with_replies_leaves_no_text(slack: FakeSlack, client: AsyncWebClient) -> None:
    root = slack.user_says(GENERAL, ADA, "my password is 1234")
    slack.user_says(GENERAL, BOB, "careful", thread_ts=root.ts)
    slack.delete(root)
    found = (await client.conversations_replies(channel=GENERAL, ts=root.ts))["messages"]
    assert [(message.get("subtype"), message["text"]) for message in found] == [
        ("tombstone", "This message was deleted."),
        (None, "careful"),
    ]


async def test_an_ephemeral_message_is_for_one_person_and_not_kept(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=GENERAL, user=ADA, text="only you")
    assert [(post.seen_by, post.text) for post in slack.ephemerals()] == [(ADA, "only you")]
    assert (await client.conversations_history(channel=GENERAL))["messages"] == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=GENERAL, ts=slack.ephemerals(ADA)[0].ts, text="two")


async def test_posting_to_a_person_opens_the_direct_message(slack: FakeSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=BOB, text="psst")
    opened = await client.conversations_open(users=BOB)
    assert posted["channel"] == opened["channel"]["id"] == slack.dm(BOB)
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.conversations_open(users=[ADA, BOB])
    slack.add_token(slack.bot_token, {"mpim:write"})
    assert (await client.conversations_open(users=[ADA, BOB]))["channel"]["id"] == slack.dm(BOB, ADA)


async def test_reactions_can_be_put_once_and_taken_once(slack: FakeSlack, client: AsyncWebClient) -> None:
    said = slack.user_says(GENERAL, ADA, "hello")
    where: dict[str, str] = {"channel": GENERAL, "timestamp": said.ts, "name": "eyes"}
    await client.reactions_add(**where)
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(**where)
    await client.reactions_remove(**where)
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(**where)


async def test_people_and_channels_can_be_looked_up(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert (await client.users_info(user=BOB))["user"]["tz"] == "America/New_York"
    assert {user["id"] for user in (await client.users_list())["members"]} >= {ADA, BOB}
    assert (await client.bots_info(bot="B0PAGER"))["bot"]["user_id"] == PAGER
    assert (await client.conversations_info(channel=GENERAL))["channel"]["is_member"]
    assert (await client.conversations_info(channel=slack.dm(ADA)))["channel"]["user"] == ADA
    assert ADA in (await client.conversations_members(channel=GENERAL))["members"]
    listed = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert [channel["id"] for channel in listed] == [GENERAL]
    said = slack.user_says(GENERAL, ADA, "hello")
    link = (await client.chat_getPermalink(channel=GENERAL, message_ts=said.ts))["permalink"]
    assert link == "https://nova-test.slack.com/archives/C0GENERAL/p1700000000000000"


async def test_a_file_is_announced_sent_and_shared(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.add_token(slack.bot_token, {"files:write", "chat:write"})
    root = slack.user_says(GENERAL, ADA, "send me the list")
    await client.files_upload_v2(
        content="a,b\n1,2\n", filename="list.csv", channel=GENERAL, thread_ts=root.ts, initial_comment="here"
    )
    (post,) = slack.posts(root.ts)
    (upload,) = slack.ws.uploads.values()
    assert (post.text, post.files[0]["name"], upload.content) == ("here", "list.csv", b"a,b\n1,2\n")


async def test_a_file_that_never_arrived_can_not_be_shared(slack: FakeSlack) -> None:
    slack.add_token(slack.bot_token, {"files:write", "chat:write"})
    client = web_client(slack)
    promised = await client.files_getUploadURLExternal(filename="list.csv", length=8)
    async with aiohttp.ClientSession() as session, session.post(promised["upload_url"], data=b"short") as response:
        assert response.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": promised["file_id"]}], channel_id=GENERAL)


async def test_a_status_goes_with_the_next_post_or_after_two_minutes(
    slack: FakeSlack, client: AsyncWebClient, clock: Clock
) -> None:
    root = slack.user_says(slack.dm(ADA), ADA, "hello")
    where: Json = {"channel_id": root.channel, "thread_ts": root.ts}

    def shown() -> str | None:
        status = slack.status(root.ts)
        return status.text if status else None

    async def think() -> None:
        await client.assistant_threads_setStatus(**where, status="thinking …", loading_messages=["reading"])
        assert shown() == "thinking …"

    await think()
    await client.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="hi")
    assert shown() is None
    await think()
    clock.now += 121
    assert shown() is None
    await think()
    await client.assistant_threads_setStatus(**where, status="")
    assert shown() is None


async def test_sessions_titles_and_prompts_are_kept(slack: FakeSlack, client: AsyncWebClient) -> None:
    root = slack.user_says(slack.dm(ADA), ADA, "hello")
    where = {"channel_id": root.channel, "thread_ts": root.ts}
    await client.agents_sessions_setStatus(**where, status="processing", title="Work")
    await client.agents_sessions_rename(**where, title="More work")
    await client.assistant_threads_setTitle(**where, title="Hello")
    prompt = {"title": "Remind me", "message": "Remind me tomorrow"}
    await client.assistant_threads_setSuggestedPrompts(**where, prompts=[prompt])
    session = slack.session(root.ts)
    assert session is not None
    assert (session.status, session.title) == ("processing", "More work")
    assert slack.ws.titles == {(root.channel, root.ts): "Hello"}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.assistant_threads_setSuggestedPrompts(**where, prompts=[prompt] * 5)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.agents_sessions_setStatus(**where, status="busy")


async def test_a_session_without_its_stop_event_is_warned_about() -> None:
    async with fake_slack(subscribed=["message.im"]) as slack:
        root = slack.user_says(slack.dm(ADA), ADA, "hello")
        answer = await web_client(slack).api_call(
            "agents.sessions.setStatus",
            json={"channel_id": root.channel, "thread_ts": root.ts, "status": "processing"},
        )
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_a_home_tab_is_published_and_guarded_by_its_hash(slack: FakeSlack, client: AsyncWebClient) -> None:
    body: Callable[[str], Json] = lambda text: {"type": "home", "blocks": [{"type": "markdown", "text": text}]}  # noqa: E731
    first = (await client.views_publish(user_id=ADA, view=body("one")))["view"]
    await client.views_publish(user_id=ADA, view=body("two"), hash=first["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=ADA, view=body("three"), hash=first["hash"])
    (home,) = slack.views(ADA)
    assert home.body["blocks"][0]["text"] == "two"
