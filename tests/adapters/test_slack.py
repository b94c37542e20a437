"""Slack from end to end: its own clients on the loopback Slack, the real adapter, the real house."""

import asyncio

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, PAGER, Forgery, Order
from adapters.slack import streams
from adapters.slack.messages import LIMITS
from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.errors import CannotServe
from nova_bot.core.outcome import EndingKind
from nova_bot.models.base import ModelReply, ModelRequest
from tests.adapters.slack_house import Desk, SlackHouse
from tests.dispatch.test_reception import Slow
from tests.doubles import asked, said


def place_of(desk: Desk, thread: str, channel: str = GENERAL) -> Place:
    return Place("slack", "T0TEAM", channel, thread)


# --- in and out -----------------------------------------------------------------


async def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    (post,) = desk.slack.posts()
    assert (post.thread_ts, desk.heard()) == (root.ts, ["books has answered."])
    assert desk.slack.unacked() == ()


async def test_over_signed_http(place: SlackHouse) -> None:
    async with place.open(http=True) as desk:
        root = desk.ask("which invoice?")
        await desk.quiet()
        assert desk.heard(root.ts) == ["books has answered."]
        for forgery in Forgery:
            desk.slack.forge(forgery)
            desk.ask("which other invoice?")
            await desk.slack.until(lambda: desk.slack.unacked())
        assert len(desk.heard()) == 1


async def test_a_direct_message_needs_no_mention(desk: Desk) -> None:
    said_ = desk.slack.user_says(desk.slack.dm(ADA), ADA, "which invoice?")
    await desk.quiet()
    assert desk.heard(said_.ts) == ["books has answered."]


async def test_a_follow_up_in_the_thread_needs_no_mention(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    desk.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
    await desk.quiet()
    assert len(desk.heard(root.ts)) == 2


async def test_a_follow_up_that_overtakes_the_mention_is_answered_too(desk: Desk) -> None:
    desk.slack.ws.subscribed = frozenset()
    root = desk.ask("which invoice?")
    desk.slack.ws.subscribed = None
    desk.slack.user_says(GENERAL, ADA, "and which invoice is late?", root.ts)
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_what_people_say_elsewhere_is_neither_answered_nor_kept(desk: Desk) -> None:
    root = desk.slack.user_says(GENERAL, ADA, "which invoice?")
    desk.slack.user_says(GENERAL, BOB, "which one?", root.ts)
    desk.slack.join(GENERAL, "U0NOVA")
    desk.slack.bot_says(GENERAL, PAGER, "invoice alert")
    await desk.quiet()
    assert desk.heard() == []
    assert await desk.nova.ledger.latest_runs(5) == []
    assert desk.slack.unacked() == ()


async def test_humans_talking_in_novas_thread_get_no_answer_no_reaction_no_status(desk: Desk) -> None:
    root = desk.ask("which invoice?")
    await desk.quiet()
    before = len(desk.slack.calls())
    desk.slack.user_says(GENERAL, BOB, "colleagues, lunch?", root.ts)
    await desk.quiet()
    assert len(desk.heard()) == 1
    assert [call.method for call in desk.slack.calls()[before:]] in ([], ["users.info"])


async def test_a_pressed_button_answers_the_question(desk: Desk) -> None:
    desk.model.will("books", asked("Which client?", "Birch", "Acme"), said("Acme has three."))
    root = desk.ask("which invoice?")
    await desk.quiet()
    await desk.click("Acme")
    await desk.quiet()
    assert desk.heard(root.ts) == ["Which client?\n\nada chose *Acme*.", "Acme has three."]
    assert all(block["type"] != "actions" for block in desk.slack.posts(root.ts)[0].blocks)


async def test_a_button_carries_nothing_but_an_id(desk: Desk) -> None:
    desk.model.will("books", asked("Which client?", "Birch", "Acme"))
    desk.ask("which invoice?")
    await desk.quiet()
    (question,) = desk.slack.posts()
    values = [element["value"] for element in question.blocks[1]["elements"]]
    assert all(len(value) == 16 for value in values)
    assert not any("Birch" in value or "Acme" in value for value in values)


async def test_a_click_by_anyone_but_the_bound_person_changes_nothing(desk: Desk) -> None:
    """hermes #36848 #38068."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    bound = Button("b1", "Yes", "choose", "yes", presser=ADA)
    await desk.nova.outbox.post(Outbound("x/1", 1, place_of(desk, root.ts), "books", "Sure?", (bound,)))
    await desk.click("Yes", by=BOB)
    await desk.quiet()
    assert desk.slack.ephemerals(BOB)[0].text == "That button is for somebody else."
    assert desk.heard(root.ts)[-1] == "Sure?"


async def test_the_footer_names_agent_and_run_and_survives_an_edit(desk: Desk) -> None:
    """openclaw #58737."""
    root = desk.ask("which invoice?")
    await desk.quiet()
    await desk.nova.outbox.post(Outbound("r1/2", 1, place_of(desk, root.ts), "books", "Four.", edits="r1/1"))
    (post,) = desk.slack.posts(root.ts)
    assert post.text == "Four.\n_books · r1_"
    assert post.blocks[-1]["elements"][0]["text"] == "books · r1"


async def test_a_long_answer_is_cut_at_sensible_places(desk: Desk) -> None:
    desk.model.will("books", said("\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    posts = desk.slack.posts(root.ts)
    assert 2 <= len(posts) <= 4
    assert [post.text.startswith("Paragraph") for post in posts] == [True] * len(posts)
    assert [("books · r1" in post.text) for post in posts] == [False] * (len(posts) - 1) + [True]


async def test_an_edit_shortens_a_long_answer(desk: Desk) -> None:
    desk.model.will("books", said("\n\n".join(f"Paragraph {n} " + "word " * 100 for n in range(20))))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    await desk.nova.outbox.post(Outbound("r1/2", 1, place_of(desk, root.ts), "books", "Short.", edits="r1/1"))
    assert desk.heard(root.ts) == ["Short."]


async def test_an_answer_too_long_for_messages_comes_as_a_file(place: SlackHouse) -> None:
    place.slack.add_token(place.slack.bot_token, place.slack.api.tokens[place.slack.bot_token].scopes | {"files:write"})
    async with place.open() as desk:
        desk.model.will("books", said("word " * 10_000))
        root = desk.ask("which invoice?")
        await desk.quiet(20)
        first, shared = desk.slack.posts(root.ts)
        assert shared.files[0]["name"] == "answer.md"
        assert len(first.text) < 4_000


async def test_without_the_right_to_upload_the_beginning_has_to_do(desk: Desk) -> None:
    desk.model.will("books", said("word " * 10_000))
    root = desk.ask("which invoice?")
    await desk.quiet(20)
    assert len(desk.slack.posts(root.ts)) == 1


async def test_no_link_gets_a_preview(desk: Desk) -> None:
    desk.model.will("books", said("See https://example.org/a"))
    desk.ask("which invoice?")
    await desk.quiet()
    (call,) = desk.slack.calls("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


async def test_a_model_can_not_call_people(desk: Desk) -> None:
    desk.model.will("books", said("<!channel> <@U0BOB> @here **three** & more"))
    desk.ask("which invoice?")
    await desk.quiet()
    assert desk.slack.mentions_sent() == ()
    assert "&lt;!channel&gt;" in desk.heard()[0]


# --- signs of life, progress, stopping ----------------------------------------------


async def test_a_sign_of_life_comes_at_once(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    await desk.slack.until(lambda: desk.slack.status(root.ts))
    slow.go.set()
    await desk.quiet()
    assert desk.slack.status(root.ts) is None


async def test_where_there_is_no_status_it_is_a_pair_of_eyes(desk: Desk) -> None:
    desk.slack.fail("assistant.threads.setStatus", "unknown_method", times=9)
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.ws.messages[GENERAL, root.ts].reactions)
    slow.go.set()
    await desk.quiet()
    assert desk.slack.ws.messages[GENERAL, root.ts].reactions == ()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "TICK_S", 0.01)
    monkeypatch.setattr(streams, "STATUS_AFTER_S", 0.0)
    monkeypatch.setattr(streams, "EDIT_EVERY_S", 0.0)
    monkeypatch.setattr("nova_bot.engine.outbox.PROGRESS_EVERY_S", 0.0)


async def test_long_work_shows_agent_step_and_cost(desk: Desk, quick: None) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: "books" in getattr(desk.slack.status(root.ts), "text", ""))
    status = desk.slack.status(root.ts)
    assert status
    assert status.text == "is working: books, step 1"
    slow.go.set()
    await desk.quiet()


class Telling:
    """A model that tells its answer piece by piece, when it is let."""

    def __init__(self, desk: Desk, *pieces: str) -> None:
        self.desk, self.pieces, self.go = desk, pieces, asyncio.Event()

    async def __call__(self, request: ModelRequest) -> ModelReply:
        engine = self.desk.nova.engine
        (run,) = engine.working.runs
        text = ""
        for piece in self.pieces:
            text += piece
            self.desk.model.tell(text)
            await self.desk.slack.until(lambda: self.desk.slack.posts(run.envelope.place.thread))
        await self.go.wait()
        return said(text)


LONG = "Happy to help, and glad that you asked: let me think about how to put this. "


async def test_a_streamed_answer_is_one_message(desk: Desk, quick: None) -> None:
    """hermes #95430, openclaw #71083: streaming and finalising together produce the text once."""
    telling = Telling(desk, LONG, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts) and len(desk.slack.posts(root.ts)[0].text) > 100)
    telling.go.set()
    await desk.quiet()
    (post,) = desk.slack.posts(root.ts)
    assert desk.heard(root.ts) == [(LONG * 2).strip()]
    assert post.blocks[-1]["elements"][0]["text"] == "books · r1"
    assert post.metadata


async def test_a_stream_that_expires_ends_with_the_whole_text(desk: Desk, quick: None) -> None:
    """python-slack-sdk #1859, vercel/chat #637."""
    telling = Telling(desk, LONG, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts))
    desk.slack.expire_streams()
    await desk.slack.until(lambda: desk.slack.calls("chat.appendStream") or desk.slack.calls("chat.update"))
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [(LONG * 2).strip()]


async def test_an_old_stream_is_ended_by_nova_and_edits_go_on(
    desk: Desk, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "STREAM_MAX_S", 0.0)
    telling = Telling(desk, LONG, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.calls("chat.update"))
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [(LONG * 2).strip()]
    assert len(desk.slack.calls("chat.stopStream")) == 1


async def test_a_draft_left_by_a_dead_process_becomes_the_answer(place: SlackHouse, quick: None) -> None:
    async with place.open() as desk:
        telling = Telling(desk, LONG)
        desk.model.will("books", telling)
        root = desk.ask("which invoice?")
        await desk.slack.until(lambda: desk.slack.posts(root.ts))
    async with place.open(recover=True) as desk:
        await desk.quiet()
        assert desk.heard(root.ts) == ["books has answered."]


async def test_the_stop_button_really_stops(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.stop_session(GENERAL, root.ts, ADA)
    await desk.quiet()
    assert slow.cancelled
    assert desk.heard(root.ts) == ["Stopped, as you asked. What was found so far is kept in r1."]
    run = await desk.nova.ledger.run(1)
    assert run.ending
    assert run.ending.kind is EndingKind.STOPPED


async def test_a_stop_in_the_thread_really_stops(desk: Desk) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.user_says(GENERAL, ADA, "!stop", root.ts)
    await desk.quiet()
    assert slow.cancelled
    assert set(desk.heard(root.ts)) >= {"Stopping r1."}


# --- commands and the home -------------------------------------------------------------


async def test_a_slash_verb_is_answered_to_one_person(desk: Desk) -> None:
    delivery = await desk.slack.slash("/nova", "agents", ADA, GENERAL)
    assert delivery.acked
    assert "books" in desk.slack.ephemerals(ADA)[0].text
    assert desk.slack.posts() == ()


async def test_a_slash_request_is_answered_below_what_was_asked(desk: Desk) -> None:
    await desk.slack.slash("/nova", "which invoice?", ADA, GENERAL)
    await desk.quiet()
    root, answer = desk.slack.posts()
    assert root.text == "<@U0ADA> asked: which invoice?"
    assert (answer.thread_ts, desk.heard(root.ts)[-1]) == (root.ts, "books has answered.")


async def test_a_slash_request_where_nova_is_not_says_what_to_do(desk: Desk) -> None:
    desk.slack.add_channel("C0OTHER", "other", {ADA})
    await desk.slack.slash("/nova", "which invoice?", ADA, "C0OTHER")
    assert "/invite @Nova" in desk.slack.ephemerals(ADA)[0].text


async def test_a_stranger_gets_nothing_out_of_commands(desk: Desk) -> None:
    from adapters.fakes.slack import User

    desk.slack.add_user(User("U0EVE", "eve"))
    desk.slack.join(GENERAL, "U0EVE")
    await desk.slack.slash("/nova", "usage", "U0EVE", GENERAL)
    assert desk.slack.ephemerals("U0EVE")[0].text == "I only work for people my owner has listed."


async def test_the_home_shows_what_runs_and_what_was_asked(desk: Desk) -> None:
    desk.model.will("books", asked("Which client?", "Birch", "Acme"))
    slow = Slow()
    desk.ask("which invoice?")
    await desk.quiet()
    desk.model.will("books", slow)
    desk.ask("which invoice is late?")
    await slow.begun.wait()
    desk.slack.open_home(ADA, "home")
    await desk.slack.until(lambda: desk.slack.views(ADA))
    texts = str(desk.slack.views(ADA)[0].body)
    assert "Which client?" in texts
    assert "which invoice is late?" in texts
    slow.go.set()
    await desk.quiet()


# --- dedupe -------------------------------------------------------------------------------


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


# --- edits and deletions ----------------------------------------------------------------------


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


# --- what goes wrong while sending --------------------------------------------------------------


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
    edit = Outbound("r1/2", 1, place_of(desk, root.ts), "books", "Four.", edits="r1/1")
    assert await desk.nova.outbox.post(edit)
    assert desk.heard(root.ts) == ["Four."]


# --- connection and tokens -----------------------------------------------------------------------


async def test_after_a_forced_disconnect_the_next_event_arrives(desk: Desk) -> None:
    await desk.slack.disconnect()
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_a_cut_socket_gives_no_double_answer(desk: Desk) -> None:
    """hermes #4777."""
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    desk.slack.kill_sockets()
    slow.go.set()
    await desk.quiet(15)
    assert desk.heard(root.ts) == ["Three."]


async def test_a_revoked_token_is_named(place: SlackHouse) -> None:
    place.slack.revoke(place.slack.bot_token)
    with pytest.raises(CannotServe, match=r"SLACK_BOT_TOKEN was refused \(token_revoked\): the token was revoked"):
        async with place.open():
            pass


async def test_a_bad_app_token_is_named(place: SlackHouse) -> None:
    place.slack.revoke(place.slack.app_token)
    with pytest.raises(CannotServe, match="SLACK_APP_TOKEN was refused"):
        async with place.open():
            pass


async def test_missing_scopes_are_named(place: SlackHouse) -> None:
    place.slack.add_token(place.slack.bot_token, {"chat:write"})
    with pytest.raises(CannotServe, match=r"these scopes are missing: .*app_mentions:read.*reinstall the app"):
        async with place.open():
            pass


# --- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "which invoice? " + "x" * 40_000,
        "which invoice? " + " ".join(f"<@U{n:05}>" for n in range(60)),
        ":tada: :rocket:",
        "which invoice? \x00 \u202e &lt;b&gt; <https://x.org|x> <!here> <#C1|general>",
    ],
    ids=["40,000 characters", "60 mentions", "emoji only", "odd characters"],
)
async def test_odd_messages_get_one_answer(desk: Desk, text: str) -> None:
    desk.ask(text)
    await desk.quiet()
    assert len(desk.heard()) == 1
    assert desk.slack.mentions_sent() == ()


async def test_a_payload_that_can_not_be_read_is_acknowledged_and_stops_nothing(desk: Desk) -> None:
    kinds = ("message", "app_mention", "app_home_opened", "agent_session_stopped", "from_the_future")
    for event in (*({"type": kind} for kind in kinds), {"type": "message", "subtype": "message_changed"}):
        desk.slack.ws.publish({"channel_type": "channel", **event})
    root = desk.ask("which invoice?")
    await desk.quiet()
    assert desk.slack.unacked() == ()
    assert desk.heard(root.ts) == ["books has answered."]


async def test_an_alert_of_a_bot_is_not_answered_even_with_a_mention(desk: Desk) -> None:
    desk.slack.bot_says(GENERAL, PAGER, f"{desk.slack.mention} invoice alert")
    await desk.quiet()
    assert desk.heard() == []


async def test_two_channels_at_once_never_swap_their_answers(desk: Desk) -> None:
    """openclaw #10837 #75969."""
    desk.slack.add_channel("C0OTHER", "other", {ADA, "U0NOVA"})
    one, other = Slow("for general"), Slow("for other")
    desk.model.will("books", one, other)
    first = desk.ask("which invoice?")
    await one.begun.wait()
    second = desk.ask("which invoice?", channel="C0OTHER")
    await other.begun.wait()
    other.go.set()
    one.go.set()
    await desk.quiet()
    assert (desk.heard(first.ts), desk.heard(second.ts)) == (["for general"], ["for other"])


def test_the_courier_keeps_within_slacks_limits() -> None:
    assert LIMITS.text <= 3_900
    assert LIMITS.buttons <= 25
