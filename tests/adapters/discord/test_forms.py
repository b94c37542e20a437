"""Forms: what a press asks for is typed into a modal, and into the conversation where there is none."""

from pathlib import Path

import pytest

from adapters.fakes.discord import Answered, FakeDiscord, Interaction, Message
from nova_bot.dispatch.reception import Reception
from nova_bot.ledger import reminders
from tests.adapters.discord.rig import Served, pressable, private_to, served, texts
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, said, used


async def reminded(discord: Served) -> Message:
    """The card of a reminder that ada asked for."""
    return await discord.fake.heard(await discord.ask("remind me tomorrow at 9 to call Ann"))


async def opened(discord: Served, card: Message, label: str) -> Interaction:
    press = discord.fake.click(card, label, "ada")
    assert (await discord.fake.answered(press)).kind is Answered.MODAL
    return press


async def test_a_reminder_is_moved_by_a_form(discord: Served, house: House) -> None:
    fake, card = discord.fake, await reminded(discord)
    form = await opened(discord, card, "Edit")
    asked = fake.interaction(form).answer
    assert asked
    assert asked.modal
    assert asked.modal["title"] == "Reminder 1"
    before = await reminders.get(discord.nova.ledger, 1)
    sent = fake.submit_modal(form, {"text": "Friday 10:30"})
    assert (await fake.answered(sent)).kind is Answered.DEFER_UPDATE
    await fake.until(lambda: "is moved to Friday" in fake.final_text(card))
    after = await reminders.get(discord.nova.ledger, 1)
    assert before
    assert after
    assert after.due != before.due
    assert len(texts(fake, fake.world.channels[card.channel])) == 1
    assert house.model.requests == []


async def test_a_time_that_can_not_be_read_is_asked_for_in_the_thread(discord: Served) -> None:
    card = await reminded(discord)
    discord.fake.submit_modal(await opened(discord, card, "Edit"), {"text": "when the cows come home"})
    assert "To when shall I move it?" in await discord.heard(discord.fake.world.channels[card.channel], 2)


async def test_without_modals_it_is_asked_in_the_thread(discord: Served) -> None:
    fake, card = discord.fake, await reminded(discord)
    fake.fail("POST /interactions/*/callback", 400)
    press = fake.click(card, "Edit", "ada")
    assert "To when shall I move it?" in await discord.heard(fake.world.channels[card.channel], 2)
    assert (await fake.answered(press)).kind is Answered.DEFER_UPDATE


async def test_a_form_that_stays_open_over_a_restart_still_counts(house: House, fake: FakeDiscord) -> None:
    async with served(house, fake) as discord:
        await fake.ready()
        card = await reminded(discord)
        form = await opened(discord, card, "Edit")
    async with served(house, fake) as discord:
        await fake.ready()
        fake.submit_modal(form, {"text": "Friday 10:30"})
        await fake.until(lambda: "is moved to Friday" in fake.final_text(card))


async def test_a_form_sent_before_a_crash_is_answered_after_it(
    house: House, fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(house, fake) as discord:
        await fake.ready()
        card = await reminded(discord)
        form = await opened(discord, card, "Edit")
        with monkeypatch.context() as patch:
            patch.setattr(Reception, "begin", lambda *_: None)  # it dies as soon as it has kept it
            await fake.answered(fake.submit_modal(form, {"text": "Friday 10:30"}))
            await discord.nova.ledger.put()
    async with served(house, fake):
        await fake.until(lambda: "is moved to Friday" in fake.final_text(card))


async def test_the_letters_that_a_card_wants_are_typed_into_a_form(
    house: House, fake: FakeDiscord, agents: Path
) -> None:
    write(agents, "books", with_lines(BOOKS, "effects: [lab.pay]"))
    plan = used(("plan", {"effects": [{"tool": "lab.pay", "source": {"text": ["lab.read"]}}]}))
    account = {"text": "DE12 3456"}
    house.model.will("books", plan, used(("lab.read", account)), used(("lab.pay", account)), said("Paid."))
    async with served(house, fake) as discord:
        await fake.ready()
        fake.user_dms("ada", "read the invoice and send it to whoever wrote it")
        card = await fake.heard(fake.dm("ada"))
        assert pressable(fake, card) == ["Approve", "Deny"]
        wrong = fake.submit_modal(await opened(discord, card, "Approve"), {"text": "0000"})
        refused = await fake.until(lambda: private_to(fake, wrong.id))
        assert "last four characters" in refused[0]
        assert [tool for tool, *_ in house.lab.calls] == ["lab.read"]
        fake.submit_modal(await opened(discord, card, "Approve"), {"text": "34 56"})
        assert await discord.heard(fake.dm("ada"), 3) == "Paid.\n-# books · r1"
        assert [tool for tool, *_ in house.lab.calls] == ["lab.read", "lab.pay"]
        await fake.until(lambda: "Approved by" in fake.final_text(card))


async def test_the_owner_says_from_the_menu_of_an_answer_what_is_wrong(discord: Served, house: House) -> None:
    fake = discord.fake
    house.model.will("books", said("Birch owes 92 euros since May."))
    thread = await discord.ask("which invoice?")
    answer = await fake.heard(thread)
    menu = fake.message_menu("Something is wrong here", answer, "ada")
    asked = (await fake.answered(menu)).modal
    assert asked
    options = asked["components"][0]["component"]["options"]
    claim = next(option["value"] for option in options if "92 euros" in option["label"])
    fake.submit_modal(menu, {"choice": claim, "text": "Birch owes 29 euros since May."})
    assert "From now on" in await discord.heard(thread, 2)


async def test_nobody_else_is_asked_what_would_be_right(discord: Served) -> None:
    fake = discord.fake
    answer = await fake.heard(await discord.ask("which invoice?"))
    menu = fake.message_menu("Something is wrong here", answer, "bob")
    assert "only my owner" in fake.final_text(await fake.reply(menu))
