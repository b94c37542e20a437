"""A correction reaches what rested on it; a redo runs only that again, and does nothing to the world twice."""

import asyncio

import pytest
from sqlalchemy import select

from nova_bot.core.claims import Basis, ClaimId, Status
from nova_bot.core.envelope import Sender
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import EndingKind
from nova_bot.ledger import graphs
from nova_bot.ledger.tables import note
from tests.doubles import GUEST, OWNER, House, Talk, handed, said, used
from tests.records import PLACE


async def command(nova: Talk, line: str, by: Sender = OWNER) -> str:
    verb, _, rest = line.partition(" ")
    answer = await nova.nova.receive.command(verb, rest, PLACE, by)
    await nova.settled()
    assert answer is not None
    return answer


async def three_agents(nova: Talk) -> None:
    """books assumes a weight, chaser works with it, mailer answers."""
    nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("chaser", handed("mailer", found=["Freight is 45 EUR."]))
    nova.model.will("mailer", said("Freight is 45 EUR for the parcel."))
    await nova.say("which invoice?")
    await nova.settled()


async def test_the_owners_word_takes_the_place_of_a_claim(nova: Talk) -> None:
    await three_agents(nova)
    told = await command(nova, "wrong c1.2 = 92")
    assert "From now on c2.1 stands for it: The parcel weighs 92 kg." in told
    assert "Rests on it: r1 (2 steps)." in told
    assert "Replies: r1/1." in told
    first, second = await nova.nova.ledger.run(1), await nova.nova.ledger.run(2)
    assert first.claims[1].status is Status.CORRECTED
    now = second.claims[0]
    assert (now.basis, now.text) == (Basis.TOLD, "The parcel weighs 92 kg.")
    assert now.label.integrity is Integrity.OWNER


async def test_a_redo_runs_what_saw_the_claim_and_edits_the_reply(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    asked = len(nova.model.requests)
    nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
    nova.model.will("mailer", said("Freight is 46 EUR for the parcel."))
    assert await command(nova, "redo") == "r1: 2 of 3 steps done again, as r3; the reply was edited."
    assert nova.model.agents[asked:] == ["chaser", "mailer"]
    assert "The parcel weighs 92 kg." in nova.model.requests[asked].pack.text
    assert "The parcel weighs 90 kg." not in nova.model.requests[asked].pack.text
    ((receipt, edit),) = nova.mailbox.edits
    assert (receipt, edit.text.splitlines()[0]) == ("receipt of r1/1", "Freight is 46 EUR for the parcel.")


async def test_a_redo_asked_for_twice_does_nothing_the_second_time(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    await command(nova, "redo")
    asked, sent = len(nova.model.requests), len(nova.mailbox.edits)
    for line in ("redo", "redo c2.1", "redo r1", "redo r3"):
        assert await command(nova, line) == "Nothing has to be done again."
    assert (len(nova.model.requests), len(nova.mailbox.edits)) == (asked, sent)


async def test_an_output_that_comes_out_equal_stops_the_wave(nova: Talk) -> None:
    await three_agents(nova)
    await nova.say("and the next invoice?")
    await command(nova, "wrong c1.2 = 92")
    asked = len(nova.model.requests)
    nova.model.will("chaser", handed("mailer", found=["Freight is 45 EUR."]))
    nova.model.will("mailer", said("Freight is 45 EUR for the parcel."))
    assert await command(nova, "redo") == "r1: 2 of 3 steps done again, as r4; the answer stayed the same."
    assert nova.model.agents[asked:] == ["chaser", "mailer"]


async def test_an_answer_that_stays_the_same_rests_on_what_was_said_this_time(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["1,800 EUR is overdue"]))
    nova.model.will("chaser", said("Birch owes 1,800 EUR. When may we expect it?"))
    await nova.say("which invoice?")
    await command(nova, "wrong c1.2 = 1.300,00 EUR")
    nova.model.will("chaser", said("Birch owes 1,800 EUR. When may we expect it?"))
    assert (await command(nova, "redo")).endswith("the answer stayed the same.")
    assert nova.mailbox.edits == []
    assert "stands nowhere in what its agent was shown" in await command(nova, "why")


async def test_a_later_run_of_the_thread_is_done_again_too(nova: Talk) -> None:
    await three_agents(nova)
    nova.model.will("books", said("As I said: 45 EUR."))
    await nova.say("the ledger, again?")
    await nova.say("what else, hello?", thread="elsewhere")
    told = await command(nova, "wrong c1.2 = 92")
    assert "Rests on it: r1, r2 (" in told
    nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
    nova.model.will("mailer", said("Freight is 46 EUR for the parcel."))
    nova.model.will("books", said("As I said: 46 EUR."))
    told = await command(nova, "redo")
    assert "r1: 2 of 3 steps done again, as r5; the reply was edited." in told
    assert "r2: 1 of 1 step done again, as r6; the reply was edited." in told
    assert "Freight is 46 EUR for the parcel." in nova.model.last_pack.text
    assert "Freight is 45 EUR for the parcel." not in nova.model.last_pack.text
    await nova.say("and now, invoice?")
    assert "As I said: 46 EUR." in nova.model.last_pack.text
    assert "45 EUR" not in nova.model.last_pack.text


async def test_a_statement_of_the_answer_itself_is_corrected_in_it(nova: Talk) -> None:
    nova.model.will("books", said("Birch owes 1,200 EUR. It is due on 3 May."))
    await nova.say("which invoice?")
    await nova.settled()
    run = await nova.nova.ledger.run(1)
    statement = next(claim for claim in run.claims if claim.text == "Birch owes 1,200 EUR.")
    told = await command(nova, f"wrong {statement.id} = Birch owes 2,100 EUR.")
    assert f"{run.claims[-1].id} holds it" in told
    assert "Rests on it: r1 (1 step)." in told
    asked = len(nova.model.requests)
    assert await command(nova, "redo") == "r1: 0 of 1 step done again, as r3; the reply was edited."
    assert len(nova.model.requests) == asked
    assert nova.mailbox.edits[-1][1].text.startswith("Birch owes 2,100 EUR. It is due on 3 May.")
    assert await command(nova, "redo") == "Nothing has to be done again."
    graph = await graphs.of_runs(nova.nova.ledger, [1, 2])
    assert graph.sources(ClaimId(2, 2)) == (ClaimId(1, 3), ClaimId(2, 1))
    told = await command(nova, f"wrong {run.claims[-1].id} = Birch has paid.")
    assert "Rests on it" not in told
    await command(nova, "wrong c4.1 = Birch owes 2,100 EUR. It is due on 3 May.")
    await nova.say("and the ledger?")
    assert "Birch owes 2,100 EUR." in nova.model.last_pack.text


async def test_an_answer_that_was_corrected_in_part_is_not_kept_from_a_later_correction(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("chaser", said("Freight is 45 EUR. The parcel weighs 90 kg."))
    await nova.say("which invoice?")
    await command(nova, "wrong c1.3 = Freight is 50 EUR.")
    await command(nova, "redo")
    await command(nova, "wrong c1.2 = 92")
    nova.model.will("chaser", said("Freight is 45 EUR. The parcel weighs 92 kg."))
    assert await command(nova, "redo") == "r1: 1 of 2 steps done again, as r5; the reply was edited."
    assert nova.mailbox.edits[-1][1].text.startswith("Freight is 50 EUR. The parcel weighs 92 kg.")


async def test_a_claim_that_was_corrected_before_is_followed_to_what_stands(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    told = await command(nova, "wrong c1.2 = 95")
    assert "c2.1 said: The parcel weighs 92 kg.\nFrom now on c3.1 stands for it" in told
    assert await command(nova, "wrong c2.1 = 95") == "c2.1 says so already (c3.1): The parcel weighs 95 kg."
    nova.model.will("chaser", handed("mailer", found=["Freight is 47 EUR."]))
    assert "r1: 2 of 3" in await command(nova, "redo c2.1")
    assert "The parcel weighs 95 kg." in nova.model.requests[-2].pack.text


async def test_only_the_owners_word_counts(nova: Talk) -> None:
    await three_agents(nova)
    assert await command(nova, "wrong c1.2 = 92", by=GUEST) == "Only the owner's word counts here."
    assert await command(nova, "redo", by=GUEST) == "Only the owner's word counts here."
    assert (await nova.nova.ledger.run(1)).claims[1].status is Status.LIVE


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("wrong", "Say which claim"),
        ("wrong c1.2", "Say which claim"),
        ("wrong c1.2 =", "Say which claim"),
        ("wrong the weight = 92", "Say which claim"),
        ("wrong c9.9 = 92", "There is no claim c9.9."),
        ("redo", "Say what to do again"),
        ("redo everything", "Say what to do again"),
    ],
)
async def test_what_can_not_be_done_is_said(nova: Talk, line: str, answer: str) -> None:
    await three_agents(nova)
    assert (await command(nova, line)).startswith(answer)


async def test_an_effect_is_not_fired_again_but_asked_about(nova: Talk, house: House) -> None:
    nova.model.will("books", handed("general", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("general", used(("clock.now", {})))
    nova.model.will("general", handed("books", found=["It is noon."]))
    nova.model.will("books", used(("notes.remember", {"text": "Parcel: 90 kg"})), said("Noted: 90 kg."))
    await nova.say("which invoice?")
    await command(nova, "wrong c1.2 = 92")
    nova.model.will("general", used(("clock.now", {})), handed("books", found=["It is noon."]))
    nova.model.will("books", used(("notes.remember", {"text": "Parcel: 92 kg"})), said("Noted: 92 kg."))
    house.clock.move(600)
    told = await command(nova, "redo")
    assert "the reply was edited" in told
    question = nova.mailbox.there[-1]
    assert 'I did this: notes.remember (text: "Parcel: 90 kg").' in question.text
    assert 'With the correction it would be: text: "Parcel: 92 kg".' in question.text
    assert [button.label for button in question.buttons] == ["yes, do it", "no, leave it"]
    notes = await nova.nova.ledger.rows(select(note.c.text))
    assert [row["text"] for row in notes] == ["Parcel: 90 kg"]
    nova.model.will("books", used(("notes.remember", {"text": "Parcel: 92 kg"})), said("Done."))
    await nova.say("yes, do it")
    assert "Do this, as the owner was asked: notes.remember" in nova.model.last_pack.text


async def test_the_same_effect_is_not_even_asked_about(nova: Talk) -> None:
    nova.model.will("books", handed("general", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("general", handed("books", found=["It is heavy."]))
    nova.model.will("books", used(("notes.remember", {"text": "Heavy parcel"})), said("Noted."))
    await nova.say("which invoice?")
    await command(nova, "wrong c1.2 = 92")
    nova.model.will("general", handed("books", found=["It is heavy."]))
    nova.model.will("books", used(("notes.remember", {"text": "Heavy parcel"})), said("Noted."))
    assert "the answer stayed the same" in await command(nova, "redo")
    assert "saved as note 1" in nova.model.told[0].casefold()


async def test_a_corrected_finding_is_what_the_next_call_of_the_agent_sees(nova: Talk, house: House) -> None:
    nova.model.will("books", used(("lab.read", {"text": "Birch owes 1,200"})), said("Birch owes 1,200."))
    await nova.say("which invoice?")
    calls = len(house.lab.calls)
    await command(nova, "wrong c1.2 = Birch owes 2,100")
    nova.model.will("books", said("Birch owes 2,100."))
    assert "r1: 1 of 2 steps done again" in await command(nova, "redo")
    assert nova.model.told == ["Birch owes 2,100"]
    assert len(house.lab.calls) == calls, "reading was not done again"


async def test_a_redo_that_died_goes_on_where_it_stopped(house: House) -> None:
    async with house.open() as nova:
        await three_agents(nova)
        await command(nova, "wrong c1.2 = 92")
        never = asyncio.Event()

        async def hang(_request: object) -> None:
            never.set()
            await asyncio.Event().wait()

        nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
        nova.model.will("mailer", hang)  # type: ignore[arg-type]
        envelope = nova.envelope("/redo")
        waiting = await nova.nova.receive(envelope)
        assert waiting is not None
        await never.wait()
    asked = len(house.model.requests)
    async with house.open() as nova:
        nova.model.will("mailer", said("Freight is 46 EUR for the parcel."))
        await asyncio.gather(*await nova.nova.recover())
        await nova.settled()
        assert nova.model.agents[asked:] == ["mailer"]
        assert "r1: 2 of 3 steps done again, as r3; the reply was edited." in nova.heard()[-1]
        assert (await nova.nova.ledger.run(3)).ending is not None
        assert len(nova.mailbox.edits) == 1


async def test_a_redo_that_fails_leaves_everything_as_it_was(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    nova.model.will("chaser", said(""))
    assert (await command(nova, "redo")).startswith("r1 could not be done again: ")
    assert await command(nova, "inbox") == "Nothing has failed for good."
    assert [claim.status for claim in (await nova.nova.ledger.run(1)).claims] == [
        Status.LIVE, Status.CORRECTED, *[Status.LIVE] * (len((await nova.nova.ledger.run(1)).claims) - 2),
    ]  # fmt: skip
    nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
    assert "as r4" in await command(nova, "redo")


async def test_a_redo_waits_for_the_thread_and_the_thread_for_it(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    gate, reached = asyncio.Event(), asyncio.Event()

    async def slow(_request: object) -> object:
        reached.set()
        await gate.wait()
        return said("A later answer.")

    nova.model.will("books", slow)  # type: ignore[arg-type]
    later = await nova.post("one more invoice?")
    await reached.wait()
    redoing = asyncio.create_task(command(nova, "redo"))
    asked = len(nova.model.requests)
    await asyncio.sleep(0)
    assert len(nova.model.requests) == asked
    nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
    gate.set()
    await later
    assert "r1: 2 of 3" in await redoing


async def test_the_new_run_is_in_the_ledger_with_its_steps_only(nova: Talk) -> None:
    await three_agents(nova)
    await command(nova, "wrong c1.2 = 92")
    nova.model.will("chaser", handed("mailer", found=["Freight is 46 EUR."]))
    await command(nova, "redo")
    again = await nova.nova.ledger.run(3)
    assert [step.n for step in again.steps] == [2, 3]
    assert again.ending is not None
    assert again.ending.kind is EndingKind.ANSWERED
    graph_of_answer = await nova.nova.receive.command("why", f"{again.claims[-1].id}", PLACE, OWNER)
    assert graph_of_answer
    assert ClaimId(2, 1) in (await nova.nova.ledger.pack(3, 2)).shown


async def test_a_correction_follows_a_note_into_later_runs(nova: Talk) -> None:
    nova.model.will("books", used(("notes.remember", {"text": "the parcel weighs 90 kg"})), said("Noted."))
    await nova.say("The parcel weighs 90 kg.", thread="first")
    await nova.say("books: The parcel weighs 90 kg.", thread="first")
    nova.model.will("books", said("The invoice is for 90 kg."))
    later = await nova.say("which invoice for the parcel, and what weighs it?", thread="second")
    assert later.claims[1].text == "the parcel weighs 90 kg"
    told = await command(nova, "wrong c2.1 = The parcel weighs 92 kg.")
    assert "Note 1 held it and now reads: The parcel weighs 92 kg" in told
    assert f"{later.name}" in told
    asked = len(nova.model.requests)
    nova.model.will("books", said("Noted."), said("Noted."), said("The invoice is for 92 kg."))
    assert f"{later.name}: 1 of 1 step done again" in await command(nova, "redo")
    assert "The parcel weighs 92 kg" in nova.model.requests[-1].pack.text
    assert len(nova.model.requests) > asked
