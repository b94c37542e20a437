"""Forms: what a press asks for is typed into a modal, and into the conversation where there is none."""

import asyncio
from typing import Any

import aiohttp
import pytest

from adapters.fakes.slack import ADA, BOB, View
from nova_bot.dispatch.lanes import Lanes
from nova_bot.ledger import reminders
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, said, used


def modal(desk: Desk, user: str = ADA) -> View:
    return next(view for view in reversed(desk.slack.views(user)) if view.kind == "modal")


async def reminded(desk: Desk, *, by: str = ADA) -> str:
    root = desk.ask("remind me tomorrow at 9 to call Ann", by=by)
    await desk.quiet()
    return root.ts


async def bad(desk: Desk, *, by: str = ADA) -> None:
    post = desk.slack.posts()[-1]
    thumbs = next(block for block in post.blocks if block["type"] == "context_actions")["elements"][0]
    await desk.slack.click(post, thumbs["action_id"], by, thumbs["negative_button"]["value"])


async def test_a_reminder_is_moved_by_a_form(desk: Desk) -> None:
    thread = await reminded(desk)
    await desk.click("Edit")
    opened = modal(desk)
    assert opened.body["title"]["text"] == "Reminder 1"
    before = await reminders.get(desk.nova.ledger, 1)
    await desk.slack.submit_view(opened, ADA, {"text": "Friday 10:30"})
    await desk.quiet()
    after = await reminders.get(desk.nova.ledger, 1)
    assert before
    assert after
    assert after.due != before.due
    assert "Reminder 1 is moved to Friday" in desk.heard(thread)[-1]
    assert len(desk.heard(thread)) == 1
    assert desk.model.requests == []


async def test_a_time_that_can_not_be_read_is_asked_for_in_the_thread(desk: Desk) -> None:
    thread = await reminded(desk)
    await desk.click("Edit")
    await desk.slack.submit_view(modal(desk), ADA, {"text": "when the cows come home"})
    await desk.quiet()
    assert desk.heard(thread)[-1] == "To when shall I move it?"


async def test_a_form_that_is_closed_changes_nothing_and_the_button_can_be_pressed_again(desk: Desk) -> None:
    thread = await reminded(desk)
    await desk.click("Edit")
    await desk.slack.close_view(modal(desk), ADA)
    await desk.quiet()
    assert len(desk.heard(thread)) == 1
    await desk.click("Edit")
    await desk.slack.submit_view(modal(desk), ADA, {"text": "Friday 10:30"})
    await desk.quiet()
    assert "is moved to Friday" in desk.heard(thread)[-1]


async def test_without_forms_it_is_asked_in_the_thread(desk: Desk) -> None:
    desk.slack.lack("views.open")
    thread = await reminded(desk)
    await desk.click("Edit")
    await desk.quiet()
    assert desk.heard(thread)[-1] == "To when shall I move it?"


async def test_a_press_that_would_be_refused_opens_nothing(desk: Desk, house: House) -> None:
    await reminded(desk)
    one = await reminders.get(desk.nova.ledger, 1)
    assert one
    assert one.due
    house.clock.now = one.due
    await desk.nova.clock.look()
    await desk.quiet()
    await desk.click("Pick a time", by=BOB)
    await desk.quiet()
    assert desk.slack.views(BOB) == ()
    assert desk.slack.ephemerals(BOB)[0].text == "That button is for somebody else."


async def test_a_form_sent_before_a_crash_is_answered_after_it(
    place: SlackHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.open() as desk:
        thread = await reminded(desk)
        await desk.click("Edit")
        with monkeypatch.context() as patch:
            patch.setattr(Lanes, "submit", lambda *_: asyncio.get_running_loop().create_future())  # it dies now
            await desk.slack.submit_view(modal(desk), ADA, {"text": "Friday 10:30"})
    async with place.open() as desk:
        await desk.quiet()
        assert "is moved to Friday" in desk.heard(thread)[-1]


async def test_the_owner_corrects_a_bad_answer_in_a_form(desk: Desk) -> None:
    desk.model.will("books", said("Birch owes 92 euros since May."))
    root = desk.ask("which invoice?")
    await desk.quiet()
    await bad(desk)
    opened = modal(desk)
    (select,) = (block["element"] for block in opened.body["blocks"] if block["block_id"] == "choice")
    claim = next(option for option in select["options"] if "92 euros" in option["text"]["text"])
    await desk.slack.submit_view(opened, ADA, {"choice": claim["value"], "text": "Birch owes 29 euros since May."})
    await desk.quiet()
    assert "From now on" in desk.heard(root.ts)[-1]
    kept = await desk.nova.ledger.offered(_bad_button(desk))
    assert kept
    assert kept.pressed_by == ADA


async def test_the_end_of_an_account_is_typed_into_the_form_of_its_card(place: SlackHouse, house: House) -> None:
    write(house.agents, "books", with_lines(BOOKS, "effects: [lab.pay]"))
    plan = {"effects": [{"tool": "lab.pay", "source": {"text": ["lab.read"]}}]}
    read, pay = ("lab.read", {"text": "DE12 3456"}), ("lab.pay", {"text": "DE12 3456"})
    house.model.will("books", used(("plan", plan)), used(read), used(pay), said("Paid."))
    async with place.open() as desk:
        root = desk.ask("pay the invoice as it says")
        await desk.quiet()
        for typed in ("6543", "3456"):
            await desk.click("Approve")
            opened = modal(desk)
            assert opened.body["title"]["text"] == "Approve r1"
            await desk.slack.submit_view(opened, ADA, {"text": typed})
            await desk.quiet()
        assert "last four characters" in desk.slack.ephemerals(ADA)[0].text
        assert desk.heard(root.ts)[-1] == "Paid."
        assert [tool for tool, *_ in house.lab.calls] == ["lab.read", "lab.pay"]


async def test_nobody_else_is_asked_what_would_be_right(desk: Desk) -> None:
    desk.ask("which invoice?")
    await desk.quiet()
    await bad(desk, by=BOB)
    await desk.quiet()
    assert desk.slack.views(BOB) == ()
    assert desk.slack.ephemerals(BOB)[0].text.startswith("Thank you, noted.")


def _bad_button(desk: Desk) -> str:
    post = desk.slack.posts()[0]
    thumbs = next(block for block in post.blocks if block["type"] == "context_actions")["elements"][0]
    return str(thumbs["negative_button"]["value"])


async def test_on_the_page_of_the_fake_a_form_is_filled_in_and_closed(desk: Desk) -> None:
    thread = await reminded(desk)
    async with aiohttp.ClientSession(desk.slack.url) as browser:

        async def state() -> Any:
            return await (await browser.get("/page/state")).json()

        async def send(what: str, **body: object) -> int:
            return (await browser.post(f"/page/{what}", json=body)).status

        await desk.click("Edit")
        (asked,) = (await state())["forms"]
        assert (asked["title"], asked["user"], asked["fields"][0]["action"]) == ("Reminder 1", ADA, "text")
        assert await send("form", view=asked["view"], values=None) == 200
        assert (await state())["forms"] == []
        assert await send("form", view=asked["view"], values={"text": "x"}) == 400
        await desk.click("Edit")
        (asked,) = (await state())["forms"]
        assert await send("form", view=asked["view"], values={"text": "Friday 10:30"}) == 200
        await desk.quiet()
        assert "is moved to Friday" in desk.heard(thread)[-1]
        await send("home", user=ADA)
        await desk.quiet()
        assert "call Ann" in (await state())["homes"][ADA]
