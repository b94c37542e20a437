"""Order within a conversation, conversations side by side, and each message once."""

import asyncio

import pytest

from nova_bot.core.delivery import Outbound
from nova_bot.core.outcome import EndingKind
from nova_bot.models.base import ModelReply, ModelRequest
from tests.doubles import Answer, House, Mailbox, PuppetModel, Talk, said


def held(gate: asyncio.Event, text: str) -> Answer:
    """An answer that comes when the gate opens."""

    async def answer(_request: ModelRequest) -> ModelReply:
        await gate.wait()
        return said(text)

    return answer


async def test_a_conversation_is_answered_in_order(nova: Talk, model: PuppetModel) -> None:
    gate = asyncio.Event()
    model.will("books", held(gate, "first"), said("second"), said("third"))
    posted = [await nova.post(f"invoice {n}") for n in range(3)]
    await asyncio.sleep(0.02)
    assert nova.heard() == []
    gate.set()
    runs = await asyncio.gather(*posted)
    assert nova.heard() == ["first", "second", "third"]
    assert [run.envelope.text for run in runs] == ["invoice 0", "invoice 1", "invoice 2"]


async def test_many_at_once_keep_their_order(nova: Talk) -> None:
    posted = [await nova.post(f"invoice {n}", thread=f"t{n % 5}") for n in range(50)]
    runs = await asyncio.gather(*posted)
    for thread in range(5):
        said_there = [
            run.envelope.text
            for run in sorted(runs, key=lambda run: run.id)
            if run.envelope.place.thread == f"t{thread}"
        ]
        assert said_there == [f"invoice {n}" for n in range(thread, 50, 5)]
    assert len(nova.heard()) == 50


async def test_another_conversation_does_not_wait(nova: Talk, model: PuppetModel) -> None:
    gate = asyncio.Event()
    model.will("books", held(gate, "slow"), said("quick"))
    slow = await nova.post("which invoice?", thread="a")
    async with asyncio.timeout(10):
        while not model.requests:  # noqa: ASYNC110  (the answers go to whoever asks first)
            await asyncio.sleep(0.001)
    await nova.say("which invoice?", thread="b")
    assert nova.heard() == ["quick"]
    gate.set()
    await slow
    assert nova.heard() == ["quick", "slow"]


async def test_a_slow_courier_holds_up_its_own_conversation_only(nova: Talk, mailbox: Mailbox) -> None:
    gate = asyncio.Event()

    async def before(outbound: Outbound) -> None:
        if outbound.place.thread == "a":
            await gate.wait()

    mailbox.before = before
    slow = await nova.post("which invoice?", thread="a")
    await nova.say("which invoice?", thread="b")
    assert [one.place.thread for one in mailbox.there] == ["b"]
    gate.set()
    await slow
    assert [one.place.thread for one in mailbox.there] == ["b", "a"]


async def test_a_message_that_breaks_does_not_block_those_behind_it(nova: Talk, model: PuppetModel) -> None:
    gate = asyncio.Event()

    async def broken(_request: ModelRequest) -> ModelReply:
        await gate.wait()
        raise asyncio.CancelledError

    model.will("books", broken, said("second"))
    first = await nova.post("invoice 1")
    second = await nova.post("invoice 2")
    gate.set()
    run = await second
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert nova.heard() == ["second"]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_the_same_message_twice_is_answered_once(nova: Talk) -> None:
    envelope = nova.envelope("which invoice?", identity="E1")
    accepted = await asyncio.gather(*(nova.nova.receive(envelope) for _ in range(20)))
    runs = [await one for one in accepted if one is not None]
    assert len(runs) == 1
    assert len(nova.heard()) == 1


async def test_the_same_message_after_a_restart_is_answered_once(house: House) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?", identity="E1")
    async with house.open() as nova:
        await nova.nova.recover()
        assert await nova.nova.receive(nova.envelope("which invoice?", identity="E1")) is None
        assert len(nova.heard()) == 1


async def test_one_who_stops_waiting_stops_nobody(nova: Talk, model: PuppetModel) -> None:
    gate = asyncio.Event()
    model.will("books", held(gate, "first"))
    posted = await nova.post("invoice 1")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(posted, 0.01)
    gate.set()
    await nova.say("invoice 2")
    assert nova.heard()[0] == "first"
