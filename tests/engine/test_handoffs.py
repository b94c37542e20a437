"""Hand-offs: what travels, what stays an assumption, and which ones are refused in words for the model."""

from pathlib import Path

import pytest

from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.outcome import EndingKind, HandOff
from nova_bot.core.pack import ItemKind
from nova_bot.core.run import Run
from tests.agents import BOOKS, MAILER, write
from tests.doubles import House, PuppetModel, Talk, handed, said, used

REQUEST = "the invoice of Birch is late, do something"


def assumed(run: Run) -> list[Claim]:
    return [claim for claim in run.claims if claim.basis is Basis.ASSUMED]


async def test_work_passes_through_three_agents(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", found=["1,200 is open"]))
    model.will("chaser", handed("mailer"))
    model.will("mailer", said("The mail is written."))
    run = await nova.say(REQUEST)
    assert model.agents == ["books", "chaser", "mailer"]
    assert [step.agent for step in run.steps] == model.agents
    assert run.agent == "mailer"
    assert nova.mailbox.there[-1].agent == "mailer"
    assert nova.heard() == ["The mail is written."]


async def test_the_request_travels_word_for_word(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", task="Something quite different."))
    model.will("chaser", handed("mailer"))
    await nova.say(REQUEST)
    for request in model.requests:
        assert request.pack.items[-1].text == f"Request (c1.1):\n{REQUEST}"


async def test_an_assumption_stays_one_over_all_hand_offs(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", assumed=["Friday means this Friday"]))
    model.will("chaser", handed("mailer", found=["Friday means this Friday."], did="friday MEANS this friday"))
    run = await nova.say(REQUEST)
    assert [claim.text.casefold().rstrip(".") for claim in assumed(run)] == ["friday means this friday"] * 3
    marked = [item.text for item in model.last_pack.items if item.kind is ItemKind.CLAIM]
    assert all("(assumed, not checked, from " in text for text in marked)
    assert len(marked) == 3


async def test_what_was_found_and_done_becomes_claims(nova: Talk, model: PuppetModel) -> None:
    lookup = used(("lab.read", {"text": "1,200 EUR open"}))
    passing = handed("chaser", did="Looked it up [c1.2].", found=["1,200 EUR is open", " "], could_not=["pay"])
    model.will("books", lookup, passing)
    run = await nova.say(REQUEST)
    assert [(c.basis, c.text) for c in run.claims[2:4]] == [
        (Basis.DERIVED, "Looked it up [c1.2]."),
        (Basis.DERIVED, "1,200 EUR is open"),
    ]
    assert run.edges[:2] == (
        Edge(ClaimId(1, 3), ClaimId(1, 2), How.CITED),
        Edge(ClaimId(1, 4), ClaimId(1, 2), How.LIT),
    )
    brief = next(item for item in model.last_pack.items if item.kind is ItemKind.HAND_OFF)
    assert "Could not: pay" in brief.text
    assert "Done when: It is done." in brief.text


async def test_the_receiver_sees_the_hand_off_and_not_the_givers_tool_calls(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {"text": "a thousand lines"})), handed("chaser"))
    await nova.say(REQUEST)
    assert model.last_pack.exchanges == ()
    assert "a thousand lines" not in model.last_pack.text


async def test_of_a_hundred_kilobytes_the_receiver_reads_what_fits_and_all_hear_of_the_rest(
    nova: Talk, model: PuppetModel
) -> None:
    model.will("books", handed("chaser", found=[f"client {n} owes {'much ' * 200}" for n in range(100)]))
    run = await nova.say(REQUEST)
    (told,) = [item.text for item in model.last_pack.items if item.kind is ItemKind.LEFT_OUT]
    shown = [item for item in model.last_pack.items if item.kind is ItemKind.CLAIM]
    left = [out for out in model.last_pack.left_out if out.kind is ItemKind.CLAIM]
    assert (run.agent, len(shown) + len(left)) == ("chaser", 100)
    assert f"no room: {len(left)} handed-over claims: c1." in told
    assert f"this was not read: {len(left)} handed-over claims: c1." in nova.answer


async def test_one_entry_that_nobody_could_read_is_refused(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", found=["much " * 20_000]))
    assert "found.0: String should have at most" in await refused(nova, model)


async def test_a_later_message_goes_to_the_receiver(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser"))
    await nova.say(REQUEST)
    assert (await nova.say("please go on")).agent == "chaser"


async def refused(nova: Talk, model: PuppetModel) -> str:
    """The words with which the last hand-off of books was refused; books has to answer then."""
    run = await nova.say(REQUEST)
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    return model.told[-1]


async def test_a_stranger_can_not_be_handed_to(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("mailer"))
    assert "mailer is not an agent you may hand work to" in await refused(nova, model)
    assert "chaser, general" in model.told[-1]
    assert model.agents == ["books", "books"]


async def test_a_name_that_nobody_has_can_not_be_handed_to(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("Chaser\n~~~"))
    assert "is not an agent you may hand work to" in await refused(nova, model)


async def test_nobody_hands_to_itself(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("books"))
    assert "can't hand work to yourself" in await refused(nova, model)


@pytest.mark.parametrize("blank", ["", "  \n"])
async def test_a_hand_off_says_when_it_is_done(nova: Talk, model: PuppetModel, blank: str) -> None:
    model.will("books", handed("chaser", done_when=blank))
    assert "done_when" in await refused(nova, model)


async def test_work_does_not_come_straight_back_with_nothing_new(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", found=["1,200 is open"]))
    model.will("chaser", handed("books", found=["1,200 is OPEN"]))
    run = await nova.say(REQUEST)
    assert model.agents == ["books", "chaser", "chaser"]
    assert "added nothing new" in model.told[-1]
    assert run.agent == "chaser"


async def test_work_comes_back_with_something_new(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser"))
    model.will("chaser", handed("books", found=["they never got it"]))
    await nova.say(REQUEST)
    assert model.agents == ["books", "chaser", "books"]


async def test_work_comes_back_after_a_tool_was_used(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser"))
    model.will("chaser", used(("lab.read", {})), handed("books"))
    await nova.say(REQUEST)
    assert model.agents == ["books", "chaser", "chaser", "books"]


async def test_work_is_not_handed_on_for_ever(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser"))
    model.will("chaser", handed("mailer"), handed("books", found=["d"]))
    model.will("mailer", handed("chaser", found=["c"]))
    run = await nova.say(REQUEST)
    assert model.agents == ["books", "chaser", "mailer", "chaser", "chaser"]
    assert "handed on 3 times already" in model.told[-1]
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED


async def test_refused_hand_offs_end_with_the_steps(nova: Talk, model: PuppetModel) -> None:
    model.will("books", *[handed("mailer")] * 20)
    run = await nova.say(REQUEST)
    assert run.ending
    assert run.ending.kind is EndingKind.GAVE_UP
    assert len(run.steps) == 6
    assert not any(isinstance(step.outcome, HandOff) for step in run.steps)


async def test_an_agent_that_vanished_ends_the_run_in_words(house: House, agents: Path, model: PuppetModel) -> None:
    async with house.open() as nova:

        async def vanish(_request: object) -> object:
            write(agents, "books", BOOKS.replace("chaser, ", ""))
            write(agents, "mailer", MAILER.replace(", chaser", ""))
            (agents / "office" / "chaser.md").unlink()
            await nova.nova._take_changes()
            return handed("chaser")

        model.will("books", vanish)  # type: ignore[arg-type]
        run = await nova.say(REQUEST)
        assert run.ending
        assert run.ending.kind is EndingKind.FAILED
        assert "the agent chaser is no longer there" in nova.answer
        assert run.name in nova.answer
        assert (await nova.say("which invoice?")).agent == "books"
