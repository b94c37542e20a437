"""One contract for every platform: the same sentences hold in the terminal, in Slack and in Discord."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from io import StringIO
from itertools import count
from typing import Protocol

import pytest

from adapters import terminal
from adapters.fakes.discord import FakeDiscord
from adapters.fakes.slack import ADA, GENERAL
from nova_bot import app, parts
from nova_bot.core.button import Button
from nova_bot.core.delivery import Outbound, Underway
from nova_bot.core.envelope import Envelope, Place
from nova_bot.core.people import People
from nova_bot.engine.outbox import Courier
from nova_bot.nova import Nova
from tests.adapters.discord.rig import people, served, texts
from tests.adapters.slack.rig import slack_house
from tests.doubles import NOON, OWNER, PEOPLE, House, asked, said, team


class Stage(Protocol):
    """A platform with Nova behind it. `ask` begins a thread, `more` goes on in it; both give its key.

    `person` is the platform's id of the one who speaks.
    """

    nova: Nova
    person: str

    @property
    def courier(self) -> Courier: ...

    async def ask(self, text: str) -> str: ...

    async def more(self, thread: str, text: str) -> None: ...

    async def heard(self, thread: str) -> list[str]: ...

    async def choose(self, thread: str, label: str) -> None:
        """Take one of the choices, as people do there."""

    async def again(self) -> None:
        """The platform delivers everything once more."""

    def place(self, thread: str) -> Place: ...


class OnTerminal:
    """Replies are read from the printed lines."""

    def __init__(self, nova: Nova, printer: terminal.Printer, out: StringIO) -> None:
        self.nova, self.courier, self._out = nova, printer, out
        self.person = OWNER.id
        self._numbers = count(1)
        self._said: list[Envelope] = []

    async def ask(self, text: str) -> str:
        thread = f"t{next(self._numbers)}"
        await self.more(thread, text)
        return thread

    async def more(self, thread: str, text: str) -> None:
        self._said.append(terminal.envelope(text, thread, OWNER))
        run = await self.nova.receive(self._said[-1])
        assert run is not None
        await run

    async def heard(self, thread: str) -> list[str]:
        replies = self._out.getvalue().split("\n[")
        return [reply.split("]\n", 1)[1].strip() for reply in replies if f"thread {thread}]" in reply]

    async def choose(self, thread: str, label: str) -> None:
        await self.more(thread, label)

    async def again(self) -> None:
        for envelope in self._said:
            assert await self.nova.receive(envelope) is None

    def place(self, thread: str) -> Place:
        return terminal.place_of(thread)


@asynccontextmanager
async def on_terminal(house: House, patch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    patch.setattr(parts, "people_of", lambda _settings: People(PEOPLE))
    out = StringIO("\n")
    out.seek(0, 2)
    printer = terminal.Printer(out, rich=False, thread="none")
    async with app.running(house.settings(), [printer], model=house.model, make_team=team) as nova:
        yield OnTerminal(nova, printer, out)


@asynccontextmanager
async def on_slack(house: House, _patch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with slack_house(house) as place, place.open() as desk:

        class OnSlack:
            courier = desk.adapter.courier
            nova = desk.nova
            person = ADA

            async def ask(self, text: str) -> str:
                root = desk.ask(text)
                await desk.quiet()
                return root.ts

            async def more(self, thread: str, text: str) -> None:
                desk.slack.user_says(GENERAL, ADA, text, thread)
                await desk.quiet()

            async def heard(self, thread: str) -> list[str]:
                return desk.heard(thread)

            async def choose(self, thread: str, label: str) -> None:
                await desk.click(label)
                await desk.quiet()

            async def again(self) -> None:
                for delivery in desk.slack.deliveries("message"):
                    desk.slack.redeliver(delivery.id)
                await desk.quiet()

            def place(self, thread: str) -> Place:
                return Place("slack", "T0TEAM", GENERAL, thread)

        yield OnSlack()


@asynccontextmanager
async def on_discord(house: House, patch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    from adapters.discord import client

    async def at_once(*_: object, **__: object) -> None:
        return None

    patch.setattr(client, "READY_WITHIN_S", 0.05)
    patch.setattr(client.Client, "before_identify_hook", at_once)
    async with FakeDiscord() as fake:
        patch.setattr(parts, "people_of", lambda _settings: people(fake))
        with fake.pointed():
            async with served(house, fake) as discord:
                await fake.ready()
                threads: dict[str, object] = {}

                class OnDiscord:
                    courier = discord.adapter.courier
                    nova = discord.nova
                    person = str(fake.user("ada").id)

                    async def ask(self, text: str) -> str:
                        thread = await discord.ask(text)
                        await fake.heard(thread)
                        await discord.settled()
                        threads[str(thread.id)] = thread
                        return str(thread.id)

                    async def more(self, thread: str, text: str) -> None:
                        where = threads[thread]
                        before = len(texts(fake, where))  # type: ignore[arg-type]
                        fake.user_says(where, "ada", text)  # type: ignore[arg-type]
                        await fake.heard(where, before + 1)  # type: ignore[arg-type]
                        await discord.settled()

                    async def heard(self, thread: str) -> list[str]:
                        said_ = texts(fake, threads[thread])  # type: ignore[arg-type]
                        return [text.rpartition("\n-# ")[0] or text for text in said_]

                    async def choose(self, thread: str, label: str) -> None:
                        posts = fake.posts(threads[thread])  # type: ignore[arg-type]
                        fake.click(posts[-1], label, "ada")
                        await fake.heard(threads[thread], len(posts) + 1)  # type: ignore[arg-type]
                        await discord.settled()

                    async def again(self) -> None:
                        fake.drop_ws()
                        await fake.until(lambda: fake.resumes)
                        await discord.settled()

                    def place(self, thread: str) -> Place:
                        return discord.place(threads[thread])  # type: ignore[arg-type]

                yield OnDiscord()


Open = Callable[[House, pytest.MonkeyPatch], AbstractAsyncContextManager[Stage]]


@pytest.fixture(params=[on_terminal, on_slack, on_discord], ids=["terminal", "slack", "discord"])
async def stage(request: pytest.FixtureRequest, house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with request.param(house, monkeypatch) as made:
        yield made


async def test_a_request_is_answered_in_its_thread(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    assert await stage.heard(thread) == ["books has answered."]


async def test_a_follow_up_needs_no_mention(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.more(thread, "and which invoice is late?")
    assert await stage.heard(thread) == ["books has answered."] * 2


async def test_two_threads_never_swap_their_answers(stage: Stage, house: House) -> None:
    house.model.will("books", said("For the first."), said("For the second."))
    one, other = await stage.ask("which invoice?"), await stage.ask("which invoice?")
    assert (await stage.heard(one), await stage.heard(other)) == (["For the first."], ["For the second."])


async def test_what_comes_again_is_not_answered_again(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.again()
    assert await stage.heard(thread) == ["books has answered."]


async def test_a_question_shows_its_choices_and_a_typed_one_is_taken(stage: Stage, house: House) -> None:
    house.model.will("books", asked("Which client?", "Birch", "Acme"), said("Taken."))
    thread = await stage.ask("which invoice?")
    await stage.more(thread, "Acme")
    assert (await stage.heard(thread))[-1] == "Taken."
    assert "Acme" in house.model.last_pack.items[-1].text


async def test_a_choice_is_taken_by_the_gesture_of_the_platform(stage: Stage, house: House) -> None:
    house.model.will("books", asked("Which client?", "Birch", "Acme"), said("Taken."))
    thread = await stage.ask("which invoice?")
    await stage.choose(thread, "Acme")
    assert (await stage.heard(thread))[-1] == "Taken."
    assert "Acme" in house.model.last_pack.items[-1].text


async def test_a_long_answer_arrives_whole_and_in_order(stage: Stage, house: House) -> None:
    house.model.will("books", said("\n\n".join(f"{n}. " + "word " * 100 for n in range(10))))
    thread = await stage.ask("which invoice?")
    heard = await stage.heard(thread)
    assert [int(n) for n in re.findall(r"(\d)\.", "\n".join(heard))] == list(range(10))
    assert all(len(one) <= stage.courier.limits.text for one in heard)


async def test_what_is_shown_on_the_way_leaves_nothing_behind(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    underway = Underway(stage.place(thread), "1", "r9", "books", 1, "Thr", NOON, 0.1)
    stage.courier.progress(underway)
    await stage.courier.deliver(Outbound("r9/1", 9, stage.place(thread), "books", "Three."))
    assert await stage.heard(thread) == ["books has answered.", "Three."]


async def test_signs_and_edits_can_be_made_twice(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.nova.ledger.put()
    (sent,) = await stage.nova.ledger.sent_in(1)
    edit = replace(sent.outbound, key="r1/2", edits="r1/1", text="Corrected.")
    for _ in range(2):
        await stage.courier.noticed((await stage.nova.ledger.run(1)).envelope)
        assert sent.receipt
        await stage.courier.edit(sent.receipt, edit)
    assert (await stage.heard(thread))[-1] == "Corrected."


async def test_a_word_to_one_person_is_not_said_in_the_thread(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.courier.private(stage.place(thread), stage.person, "Between us.")
    await stage.courier.private(stage.place(thread)._replace(channel="", thread=""), stage.person, "Between us.")
    if stage.courier.platform != "terminal":  # where everything is said to one person
        assert await stage.heard(thread) == ["books has answered."]


async def test_more_buttons_than_there_is_room_for_hinder_nothing(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    buttons = tuple(Button(f"b{n}", f"choice {n} " + "x" * 100, "choose", f"{n}") for n in range(40))
    reply = Outbound("r9/1", 9, stage.place(thread), "books", "Which?", buttons)
    assert await stage.courier.deliver(reply)


async def test_commands_work_in_a_thread(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.more(thread, "!status")
    assert (await stage.heard(thread))[-1] == "Nothing is running here."


async def test_a_reply_is_kept_with_the_platforms_receipt_and_edited_where_it_stands(stage: Stage) -> None:
    thread = await stage.ask("which invoice?")
    await stage.nova.ledger.put()
    (sent,) = await stage.nova.ledger.sent_in(1)
    assert sent.receipt
    edit = replace(sent.outbound, key="r1/2", edits="r1/1", text="Corrected.")
    assert await stage.nova.outbox.post(edit)
    assert (await stage.heard(thread))[-1] == "Corrected."


async def test_a_delivery_that_is_there_is_found(stage: Stage) -> None:
    await stage.ask("which invoice?")
    (sent,) = await stage.nova.ledger.sent_in(1)
    if stage.courier.platform != "terminal":  # what scrolled by can't be known
        assert await stage.courier.find(sent.outbound)
    assert await stage.courier.find(Outbound("r9/1", 9, sent.outbound.place, "books", "never sent")) is None


async def test_markdown_arrives_as_the_platform_writes_it(stage: Stage, house: House) -> None:
    house.model.will("books", said("**Three** & `code`"))
    thread = await stage.ask("which invoice?")
    written = {
        "terminal": "Three & code",
        "slack": "*Three* &amp; `code`",
        "discord": "**Three** & `code`",
    }
    assert await stage.heard(thread) == [written[stage.courier.platform]]


async def test_the_limits_are_declared(stage: Stage) -> None:
    assert stage.courier.limits.text >= 1_000
