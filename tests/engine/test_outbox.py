"""The outbox: a reply is sent once, tried again, looked for before it is sent again, and never forgotten."""

import asyncio

import pytest

from nova_bot.core.delivery import Outbound
from nova_bot.engine import outbox
from nova_bot.engine.outbox import Undeliverable, Withdrawn
from tests.doubles import PLATFORM, House, Mailbox, Talk


def offline(times: int) -> list[Exception]:
    return [OSError("no route to host") for _ in range(times)]


async def test_a_reply_is_sent_once_and_its_receipt_kept(nova: Talk, mailbox: Mailbox) -> None:
    run = await nova.say("which invoice?")
    await nova.say("which invoice?")
    assert (mailbox.tries, mailbox.looks) == (2, 0)
    await nova.settled()
    (sent,) = await nova.nova.ledger.sent_in(run.id)
    assert (sent.receipt, sent.failed) == ("receipt of r1/1", None)
    assert sent.outbound == mailbox.there[0]
    assert await nova.nova.ledger.unsent([PLATFORM]) == []


async def test_a_reply_is_on_the_disk_before_it_is_sent(nova: Talk, mailbox: Mailbox) -> None:
    unsent: list[Outbound] = []

    async def before(_outbound: Outbound) -> None:
        unsent.extend(await nova.nova.ledger.unsent([PLATFORM]))

    mailbox.before = before
    await nova.say("which invoice?")
    assert unsent == mailbox.there


async def test_a_failed_try_is_repeated(nova: Talk, mailbox: Mailbox) -> None:
    mailbox.faults.extend(offline(2))
    await nova.say("which invoice?")
    assert mailbox.tries == 3
    assert len(nova.heard()) == 1


async def test_a_reply_that_arrived_despite_the_error_is_not_sent_twice(nova: Talk, mailbox: Mailbox) -> None:
    mailbox.takes_before_fault = True
    mailbox.faults.append(TimeoutError())
    run = await nova.say("which invoice?")
    assert (mailbox.tries, mailbox.looks) == (1, 1)
    assert len(nova.heard()) == 1
    await nova.settled()
    (sent,) = await nova.nova.ledger.sent_in(run.id)
    assert sent.receipt == "receipt of r1/1"


async def test_the_waits_grow_and_none_follows_the_last_try(
    nova: Talk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def nap(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(outbox, "FIRST_WAIT_S", 1.0)
    monkeypatch.setattr("nova_bot.engine.outbox.asyncio.sleep", nap)
    mailbox.faults.extend(offline(99))
    await nova.say("which invoice?")
    assert [wait for wait in waits if wait] == [1, 2, 4, 8]
    assert mailbox.tries == outbox.TRIES


async def test_what_could_not_be_sent_goes_out_at_the_next_start(house: House) -> None:
    house.mailbox.faults.extend(offline(outbox.TRIES))
    async with house.open() as nova:
        run = await nova.say("which invoice?")
        assert run.ending
        assert nova.heard() == []
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.settled()
        assert nova.heard() == ["books has answered."]
        assert await nova.nova.ledger.unsent([PLATFORM]) == []


async def test_what_could_not_be_sent_goes_out_when_the_platform_is_back(nova: Talk, mailbox: Mailbox) -> None:
    mailbox.faults.extend(offline(outbox.TRIES))
    await nova.say("which invoice?")
    assert nova.heard() == []
    await nova.nova.outbox.resend()
    await nova.settled()
    assert nova.heard() == ["books has answered."]
    await nova.nova.outbox.resend()
    assert len(nova.heard()) == 1


async def test_what_the_platform_has_already_is_not_sent_again(house: House) -> None:
    house.mailbox.takes_before_fault = house.mailbox.blind = True
    house.mailbox.faults.extend(offline(1))
    async with house.open() as nova:
        await nova.say("which invoice?")
    house.mailbox.blind = False
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.settled()
        assert (len(nova.heard()), house.mailbox.tries) == (1, 1)
        (sent,) = await nova.nova.ledger.sent_in(1)
        assert sent.receipt == "receipt of r1/1"


async def test_a_platform_that_is_down_at_the_start_stops_nothing(house: House) -> None:
    house.mailbox.faults.extend(offline(outbox.TRIES * 3))
    async with house.open() as nova:
        await nova.say("which invoice?", thread="a")
        await nova.say("which invoice?", thread="a")
    async with house.open() as nova:
        await nova.nova.recover()
        assert nova.heard() == []
        assert house.mailbox.tries == outbox.TRIES * 3, "the second waits for the first"
        house.mailbox.faults.clear()
        await nova.nova.recover()
        assert [one.key for one in house.mailbox.there] == ["r1/1", "r2/1"]


async def test_a_platform_that_does_not_answer_holds_up_no_start(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "RECOVER_WITHIN_S", 0.01)
    monkeypatch.setattr(outbox, "STOP_WITHIN_S", 0.01)
    house.mailbox.faults.extend(offline(outbox.TRIES))
    async with house.open() as nova:
        await nova.say("which invoice?")
    answers = asyncio.Event()

    async def before(_outbound: Outbound) -> None:
        await answers.wait()

    house.mailbox.before = before
    for _ in range(2):  # the first start ends before the platform answers
        async with house.open() as nova:
            await nova.nova.recover()
            assert nova.heard() == []
    monkeypatch.setattr(outbox, "STOP_WITHIN_S", 5.0)
    async with house.open() as nova:
        await nova.nova.recover()
        answers.set()
        await nova.nova.outbox.stop()
        assert nova.heard() == ["books has answered."]


@pytest.mark.parametrize("kind", [Undeliverable, Withdrawn])
async def test_what_can_never_be_sent_is_kept_with_its_reason(house: House, kind: type[Undeliverable]) -> None:
    house.mailbox.faults.append(kind("the channel is archived"))
    async with house.open() as nova:
        run = await nova.say("which invoice?")
        (sent,) = await nova.nova.ledger.sent_in(run.id)
        assert (sent.failed, sent.receipt) == ("the channel is archived", None)
        told = [("ada", "I can't answer you where you asked: the channel is archived. (r1)")]
        assert house.mailbox.whispers == ([] if kind is Withdrawn else told)
    async with house.open() as nova:
        await nova.nova.recover()
        assert house.mailbox.tries == 1


async def test_a_platform_without_a_courier_keeps_its_replies(house: House) -> None:
    house.mailbox.faults.extend(offline(outbox.TRIES))
    async with house.open() as nova:
        await nova.say("which invoice?")
    house.mailbox.platform = "elsewhere"
    async with house.open() as nova:
        await nova.nova.recover()
        assert nova.heard() == []
        assert len(await nova.nova.ledger.unsent([PLATFORM])) == 1
