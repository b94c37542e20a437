"""Streams of the fake Slack: what they need, how they grow, and how they die."""

from typing import Any

import pytest
from slack_bolt.context.say_stream.async_say_stream import AsyncSayStream
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from adapters.fakes.slack import ADA, GENERAL, FakeSlack, Message, StreamState
from tests.adapters.fakes.slack_rig import PATIENT, Bot, Clock, fake_slack, over_sockets

TO_ADA: dict[str, Any] = {"recipient_user_id": ADA, "recipient_team_id": "T0TEAM"}


@pytest.fixture
async def root(slack: FakeSlack) -> Message:
    return slack.user_says(GENERAL, ADA, "tell me a story")


async def test_the_sdks_stream_writes_one_message(slack: FakeSlack, client: AsyncWebClient, root: Message) -> None:
    stream = await client.chat_stream(channel=GENERAL, thread_ts=root.ts, buffer_size=10, **TO_ADA)
    for piece in ("Once upon ", "a time ", "there was a fox"):
        await stream.append(markdown_text=piece)
    mark = {"event_type": "nova_reply", "event_payload": {"key": "r1/1"}}
    thumbs = [{"type": "section", "text": {"type": "mrkdwn", "text": "Was it good?"}}]
    await stream.stop(blocks=thumbs, metadata=mark, session_status="active")
    (post,) = slack.posts(root.ts)
    (kept,) = slack.streams(root.ts)
    session = slack.session(root.ts)
    assert slack.final_text(post.ts) == "Once upon a time there was a fox"
    assert (post.metadata, post.blocks[0]["text"]["text"]) == (mark, "Was it good?")
    assert (kept.state, kept.mode) == (StreamState.STOPPED, "chunks")
    assert session is not None
    assert session.status == "active"


async def test_bolt_knows_whom_to_stream_to() -> None:
    async with fake_slack(timing=PATIENT) as slack:
        bot = Bot(slack)

        async def story(say_stream: AsyncSayStream) -> None:
            stream = await say_stream()
            await stream.append(markdown_text="Once")
            await stream.stop()

        bot.app.event("app_mention")(story)
        bot.app._async_listeners.reverse()  # before the catch-all
        async with over_sockets(bot):
            said = slack.user_says(GENERAL, ADA, f"{slack.mention} a story")
            await slack.until(lambda: slack.calls("chat.stopStream"))
            assert slack.final_text(slack.posts(said.ts)[0].ts) == "Once"


def task(status: str, **more: Any) -> TaskUpdateChunk:
    return TaskUpdateChunk(id="1", title="Read", status=status, **more)


async def test_tasks_are_merged_by_their_id(slack: FakeSlack, client: AsyncWebClient, root: Message) -> None:
    stream = await client.chat_stream(channel=GENERAL, thread_ts=root.ts, task_display_mode="plan", **TO_ADA)
    await stream.append(chunks=[PlanUpdateChunk(title="Look"), task("pending", details="page 1")])
    await stream.append(chunks=[task("complete", output="done")])
    (kept,) = slack.streams()
    assert kept.plan == "Look"
    (done,) = kept.tasks
    assert (done["id"], done["status"], done["details"], done["output"]) == ("1", "complete", "page 1", "done")


@pytest.mark.parametrize("field", ["recipient_user_id", "recipient_team_id"])
async def test_a_channel_stream_names_its_recipient(client: AsyncWebClient, root: Message, field: str) -> None:
    rest = {name: value for name, value in TO_ADA.items() if name != field}
    with pytest.raises(SlackApiError, match=f"missing_{field}"):
        await client.chat_startStream(channel=GENERAL, thread_ts=root.ts, **rest)


async def test_a_direct_message_needs_no_recipient(slack: FakeSlack, client: AsyncWebClient) -> None:
    said = slack.user_says(slack.dm(ADA), ADA, "hello")
    assert (await client.chat_startStream(channel=said.channel, thread_ts=said.ts))["ok"]


async def test_a_stream_begins_in_a_thread(client: AsyncWebClient, root: Message) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await client.chat_startStream(channel=GENERAL, thread_ts="1.000000", **TO_ADA)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.api_call("chat.startStream", json={"channel": GENERAL, **TO_ADA})
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.chat_startStream(channel=GENERAL, thread_ts=root.ts, task_display_mode="list", **TO_ADA)


async def begin(client: AsyncWebClient, root: Message) -> dict[str, Any]:
    begun = await client.chat_startStream(channel=GENERAL, thread_ts=root.ts, markdown_text="Once ", **TO_ADA)
    return {"channel": GENERAL, "ts": begun["ts"]}


async def test_a_stream_dies_after_five_minutes_and_its_message_can_be_edited(
    slack: FakeSlack, client: AsyncWebClient, root: Message, clock: Clock
) -> None:
    where = await begin(client, root)
    clock.now += 299
    await client.chat_appendStream(**where, markdown_text="upon ")
    clock.now += 1
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(**where, markdown_text="a time")
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_stopStream(**where)
    assert slack.final_text(where["ts"]) == "Once upon "
    await client.chat_update(**where, text="Once upon a time")
    assert slack.final_text(where["ts"]) == "Once upon a time"


async def test_streams_can_be_ended_on_command(slack: FakeSlack, client: AsyncWebClient, root: Message) -> None:
    where = await begin(client, root)
    slack.expire_streams()
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(**where, markdown_text="upon")
    assert [stream.state for stream in slack.streams()] == [StreamState.EXPIRED]


async def test_a_stopped_stream_takes_nothing_more(client: AsyncWebClient, root: Message) -> None:
    where = await begin(client, root)
    await client.chat_stopStream(**where)
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_stopStream(**where)


async def test_a_running_stream_can_be_neither_edited_nor_deleted(client: AsyncWebClient, root: Message) -> None:
    where = await begin(client, root)
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await client.chat_update(**where, text="other")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(**where)


async def test_a_stream_keeps_to_the_kind_of_content_it_began_with(client: AsyncWebClient, root: Message) -> None:
    where = await begin(client, root)
    with pytest.raises(SlackApiError, match="streaming_mode_mismatch"):
        await client.chat_appendStream(**where, chunks=[MarkdownTextChunk(text="upon")])


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("invalid_arguments", {}),
        ("msg_too_long", {"chunks": [{"type": "markdown_text", "text": "x" * 12_001}]}),
        ("invalid_chunks", {"chunks": [{"type": "song"}]}),
        ("invalid_chunks", {"chunks": [{"type": "task_update", "id": "1", "title": "x", "status": "cancelled"}]}),
        ("invalid_chunks", {"chunks": [{"type": "task_update", "id": "1", "title": "x" * 257, "status": "error"}]}),
        ("invalid_chunks", {"chunks": "{"}),
        ("invalid_blocks", {"chunks": [{"type": "blocks", "blocks": [{"type": "song"}]}]}),
    ],
)
async def test_bad_chunks_are_refused(
    slack: FakeSlack, client: AsyncWebClient, root: Message, error: str, args: dict[str, Any]
) -> None:
    begun = await client.chat_startStream(channel=GENERAL, thread_ts=root.ts, **TO_ADA)
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.appendStream", json={"channel": GENERAL, "ts": begun["ts"], **args})
    assert caught.value.response["error"] == error
    assert slack.final_text(begun["ts"]) == ""


async def test_what_is_no_stream_can_not_be_appended_to(client: AsyncWebClient, root: Message) -> None:
    post = await client.chat_postMessage(channel=GENERAL, text="hello")
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(channel=GENERAL, ts=post["ts"], markdown_text="x")
    with pytest.raises(SlackApiError, match="message_not_owned_by_app"):
        await client.chat_appendStream(channel=GENERAL, ts=root.ts, markdown_text="x")
