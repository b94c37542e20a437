"""After a stop in the middle: finished steps stay, the step in flight is made again, nothing is lost."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from nova_bot.core.outcome import EndingKind, Use
from nova_bot.core.run import Run
from nova_bot.models.base import ModelReply, ModelRequest
from tests.doubles import GUEST, House, Talk, handed, said, used


class Hang:
    """A model call or a tool call that never ends; `reached` says that it has begun."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    async def __call__(self, _: object) -> object:
        self.reached.set()
        await asyncio.Event().wait()
        raise AssertionError


async def stopped(house: House, hang: Hang, *texts: str) -> None:
    """Nova, stopped in the middle of answering `texts`."""
    async with house.open() as nova:
        for text in texts:
            await nova.post(text)
        await hang.reached.wait()


async def resumed(nova: Talk) -> Sequence[Run]:
    return await asyncio.gather(*await nova.nova.recover())


async def test_a_step_in_flight_is_made_again(house: House) -> None:
    hang = Hang()
    house.model.will("books", hang)  # type: ignore[arg-type]
    await stopped(house, hang, "which invoice?")
    assert house.mailbox.heard() == []
    house.model.will("books", said("Three."))
    async with house.open() as nova:
        (run,) = await resumed(nova)
        assert nova.heard() == ["Three."]
    assert (run.id, len(run.steps)) == (1, 1)
    assert house.model.agents == ["books", "books"]


async def test_a_finished_step_is_not_repeated(house: House) -> None:
    hang = Hang()
    house.model.will("books", used(("lab.read", {"text": "once"})), handed("chaser"))
    house.model.will("chaser", hang)  # type: ignore[arg-type]
    await stopped(house, hang, "which invoice?")
    house.model.will("chaser", said("Done."))
    async with house.open() as nova:
        (run,) = await resumed(nova)
        assert nova.heard() == ["Done."]
    assert house.model.agents == ["books", "books", "chaser", "chaser"]
    assert [call[1] for call in house.lab.calls] == ["once"]
    assert [step.n for step in run.steps] == [1, 2, 3]
    assert [claim.id.n for claim in run.claims] == [*range(1, len(run.claims) + 1)]


async def test_calls_without_results_are_made(house: House) -> None:
    hang = Hang()
    house.lab.run = hang  # type: ignore[assignment]
    house.model.will("books", used(("lab.read", {"text": "a"}), ("lab.read", {"text": "b"})))
    await stopped(house, hang, "which invoice?")

    async def read(text: str) -> str:
        return f"read {text}"

    house.lab.run = read
    house.model.will("books", said("Done."))
    async with house.open() as nova:
        (run,) = await resumed(nova)
        assert house.model.told == ["read a", "read b"]
        kept = await nova.nova.ledger.run(run.id)
    assert house.model.agents == ["books", "books"]
    assert isinstance(kept.steps[0].outcome, Use)
    assert [result.text for result in kept.steps[0].results] == ["read a", "read b"]
    assert kept.claims == run.claims


async def test_a_repeated_call_has_the_same_key(house: House) -> None:
    hang = Hang()
    house.lab.run = hang  # type: ignore[assignment]
    house.model.will("books", used(("lab.read", {"text": "a"})))
    await stopped(house, hang, "which invoice?")

    async def read(text: str) -> str:
        return "read"

    house.lab.run = read
    async with house.open() as nova:
        await resumed(nova)
    first, again = house.lab.calls
    assert first == again


async def test_remembering_again_makes_one_note(house: House) -> None:
    hang = Hang()
    house.lab.run = hang  # type: ignore[assignment]
    both = used(("notes.remember", {"text": "Birch pays late"}), ("lab.read", {}))
    house.model.will("books", both)
    await stopped(house, hang, "invoice note please")

    async def read(text: str) -> str:
        return "read"

    house.lab.run = read
    house.model.will("books", used(("notes.find", {})), said("Done."))
    async with house.open() as nova:
        await resumed(nova)
    assert house.model.told[-1].count("Birch pays late") == 1


async def test_messages_that_waited_are_answered_in_their_order(house: House) -> None:
    hang = Hang()
    house.model.will("books", hang)  # type: ignore[arg-type]
    await stopped(house, hang, "invoice 1", "invoice 2", "invoice 3")
    house.model.will("books", said("one"), said("two"), said("three"))
    async with house.open() as nova:
        runs = await resumed(nova)
        assert nova.heard() == ["one", "two", "three"]
    assert [run.envelope.text for run in runs] == ["invoice 1", "invoice 2", "invoice 3"]


async def test_a_message_after_the_restart_comes_last(house: House) -> None:
    hang = Hang()
    house.model.will("books", hang)  # type: ignore[arg-type]
    await stopped(house, hang, "invoice 1")
    house.model.will("books", said("one"), said("two"))
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.say("invoice 2")
        assert nova.heard() == ["one", "two"]


async def test_the_night_in_between_is_not_counted(house: House) -> None:
    hang = Hang()
    house.model.will("books", used(("lab.read", {})), hang)  # type: ignore[arg-type]
    await stopped(house, hang, "which invoice?")
    house.clock.now += timedelta(hours=9)
    house.model.will("books", said("Good morning."))
    async with house.open() as nova:
        (run,) = await resumed(nova)
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED


async def test_the_night_before_the_tools_were_used_is_not_counted(house: House) -> None:
    hang = Hang()
    house.lab.run = hang  # type: ignore[assignment]
    house.model.will("books", used(("lab.read", {})))
    await stopped(house, hang, "which invoice?")
    house.clock.now += timedelta(hours=9)

    async def read(text: str) -> str:
        return "read"

    house.lab.run = read
    async with house.open() as nova:
        (run,) = await resumed(nova)
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED


async def test_a_question_survives_a_restart(house: House) -> None:
    async with house.open() as nova:
        await nova.say("do the thing")
        chosen = nova.mailbox.there[-1].buttons[0].label
    async with house.open() as nova:
        await nova.nova.recover()
        run = await nova.say("1")
    assert (run.agent, run.claims[0].text) == (chosen, "do the thing")


async def test_the_thread_looks_the_same_after_a_restart(house: House) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?")
        await nova.say("go on please", by=GUEST)
        await nova.say("and further please")
        before = house.model.last_pack
    async with house.open() as nova:
        await nova.say("and further please")
    after = house.model.last_pack
    assert [item.text for item in after.items[: len(before.items) - 2]] == [item.text for item in before.items[:-2]]
    assert len(after.items) == len(before.items) + 2


async def test_nothing_is_left_to_do_after_an_orderly_stop(house: House) -> None:
    async with house.open(grace_seconds=5.0) as nova:

        async def slow(_request: ModelRequest) -> ModelReply:
            await asyncio.sleep(0.02)
            return said("Three.")

        house.model.will("books", slow)
        await nova.post("which invoice?")
    assert house.mailbox.heard() == ["Three."]
    async with house.open() as nova:
        assert await nova.nova.recover() == []
        assert nova.heard() == ["Three."]
