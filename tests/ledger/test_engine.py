"""The ledger and the engine agree on what a conversation is."""

from nova_bot.core.conversation import Asking
from tests.doubles import House, PuppetModel, Talk, asked, handed, said, used


def at_hand(talk: Talk, thread: str = "main") -> object:
    """The conversation as the engine holds it."""
    return talk.nova.engine._at_hand._kept[talk.envelope("", thread=thread).place]


async def in_ledger(talk: Talk, thread: str = "main") -> object:
    return await talk.nova.ledger.conversation(talk.envelope("", thread=thread).place)


async def test_after_an_answer(nova: Talk) -> None:
    await nova.say("an invoice")
    assert await in_ledger(nova) == at_hand(nova)


async def test_a_run_with_tools_is_read_back_as_it_was_played(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("lab.read", {}), ("no.tool", {})), handed("chaser", found=["1,200 is open"]))
    run = await nova.say("an invoice")
    assert len(run.steps) == 3
    assert await nova.nova.ledger.run(run.id) == run


async def test_after_a_hand_off(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser", found=["1,200 is open"], assumed=["they want a mail"]))
    model.will("chaser", handed("mailer"))
    await nova.say("an invoice")
    assert await in_ledger(nova) == at_hand(nova)


async def test_with_a_question_open_and_after_its_answer(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which year?", "2025", "2026"), said("In 2026 nothing."))
    await nova.say("an invoice")
    held = await nova.nova.ledger.conversation(nova.envelope("").place)
    assert held.question is not None
    assert held.question.asking is Asking.AGENT
    assert held == at_hand(nova)
    await nova.say("2026")
    assert await in_ledger(nova) == at_hand(nova)


async def test_after_a_routing_question_the_holder_is_still_the_agent_before(nova: Talk) -> None:
    await nova.say("an invoice")
    await nova.say("/agent nobody-is-called-this")
    assert await in_ledger(nova) == at_hand(nova)


async def test_after_more_turns_than_are_kept_at_hand(nova: Talk) -> None:
    for n in range(25):
        await nova.say(f"invoice {n}")
    held = await nova.nova.ledger.conversation(nova.envelope("").place)
    assert (len(held.turns), held.earlier) == (40, 10)
    assert held == at_hand(nova)


async def test_a_restart_changes_nothing_in_the_next_pack(house: House) -> None:
    async with house.open() as before:
        await before.say("an invoice")
        await before.say("and the other invoice")
        await before.say("what about this invoice?")
    without = house.model.last_pack.items
    async with house.open() as first:
        for text in ("an invoice", "and the other invoice"):
            await first.say(text, thread="again")
    async with house.open() as second:
        await second.say("what about this invoice?", thread="again")
    shown = [(item.kind, item.why) for item in house.model.last_pack.items]
    assert shown == [(item.kind, item.why) for item in without]
