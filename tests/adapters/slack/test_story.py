"""A whole conversation in Slack, with everything that can come between: a lost socket, a repetition, a kill."""

import asyncio
import sys
from pathlib import Path

from adapters.fakes.slack import ADA, GENERAL, FakeSlack, Message
from nova_bot import agent_files
from tests.adapters.slack.rig import SlackHouse, body, pressed
from tests.crash.life import noted
from tests.doubles import asked, handed, said

HAND_OFF = {"to": "client-comms", "task": "Write a reminder to Birch GmbH.", "done_when": "It is drafted."}
QUESTION = "Which tone for Birch GmbH?"
ANSWER = "The reminder to Birch GmbH is drafted."
REQUEST = "erp-ar: Birch GmbH is overdue, remind them"


async def test_a_mention_a_hand_off_a_question_a_press_and_an_answer(place: SlackHouse) -> None:
    place.house.agents = agent_files.default_folder()
    place.model.will("erp-ar", handed(**HAND_OFF))
    place.model.will("client-comms", asked(QUESTION, "friendly", "firm"), said(ANSWER))
    async with place.open() as desk:
        root = desk.ask(REQUEST)
        await desk.quiet()
        await desk.slack.disconnect()
        for delivery in desk.slack.deliveries("message"):
            desk.slack.redeliver(delivery.id)
        await desk.click("firm")
        await desk.quiet()
        for delivery in desk.slack.deliveries("app_mention"):
            desk.slack.redeliver(delivery.id)
        await desk.quiet()
        assert [post.thread_ts for post in desk.slack.posts()] == [root.ts] * 2
        assert desk.heard(root.ts) == [f"{QUESTION}\n\nada chose *firm*.", ANSWER]
        assert [post.text.rpartition("_")[0].rpartition("_")[2] for post in desk.slack.posts()] == [
            "client-comms · r1",
            "client-comms · r2",
        ]
        assert desk.slack.duplicates() == ()
    assert place.model.agents == ["erp-ar", "client-comms", "client-comms"]


async def test_killed_between_the_press_and_the_answer_it_is_still_answered_once(
    tmp_path: Path, place: SlackHouse
) -> None:
    slack = place.slack
    first = await _life(tmp_path, slack, 1)
    root = slack.user_says(GENERAL, ADA, f"{slack.mention} {REQUEST}")
    await slack.until(lambda: slack.posts(root.ts), 20)
    await pressed(slack, "firm")
    await slack.until(lambda: noted(tmp_path / "answering"), 20)
    first.kill()
    await first.wait()
    second = await _life(tmp_path, slack, 2)
    await slack.until(lambda: len(_said(slack, root)) == 2, 20)
    for delivery in slack.deliveries("message"):
        slack.redeliver(delivery.id)
    await slack.settled(20)
    second.terminate()
    await second.wait()
    assert _said(slack, root)[1] == ANSWER
    assert len(_said(slack, root)) == 2
    assert [life for life, *_ in noted(tmp_path / "answering")] == [1, 2]


def _said(slack: FakeSlack, root: Message) -> list[str]:
    return [body(post) for post in slack.posts(root.ts)]


async def _life(home: Path, slack: FakeSlack, number: int) -> asyncio.subprocess.Process:
    """A process with a Nova in it, connected."""
    before = slack.sockets.opened
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.slack_life", str(home), slack.api_url, str(number)
    )
    await slack.until(lambda: slack.sockets.opened > before, 20)
    return process
