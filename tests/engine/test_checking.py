"""Every answer is checked against what its step was shown, repaired once, and then told as what it is."""

import pytest

from nova_bot.core.claims import Basis, ClaimId, Edge, How
from nova_bot.core.errors import ModelBusy
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.run import Run, Usage
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, House, PuppetModel, Talk, handed, said, used

LOOKUP = used(("lab.read", {"text": "Birch: 1,200 EUR; Acme: 2,400 EUR"}))
SENT = said("I sent the reminder.")


async def read_back(nova: Talk, run: Run) -> Run:
    await nova.settled()
    return await nova.nova.ledger.run(run.id)


async def test_an_answer_leaves_its_statements_and_what_they_rest_on(nova: Talk, model: PuppetModel) -> None:
    model.will("books", LOOKUP, said("Birch owes 1,200 EUR [c1.2]. Acme owes 2,400 EUR since 3 May 2019."))
    run = await nova.say("which invoice?")
    first, second, answer = run.claims[2:]
    assert (first.basis, second.basis, answer.basis) == (Basis.DERIVED, Basis.ASSUMED, Basis.DERIVED)
    assert run.edges == (
        Edge(first.id, ClaimId(1, 2), How.CITED),
        Edge(second.id, ClaimId(1, 2), How.LIT),
        Edge(answer.id, first.id, How.CITED),
        Edge(answer.id, second.id, How.CITED),
    )
    assert run.faults == (Fault(2, FaultKind.NEW_DATE, "3 May 2019", second.id),)
    assert await read_back(nova, run) == run


async def test_an_answer_of_one_statement_is_that_statement(nova: Talk, model: PuppetModel) -> None:
    model.will("books", LOOKUP, said("Birch owes 1,200 EUR."))
    run = await nova.say("which invoice?")
    assert [claim.text for claim in run.claims[2:]] == ["Birch owes 1,200 EUR."]


async def test_small_talk_states_nothing(nova: Talk, model: PuppetModel) -> None:
    model.will("general", said("Gladly! Anything else?"))
    run = await nova.say("hello")
    assert (run.edges, run.faults, len(run.claims)) == ((), (), 2)


async def test_a_citation_of_what_was_not_shown_is_dropped_and_counted(nova: Talk, model: PuppetModel) -> None:
    model.will("books", LOOKUP, said("Birch owes 1,200 EUR [c1.2, c7.7]."))
    run = await nova.say("which invoice?")
    assert nova.answer == "Birch owes 1,200 EUR [c1.2]."
    assert run.faults == (Fault(2, FaultKind.BAD_CITE, "c7.7"),)


async def test_a_false_success_is_answered_once_more(nova: Talk, model: PuppetModel) -> None:
    model.will("books", SENT, said("I could not send it: I have no tool for that."))
    run = await nova.say("which invoice?")
    assert nova.heard() == ["I could not send it: I have no tool for that."]
    assert run.faults == ()
    assert len(run.steps) == 1
    assert run.usage == Usage(20, 10, usd=0.002, calls=2)
    exchange = model.last_pack.exchanges[-1]
    assert exchange.text == SENT.text
    assert "no tool's result says that this was done" in exchange.remark
    assert (await nova.nova.ledger.pack(run.id, 1)).exchanges[-1] == exchange


async def test_what_stays_false_is_told_as_what_it_is(nova: Talk, model: PuppetModel) -> None:
    model.will("books", SENT, SENT)
    run = await nova.say("which invoice?")
    assert nova.answer == "I sent the reminder. (claimed, no receipt)"
    assert [fault.kind for fault in run.faults] == [FaultKind.NO_RECEIPT]
    assert len(model.requests) == 2


KEPT = used(("notes.remember", {"text": "Birch pays on Friday"}))


@pytest.mark.parametrize(
    "request_",
    ["did you save that invoice note?", "thanks for the invoice note!", "hast du die Notiz zur invoice gespeichert?"],
)
@pytest.mark.parametrize("restart", [False, True])
async def test_what_was_done_earlier_in_the_thread_may_be_told_later(
    house: House, model: PuppetModel, request_: str, restart: bool
) -> None:
    model.will("books", KEPT, said("Your note is saved."), said("Yes, your note is saved."))
    async with house.open() as nova:
        await nova.say("remember for the invoice that Birch pays on Friday")
        if not restart:
            assert (await nova.say(request_)).faults == ()
    async with house.open() as nova:
        if restart:
            assert (await nova.say(request_)).faults == ()


@pytest.mark.parametrize(
    ("request_", "thread"),
    [
        ("remember for the invoice that Acme pays on Monday too", "main"),
        ("save the invoice number as well", "main"),
        ("speicher das bei der invoice", "main"),
        ("and once more for this invoice", "main"),
        ("did you save that invoice note?", "other"),
    ],
)
async def test_an_earlier_receipt_is_none_for_what_is_asked_for_now_nor_in_another_thread(
    nova: Talk, model: PuppetModel, request_: str, thread: str
) -> None:
    model.will("books", KEPT, said("Your note is saved."), *[said("Yes, your note is saved.")] * 2)
    await nova.say("remember for the invoice that Birch pays on Friday")
    assert [fault.kind for fault in (await nova.say(request_, thread=thread)).faults] == [FaultKind.NO_RECEIPT]


async def test_a_second_try_may_use_a_tool(nova: Talk, model: PuppetModel) -> None:
    keep = used(("notes.remember", {"text": "Birch pays on Friday"}))
    model.will("books", said("Your note is saved."), keep, said("Your note is saved [c1.2]."))
    run = await nova.say("which invoice?")
    assert nova.answer == "Your note is saved [c1.2]."
    assert run.faults == ()


async def test_a_second_try_must_fit_into_the_budget(house: House, model: PuppetModel) -> None:
    write(house.agents, "books", with_lines(BOOKS, "budget: {steps: 1}"))
    async with house.open() as nova:
        model.will("books", SENT)
        await nova.say("which invoice?")
        assert nova.answer == "I sent the reminder. (claimed, no receipt)"
    assert len(model.requests) == 1


async def test_a_second_try_that_fails_leaves_the_first(nova: Talk, model: PuppetModel) -> None:
    model.will("books", SENT, ModelBusy(model="m", what="overloaded", tries=4))
    run = await nova.say("which invoice?")
    assert nova.answer == "I sent the reminder. (claimed, no receipt)"
    assert run.usage.calls == 1 + 4


async def test_a_failed_read_is_not_an_empty_one(nova: Talk, model: PuppetModel) -> None:
    async def broken(text: str) -> str:
        raise OSError(text)

    nova.lab.run = broken
    model.will("books", LOOKUP, said("There are no open invoices."), said("I could not read the invoices."))
    run = await nova.say("which invoice?")
    assert nova.answer == "I could not read the invoices."
    assert "lab.read failed" in model.last_pack.exchanges[-1].remark
    assert run.faults == ()


async def test_half_an_answer_names_the_missing_half(nova: Talk, model: PuppetModel) -> None:
    half = said("Birch owes 1,200 EUR.")
    model.will("books", LOOKUP, half, half)
    await nova.say("the invoice sums of Birch and Acme, please")
    assert nova.answer == "Birch owes 1,200 EUR.\n\n(Not answered: Acme.)"


async def test_a_hand_off_that_claims_too_much_is_told_so(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", did="I sent the first reminder."), handed("chaser", could_not=["send it"]))
    run = await nova.say("which invoice?")
    (refused,) = model.requests[1].pack.exchanges
    assert refused.calls[0].tool == "hand_off"
    assert "no tool's result says" in refused.results[0].text
    assert refused.results[0].error
    assert run.faults == ()


@pytest.mark.parametrize("ids", [range(1, 60), (), range(900, 960)], ids=["everything", "nothing", "inventions"])
async def test_citing_everything_nothing_or_inventions_ends_well(nova: Talk, model: PuppetModel, ids: range) -> None:
    cited = "".join(f"[c1.{n}]" for n in ids)
    model.will("books", LOOKUP, said(f"Birch owes 1,200 EUR {cited}."))
    run = await nova.say("which invoice?")
    shown = {ClaimId(1, 1), ClaimId(1, 2)}
    assert {edge.src for edge in run.edges} <= shown
    assert len(run.faults) == len([n for n in ids if n > 2])
    assert not any(f"c1.{n}]" in nova.answer for n in ids if n > 2)


async def test_an_assumption_is_known_as_one_in_the_next_run_and_after_a_restart(house: House) -> None:
    model = house.model
    async with house.open() as nova:
        model.will("books", said("I assume that Friday is meant. Birch then owes 4,711 EUR."))
        first = await nova.say("which invoice?")
        await nova.settled()
    async with house.open() as nova:
        conversation = await nova.nova.ledger.conversation(first.envelope.place)
        assert conversation.doubtful == {first.claims[-1].id}
        model.will("books", said("As said, Birch owes 4,711 EUR."))
        run = await nova.say("which invoice?")
        assert FaultKind.DROPPED_ASSUMPTION in {fault.kind for fault in run.faults}


async def test_the_owner_reads_what_an_answer_rests_on_and_no_model_does(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Birch owes 4,711 EUR."))
    run = await nova.say("which invoice?")
    assert nova.answer == "Birch owes 4,711 EUR.\n\n_rests on 1 assumption: Birch owes 4,711 EUR_"
    assert run.claims[-1].text == "Birch owes 4,711 EUR."
    await nova.say("which invoice?")
    assert "rests on" not in model.last_pack.text


async def test_a_guest_reads_no_footer(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("Birch owes 4,711 EUR."))
    await nova.say("which invoice?", by=GUEST)
    assert nova.answer == "Birch owes 4,711 EUR."


async def test_an_old_source_is_told_with_its_age(nova: Talk, model: PuppetModel) -> None:
    clock = used(("clock.now", {}))
    model.will("general", clock, said("It is 13:00."), said("As I said, 13:00."))
    await nova.say("hello, what time is it?")
    assert nova.answer == "It is 13:00."
    nova.clock.move(9 * 3600)
    await nova.say("what did you say the time was, hello?")
    assert nova.answer == "As I said, 13:00.\n\n_1 source 9 h old_"
