"""A press: its button is known by its id alone, it counts once, and it is handled even when Nova dies in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nova_bot.core.button import CHOOSE, Button
from nova_bot.core.delivery import Offered, Outbound
from nova_bot.core.envelope import Envelope, Kind, Place
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Rule
from nova_bot.core.wording import say
from nova_bot.engine.presses import Done, Handled, Press, refusal
from tests.doubles import GUEST, NOON, OWNER, PLATFORM, House, Mailbox, PuppetModel, Talk, asked, said

PLACE = Place(PLATFORM, "here", "desk", "main")


async def question(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which client?", "Birch", "Acme"))
    await nova.say("which invoice?")


async def test_a_press_answers_our_question_in_its_thread(nova: Talk, model: PuppetModel, mailbox: Mailbox) -> None:
    await question(nova, model)
    model.will("books", said("Acme has three."))
    run = await nova.press(nova.button("Acme").id)
    assert run.route.rule is Rule.ANSWER
    assert (mailbox.there[-1].text, mailbox.there[-1].place) == ("Acme has three.", PLACE)
    assert model.last_pack.items[-1].text.endswith("Acme")


async def test_the_pressed_message_loses_its_buttons_and_says_who_chose(
    nova: Talk, model: PuppetModel, mailbox: Mailbox
) -> None:
    await question(nova, model)
    await nova.press(nova.button("Acme").id)
    ((receipt, edit),) = mailbox.edits
    assert receipt == "receipt of r1/1"
    assert (edit.text, edit.buttons) == ("Which client?\n\nAda chose **Acme**.", ())


async def test_the_second_press_of_a_question_is_refused_privately(
    nova: Talk, model: PuppetModel, mailbox: Mailbox
) -> None:
    await question(nova, model)
    acme, birch = nova.button("Acme").id, nova.button("Birch").id
    await nova.press(acme)
    for late, why in ((acme, "pressed"), (birch, "answered")):
        run = await nova.press(late, by=GUEST)
        assert run.ending
        assert run.ending.kind is EndingKind.SILENT
        assert mailbox.whispers[-1] == ("gus", say("press", why))
    assert model.agents == ["books", "books"]


async def test_the_same_press_delivered_twice_is_one(nova: Talk, model: PuppetModel) -> None:
    await question(nova, model)
    press = Envelope("test:p", Kind.PRESS, PLACE, OWNER, "", NOON, press=nova.button("Acme").id)
    first = await nova.nova.receive(press)
    assert first is not None
    await first
    assert await nova.nova.receive(press) is None


async def test_an_unknown_button_is_refused(nova: Talk, mailbox: Mailbox) -> None:
    await nova.press("no-such-button")
    assert mailbox.whispers == [("ada", say("press", "unknown"))]
    assert nova.heard() == []


async def test_a_press_is_answered_after_a_restart(house: House) -> None:
    async with house.open() as nova:
        await question(nova, house.model)
        chosen = nova.button("Birch").id
        press = Envelope("test:p", Kind.PRESS, PLACE, OWNER, "", NOON, press=chosen)
        await nova.nova.ledger.accept(press, NOON)  # then the process dies
    async with house.open() as nova:
        for run in await nova.nova.recover():
            await run
        assert nova.heard()[-1] == "books has answered."
        assert len(nova.heard()) == 2


async def test_a_press_that_was_marked_but_not_handled_is_handled_after_a_restart(house: House) -> None:
    async with house.open() as nova:
        await question(nova, house.model)
        press = Envelope("test:p", Kind.PRESS, PLACE, OWNER, "", NOON, press=nova.button("Birch").id)
        await nova.nova.ledger.accept(press, NOON)
        await nova.nova.ledger.press(press.press or "", press)
    async with house.open() as nova:
        for run in await nova.nova.recover():
            await run
        assert nova.heard()[-1] == "books has answered."


async def test_each_act_has_its_handler(nova: Talk, mailbox: Mailbox) -> None:
    presses: list[str] = []

    async def snooze(press: Press) -> Handled:
        presses.append(press.offered.button.value)
        return Done("Snoozed.")

    run = await nova.say("which invoice?")
    nova.nova.presses.handlers["snooze"] = snooze
    offer = Outbound("note/1", run.id, PLACE, "books", "Time to call.", (Button("b1", "10 min", "snooze", "10m"),))
    await nova.nova.outbox.post(offer)
    await nova.press("b1")
    assert presses == ["10m"]
    assert mailbox.edits[-1][1].text == "Time to call.\n\nSnoozed."
    assert nova.heard()[-1] == "Time to call."


async def test_a_handler_that_breaks_means_no(nova: Talk, mailbox: Mailbox) -> None:
    async def broken(press: Press) -> Handled:
        raise RuntimeError(press.offered.button.id)

    run = await nova.say("which invoice?")
    nova.nova.presses.handlers["send"] = broken
    await nova.nova.outbox.post(Outbound("note/1", run.id, PLACE, "books", "?", (Button("b1", "Yes", "send", ""),)))
    await nova.press("b1")
    assert mailbox.whispers == [("ada", say("press", "broke"))]
    assert mailbox.edits == []


BUTTON = Button("b1", "Yes", CHOOSE, "yes", presser="ada", expires=NOON)
OFFER = Offered(BUTTON, Outbound("r1/1", 1, PLACE, "books", "?", (BUTTON,)))


@pytest.mark.parametrize(
    ("offered", "by", "late", "why"),
    [
        (None, "ada", 0, "unknown"),
        (OFFER, "ada", 0, ""),
        (OFFER, "gus", 0, "not_yours"),
        (OFFER, "ada", 1, "expired"),
        (replace(OFFER, press="other"), "ada", 0, "pressed"),
        (replace(OFFER, press="test:p"), "ada", 0, ""),
        (replace(OFFER, press="test:p"), "ada", 9, ""),
    ],
)
def test_why_a_press_is_refused(offered: Offered | None, by: str, late: int, why: str) -> None:
    press = Envelope("test:p", Kind.PRESS, PLACE, replace(OWNER, id=by), "", NOON, press="b1")
    assert refusal(offered, press, NOON + timedelta(seconds=late)) == (say("press", why) if why else "")
