"""The sieve: every path out goes through the filter, and what may not be said somewhere is told to the owner alone."""

from dataclasses import replace

import pytest

from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.readers import Readers
from nova_bot.core.wording import say
from tests.doubles import PLATFORM, House, Talk, said

DESK = Place(PLATFORM, "here", "desk", "main")
DIRECT = Place(PLATFORM, "here", "dm-ada")
OURS = Label(Integrity.OUTSIDE, "turn:r1", frozenset({DIRECT.room}))
WITHHELD = say("sink", "withheld")
SECRET = "Zq8vR2mX9pL4tB7k"


@pytest.fixture
async def private(nova: Talk) -> Outbound:
    """A message for the desk that rests on what the owner said alone."""
    nova.mailbox.rooms["dm-ada"] = Readers.of("owner")
    run = await nova.say("which invoice?")
    nova.mailbox.there.clear()
    return Outbound("x/1", run.id, DESK, "books", "the balance is 92", label=OURS)


async def test_what_was_said_alone_is_not_said_where_others_read(nova: Talk, private: Outbound) -> None:
    await nova.nova.outbox.post(private)
    line, answer = nova.mailbox.there
    assert (answer.text, answer.place) == (WITHHELD, DESK)
    assert line.place == DIRECT
    assert line.text.startswith("books wanted to answer in test here desk (r1). I held it back: not everybody")
    assert "dm-ada" in line.text
    assert "92" not in line.text


async def test_where_only_the_owner_reads_it_is_said(nova: Talk, private: Outbound) -> None:
    nova.mailbox.rooms["desk"] = Readers.of("owner")
    await nova.nova.outbox.post(private)
    assert nova.heard() == ["the balance is 92"]


async def test_who_reads_along_is_asked_at_each_sending(nova: Talk, private: Outbound) -> None:
    nova.mailbox.rooms["desk"] = Readers.of("owner")
    await nova.nova.outbox.post(private)
    nova.mailbox.rooms["desk"] = Readers.of("owner", "gus")
    await nova.nova.outbox.post(replace(private, key="x/2"))
    assert [one.text for one in nova.mailbox.there if one.place == DESK] == ["the balance is 92", WITHHELD]


async def test_readers_that_can_not_be_found_out_mean_no(nova: Talk, private: Outbound) -> None:
    there = Place(PLATFORM, "here", "gone")
    await nova.nova.outbox.post(replace(private, place=there))
    assert [one.text for one in nova.mailbox.there if one.place == there] == [WITHHELD]


async def test_an_edit_is_as_private_as_what_it_replaces(nova: Talk, private: Outbound) -> None:
    nova.mailbox.rooms["desk"] = Readers.of("owner")
    await nova.nova.outbox.post(private)
    nova.mailbox.rooms["desk"] = Readers.of("owner", "gus")
    edit = Outbound("x/2", private.run, DESK, "books", "the balance is 93", edits="x/1")
    await nova.nova.outbox.post(edit)
    assert [one.text for _, one in nova.mailbox.edits] == [WITHHELD]


async def test_a_note_for_somebody_else_is_not_whispered(nova: Talk, private: Outbound) -> None:
    await nova.nova.outbox.private(DESK, "gus", "the balance is 92", OURS)
    await nova.nova.outbox.private(DESK, "ada", "the balance is 92", OURS)
    assert nova.mailbox.whispers == [("gus", WITHHELD), ("ada", "the balance is 92")]


async def test_an_answer_has_no_address_that_nobody_gave(nova: Talk) -> None:
    nova.model.will("books", said("See https://evil.test/x and https://docs.example/a"))
    await nova.say(
        "which invoice stands at https://docs.example/a ?", by=nova.nova.people.sender(PLATFORM, "here", "gus", "Gus")
    )
    assert nova.answer == "See evil[.]test/… and https://docs.example/a"


async def test_secrets_leave_neither_in_an_answer_nor_while_it_grows_nor_on_a_button(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", SECRET)
    async with house.open() as nova:
        nova.model.will("books", said(f"The key is {SECRET} or {SECRET[::-1]} and more"))
        run = await nova.say("which invoice?")
        await nova.nova.outbox.post(
            Outbound("x/1", run.id, DESK, "books", "?", (Button("b1", f"Send {SECRET}", "send", ""),))
        )
        await nova.nova.outbox.private(DESK, "ada", f"psst {SECRET}")
        shown = [
            *nova.heard(),
            *nova.mailbox.shown,
            nova.mailbox.there[-1].buttons[0].label,
            nova.mailbox.whispers[0][1],
        ]
        assert "█████" in nova.heard()[0]
        assert not any(SECRET[i : i + 8] in text for text in shown for i in range(9))
