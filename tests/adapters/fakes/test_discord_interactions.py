"""Commands, buttons, selects, modals and autocompletion of the loopback Discord, answered by discord.py."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import app_commands, ui

from adapters.fakes.discord import Answered, FakeDiscord, Kind, Message
from tests.adapters.fakes.discord_rig import Bot, connected

AGENTS = ["erp-ar", "erp-ap", "planner"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        with server.pointed():
            yield server


class Approve(ui.DynamicItem[ui.Button[ui.View]], template=r"nova:appr:(?P<id>\w+)"):
    """A button that survives a restart: what it is about is in its id."""

    def __init__(self, request: str) -> None:
        super().__init__(ui.Button(label="Approve", custom_id=f"nova:appr:{request}"))
        self.request = request

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[ui.View], match: re.Match[str], /
    ) -> "Approve":
        return cls(match["id"])

    async def callback(self, interaction: discord.Interaction) -> None:
        if interaction.user.name != "ada":
            await interaction.response.send_message("Only ada can decide this.", ephemeral=True)
        else:
            await interaction.response.edit_message(content=f"{self.request} approved", view=None)


class Reason(ui.Modal, title="Why?"):
    """One old-style input, and two labelled ones."""

    text: ui.TextInput[ui.Modal] = ui.TextInput(label="Your reason", max_length=20)
    size: ui.Label[ui.Modal] = ui.Label(
        text="How big?", component=ui.Select(options=[discord.SelectOption(label=x) for x in ("small", "big")])
    )

    who: ui.Label[ui.Modal] = ui.Label(text="Who?", component=ui.UserSelect(required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.size.component, ui.Select)
        assert isinstance(self.who.component, ui.UserSelect)
        who = [user.name for user in self.who.component.values]
        await interaction.response.send_message(f"{self.text.value}, {self.size.component.values[0]}, {who}")


async def setup(bot: Bot) -> None:
    """The commands of these tests, registered as Nova would."""
    bot.add_dynamic_items(Approve)
    bot.tree.add_command(_nova())

    @bot.tree.context_menu(name="Why?")
    async def why(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about: {message.content}", ephemeral=True)

    @bot.tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(f"hello {user.name}")

    await bot.tree.sync()


def _nova() -> app_commands.Group:
    nova = app_commands.Group(name="nova", description="Talk to Nova")

    @nova.command(description="Ask")
    async def ask(interaction: discord.Interaction, text: app_commands.Range[str, 1, 50], times: int = 1) -> None:
        await interaction.response.defer(thinking=True, ephemeral=text == "secret")
        await interaction.followup.send(" ".join([text] * times))
        await interaction.followup.send("and more")

    @nova.command(description="Name an agent")
    async def agent(interaction: discord.Interaction, name: str, of: discord.Member | None = None) -> None:
        await interaction.response.send_message(f"{name} for {of or 'nobody'}")

    @agent.autocomplete("name")
    async def names(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in AGENTS if typed in name]

    @nova.command(description="Give a reason")
    async def reason(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Reason())

    return nova


async def test_a_deferred_command_is_filled_and_followed_up(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        asked = fake.slash("nova ask", "general", "ada", text="hi", times=2)
        assert (await fake.answered(asked)).kind is Answered.DEFER
        first = await fake.reply(asked)
        more = await fake.heard("general", 2)
    assert (first.content, first.kind, more.content) == ("hi hi", Kind.COMMAND, "and more")
    assert not fake.unanswered()


async def test_commands_work_in_threads_and_in_private(fake: FakeDiscord) -> None:
    thread = fake.user_opens_thread("general", "ada", "plans")
    async with connected(fake, Bot(setup=setup)):
        for place in (thread, fake.dm("ada")):
            asked = fake.slash("nova ask", place, "ada", text="hi")
            assert (await fake.reply(asked)).channel == place.id


async def test_an_ephemeral_answer_is_seen_by_one_person_only(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)) as bot:
        said = fake.user_says("general", "bob", "the total is 12")
        reply = await fake.reply(fake.message_menu("Why?", said, "ada"))
        assert reply.ephemeral
        with pytest.raises(discord.NotFound):
            await bot.get_partial_messageable(reply.channel).fetch_message(reply.id)
        fake.user_says("general", "bob", "thanks")
        await bot.heard("the total is 12", "thanks")
    assert bot.seen.count("MESSAGE_CREATE") == 2


async def test_a_deferred_answer_stays_as_private_as_it_was_deferred(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        assert (await fake.reply(fake.slash("nova ask", "general", "ada", text="secret"))).ephemeral


async def test_a_second_answer_is_refused(fake: FakeDiscord) -> None:
    codes: list[int] = []

    async def answer_twice(bot: Bot) -> None:
        @bot.tree.command(description="Twice")
        async def twice(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("first")
            try:
                await bot.http.request(
                    discord.http.Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback"),
                    json={"type": 4, "data": {"content": "second"}},
                )
            except discord.HTTPException as refused:
                codes.append(refused.code)

        await bot.tree.sync()

    async with connected(fake, Bot(setup=answer_twice)):
        fake.slash("twice", "general", "ada")
        await fake.until(lambda: codes)
    assert codes == [40060]
    assert [post.content for post in fake.posts("general")] == ["first"]


async def test_a_late_answer_is_refused_and_counted(fake: FakeDiscord) -> None:
    codes: list[int] = []

    async def answer_late(bot: Bot) -> None:
        @bot.tree.command(description="Late")
        async def late(interaction: discord.Interaction) -> None:
            fake.later(3.1)
            try:
                await interaction.response.defer(thinking=True)
            except discord.NotFound as refused:
                codes.append(refused.code)

        await bot.tree.sync()

    async with connected(fake, Bot(setup=answer_late)):
        asked = fake.slash("late", "general", "ada")
        await fake.until(lambda: codes)
    assert codes == [10062]
    assert [left.id for left in fake.unanswered()] == [asked.id]
    assert len(fake.late_answers()) == 1


async def test_after_fifteen_minutes_the_token_is_dead(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        asked = fake.slash("nova ask", "general", "ada", text="hi")
        await fake.heard("general", 2)
    hook = f"{fake.url}/api/v10/webhooks/{fake.world.application}/{asked.token}"
    async with aiohttp.ClientSession() as session:
        in_time = await session.patch(f"{hook}/messages/@original", json={"content": "changed"})
        fake.later(15 * 60)
        too_late = await session.post(hook, json={"content": "more"})
        error = await too_late.json()
    assert (in_time.status, too_late.status, error["code"]) == (200, 401, 50027)
    assert fake.posts("general")[0].content == "changed"


async def test_a_follow_up_before_the_answer_or_to_an_unknown_message_is_refused(fake: FakeDiscord) -> None:
    async with connected(fake, Bot()), aiohttp.ClientSession() as session:
        message = await _with_button(fake)
        asked = fake.click(message, "Go", "ada")
        hook = f"{fake.url}/api/v10/webhooks/{fake.world.application}/{asked.token}"
        early = await session.post(hook, json={"content": "more"})
        back = f"{fake.url}/api/v10/interactions/{asked.id}/{asked.token}/callback"
        wrong = await session.post(back, json={"type": 8, "data": {"choices": []}})
        answered = await session.post(back, json={"type": 6})
        unknown = await session.get(f"{hook}/messages/1")
    assert [early.status, wrong.status, answered.status, unknown.status] == [404, 400, 204, 404]


async def test_a_button_works_after_the_bot_was_restarted(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)) as bot:
        view = ui.View(timeout=None)
        view.add_item(Approve("r7"))
        await bot.get_partial_messageable(fake.channel("general").id).send("Pay?", view=view)
    async with connected(fake, Bot(setup=setup)):
        question = fake.posts("general")[0]
        refused = await fake.reply(fake.click(question, "Approve", "bob"))
        assert refused.ephemeral
        assert fake.controls(question)
        decided = await fake.answered(fake.click(question, "nova:appr:r7", "ada"))
    assert decided.kind is Answered.UPDATE
    assert fake.final_text(question) == "r7 approved"
    assert not fake.controls(question)


async def test_what_is_not_there_cannot_be_pressed(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        message = await _with_button(fake)
        with pytest.raises(LookupError, match="no button 'Stop'"):
            fake.click(message, "Stop", "ada")
        with pytest.raises(LookupError, match="disabled"):
            fake.click(message, "Off", "ada")
        private = await fake.reply(fake.message_menu("Why?", message, "ada"))
        with pytest.raises(LookupError, match="bob does not see"):
            fake.click(private, "Go", "bob")


async def test_a_select_gives_its_values(fake: FakeDiscord) -> None:
    class Pick(ui.View):
        @ui.select(placeholder="Which?", options=[discord.SelectOption(label=name) for name in AGENTS], max_values=2)
        async def pick(self, interaction: discord.Interaction, select: ui.Select[ui.View]) -> None:
            await interaction.response.edit_message(content=", ".join(select.values))

    async with connected(fake, Bot()) as bot:
        await bot.get_partial_messageable(fake.channel("general").id).send("Pick", view=Pick())
        post = fake.posts("general")[0]
        with pytest.raises(ValueError, match="offers only"):
            fake.click(post, "Which?", "ada", ("nobody",))
        await fake.answered(fake.click(post, "Which?", "ada", ("erp-ar", "planner")))
    assert fake.final_text(post) == "erp-ar, planner"


async def test_a_modal_is_filled_in_and_submitted(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        asked = fake.slash("nova reason", "general", "ada")
        assert (await fake.answered(asked)).kind is Answered.MODAL
        with pytest.raises(ValueError, match="'Your reason' must be filled in"):
            fake.submit_modal(asked, {"How big?": "big"})
        with pytest.raises(ValueError, match="too long"):
            fake.submit_modal(asked, {"Your reason": "x" * 21, "How big?": "big"})
        with pytest.raises(ValueError, match="offers only"):
            fake.submit_modal(asked, {"Your reason": "x", "How big?": "huge"})
        submitted = fake.submit_modal(asked, {"Your reason": "it is due", "How big?": "big", "Who?": "bob"})
        assert (await fake.reply(submitted)).content == "it is due, big, ['bob']"


async def test_autocompletion_offers_names_and_the_choice_is_used(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        assert await fake.autocomplete("nova agent", "general", "ada", "name", "erp") == ("erp-ar", "erp-ap")
        asked = fake.slash("nova agent", "general", "ada", name="erp-ar", of=fake.user("bob"))
        assert (await fake.reply(asked)).content == "erp-ar for bob"


async def test_a_command_from_a_message_menu_knows_the_message(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        said = fake.user_says("general", "bob", "the total is 12")
        reply = await fake.reply(fake.message_menu("Why?", said, "ada"))
    assert (reply.content, reply.kind) == ("about: the total is 12", Kind.MENU_COMMAND)


async def test_a_command_from_a_user_menu_knows_the_user(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        assert (await fake.reply(fake.user_menu("Greet", "general", "bob", "ada"))).content == "hello bob"


async def test_only_registered_commands_with_fitting_options_can_be_used(fake: FakeDiscord) -> None:
    async with connected(fake, Bot(setup=setup)):
        for line, options in (("nope", {}), ("nova", {}), ("nova ask", {"words": "x"})):
            with pytest.raises(LookupError):
                fake.slash(line, "general", "ada", **options)
        for given in ({}, {"text": 5}, {"text": "x" * 51}, {"text": "x", "times": True}):
            with pytest.raises(ValueError, match=r"needs|is a|bounds"):
                fake.slash("nova ask", "general", "ada", **given)
        with pytest.raises(ValueError, match="not completed"):
            await fake.autocomplete("nova ask", "general", "ada", "text", "x")
    assert not fake.calls("POST *")


async def test_a_guilds_own_command_keeps_its_id_when_it_is_registered_again(fake: FakeDiscord) -> None:
    async def setup_guild(bot: Bot) -> None:
        guild = discord.Object(fake.guild.id)

        @bot.tree.command(description="Here only", guild=guild)
        async def here(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("here")

        ids = [(await bot.tree.sync(guild=guild))[0].id for _ in range(2)]
        assert ids[0] == ids[1] == (await bot.tree.fetch_commands(guild=guild))[0].id

    async with connected(fake, Bot(setup=setup_guild)):
        assert (await fake.reply(fake.slash("here", "general", "ada"))).content == "here"


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Nova", "description": "capital"},
        {"name": "nova", "description": ""},
        {"name": "nova", "description": "x", "options": [{"type": 99, "name": "a", "description": "b"}]},
        {"name": "Why?", "type": 3, "description": "menus have none"},
    ],
)
async def test_a_malformed_command_is_refused(fake: FakeDiscord, command: dict[str, object]) -> None:
    bot = Bot()
    await bot.login(fake.token)
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.http.bulk_upsert_global_commands(fake.world.application, [command])
    await bot.close()


async def test_a_follow_up_that_was_stored_but_answered_with_an_error_is_doubled(fake: FakeDiscord) -> None:
    fake.fail("POST /webhooks/*", 503, stored=True)
    async with connected(fake, Bot(setup=setup)):
        asked = fake.slash("nova ask", "general", "ada", text="hi")
        await fake.reply(asked)
        await asyncio.wait_for(fake.heard("general", 3), 5)  # discord.py waits a second and sends it again
    assert fake.duplicates() == ("hi",)


async def _with_button(fake: FakeDiscord) -> Message:
    """A post of the bot with a button that can be pressed and one that can't, sent without a client."""
    row = {"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
        {"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": True},
    ]}  # fmt: skip
    route = f"{fake.url}/api/v10/channels/{fake.channel('general').id}/messages"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {fake.token}"}) as session:
        await session.post(route, json={"content": "Ready?", "components": [row]})
    return fake.posts("general")[0]
