"""Forgetting: the words are gone from the file, for good; ids and shape are still there."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from nova_bot.core.agenda import Event, Todo
from nova_bot.core.envelope import Sender
from nova_bot.core.labels import Integrity, Label
from nova_bot.ledger import reminders, retention, tables
from nova_bot.ledger.agenda import LedgerAgenda
from nova_bot.ledger.retention import Span
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, OWNER, House, Talk, handed, said, used
from tests.records import PLACE

SECRET = "marzipan"


async def forget(nova: Talk, what: str, by: Sender = OWNER) -> str:
    answer = await nova.nova.receive.command("forget", what, PLACE, by)
    await nova.settled()
    assert answer is not None
    return answer


async def talk(nova: Talk) -> None:
    nova.model.will("books", used(("notes.remember", {"text": f"likes {SECRET}"})))
    nova.model.will("books", handed("chaser", task=f"Order {SECRET}.", assumed=[f"{SECRET} is meant"]))
    nova.model.will("chaser", said(f"I order {SECRET} [c1.3]."))
    await nova.say(f"which invoice is for {SECRET}?")
    await nova.say("hello, anything else?")
    await nova.say("an invoice elsewhere", thread="other")
    await nova.settled()


async def made_things(nova: Talk) -> None:
    """An appointment, a to-do, a reminder and a card that waits: each says the word."""
    write(nova.nova.watch.folder, "books", with_lines(BOOKS, "effects: [lab.pay]"))
    nova.model.will("books", used(("lab.pay", {"text": SECRET})))
    await nova.nova._take_changes()
    await nova.say(f"invoice: pay {SECRET}")
    await nova.say(f"remind me tomorrow at 9 to buy {SECRET}")
    label = Label(Integrity.OWNER, "turn:r1")
    agenda, now = LedgerAgenda(nova.nova.ledger), nova.clock()
    at = now + timedelta(days=3)
    await agenda.add_event(
        "owner", Event(f"tasting {SECRET}", at, at + timedelta(hours=1), label, SECRET), "r1.1/0", now
    )
    await agenda.add_todo("owner", Todo(f"taste {SECRET}", label), "r1.1/1", now)
    await nova.settled()


def on_disk(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.glob("nova.sqlite*"))


async def test_a_forgotten_thread_leaves_no_word_in_the_file(house: House) -> None:
    async with house.open() as nova:
        await talk(nova)
        assert SECRET.encode() in on_disk(house.home)
        assert await forget(nova, "thread") == (
            "Forgotten: the text of 2 runs, and every pack that showed it. What they had made is gone too: 1 note."
        )
        assert SECRET.encode() not in on_disk(house.home)
        run = await nova.nova.ledger.run(1)
        assert [(str(claim.id), claim.text) for claim in run.claims][:2] == [("c1.1", ""), ("c1.2", "")]
        assert [step.outcome.kind for step in run.steps] == ["use", "hand_off", "say"]
        assert (await nova.nova.ledger.pack(1, 3)).shown, "what rested on what is still known"
        assert (await nova.nova.ledger.run(3)).claims[0].text == "an invoice elsewhere"
        await nova.say("and now, invoice?")
        assert SECRET not in nova.model.last_pack.text
        assert await forget(nova, "before 2026-11-01") == "There is nothing to forget there."


async def test_what_a_thread_made_goes_with_it(house: House) -> None:
    async with house.open() as nova:
        await made_things(nova)
        card = nova.button("Approve")
        assert SECRET.encode() in on_disk(house.home)
        told = await forget(nova, "thread")
        assert told.endswith("What they had made is gone too: 1 appointment, 1 to-do, 1 reminder.")
        assert SECRET.encode() not in on_disk(house.home)
        ledger, now = nova.nova.ledger, nova.clock()
        assert await LedgerAgenda(ledger).events("owner", now, now + timedelta(days=9)) == []
        assert await LedgerAgenda(ledger).todos("owner") == []
        assert await reminders.of_owner(ledger, "owner") == []
        await nova.press(card.id)
        assert nova.mailbox.whispers[-1][1] == "That has been decided already."
        assert nova.lab.calls == []


async def test_what_is_still_to_come_outlives_the_days_that_texts_are_kept(house: House) -> None:
    async with house.open() as nova:
        await made_things(nova)
        ledger = nova.nova.ledger
        later = nova.clock() + timedelta(days=1)
        old = Span(until=later, only_over=True)
        await retention.forget(ledger, old, nova.clock())
        (event,) = await LedgerAgenda(ledger).events("owner", nova.clock(), later + timedelta(days=9))
        assert event.title == f"tasting {SECRET}"
        assert [todo.text for todo in await LedgerAgenda(ledger).todos("owner")] == [f"taste {SECRET}"]
        assert [one.what for one in await reminders.of_owner(ledger, "owner")] == [f"buy {SECRET}"]
        await LedgerAgenda(ledger).finish_todo("owner", "t1", later)
        await retention.forget(ledger, old, nova.clock() + timedelta(days=9))
        titles = await ledger.rows(select(tables.event.c.title.label("text")))
        texts = await ledger.rows(select(tables.todo.c.text))
        assert [row["text"] for row in (*titles, *texts)] == ["", ""]


@pytest.mark.parametrize(
    ("what", "runs"),
    [("person owner", 3), ("before 2026-11-23", 3), ("2026-11-22..2026-11-22", 3), ("2026-11-20..2026-11-21", 0)],
)
async def test_a_person_and_a_time_can_be_forgotten(nova: Talk, what: str, runs: int) -> None:
    await talk(nova)
    assert (f"{runs} runs" if runs else "nothing to forget") in await forget(nova, what)


async def test_every_step_that_was_given_what_goes_loses_its_pack(house: House) -> None:
    """Also one that was given it as the step before was."""
    async with house.open() as nova:
        await nova.say(f"which invoice is for {SECRET}?")
        house.clock.move(3_600)
        nova.model.will("books", handed("chaser"))
        nova.model.will("chaser", said("Gone on."))
        await nova.say("and the next invoice?")
        await nova.settled()
        packs = [(await nova.nova.ledger.pack(2, n)).text for n in (1, 2)]
        assert all(SECRET in text for text in packs)
        span = Span(until=nova.clock() - timedelta(minutes=1))
        assert (await retention.forget(nova.nova.ledger, span, nova.clock())).runs == 1
        assert SECRET.encode() not in on_disk(house.home)


async def test_only_the_owner_forgets_and_only_what_is_said(nova: Talk) -> None:
    await talk(nova)
    assert await forget(nova, "thread", GUEST) == "Only the owner's word counts here."
    for what in ("", "everything"):
        assert (await forget(nova, what)).startswith("Say what to forget")
    for what, date in (("before yesterday", "yesterday"), ("2026-01-01..", ""), ("before 2026-13-45", "2026-13-45")):
        assert await forget(nova, what) == f'"{date}" is no date. Write it like 2026-01-31.'
    assert SECRET in (await nova.nova.ledger.run(1)).claims[0].text


async def test_what_is_older_than_the_settings_keep_goes_at_the_start(house: House) -> None:
    async with house.open() as nova:
        await talk(nova)
    house.clock.move(31 * 86_400)
    async with house.open(keep_days=30) as nova:
        for _ in range(200):
            if SECRET.encode() not in on_disk(house.home):
                break
            await asyncio.sleep(0.01)
        assert (await nova.nova.ledger.run(1)).claims[0].text == ""
        assert SECRET.encode() not in on_disk(house.home)
