"""What an earlier run of the thread found and is out of date is read again, once, before anything rests on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nova_bot.core.envelope import Place, Sender
from nova_bot.core.errors import ToolError
from nova_bot.core.outcome import EndingKind
from nova_bot.core.run import Run
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, OWNER, PLATFORM, House, PuppetModel, Talk, said, used

TEAM = Place(PLATFORM, "here", "desk", "team")
READ = used(("lab.read", {"text": "X1"}))
PLAN = used(("plan", {"effects": [{"tool": "chat.post", "values": {"place": ["#team"]}}]}))
AGAIN = "post in #team what the invoice says"


@pytest.fixture(autouse=True)
def poster(agents: Path) -> None:
    write(agents, "books", with_lines(BOOKS, "effects: [chat.post]"))


@pytest.fixture
async def nova(house: House) -> AsyncIterator[Talk]:
    async with house.open(places={"#team": TEAM}) as talk:
        yield talk


def finds(nova: Talk, *texts: str | Exception) -> None:
    """What the reads of this conversation find, one after the other."""
    found: Iterator[str | Exception] = iter(texts)

    async def read(_: str) -> str:
        each = next(found)
        if isinstance(each, Exception):
            raise each
        return each

    nova.lab.run = read


async def asked_before(nova: Talk, model: PuppetModel, by: Sender = OWNER, hours: float = 6) -> None:
    model.will("books", READ, said("X1 costs 12 EUR."))
    await nova.say("the invoice of X1?", by=by)
    nova.clock.move(hours * 3600)


async def posted(nova: Talk, model: PuppetModel, text: str) -> Run:
    post = used(("chat.post", {"place": "#team", "text": text}))
    model.will("books", post, PLAN, post)
    return await nova.say(AGAIN)


def waits(run: Run) -> bool:
    return run.ending is not None and run.ending.kind is EndingKind.WAITING


async def test_the_agent_is_shown_what_is_so_now(nova: Talk, model: PuppetModel) -> None:
    finds(nova, "price:X1 = 12 EUR", "price:X1 = 14 EUR")
    await asked_before(nova, model)
    model.will("books", said("X1 costs 14 EUR by now."))
    run = await nova.say("and the invoice now?")
    assert [call[1] for call in nova.lab.calls] == ["X1", "X1"]
    assert model.told == ["price:X1 = 14 EUR"]
    assert [step.model for step in run.steps] == ["", "puppet"]
    assert nova.answer.startswith("X1 costs 14 EUR by now.")


async def test_what_is_found_to_be_the_same_is_not_asked_about(nova: Talk, model: PuppetModel) -> None:
    finds(nova, *["price:X1 = 12 EUR"] * 2)
    await asked_before(nova, model)
    run = await posted(nova, model, "X1 costs 12 EUR")
    assert not waits(run)
    assert [one.text for one in nova.mailbox.there if one.place == TEAM] == ["X1 costs 12 EUR"]
    assert len(nova.lab.calls) == 2, "once in a run"


async def test_what_the_agent_needs_is_read_again_too(house: House, model: PuppetModel) -> None:
    write(house.agents, "books", with_lines(BOOKS, "effects: [chat.post]", "needs: [price]", "fresh: {price: 30m}"))
    async with house.open(places={"#team": TEAM}) as nova:
        finds(nova, *["price:X1 = 12 EUR"] * 2)
        await asked_before(nova, model, hours=0.75)
        run = await posted(nova, model, "X1 costs 12 EUR")
        assert len(nova.lab.calls) == 2
        assert not waits(run)


async def test_an_answer_that_repeats_it_is_as_new_as_the_last_reading(nova: Talk, model: PuppetModel) -> None:
    finds(nova, *["price:X1 = 12 EUR"] * 2)
    await asked_before(nova, model)
    model.will("books", said("X1 still costs 12 EUR."))
    await nova.say("and the invoice now?")
    assert nova.answer == "X1 still costs 12 EUR."


@pytest.mark.parametrize(("text", "asks"), [("X1 costs 12 EUR", True), ("X1 costs 14 EUR", False)])
async def test_what_has_changed_is_still_asked_about_where_the_old_is_told(
    nova: Talk, model: PuppetModel, text: str, asks: bool
) -> None:
    finds(nova, "price:X1 = 12 EUR", "price:X1 = 14 EUR")
    await asked_before(nova, model)
    run = await posted(nova, model, text)
    assert waits(run) is asks
    assert ("no longer fresh" in nova.answer) is asks


async def test_a_reading_that_fails_is_tried_once_and_leaves_the_mark(nova: Talk, model: PuppetModel) -> None:
    finds(nova, "price:X1 = 12 EUR", ToolError(tool="lab.read", what="it is closed"))
    await asked_before(nova, model)
    run = await posted(nova, model, "X1 costs 12 EUR")
    assert len(nova.lab.calls) == 2
    assert "may be out of date" in model.last_pack.text
    assert waits(run)
    assert "no longer fresh" in nova.answer


async def test_what_is_fresh_is_not_read_again_nor_looked_up(
    nova: Talk, model: PuppetModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    finds(nova, "price:X1 = 12 EUR")
    await asked_before(nova, model, hours=0.5)

    async def looked_up(number: int) -> Run:
        raise AssertionError(number)

    monkeypatch.setattr(nova.nova.ledger, "run", looked_up)
    await nova.say("and the invoice now?")
    assert len(nova.lab.calls) == 1


async def test_what_was_read_for_somebody_else_is_only_marked(nova: Talk, model: PuppetModel) -> None:
    finds(nova, "price:X1 = 12 EUR")
    await asked_before(nova, model, by=GUEST)
    await nova.say("and the invoice now?")
    assert len(nova.lab.calls) == 1
    assert "may be out of date" in model.last_pack.text


async def test_an_agent_that_may_not_call_the_tool_does_not(nova: Talk, model: PuppetModel) -> None:
    finds(nova, "price:X1 = 12 EUR")
    await asked_before(nova, model)
    await nova.say("mailer: remind them")
    assert model.agents[-1] == "mailer"
    assert len(nova.lab.calls) == 1


async def test_where_one_reading_of_two_cannot_be_made_again_the_mark_stays(nova: Talk, model: PuppetModel) -> None:
    """At most three calls are made again; what rests on more of them is not made new by some."""
    finds(nova, *(f"price:X{n} = {n} EUR" for n in range(1, 5)))
    model.will("books", *(used(("lab.read", {"text": f"X{n}"})) for n in range(1, 5)), said("X1 costs 1 EUR."))
    await nova.say("the invoice of all?")
    nova.clock.move(6 * 3600)
    await nova.say("and the invoice now?")
    assert len(nova.lab.calls) == 4
    assert "may be out of date" in model.last_pack.text


async def test_what_rests_on_something_older_too_keeps_its_mark(nova: Talk, model: PuppetModel) -> None:
    finds(nova, *["price:X1 = 12 EUR"] * 2)
    await asked_before(nova, model, by=GUEST)
    await asked_before(nova, model)
    run = await posted(nova, model, "X1 costs 12 EUR")
    assert len(nova.lab.calls) == 2
    assert waits(run)
    assert "no longer fresh" in nova.answer


async def test_the_time_alone_is_not_read_again(nova: Talk, model: PuppetModel) -> None:
    model.will("general", used(("clock.now", {})), said("It is noon."))
    await nova.say("hello, what time is it?")
    nova.clock.move(3600)
    model.will("general", said("You have an hour left."))
    run = await nova.say("and how much time is left?")
    assert [step.model for step in run.steps] == ["puppet"]
