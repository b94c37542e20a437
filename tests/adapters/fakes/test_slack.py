"""The fake Slack and a real Bolt app over Socket Mode: events, deliveries and lost sockets."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError

from adapters.fakes.slack import ADA, BOB, GENERAL, PAGER, QUICK, SECRET_ROOM, FakeSlack, Fate, Order, Timing
from tests.adapters.fakes.slack_rig import PATIENT, Bot, fake_slack, over_sockets, web_client


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack(timing=PATIENT) as running:
        yield running


@pytest.fixture
async def hasty() -> AsyncIterator[FakeSlack]:
    """Waits only briefly for an ack: for the tests in which none comes."""
    async with fake_slack(timing=QUICK) as running:
        yield running


@pytest.fixture
def bot(slack: FakeSlack) -> Bot:
    return Bot(slack)


@pytest.mark.parametrize("gap", [0.0, 0.05], ids=["same tick", "later"])
@pytest.mark.parametrize(
    ("order", "kinds"),
    [(Order.MESSAGE_FIRST, ["message", "app_mention"]), (Order.MENTION_FIRST, ["app_mention", "message"])],
)
async def test_a_mention_arrives_twice_in_the_chosen_order(
    slack: FakeSlack, bot: Bot, order: Order, kinds: list[str], gap: float
) -> None:
    async with over_sockets(bot):
        said = slack.user_says(GENERAL, ADA, f"{slack.mention} hello", order=order, gap=gap)
        await slack.settled()
    assert bot.kinds == kinds
    assert [body["event"]["ts"] for body in bot.seen] == [said.ts, said.ts]
    assert len({body["event_id"] for body in bot.seen}) == 2
    assert {body["event"]["client_msg_id"] for body in bot.seen} == {said.client_msg_id}
    assert slack.unacked() == ()


async def test_a_gap_keeps_the_second_copy_back(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.user_says(GENERAL, ADA, f"{slack.mention} hello", gap=30)
        await bot.sees(1)
        assert bot.kinds == ["message"]
        assert [delivery.fate for delivery in slack.deliveries("app_mention")] == [Fate.PENDING]


async def test_a_message_without_a_mention_arrives_once(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.user_says(GENERAL, ADA, "<@U0ADALBERT> hello")
        slack.user_says(slack.dm(ADA), ADA, "hello")
        await slack.settled()
    assert [body["event"]["channel_type"] for body in bot.seen] == ["channel", "im"]


async def test_the_app_hears_nothing_where_it_is_not_a_member(slack: FakeSlack) -> None:
    said = slack.user_says(SECRET_ROOM, ADA, f"{slack.mention} hello")
    slack.react(slack.edit(said, "never mind"), BOB, "eyes")
    slack.delete(said)
    assert slack.deliveries() == ()
    slack.join(SECRET_ROOM, slack.ws.app.user)
    slack.user_says(SECRET_ROOM, ADA, "now you hear me")
    assert [d.event["type"] for d in slack.deliveries()] == ["member_joined_channel", "message"]


async def test_somebody_outside_a_channel_can_not_speak_there(slack: FakeSlack) -> None:
    with pytest.raises(LookupError, match="U0PAGER is not in secret"):
        slack.bot_says(SECRET_ROOM, PAGER, "hello")
    with pytest.raises(LookupError, match="no thread begins"):
        slack.user_says(GENERAL, ADA, "hello", thread_ts="1.000000")


async def test_a_first_delivery_says_retry_zero(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.user_says(GENERAL, ADA, "hello")
        await slack.settled()
    assert bot.retries == ["0"]


async def test_an_event_without_an_ack_comes_again_with_the_next_retry(hasty: FakeSlack) -> None:
    bot = Bot(hasty)

    async def fail_twice(bot: Bot) -> None:
        if len(bot.seen) < 3:
            raise RuntimeError("the database is away")

    bot.before_ack = fail_twice
    async with over_sockets(bot):
        hasty.user_says(GENERAL, ADA, "hello")
        await hasty.settled()
    (delivery,) = hasty.deliveries("message")
    assert bot.retries == ["0", "1", "2"]
    assert len({body["event_id"] for body in bot.seen}) == 1
    assert [attempt.acked for attempt in delivery.attempts] == [False, False, True]
    assert len({attempt.envelope_id for attempt in delivery.attempts}) == 3
    assert delivery.attempts[0].reason == "timeout"


async def test_an_event_is_given_up_after_three_retries(hasty: FakeSlack) -> None:
    bot = Bot(hasty)

    async def fail(bot: Bot) -> None:
        raise RuntimeError("the database is away")

    bot.before_ack = fail
    async with over_sockets(bot):
        hasty.user_says(GENERAL, ADA, "hello")
        await hasty.settled()
    assert bot.retries == ["0", "1", "2", "3"]
    assert [delivery.fate for delivery in hasty.unacked()] == [Fate.GIVEN_UP]


async def test_an_event_waits_for_a_socket(slack: FakeSlack, bot: Bot) -> None:
    slack.user_says(GENERAL, ADA, "anybody there?")
    async with over_sockets(bot):
        await slack.settled()
    assert bot.last["text"] == "anybody there?"


async def test_an_ack_that_is_lost_with_its_socket_brings_the_event_again_at_once() -> None:
    async with fake_slack(timing=Timing(ack=30.0, retries=(0.0, 0.0, 0.0))) as slack:
        bot = Bot(slack)

        async def cut_first(bot: Bot) -> None:
            if len(bot.seen) == 1:
                slack.kill_sockets()

        bot.before_ack = cut_first
        async with over_sockets(bot, ping_s=0.2):
            slack.user_says(GENERAL, ADA, "hello")
            await slack.settled()
        assert len(bot.seen) >= 2
        assert slack.sockets.opened == 2
        assert slack.unacked() == ()


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_the_app_reconnects_when_told_to(slack: FakeSlack, bot: Bot, reason: str) -> None:
    async with over_sockets(bot):
        await slack.disconnect(reason)
        slack.user_says(GENERAL, ADA, "still there?")
        await slack.settled()
        assert slack.sockets.opened == 2
    assert bot.kinds == ["message"]
    assert bot.retries == ["0"]


async def test_an_unknown_reason_to_disconnect_is_refused(slack: FakeSlack) -> None:
    with pytest.raises(ValueError, match="no disconnect reason 'bored'"):
        await slack.disconnect("bored")


async def test_a_dead_socket_is_noticed_and_replaced() -> None:
    # Slower than the client's own check (0.2 s): what it receives would make it think that the socket is alive.
    async with fake_slack(timing=Timing(ack=0.7, retries=(0.0, 0.0, 0.0))) as slack:
        bot = Bot(slack)
        async with over_sockets(bot, ping_s=0.2):
            slack.deafen_sockets()
            slack.user_says(GENERAL, ADA, "hello")
            await slack.settled()
            assert slack.sockets.opened >= 2
        assert slack.unacked() == ()


async def test_with_two_sockets_each_event_goes_to_one(slack: FakeSlack) -> None:
    one, other = Bot(slack), Bot(slack)
    async with over_sockets(one), over_sockets(other):
        for number in range(4):
            slack.user_says(GENERAL, ADA, f"{number}")
        await slack.settled()
    assert (len(one.seen), len(other.seen)) == (2, 2)


async def test_an_acknowledged_event_can_come_again(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.user_says(GENERAL, ADA, "hello")
        await slack.settled()
        slack.redeliver(bot.seen[0]["event_id"])
        await slack.settled()
    assert bot.retries == ["0", "1"]
    assert bot.seen[0] == bot.seen[1]


async def test_the_apps_own_post_comes_back_and_bolt_swallows_it(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        await bot.client.chat_postMessage(channel=GENERAL, text="hello")
        await slack.settled()
    (delivery,) = slack.deliveries()
    assert delivery.acked
    assert delivery.event["bot_id"] == "B0NOVA"
    assert bot.seen == []
    assert slack.deliveries("message") == ()


async def test_without_echo_the_apps_own_posts_stay_away() -> None:
    async with fake_slack(timing=QUICK, echo=False) as slack:
        await web_client(slack).chat_postMessage(channel=GENERAL, text="hello")
        assert slack.deliveries() == ()


async def test_only_what_the_app_subscribed_to_is_delivered() -> None:
    async with fake_slack(timing=QUICK, subscribed=["app_mention", "message.im"]) as slack:
        slack.user_says(GENERAL, ADA, f"{slack.mention} hello")
        slack.user_says(slack.dm(ADA), ADA, "hello")
        kinds = [(d.event["type"], d.event["channel"][0]) for d in slack.deliveries()]
    assert kinds == [("app_mention", "C"), ("message", "D")]


async def test_an_alert_of_another_bot_has_its_words_in_attachments(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.bot_says(GENERAL, PAGER, attachments=[{"text": "disk full"}])
        await slack.settled()
    assert (bot.last["subtype"], bot.last["bot_id"], bot.last["text"]) == ("bot_message", "B0PAGER", "")
    assert bot.last["attachments"] == [{"text": "disk full"}]


async def test_another_bot_can_mention_the_app(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.bot_says(GENERAL, PAGER, f"{slack.mention} the disk is full")
        await slack.settled()
    assert bot.kinds == ["message", "app_mention"]
    assert {body["event"]["bot_id"] for body in bot.seen} == {"B0PAGER"}


async def test_edits_previews_and_deletions_are_hidden_messages(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        said = slack.user_says(GENERAL, ADA, "helo")
        slack.edit(said, "hello")
        slack.unfurl(said, {"title": "a page"})
        slack.delete(said)
        await slack.settled()
    edit, preview, gone = (body["event"] for body in bot.seen[1:])
    assert (edit["subtype"], edit["message"]["text"], edit["previous_message"]["text"]) == (
        "message_changed", "hello", "helo",
    )  # fmt: skip
    assert edit["message"]["edited"]["user"] == ADA
    assert preview["message"]["edited"] == preview["previous_message"]["edited"]
    assert (gone["subtype"], gone["deleted_ts"], gone["hidden"]) == ("message_deleted", said.ts, True)


async def test_files_and_broadcasts_have_their_subtypes(slack: FakeSlack) -> None:
    root = slack.user_says(GENERAL, ADA, "look", files=[{"id": "F1"}])
    slack.user_says(GENERAL, BOB, "all look", thread_ts=root.ts, broadcast=True)
    first, second = (delivery.event for delivery in slack.deliveries("message"))
    assert (first["subtype"], first["files"]) == ("file_share", [{"id": "F1"}])
    assert (second["subtype"], second["thread_ts"], second["parent_user_id"]) == ("thread_broadcast", root.ts, ADA)


async def test_a_reaction_is_an_event_and_can_not_be_given_twice(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        said = slack.user_says(GENERAL, ADA, "hello")
        slack.react(said, BOB, "eyes")
        slack.unreact(said, BOB, "eyes")
        await slack.settled()
    assert bot.kinds == ["message", "reaction_added", "reaction_removed"]
    assert bot.last["item"] == {"type": "message", "channel": GENERAL, "ts": said.ts}


async def test_the_app_is_told_what_its_user_looks_at(slack: FakeSlack, bot: Bot) -> None:
    async with over_sockets(bot):
        slack.open_home(ADA)
        slack.context_changed(ADA, {"type": "slack#/types/channel_id", "value": GENERAL})
        slack.context_changed(ADA)
        await slack.settled()
    home, looked, away = (body["event"] for body in bot.seen)
    assert (home["type"], home["tab"], home["channel"]) == ("app_home_opened", "messages", slack.dm(ADA))
    assert looked["context"]["entities"][0]["value"] == GENERAL
    assert away["context"] == {}


async def test_stopping_a_session_names_the_streams_that_run(slack: FakeSlack, bot: Bot) -> None:
    root = slack.user_says(slack.dm(ADA), ADA, "write a book")
    async with over_sockets(bot):
        begun = await bot.client.chat_startStream(channel=root.channel, thread_ts=root.ts, markdown_text="Once")
        slack.stop_session(root.channel, root.ts, ADA)
        await slack.settled()
    assert bot.last["type"] == "agent_session_stopped"
    assert bot.last["streaming_message_ts"] == [begun["ts"]]


@pytest.mark.parametrize(("token", "error"), [("xapp-wrong", "invalid_auth"), ("xoxb-test", "not_allowed_token_type")])
async def test_a_socket_is_only_opened_with_the_app_token(slack: FakeSlack, token: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await web_client(slack).apps_connections_open(app_token=token)
