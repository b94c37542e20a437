"""Commands that Nova answers itself."""

import pytest

from nova_bot.core.envelope import Place
from nova_bot.core.run import Usage
from nova_bot.models.base import ModelReply, StopReason
from tests.agents import a_spec
from tests.doubles import OWNER, PLATFORM, PuppetModel, Talk, handed, said
from tests.records import PLACE


async def command(nova: Talk, line: str, place: Place = PLACE) -> str | None:
    verb, _, rest = line.partition(" ")
    return await nova.nova.receive.command(verb, rest, place, OWNER)


async def test_agents_are_listed(nova: Talk) -> None:
    listed = await command(nova, "agents")
    assert listed
    assert listed.splitlines()[0] == "- **books**: Open invoices and the ledger."
    assert len(listed.splitlines()) == 4


@pytest.mark.parametrize(("word", "names"), [("LEDGER", ["books"]), ("chas", ["chaser"]), ("mails", ["mailer"])])
async def test_agents_are_found_by_name_and_description(nova: Talk, word: str, names: list[str]) -> None:
    listed = await command(nova, f"agents {word}")
    assert listed
    assert [line.split("**")[1] for line in listed.splitlines()] == names


async def test_the_list_of_all_agents_is_short_lines() -> None:
    spec = a_spec().model_copy(update={"description": "Open invoices and the ledger, " + "and more " * 20})
    assert len(spec.summary) == 100
    assert spec.summary.endswith("…")


async def test_no_agent_found_is_said(nova: Talk) -> None:
    assert await command(nova, "agents sushi") == 'No agent has "sushi" in its name or description.'


async def test_why_tells_the_way_of_the_latest_run_here(nova: Talk, model: PuppetModel) -> None:
    assert await command(nova, "why") == "Nothing has happened here yet."
    model.will("books", handed("chaser", assumed=["Friday is meant"]))
    await nova.say("which invoice?")
    await nova.say("hello", thread="elsewhere")
    why = await command(nova, "why")
    assert why
    assert why.startswith("**r1** went to **books** by rule *classifier*: ")
    assert "Next best: general 0.10, chaser 0.10, mailer 0.10." in why or "Next best: " in why
    assert "Handed on: books -> chaser." in why
    assert "- c1.3 derived by chaser: chaser has answered." in why
    assert "The first weak link is c1.3: says nothing about where it comes from." in why
    assert "Ended: answered; 2 steps, " in why


@pytest.mark.parametrize(
    ("text", "said"), [("remind me tomorrow at 9 to call Birch", "Reminder 1: "), ("which invoice?", "No model here.")]
)
async def test_what_nova_said_itself_lacks_no_source(nova: Talk, model: PuppetModel, text: str, said: str) -> None:
    model.will("books", ModelReply("No model here.", (), StopReason.NO_MODEL, Usage(), "none"))
    await nova.say(text)
    why = await command(nova, "why")
    assert why
    assert f"- c1.2 derived: {said}" in why
    assert "says nothing about where it comes from" not in why


async def test_why_takes_a_run(nova: Talk) -> None:
    await nova.say("which invoice?")
    await nova.say("hello")
    for name in ("r1", "1", " r1 "):
        why = await command(nova, f"why {name}")
        assert why
        assert why.startswith("**r1** went to")


@pytest.mark.parametrize("name", ["r99", "99", "r1.2"])
async def test_why_of_no_run_says_so(nova: Talk, name: str) -> None:
    await nova.say("which invoice?")
    assert (await command(nova, f"why {name}") or "").startswith("There is no run ")


@pytest.mark.parametrize("name", ["x", "r-1", "r" + "9" * 40, "²", "٣" * 30])
async def test_why_of_what_names_nothing_says_how_things_are_named(nova: Talk, name: str) -> None:
    await nova.say("which invoice?")
    assert "names no run, step or claim. Write it like r12" in (await command(nova, f"why {name}") or "")


async def test_why_tells_nothing_of_another_room(nova: Talk) -> None:
    await nova.say("which invoice?", channel="board")
    assert await command(nova, "why r1") == "There is no run r1. `nova runs list` shows the latest ones."
    assert "books has answered." in (await command(nova, "why r1", Place(PLATFORM, "here", "board", "x")) or "")


async def test_usage_sums_up_by_agent(nova: Talk, model: PuppetModel, clock: object) -> None:
    assert await command(nova, "usage") == "Nothing has happened here yet."
    model.will("books", said("a", usage=Usage(1_000, 200, usd=0.02, calls=1)))
    model.will("general", said("b", usage=Usage(10, usd=None, calls=1)))
    await nova.say("which invoice?")
    await nova.say("hello", thread="b")
    usage = await command(nova, "usage")
    assert usage
    assert usage.splitlines()[:2] == ["Last 30 days:", "- **books**: 1 step, 1,200 tokens, 0.0200 USD"]


async def test_usage_forgets_what_is_long_ago(nova: Talk) -> None:
    await nova.say("which invoice?")
    nova.clock.move(31 * 86_400)
    assert await command(nova, "usage") == "Nothing has happened here yet."


async def test_help_lists_the_commands(nova: Talk) -> None:
    assert "`/why [run or claim]`" in (await command(nova, "help") or "")


async def test_other_verbs_are_not_novas(nova: Talk) -> None:
    assert await command(nova, "deploy now") is None
