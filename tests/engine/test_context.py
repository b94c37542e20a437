"""What an agent is shown beside the request: what came along, what it needs, notes that fit, and a thread in short."""

import pytest

from nova_bot.core.claims import Basis, ClaimId
from nova_bot.core.envelope import Quoted, QuotedKind
from nova_bot.core.labels import Integrity
from nova_bot.core.pack import ItemKind
from tests.agents import BOOKS, CHASER, with_lines, write
from tests.doubles import GUEST, House, PuppetModel, Talk, handed, said, used


def shown(model: PuppetModel, kind: ItemKind) -> list[str]:
    return [item.text for item in model.last_pack.items if item.kind is kind]


async def test_what_came_along_is_kept_shown_and_nobodys_word(nova: Talk, model: PuppetModel) -> None:
    root = Quoted(QuotedKind.ROOT, "INV-1009 is late", "Mallory")
    run = await nova.say("which invoice do they mean?", quoted=(root,))
    assert shown(model, ItemKind.QUOTED) == [
        "The first message of this thread (c1.2):\n~~~\nMallory: INV-1009 is late\n~~~"
    ]
    assert (run.claims[1].label.integrity, run.claims[1].basis) == (Integrity.OUTSIDE, Basis.TOLD)
    await nova.settled()
    kept = await nova.nova.ledger.run(run.id)
    assert kept == run
    assert kept.envelope.quoted == (root,)


async def test_an_answer_over_outside_words_is_no_better_than_they_are(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("INV-1009 is late."))
    run = await nova.say("which invoice?", quoted=(Quoted(QuotedKind.FILE, "INV-1009 is late"),))
    assert run.claims[-1].label.integrity is Integrity.OUTSIDE
    assert [(edge.src, edge.how) for edge in run.edges] == [(ClaimId(1, 2), "lit")]


async def test_a_note_that_fits_is_shown_unasked(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("notes.remember", {"text": "Birch pays every invoice by cheque"})))
    await nova.say("invoice: remember how Birch pays")
    await nova.say("which invoice of Birch is next?", thread="other")
    assert shown(model, ItemKind.NOTE) == ["Note, c2.2:\n~~~\nBirch pays every invoice by cheque\n~~~"]
    await nova.say("which invoice is next?", thread="third")
    assert shown(model, ItemKind.NOTE) == []


async def test_a_note_stays_in_its_room_and_with_its_person(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("notes.remember", {"text": "Birch pays every invoice by cheque"})))
    await nova.say("invoice: remember how Birch pays", channel="private")
    await nova.say("which invoice of Birch is next?")
    assert shown(model, ItemKind.NOTE) == []
    await nova.say("which invoice of Birch is next?", channel="private", by=GUEST)
    assert shown(model, ItemKind.NOTE) == []


async def test_a_note_is_no_help_to_an_agent_without_notes(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("notes.remember", {"text": "Birch is overdue since March"})))
    await nova.say("invoice: remember that Birch is overdue")
    await nova.say("chase Birch, they are overdue", thread="other")
    assert model.agents[-1] == "chaser"
    assert shown(model, ItemKind.NOTE) == []


async def test_what_an_agent_needs_is_found_in_other_threads_of_the_room(house: House, model: PuppetModel) -> None:
    write(house.agents, "chaser", with_lines(CHASER, "needs: [client]"))
    async with house.open() as nova:
        model.will("books", handed("chaser", found=["client: Birch GmbH", "mood: bad"]))
        await nova.say("the invoice of Birch GmbH is late")
        await nova.say("chase them", thread="other")
        assert shown(model, ItemKind.NEEDED) == ["client, c1.2 (derived):\n~~~\nclient: Birch GmbH\n~~~"]
        await nova.say("chase them", channel="elsewhere")
        assert shown(model, ItemKind.NEEDED) == []


@pytest.mark.parametrize(
    "request_", ["the client is Birch GmbH. Write the invoice", "client: Birch GmbH\ninvoice them"]
)
async def test_what_a_person_says_of_a_subject_is_found_too(house: House, model: PuppetModel, request_: str) -> None:
    write(house.agents, "chaser", with_lines(CHASER, "needs: [client]"))
    async with house.open() as nova:
        run = await nova.say(request_)
        assert [(claim.subject, claim.value, claim.basis) for claim in run.claims if claim.value] == [
            ("client", "Birch GmbH", Basis.TOLD)
        ]
        assert model.last_pack.items[-1].claims == (ClaimId(1, 1), ClaimId(1, 2))
        await nova.settled()
        assert await nova.nova.ledger.run(run.id) == run
        await nova.say("chase them", thread="other")
        assert shown(model, ItemKind.NEEDED)[0].startswith("client, c1.2 (told):")


async def test_what_a_tool_returns_of_a_subject_is_found_too(house: House, model: PuppetModel) -> None:
    write(house.agents, "chaser", with_lines(CHASER, "needs: [price]"))
    async with house.open() as nova:
        model.will("books", used(("lab.read", {"text": "price:X1 = 12 EUR"})), said("12 EUR"))
        await nova.say("what does X1 cost on the invoice?")
        await nova.say("chase them", thread="other")
        assert shown(model, ItemKind.NEEDED) == ["price:X1, c1.3 (found):\n~~~\nprice:X1 = 12 EUR\n~~~"]


async def test_a_long_thread_is_told_in_short_and_costs_no_more(house: House, model: PuppetModel) -> None:
    write(house.agents, "books", BOOKS)
    async with house.open() as nova:
        for n in range(30):
            model.will("books", said(f"Thanks. Invoice {n} is paid. Anything else?"))
            await nova.say(f"which invoice is number {n}?")
        (short,) = shown(model, ItemKind.SUMMARY)
        assert "- books (c" in short
        assert "is paid." in short
        assert "Thanks" not in short
        assert model.requests[-1].pack.tokens <= 1.3 * model.requests[19].pack.tokens
        before = model.last_pack
    async with house.open() as nova:
        await nova.say("which invoice is number 30?")
    assert model.last_pack.items[0].kind is before.items[0].kind is ItemKind.SUMMARY


async def test_what_is_out_of_date_is_read_again_before_the_agent_goes_on(house: House, model: PuppetModel) -> None:
    write(house.agents, "books", with_lines(BOOKS, "fresh: {lab: 5s}"))
    async with house.open() as nova:
        amounts = iter(["90 EUR", "92 EUR"])

        async def slow(_: str) -> str:
            nova.clock.move(10 if len(nova.lab.calls) == 1 else 1)
            return next(amounts)

        nova.lab.run = slow
        model.will("books", used(("lab.read", {"text": "open"})), said("92 EUR are open."))
        run = await nova.say("which invoice?")
        assert [call[1] for call in nova.lab.calls] == ["open", "open"]
        assert model.told == ["(as of 1 min ago, may be out of date)\n90 EUR", "92 EUR"]
        assert [(step.n, step.model) for step in run.steps] == [(1, "puppet"), (2, ""), (3, "puppet")]
        assert nova.answer == "92 EUR are open."


async def test_what_cannot_be_read_again_is_told_with_its_age(house: House, model: PuppetModel) -> None:
    write(house.agents, "chaser", with_lines(CHASER, "needs: [client]", "fresh: {client: 1h}"))
    async with house.open() as nova:
        model.will("books", handed("chaser", found=["client: Birch GmbH"]))
        await nova.say("the invoice of Birch GmbH is late")
        nova.clock.move(9 * 3600)
        await nova.say("chase them", thread="other")
        (needed,) = shown(model, ItemKind.NEEDED)
        assert needed.startswith("client, c1.2 (derived; as of 9 h ago, may be out of date):")
