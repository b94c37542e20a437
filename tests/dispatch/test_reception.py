"""What comes in: a sign of life, commands that don't wait, stopping, and messages that their authors change."""

import asyncio
from dataclasses import replace

import pytest

from nova_bot.core.envelope import Kind
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Rule
from nova_bot.models.base import ModelReply, ModelRequest
from tests.doubles import GUEST, OWNER, House, Mailbox, PuppetModel, Talk, asked, said


class Slow:
    """A model's answer that waits until it may go on."""

    def __init__(self, text: str = "Three.") -> None:
        self.begun, self.go, self.cancelled, self.text = asyncio.Event(), asyncio.Event(), False, text

    async def __call__(self, request: ModelRequest) -> ModelReply:
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return said(self.text)


@pytest.fixture
def slow(model: PuppetModel) -> Slow:
    made = Slow()
    model.will("books", made)
    return made


async def test_a_message_gets_a_sign_of_life_before_its_turn(nova: Talk, mailbox: Mailbox, slow: Slow) -> None:
    first = await nova.post("which invoice?")
    await slow.begun.wait()
    second = await nova.post("which invoice again?")
    await asyncio.sleep(0)
    assert [sign.text for sign in mailbox.signs] == ["which invoice?", "which invoice again?"]
    slow.go.set()
    await asyncio.gather(first, second)


async def test_talk_between_people_gets_no_sign(nova: Talk, mailbox: Mailbox) -> None:
    await nova.say("which invoice?")
    mailbox.signs.clear()
    run = await nova.say("colleagues, lunch?", mentioned=False)
    assert run.ending
    assert run.ending.kind is EndingKind.SILENT
    await nova.say("which invoice is that?", mentioned=False)
    assert [sign.text for sign in mailbox.signs] == ["which invoice is that?"]


async def test_what_people_say_while_nova_is_busy_comes_along_with_the_next_message(house: House) -> None:
    slow = Slow()
    house.model.will("books", slow)
    async with house.open() as nova:
        first = await nova.post("which invoice?")
        await slow.begun.wait()
        aside = await nova.post("colleagues, it is the one of May", by=GUEST, mentioned=False)
        second = await nova.post("so which invoice is late?")
        slow.go.set()
        await asyncio.gather(first, aside, second)
        pack = nova.model.last_pack.text
        assert pack.count("the one of May") == 1
        assert [one.text for one in (await second).envelope.quoted] == ["colleagues, it is the one of May"]


async def test_and_after_a_restart_too_once(house: House) -> None:
    slow = Slow()
    async with house.open() as nova:
        await nova.say("which invoice?")
        house.model.will("books", slow)
        await nova.say("colleagues, it is the one of May", by=GUEST, mentioned=False)
        await nova.post("so which invoice is late?")
        await slow.begun.wait()
    async with house.open() as nova:
        (run,) = await asyncio.gather(*await nova.nova.recover())
        assert [one.text for one in run.envelope.quoted] == ["colleagues, it is the one of May"]
        assert nova.model.last_pack.text.count("the one of May") == 1


async def test_a_thread_without_nova_is_not_kept(house: House) -> None:
    async with house.open() as nova:
        assert await nova.nova.receive(nova.envelope("lunch?", mentioned=False)) is None
        await nova.say("which invoice?", identity="named")
        assert await nova.nova.receive(nova.envelope("colleagues?", mentioned=False)) is not None
    async with house.open() as nova:
        assert await nova.nova.receive(nova.envelope("and now?", mentioned=False)) is not None
        assert await nova.nova.receive(nova.envelope("lunch?", mentioned=False, thread="other")) is None


async def test_one_gesture_with_two_identities_is_one_message(nova: Talk) -> None:
    first = replace(nova.envelope("which invoice?"), twin="gesture 1")
    again = replace(nova.envelope("which invoice?"), twin="gesture 1")
    run = await nova.nova.receive(first)
    assert run is not None
    await run
    assert await nova.nova.receive(again) is None


async def test_what_people_said_meanwhile_comes_along_once(house: House) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?")
        await nova.say("colleagues, Birch pays on Friday", mentioned=False, by=GUEST)
        await nova.say("colleagues, fine", mentioned=False)
    async with house.open() as nova:
        await nova.say("which invoice is late?", mentioned=False)
        (first, second) = (await nova.nova.ledger.run(4)).envelope.quoted
        assert (first.text, first.author) == ("colleagues, Birch pays on Friday", "Gus")
        assert second.text == "colleagues, fine"
        assert "Birch pays on Friday" in nova.model.last_pack.text
        await nova.say("which invoice?")
        assert (await nova.nova.ledger.run(5)).envelope.quoted == ()


# --- commands ----------------------------------------------------------------


async def test_stop_stops_the_step_in_flight(nova: Talk, slow: Slow) -> None:
    running = await nova.post("which invoice?")
    await slow.begun.wait()
    stopping = await nova.say("!stop")
    run = await running
    assert stopping.route.rule is Rule.COMMAND
    assert nova.heard() == ["Stopping r1.", "Stopped, as you asked. What was found so far is kept in r1."]
    assert slow.cancelled
    assert run.ending
    assert run.ending.kind is EndingKind.STOPPED
    assert (await nova.nova.ledger.run(run.id)).ending == run.ending


async def test_nobody_stops_what_somebody_else_asked_for(nova: Talk, slow: Slow) -> None:
    running = await nova.post("which invoice?")
    await slow.begun.wait()
    await nova.say("!stop", by=GUEST)
    slow.go.set()
    await running
    assert nova.heard()[-1] == "Three."
    assert "r1 is at work for somebody else" in nova.heard()[0]


async def test_what_one_person_alone_is_shown_is_filtered_too(nova: Talk, model: PuppetModel) -> None:
    model.will("books", said("See https://evil.test/?d=92 and [bank.example](https://evil.test)."))
    run = await nova.say("which invoice?")
    shown = await nova.nova.receive.whisper("why", "", run.envelope.place, run.envelope.sender)
    assert shown
    assert "evil[.]test/…" in shown
    assert "://" not in shown


async def test_what_waits_behind_a_stopped_run_goes_on(nova: Talk, slow: Slow, model: PuppetModel) -> None:
    first = await nova.post("which invoice?")
    await slow.begun.wait()
    model.will("books", said("Four."))
    second = await nova.post("which invoice then?")
    await nova.say("/stop")
    await asyncio.gather(first, second)
    assert nova.heard()[-1] == "Four."


async def test_stop_elsewhere_stops_nothing(nova: Talk, slow: Slow) -> None:
    running = await nova.post("which invoice?")
    await slow.begun.wait()
    await nova.say("!stop", thread="other")
    assert nova.heard("other") == ["Nothing is running here."]
    slow.go.set()
    assert (await running).ending
    assert nova.heard("main") == ["Three."]


async def test_status_says_what_runs(nova: Talk, slow: Slow) -> None:
    running = await nova.post("which invoice?")
    await slow.begun.wait()
    await nova.say("!status")
    assert nova.heard() == ["**r1**: books, step 1, 0 s, 0 tokens, 0.0000 USD"]
    slow.go.set()
    await running


async def test_status_tells_an_open_question(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which client?", "Birch", "Acme"))
    await nova.say("which invoice?")
    await nova.say("!status")
    assert nova.heard()[-1] == "Nothing is running here.\nI have asked: Which client?"
    await nova.say("Acme")
    assert nova.heard()[-1] == "books has answered.", "the command did not take the question's place"


async def test_a_command_is_no_turn_of_the_conversation(nova: Talk, model: PuppetModel) -> None:
    await nova.say("which invoice?")
    await nova.say("!help")
    await nova.say("which invoice?")
    assert not any("help" in item.text for item in model.last_pack.items)


async def test_an_agent_can_still_be_named_with_a_stroke(nova: Talk, model: PuppetModel) -> None:
    await nova.say("/agent mailer tell Birch")
    assert model.agents == ["mailer"]


async def test_a_command_of_its_own_kind_is_answered_after_a_restart(house: House) -> None:
    async with house.open() as nova:
        await nova.nova.ledger.accept(replace(nova.envelope("agents"), kind=Kind.COMMAND), nova.clock())
    async with house.open() as nova:
        for run in await nova.nova.recover():
            await run
        assert "**books**" in nova.heard()[-1]


async def test_an_overview_is_of_one_person(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("Which client?", "Birch", "Acme"))
    await nova.say("which invoice?", by=GUEST)
    mine = await nova.nova.receive.overview(GUEST)
    assert [one.question.text for one in mine.questions] == ["Which client?"]
    assert (await nova.nova.receive.overview(OWNER)).questions == ()


# --- edits and deletions -------------------------------------------------------


async def test_an_edit_before_its_turn_changes_the_message(nova: Talk, slow: Slow, model: PuppetModel) -> None:
    first = await nova.post("which invoice?")
    await slow.begun.wait()
    second = await nova.post("which invoice of Birch?", identity="test:edited")
    await nova.nova.receive.revise("test:edited", "which invoice of Acme?")
    slow.go.set()
    await asyncio.gather(first, second)
    assert "Acme" in model.last_pack.items[-1].text
    kept = await nova.nova.ledger.run(2)
    assert (kept.envelope.text, kept.route.request) == ("which invoice of Acme?", "which invoice of Acme?")


async def test_an_edit_afterwards_starts_nothing(nova: Talk, model: PuppetModel) -> None:
    await nova.say("which invoice?", identity="test:edited")
    await nova.nova.receive.revise("test:edited", "which invoice of Acme?")
    assert len(model.requests) == 1
    assert (await nova.nova.ledger.run(1)).envelope.text == "which invoice?"


async def test_a_message_deleted_before_its_turn_is_not_answered(nova: Talk, slow: Slow, model: PuppetModel) -> None:
    first = await nova.post("which invoice?")
    await slow.begun.wait()
    second = await nova.post("which invoice of Birch?", identity="test:gone")
    await nova.nova.receive.withdraw("test:gone")
    slow.go.set()
    await first
    run = await second
    assert run.route.rule is Rule.WITHDRAWN
    assert nova.heard() == ["Three."]
    assert len(model.requests) == 1


async def test_no_later_pack_shows_a_deleted_message(nova: Talk, model: PuppetModel) -> None:
    await nova.say("which invoice of Birch?", identity="test:gone")
    await nova.nova.receive.withdraw("test:gone")
    await nova.say("which invoice?")
    assert not any("Birch" in item.text for item in model.last_pack.items)


async def test_a_message_deleted_while_it_is_answered_is_gone_from_the_next_pack(
    nova: Talk, slow: Slow, model: PuppetModel
) -> None:
    running = await nova.post("which invoice of Birch?", identity="test:gone")
    await slow.begun.wait()
    await nova.nova.receive.withdraw("test:gone")
    slow.go.set()
    await running
    await nova.say("which invoice?")
    assert not any("Birch" in item.text for item in model.last_pack.items)
