"""An agent whose file promises a result gives it, or the run ends with the name of the contract."""

from typing import Any

from pydantic import JsonValue

from nova_bot.core.claims import Basis
from nova_bot.core.fault import FaultKind
from nova_bot.core.outcome import EndingKind, Say
from nova_bot.core.run import Run
from nova_bot.models.base import ModelReply
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, PuppetModel, handed, said, used

RETURNS = (
    "returns: {type: object, required: [rows], x-covers: [rows.name], properties: {rows: {type: array, "
    "items: {type: object, required: [name, open], properties: {open: {type: number, minimum: 0}}}}}}"
)
LOOKUP = used(("lab.read", {"text": "Birch: 1,200 EUR; Acme: 2,400 EUR"}))
BOTH: list[JsonValue] = [{"name": "Birch", "open": 1200}, {"name": "Acme", "open": 2400}]


def answered(rows: Any, text: str = "Birch owes 1,200 EUR and Acme 2,400 EUR.") -> ModelReply:
    return used(("answer", {"text": text, "result": {"rows": rows}}))


async def ask(house: House, *replies: ModelReply) -> tuple[Run, str]:
    write(house.agents, "books", with_lines(BOOKS, RETURNS))
    house.model.will("books", LOOKUP, *replies)
    async with house.open() as nova:
        run = await nova.say("the invoice sums of Birch and Acme, please")
        await nova.settled()
        assert await nova.nova.ledger.run(run.id) == run
        return run, nova.answer


async def test_a_result_in_its_shape_is_kept_with_the_answer(house: House, model: PuppetModel) -> None:
    run, heard = await ask(house, answered(BOTH))
    assert heard == "Birch owes 1,200 EUR and Acme 2,400 EUR."
    assert run.steps[-1].outcome == Say(heard, data={"rows": BOTH})
    offer = next(offer for offer in model.requests[-1].tools if offer.name == "answer")
    assert "x-covers" not in str(offer.schema)


async def test_a_wrong_result_is_asked_for_once_more(house: House, model: PuppetModel) -> None:
    run, _ = await ask(house, answered(BOTH[:1]), answered(BOTH))
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert "Acme stands in none of rows.name" in model.told[-1]
    assert run.faults == ()


async def test_words_alone_are_no_result(house: House, model: PuppetModel) -> None:
    await ask(house, said("Birch owes 1,200 EUR, Acme 2,400 EUR."), answered(BOTH))
    assert "the tool answer was not called" in model.last_pack.exchanges[-1].remark


async def test_a_broken_promise_ends_the_run_with_its_name(house: House) -> None:
    wrong = answered([{"name": "Birch and Acme", "open": -1}])
    run, heard = await ask(house, wrong, wrong)
    assert run.ending
    assert (run.ending.kind, run.ending.reason) == (EndingKind.FAILED, "contract of books")
    assert "books did not give the result that its file promises (result/rows/0/open must be at least 0" in heard
    assert [fault.kind for fault in run.faults] == [FaultKind.WRONG_SHAPE]


async def test_an_assumption_that_a_hand_off_tells_as_fact_is_put_back_into_it(house: House) -> None:
    house.model.will("books", handed("chaser", assumed=["Birch owes 4,711 EUR"]))
    house.model.will("chaser", handed("mailer", found=["Birch has to pay 4,711 EUR [c1.2]"]))
    async with house.open() as nova:
        run = await nova.say("the invoice of Birch is late")
    second = run.hand_offs[1]
    assert second.assumed == ("Birch owes 4,711 EUR [c1.2]",)
    assert [fault.kind for fault in run.faults] == [FaultKind.NEW_MONEY, FaultKind.DROPPED_ASSUMPTION][
        -len(run.faults) :
    ]
    passed_on = [claim for claim in run.claims if claim.step == 2]
    assert (passed_on[-1].text, passed_on[-1].basis) == ("Birch owes 4,711 EUR [c1.2]", Basis.ASSUMED)


async def test_what_is_put_back_cites_only_itself(house: House) -> None:
    """A text from an earlier answer names claims that this step was not shown."""
    house.model.will("books", handed("chaser", assumed=["Birch owes 4,711 EUR"]))
    house.model.will("chaser", said("Birch has to pay 4,711 EUR, I assume [c1.2]."))
    async with house.open() as nova:
        await nova.say("the invoice of Birch is late")
        house.model.will("chaser", handed("mailer", found=["It is 4,711 EUR [c1.3]"]))
        run = await nova.say("and who is told?")
    assert run.hand_offs[0].assumed == ("Birch has to pay 4,711 EUR, I assume. [c1.3]",)
    assert FaultKind.BAD_CITE not in {fault.kind for fault in run.faults}
