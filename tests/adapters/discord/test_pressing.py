"""Buttons, on messages of components v2."""

from adapters.fakes.discord import Answered, FakeDiscord
from tests.adapters.discord.rig import Served, pressable, private_to, served, texts
from tests.doubles import House, asked, said


async def test_a_question_is_answered_by_a_button(discord: Served, house: House) -> None:
    house.model.will("books", asked("Which month?", "October", "November"), said("Three in October."))
    thread = await discord.ask("which invoice is open?")
    question = await discord.fake.heard(thread)
    assert discord.fake.final_text(question) == "Which month?\n-# books · r1"
    assert pressable(discord.fake, question) == ["October", "November"]
    press = discord.fake.click(question, "October", "ada")
    assert (await discord.fake.answered(press)).kind is Answered.DEFER_UPDATE
    assert await discord.heard(thread, 2) == "Three in October.\n-# books · r2"
    await discord.fake.until(lambda: not pressable(discord.fake, question))
    assert texts(discord.fake, thread)[0] == "Which month?\n\nAda chose **October**.\n-# books · r1"


async def test_the_id_of_a_button_says_nothing(discord: Served, house: House) -> None:
    house.model.will("books", asked("Which month?", "October"))
    question = await discord.fake.heard(await discord.ask("which invoice is open?"))
    (control,) = discord.fake.controls(question)
    assert control.custom_id.startswith("nova:")
    assert "October" not in control.custom_id


async def test_a_button_works_after_a_restart(house: House, fake: FakeDiscord) -> None:
    """hermes #76235."""
    house.model.will("books", asked("Which month?", "October", "November"), said("Three."))
    async with served(house, fake) as nova:
        await fake.ready()
        thread = await nova.ask("which invoice is open?")
        await fake.heard(thread)
    async with served(house, fake):
        await fake.ready()
        fake.click(fake.posts(thread)[0], "November", "ada")
        assert fake.final_text(await fake.heard(thread, 2)) == "Three.\n-# books · r2"


async def test_a_second_press_changes_nothing_and_is_told_in_private(discord: Served, house: House) -> None:
    house.model.will("books", asked("Which month?", "October", "November"), said("Three."))
    thread = await discord.ask("which invoice is open?")
    question = await discord.fake.heard(thread)
    discord.fake.click(question, "October", "ada")
    second = discord.fake.click(question, "November", "bob")
    refused = await discord.fake.until(lambda: private_to(discord.fake, second.id))
    assert refused == ["That question has been answered already."]
    await discord.heard(thread, 2)
    assert len(house.model.requests) == 2


async def test_many_choices_stand_in_rows(discord: Served, house: House) -> None:
    house.model.will("books", asked("Which?", *(f"choice {n}" for n in range(7))))
    question = await discord.fake.heard(await discord.ask("which invoice is open?"))
    assert pressable(discord.fake, question) == [f"choice {n}" for n in range(7)]
    assert [len(row["components"]) for row in question.components[1:]] == [5, 2]


async def test_a_long_label_is_cut(discord: Served, house: House) -> None:
    house.model.will("books", asked("Which?", "x" * 200))
    question = await discord.fake.heard(await discord.ask("which invoice is open?"))
    assert [len(label) for label in pressable(discord.fake, question)] == [80]
