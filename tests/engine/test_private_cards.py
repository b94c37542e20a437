"""A card that not all readers of its place may read is decided where the owner alone reads it."""

from dataclasses import replace
from pathlib import Path

import pytest

from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import EndingKind
from nova_bot.core.readers import Readers
from nova_bot.core.wording import say
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, PLATFORM, Lab, PuppetModel, Talk, said, used

DIRECT = Place(PLATFORM, "here", "dm-ada")
OURS = Label(Integrity.OUTSIDE, "card:r1", frozenset({DIRECT}))


@pytest.fixture(autouse=True)
def poster(agents: Path) -> None:
    write(agents, "books", with_lines(BOOKS, "effects: [lab.send]", "asks_before: [lab.send]"))


@pytest.fixture
async def card(nova: Talk, model: PuppetModel) -> Outbound:
    """The card of a run that waits, shown once more: it now rests on what the owner said alone."""
    nova.mailbox.rooms["dm-ada"] = Readers.of("owner")
    model.will("books", used(("lab.send", {"text": "anna"})))
    run = await nova.say("which invoice? send it to anna")
    assert run.ending is not None
    assert run.ending.kind is EndingKind.WAITING
    shown = nova.mailbox.there[-1]
    nova.mailbox.there.clear()
    buttons = tuple(replace(button, id=f"new-{button.id}") for button in shown.buttons)
    return replace(shown, key="again/1", buttons=buttons, label=OURS)


async def test_it_is_shown_to_the_owner_alone(nova: Talk, card: Outbound) -> None:
    await nova.nova.outbox.post(card)
    private, neutral = nova.mailbox.there
    assert (neutral.place, neutral.text, neutral.buttons) == (card.place, say("sink", "withheld"), ())
    assert private.place == DIRECT
    assert "May I? send: lab.send, for books" in private.text
    assert [button.label for button in private.buttons] == ["Approve", "Deny"]


async def test_pressed_there_the_run_goes_on_where_it_waits(
    nova: Talk, model: PuppetModel, lab: Lab, card: Outbound
) -> None:
    await nova.nova.outbox.post(card)
    yes = nova.button("Approve")
    await nova.press(yes.id, by=GUEST)
    assert lab.calls == []
    model.will("books", said("Sent."))
    await nova.press(yes.id)
    await nova.nova.lanes.finish(5)
    assert [(tool, text) for tool, text, _ in lab.calls] == [("lab.send", "anna")]
    assert [(one.place, one.text) for one in nova.mailbox.there][-1] == (card.place, "Sent.")
    assert nova.mailbox.edits[-1][1].place == DIRECT
    await nova.press(yes.id)
    assert len(lab.calls) == 1


async def test_what_the_owner_may_not_read_either_stays_withheld(nova: Talk, card: Outbound) -> None:
    theirs = Place(PLATFORM, "here", "dm-gus")
    nova.mailbox.rooms["dm-gus"] = Readers.of("gus")
    await nova.nova.outbox.post(replace(card, label=Label(Integrity.OUTSIDE, "card:r1", frozenset({theirs}))))
    assert len(nova.mailbox.there) == 2
    assert all("lab.send" not in one.text and not one.buttons for one in nova.mailbox.there)
