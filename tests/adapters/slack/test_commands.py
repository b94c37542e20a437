"""Slash commands and the App Home."""

import pytest

from adapters.fakes.slack import ADA, BOB, GENERAL, User
from adapters.slack import home
from tests.adapters.slack.rig import Desk, SlackHouse
from tests.dispatch.test_reception import Slow
from tests.doubles import asked


async def test_a_slash_verb_is_answered_to_one_person(desk: Desk) -> None:
    delivery = await desk.slack.slash("/nova", "agents", ADA, GENERAL)
    assert delivery.acked
    assert "books" in desk.slack.ephemerals(ADA)[0].text
    assert desk.slack.posts() == ()


async def test_what_a_slash_verb_shows_is_escaped_and_leads_nowhere(desk: Desk) -> None:
    await desk.slack.slash("/nova", "agents <!channel> <https://evil.test|bank.example>", ADA, GENERAL)
    shown = desk.slack.ephemerals(ADA)[0].text
    assert "<" not in shown
    assert "evil[.]test" in shown


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
    desk.slack.add_user(User("U0EVE", "eve"))
    desk.slack.join(GENERAL, "U0EVE")
    await desk.slack.slash("/nova", "usage", "U0EVE", GENERAL)
    assert desk.slack.ephemerals("U0EVE")[0].text == "I only work for people my owner has listed."


async def test_the_home_of_a_stranger_shows_nothing_of_others(desk: Desk) -> None:
    desk.ask("which invoice?")
    await desk.quiet()
    desk.slack.add_user(User("U0EVE", "eve"))
    desk.slack.open_home("U0EVE", "home")
    await desk.slack.until(lambda: desk.slack.views("U0EVE"))
    texts = str(desk.slack.views("U0EVE")[0].body)
    assert "USD" not in texts
    assert "invoice" not in texts


async def test_the_messages_tab_suggests_what_one_could_ask(desk: Desk) -> None:
    desk.slack.open_home(ADA, "messages")
    await desk.slack.until(lambda: desk.slack.ws.prompts)
    ((prompts),) = desk.slack.ws.prompts.values()
    assert prompts[0]["title"] == "Set a reminder"


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


async def test_the_home_shows_reminders_and_stays_current(place: SlackHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "FOLLOW_EVERY_S", 0.01)
    async with place.open() as desk:
        desk.slack.open_home(ADA, "home")
        await desk.slack.until(lambda: "None set." in str(desk.slack.views(ADA)))
        desk.ask("remind me tomorrow at 9 to call Ann")
        await desk.quiet()
        await desk.slack.until(lambda: "<!date^" in str(desk.slack.views(ADA)))
        assert "call Ann" in str(desk.slack.views(ADA))
        assert len(desk.slack.calls("views.publish")) < 5


async def test_everybody_sees_his_own_usage_and_the_owner_all(desk: Desk) -> None:
    desk.ask("which invoice?")
    await desk.quiet()
    desk.ask("chase them", by=BOB)
    await desk.quiet()
    for user, starts, agents in ((ADA, "Last 30 days", {"books", "chaser"}), (BOB, "What you asked for", {"chaser"})):
        await desk.slack.slash("/nova", "usage", user, GENERAL)
        said = desk.slack.ephemerals(user)[-1].text
        assert said.startswith(starts)
        assert {name for name in ("books", "chaser") if name in said} == agents
        desk.slack.open_home(user, "home")
        await desk.slack.settled()
        assert "USD" in str(desk.slack.views(user))
    assert "30 tokens" in str(desk.slack.views(ADA))
    assert "15 tokens" in str(desk.slack.views(BOB))
