"""`/nova` and the message menu."""

from functools import partial

import pytest

from adapters.fakes.discord import Answered, FakeDiscord
from nova_bot.ledger import overview
from tests.adapters.discord.rig import Served, pressable, served
from tests.doubles import House, asked, said


async def test_a_question_by_command_is_shown_and_answered_in_a_thread_below(discord: Served, house: House) -> None:
    fake = discord.fake
    house.model.will("books", said("**Three.**"))
    command = fake.slash("nova ask", "general", "ada", text="which invoice is open? <@1>")
    assert (await fake.answered(command)).kind is Answered.DEFER
    shown = await fake.reply(command)
    thread = await fake.thread_of(shown)
    assert await discord.heard(thread) == "**Three.**\n-# books · r1"
    assert fake.final_text(shown) == "> which invoice is open? <\u200b@1>"
    assert not fake.message(shown).ephemeral


@pytest.mark.parametrize("line", ["nova ask", "nova agent"])
async def test_an_agent_can_be_named(discord: Served, house: House, line: str) -> None:
    option = {"agent": "chaser"} if line == "nova ask" else {"name": "chaser"}
    house.model.will("chaser", said("Chased."))
    command = discord.fake.slash(line, "general", "ada", text="which invoice is open?", **option)
    assert (await discord.heard(await discord.fake.thread_of(await discord.fake.reply(command)))).startswith("Chased.")


async def test_names_of_agents_are_completed(discord: Served) -> None:
    completed = partial(discord.fake.autocomplete, "nova ask", "general", "ada", "agent", text="x")
    assert await completed("") == ("books", "chaser", "general", "mailer")
    assert await completed("ER") == ("chaser", "general", "mailer")
    assert await completed("nobody") == ()
    assert await discord.fake.autocomplete("nova agent", "general", "ada", "name", "bo") == ("books",)


async def test_in_a_thread_and_in_private_the_answer_comes_right_there(discord: Served) -> None:
    fake = discord.fake
    thread = fake.user_opens_thread("general", "ada", "plans")
    for place in (thread, fake.dm("ada")):
        command = fake.slash("nova ask", place, "ada", text="which invoice is open?")
        assert fake.final_text(await fake.reply(command)) == "> which invoice is open?"
        assert (await discord.heard(place, 2)).startswith("books has answered.")


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("status", "Nothing is running here."),
        ("stop", "Nothing is running here."),
        ("agents", "- **books**: Open invoices and the ledger."),
        ("why", "Nothing has happened here yet."),
        ("usage", "Nothing has happened here yet."),
        ("help", "Just type what you need"),
    ],
)
async def test_novas_own_commands_are_answered_to_one_person(discord: Served, verb: str, says: str) -> None:
    reply = await discord.fake.reply(discord.fake.slash(f"nova {verb}", "general", "ada"))
    assert says in discord.fake.final_text(reply)
    assert reply.ephemeral


async def test_a_stranger_gets_no_command(discord: Served) -> None:
    discord.fake.add_user("eve")
    reply = await discord.fake.reply(discord.fake.slash("nova usage", "general", "eve"))
    assert discord.fake.final_text(reply).startswith("I only work for")


async def test_accounts_are_linked_by_a_code_that_nobody_else_sees(discord: Served) -> None:
    reply = await discord.fake.reply(discord.fake.slash("nova link", "general", "ada"))
    assert reply.ephemeral
    assert "link" in discord.fake.final_text(reply)


async def test_a_message_is_asked_about_from_its_menu(discord: Served, house: House) -> None:
    fake = discord.fake
    said_by_bob = fake.user_says("general", "bob", "the invoice of Birch is open")
    menu = fake.message_menu("Ask Nova about this", said_by_bob, "ada")
    assert (await fake.answered(menu)).kind is Answered.MODAL
    sent = fake.submit_modal(menu, {"What do you want to know about it?": "which invoice does he mean?"})
    thread = await fake.thread_of(await fake.reply(sent))
    assert (await discord.heard(thread)).startswith("books has answered.")


# --- used where the bot is not -----------------------------------------------------


async def test_where_the_bot_is_not_only_the_one_who_asks_sees_the_answer(discord: Served, house: House) -> None:
    fake = discord.fake
    house.model.will("books", said("Three."))
    command = fake.slash("nova ask", fake.elsewhere("market"), "ada", text="which invoice is open?")
    reply = await fake.reply(command)
    assert reply.ephemeral
    assert fake.final_text(reply) == "Three.\n-# books · r1"
    (run,) = await overview.latest_runs(discord.nova.ledger, 1)
    assert (run.place.workspace, run.place.channel) == ("@user", str(fake.user("ada").id))


async def test_a_button_there_works_too(discord: Served, house: House) -> None:
    fake = discord.fake
    house.model.will("books", asked("Which month?", "October"), said("Three."))
    command = fake.slash("nova ask", fake.elsewhere("market"), "ada", text="which invoice is open?")
    question = await fake.reply(command)
    assert pressable(fake, question) == ["October"]
    fake.click(question, "October", "ada")
    answer = await fake.until(lambda: [fake.world.messages[n] for n in fake.interaction(command).messages[1:]])
    assert fake.final_text(answer[0]) == "Three.\n-# books · r2"
    assert answer[0].ephemeral
    await fake.until(lambda: not pressable(fake, question))


async def test_after_fifteen_minutes_it_is_said_in_a_direct_message(house: House, fake: FakeDiscord) -> None:
    house.model.will("books", said("Three."))
    async with served(house, fake) as discord:
        await fake.ready()
        fake.fail("PATCH /webhooks/*", 401)
        fake.slash("nova ask", fake.elsewhere("market"), "ada", text="which invoice is open?")
        assert await discord.heard(fake.dm("ada")) == "Three.\n-# books · r1"


# --- the three seconds ---------------------------------------------------------------


async def test_with_two_seconds_of_lag_a_command_is_still_acknowledged(discord: Served) -> None:
    """openclaw #77923 #55240."""
    command = discord.fake.slash("nova ask", "general", "ada", text="which invoice is open?")
    discord.fake.later(2.0)  # as if the event loop had been busy
    assert (await discord.fake.answered(command)).seconds < 3.0
    assert not discord.fake.late_answers()


async def test_commands_are_registered_only_when_they_changed(house: House, fake: FakeDiscord) -> None:
    for _ in range(2):
        async with served(house, fake):
            await fake.ready()
    assert len(fake.calls("PUT /applications/*/commands")) == 1
    (house.home / "discord.commands").write_text("an older definition")
    async with served(house, fake):
        await fake.ready()
    assert len(fake.calls("PUT /applications/*/commands")) == 2


async def test_every_command_can_be_used_everywhere(discord: Served) -> None:
    commands = discord.fake.world.commands[0]
    assert {(c["name"], *c["integration_types"], *c["contexts"]) for c in commands} == {
        (name, 0, 1, 0, 1, 2) for name in ("nova", "Ask Nova about this", "Something is wrong here")
    }  # fmt: skip
