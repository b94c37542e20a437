"""What tools return is kept with its values, where they are typed."""

from datetime import timedelta

from nova_bot.core.claims import Basis, Claim, Edge, How
from tests.doubles import Lab, PuppetModel, Talk, said, used

TWO = "balance:Birch GmbH = 1200 EUR; balance:Acme = 90 EUR"


def typed(claims: tuple[Claim, ...]) -> list[tuple[str, str, str]]:
    return [(claim.subject, claim.value, claim.unit) for claim in claims if claim.value]


async def test_each_fact_of_a_result_is_a_claim_that_the_result_is_made_of(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {"text": TWO}), ("lab.read", {"text": "nothing"})), said("Read."))
    run = await nova.say("the invoice sums, please")
    assert typed(run.claims) == [("balance:Birch GmbH", "1200", "EUR"), ("balance:Acme", "90", "EUR")]
    whole, other, birch, acme = run.claims[1:5]
    assert whole.text == f"read {TWO}"
    assert other.text == "read nothing"
    assert birch.basis is Basis.FOUND
    assert birch.label == whole.label
    assert {Edge(whole.id, birch.id, How.LIT), Edge(whole.id, acme.id, How.LIT)} <= {*run.edges}
    assert model.last_pack.exchanges[0].claims == (whole.id, birch.id, acme.id, other.id)


async def test_a_result_with_one_value_is_that_value(nova: Talk, model: PuppetModel) -> None:
    model.will(
        "books",
        used(("calc.evaluate", {"expression": "3 * 4"}), ("calc.evaluate", {"expression": "3 /"})),
        said("12"),
    )
    run = await nova.say("this invoice, times three")
    assert typed(run.claims) == [("sum:3 * 4", "12", "")]
    assert len([claim for claim in run.claims if claim.step == 1]) == 1


async def test_a_correction_of_a_fact_reaches_its_result_and_a_redo_keeps_the_others(
    nova: Talk, model: PuppetModel
) -> None:
    model.will("books", used(("lab.read", {"text": TWO})), said("Birch owes 1200 EUR [c1.2]."))
    await nova.say("the invoice sums, please")
    await nova.say("/wrong c1.3 = 1300")
    assert "c1.2 holds it" in nova.answer
    model.will("books", said("Birch owes 1300 EUR [c2.1]."))
    await nova.say("/redo")
    assert "1 of 2 steps done again" in nova.answer
    assert "balance:Birch GmbH = 1300 EUR" in model.told[0]
    assert "balance:Acme = 90 EUR" in model.told[0]


async def test_a_step_that_is_run_again_with_the_same_results_finds_the_same_facts(
    nova: Talk, model: PuppetModel, lab: Lab
) -> None:
    reads = used(("lab.read", {"text": TWO}), ("calc.evaluate", {"expression": "3 * 4"}))
    model.will("books", reads, said("Read."))
    first = await nova.say("the invoice sums, please")
    model.will("books", reads, said("Read."))
    again = await nova.say(f"/fork {first.name}.1 model=deep")
    assert "The answer came out the same." in nova.answer
    assert len(lab.calls) == 1
    played = await nova.nova.ledger.run(again.id - 1)
    assert typed(played.claims) == typed(first.claims)


async def test_how_long_a_finding_holds_is_known_from_its_kind_and_passed_on(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {"text": "price:X1 = 12 EUR"})), said("It costs 12 EUR [c1.3]."))
    run = await nova.say("what does X1 cost on the invoice?")
    assert [claim.label.expires for claim in run.claims[2:]] == [nova.clock() + timedelta(hours=1)] * 2
