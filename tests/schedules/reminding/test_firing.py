"""From the request to the moment when it is due: once, on time, in the thread where it was set, without a model."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from nova_bot.core.conversation import Asking
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Standing
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import EndingKind
from schedules.clock import Clock
from tests.doubles import GUEST, NOON, House, Talk

TOMORROW_AT_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 09:00 in Berlin


async def test_a_request_is_echoed_with_its_exact_time_and_needs_no_model(nova: Talk) -> None:
    run = await nova.say("remind me tomorrow at 9 to call Bob")
    assert "call Bob" in nova.answer
    assert "Monday 23 November 2026, 09:00 (Europe/Berlin)" in nova.answer
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert nova.model.requests == []


async def test_it_fires_once_in_the_thread_where_it_was_set(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob", thread="errands")
    await nova.until(TOMORROW_AT_9 - timedelta(seconds=1))
    assert len(nova.heard()) == 1
    await nova.until(TOMORROW_AT_9)
    await nova.until(TOMORROW_AT_9 + timedelta(hours=1))
    assert nova.heard("errands")[1:] == ["⏰ call Bob"]
    assert nova.heard() == nova.heard("errands")
    assert nova.model.requests == []


async def test_it_survives_a_restart(house: House) -> None:
    async with house.open() as nova:
        await nova.say("remind me tomorrow at 9 to call Bob", thread="errands")
    house.clock.now = TOMORROW_AT_9
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.until(TOMORROW_AT_9)
        assert nova.heard("errands")[1:] == ["⏰ call Bob"]


async def test_what_came_due_while_nova_was_down_is_said_late_and_says_so(house: House) -> None:
    async with house.open() as nova:
        await nova.say("remind me tomorrow at 9 to call Bob")
    house.clock.now = TOMORROW_AT_9 + timedelta(days=2)
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.until(house.clock.now)
        assert nova.answer.splitlines() == [
            "⏰ call Bob",
            "(It was due Monday 23 November 2026, 09:00 (Europe/Berlin); I could not say it then.)",
        ]


async def test_a_recurrence_goes_on_by_the_wall_clock(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    assert "then Tuesday 24 November 2026, 09:00" in nova.answer
    for day in range(3):
        await nova.until(TOMORROW_AT_9 + timedelta(days=day))
    assert len(nova.heard()) == 4
    assert "next: Thursday 26 November 2026, 09:00" in nova.answer


async def test_two_clocks_on_one_ledger_fire_once(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    inner = nova.nova
    other = Clock(inner.ledger, inner.outbox.platforms, inner.receive.begin, nova.clock)
    nova.clock.now = TOMORROW_AT_9
    await asyncio.gather(inner.clock.look(), other.look(), inner.clock.look())
    assert await inner.lanes.finish(10)
    assert nova.heard()[1:] == ["⏰ call Bob"]


async def test_a_clock_that_is_set_back_a_day_fires_nothing_twice(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.until(TOMORROW_AT_9)
    await nova.until(TOMORROW_AT_9 - timedelta(days=1))
    await nova.until(TOMORROW_AT_9)
    assert len(nova.heard()) == 2


async def test_the_timer_fires_by_itself(house: House) -> None:
    said = asyncio.Event()

    async def before(outbound: Outbound) -> None:
        if outbound.text == "⏰ look at the oven":
            said.set()

    house.mailbox.before = before
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.say("remind me in 1 minute to look at the oven")
        house.clock.move(60)
        nova.nova.clock.expect(NOON)
        await asyncio.wait_for(said.wait(), 10)


async def test_a_cancelled_reminder_stays_silent(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("cancel reminder 1")
    assert nova.answer == "Reminder 1 is cancelled: call Bob"
    await nova.until(TOMORROW_AT_9)
    assert len(nova.heard()) == 2


async def test_the_list_shows_what_this_room_may_see(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me tomorrow at 10 to buy a ring", channel="secret")
    await nova.say("show my reminders")
    assert "call Bob" in nova.answer
    assert "ring" not in nova.answer
    await nova.say("show my reminders", by=GUEST)
    assert nova.answer == "You have no reminders here."


async def test_a_request_without_a_time_is_asked_about_and_the_answer_completes_it(nova: Talk) -> None:
    run = await nova.say("remind me to call Bob")
    assert nova.answer == "When should I remind you?"
    assert run.ending
    assert run.ending.kind is EndingKind.ASKED
    conversation = await nova.nova.ledger.conversation(run.envelope.place)
    assert conversation.question
    assert conversation.question.asking is Asking.SKILL
    await nova.say("tomorrow at 9")
    assert "call Bob" in nova.answer
    assert "Monday 23 November 2026, 09:00" in nova.answer


async def test_a_question_to_an_agent_is_none_about_reminders(nova: Talk) -> None:
    await nova.say("remind me how the ledger pays")
    assert nova.answer == "books has answered."


async def test_a_reminder_is_not_taken_for_something_its_person_says(nova: Talk) -> None:
    run = await nova.say("remind me tomorrow at 9 to mail everyone")
    await nova.until(TOMORROW_AT_9)
    await nova.settled()
    conversation = await nova.nova.ledger.conversation(run.envelope.place)
    assert [turn.agent for turn in conversation.turns] == ["", "nova", "nova"]


async def test_words_of_a_guest_stay_the_words_of_a_guest(nova: Talk) -> None:
    run = await nova.say("remind me tomorrow at 9 to /agent mailer send it", by=GUEST)
    await nova.until(TOMORROW_AT_9)
    await nova.settled()
    assert nova.answer == "⏰ /agent mailer send it"
    assert nova.model.requests == []
    conversation = await nova.nova.ledger.conversation(run.envelope.place)
    assert {turn.claim.label.integrity for turn in conversation.turns} == {Integrity.OUTSIDE}
    assert GUEST.standing is Standing.GUEST


async def test_a_firing_is_recorded(house: House) -> None:
    async with house.open() as nova:
        await nova.say("remind me tomorrow at 9 to call Bob")
        await nova.until(TOMORROW_AT_9)
    with closing(sqlite3.connect(house.home / "nova.sqlite")) as file:
        assert file.execute("SELECT reminder, missed FROM reminder_firing").fetchall() == [(1, 0)]
        assert file.execute("SELECT state, due FROM reminder").fetchall() == [("done", None)]
        identities = [row[0] for row in file.execute("SELECT identity FROM envelope WHERE kind = 'clock'")]
    assert identities == ["rem:1:2026-11-23T08:00:00+00:00"]
    assert house.clock.now > NOON
