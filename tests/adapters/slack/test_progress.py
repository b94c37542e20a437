"""Signs of life, streams, and the stop button."""

import asyncio
from typing import Any

import pytest

from adapters.fakes.slack import ADA, GENERAL
from adapters.slack import streams
from nova_bot.core.delivery import Outbound
from nova_bot.core.outcome import EndingKind
from nova_bot.models.base import ModelReply, ModelRequest
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.dispatch.test_reception import Slow
from tests.doubles import handed, said


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
        self.desk.nova.outbox._every_s = 0.0
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
    """hermes #95430 #93648, openclaw #71083 #20814: streaming and finalising together produce the text once."""
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


@pytest.mark.parametrize("fault", [{"status": 502}, {"error": "internal_error"}], ids=["502", "internal_error"])
async def test_a_stream_whose_end_failed_is_ended_again_before_it_is_edited(
    desk: Desk, quick: None, fault: dict[str, Any]
) -> None:
    desk.slack.fail("chat.stopStream", **fault)
    telling = Telling(desk, LONG, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts))
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [(LONG * 2).strip()]
    assert len(desk.slack.calls("chat.update")) == 1


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


async def test_while_nova_works_its_own_conversation_has_a_stop_button_that_is_only_for_those_it_knows(
    desk: Desk,
) -> None:
    slow = Slow()
    desk.model.will("books", slow)
    root = desk.slack.user_says(desk.slack.dm(ADA), ADA, "which invoice?")
    await slow.begun.wait()
    await desk.slack.until(lambda: desk.slack.session(root.ts))
    session = desk.slack.session(root.ts)
    assert session
    assert session.status == "processing"
    desk.slack.stop_session(root.channel, root.ts, "U0EVE")
    await desk.slack.courier.settled()
    assert not slow.cancelled
    slow.go.set()
    await desk.quiet()
    session = desk.slack.session(root.ts)
    assert session
    assert session.status == "active"


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


async def test_where_nothing_can_be_streamed_a_message_is_posted_and_edited(desk: Desk, quick: None) -> None:
    desk.slack.lack("chat.startStream", "assistant.threads.setStatus")
    telling = Telling(desk, LONG, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts) and len(desk.slack.posts(root.ts)[0].text) > 100)
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [(LONG * 2).strip()]
    assert len(desk.slack.calls("chat.startStream")) == 1


@pytest.mark.parametrize("method", ["chat.startStream", "chat.postMessage"])
async def test_a_draft_whose_beginning_was_not_confirmed_is_not_left_behind(
    desk: Desk, quick: None, method: str
) -> None:
    if method == "chat.postMessage":
        desk.slack.lack("chat.startStream")
    desk.slack.drop_after(method)
    telling = Telling(desk, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts))
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [LONG.strip()]


async def test_what_is_said_elsewhere_about_a_run_leaves_its_draft_alone(desk: Desk, quick: None) -> None:
    telling = Telling(desk, LONG)
    desk.model.will("books", telling)
    root = desk.ask("which invoice?")
    await desk.slack.until(lambda: desk.slack.posts(root.ts))
    elsewhere = desk.place("", desk.slack.dm(ADA))
    await desk.nova.outbox.post(Outbound("r1/1/owner", 1, elsewhere, "nova", "For you alone."))
    await desk.nova.outbox.post(Outbound("r1.1/0", 1, desk.place(root.ts), "books", "Posted by a tool."))
    telling.go.set()
    await desk.quiet()
    assert desk.heard(root.ts) == [LONG.strip(), "Posted by a tool."]


async def handed_on(desk: Desk, slow: Slow) -> str:
    """A run in its second step, long after its beginning."""
    desk.model.will("books", handed("chaser"))
    desk.model.will("chaser", slow)
    root = desk.ask("which invoice?")
    await slow.begun.wait()
    return root.ts


async def test_work_of_several_steps_shows_them_as_tasks(desk: Desk, quick: None) -> None:
    slow = Slow("All of them were reminded.")
    thread = await handed_on(desk, slow)
    await desk.slack.until(lambda: desk.slack.streams(thread))
    (stream,) = desk.slack.streams(thread)
    assert [(task["title"], task["status"]) for task in stream.tasks] == [
        ("books, step 1", "complete"),
        ("chaser, step 2", "in_progress"),
    ]
    assert stream.plan == "Working: chaser, step 2"
    slow.go.set()
    await desk.quiet()
    (stream,) = desk.slack.streams(thread)
    assert {task["status"] for task in stream.tasks} == {"complete"}
    assert stream.plan == "Done in 2 steps"
    assert desk.heard(thread) == ["All of them were reminded."]


async def test_without_streams_several_steps_are_a_status(desk: Desk, quick: None) -> None:
    desk.slack.lack("chat.startStream")
    slow = Slow("All of them were reminded.")
    thread = await handed_on(desk, slow)
    await desk.slack.until(lambda: "chaser, step 2" in getattr(desk.slack.status(thread), "text", ""))
    slow.go.set()
    await desk.quiet()
    assert desk.heard(thread) == ["All of them were reminded."]


async def test_a_thread_of_the_apps_own_conversation_is_called_by_its_request(desk: Desk) -> None:
    root = desk.slack.user_says(desk.slack.dm(ADA), ADA, "which invoice?")
    await desk.quiet()
    desk.slack.user_says(root.channel, ADA, "and which invoice is late?", root.ts)
    await desk.quiet()
    session = desk.slack.session(root.ts)
    assert session
    assert session.title == "which invoice?"
