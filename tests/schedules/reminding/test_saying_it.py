"""What people say without saying all of it: no words for the reminder, a time that takes back another, "all"."""

from datetime import UTC, datetime, timedelta

import pytest

from nova_bot.ledger import reminders
from tests.doubles import GUEST, House, Talk


async def waiting(nova: Talk) -> int:
    return await reminders.pending(nova.nova.ledger)


@pytest.mark.parametrize(
    ("request_", "question", "answer", "made"),
    [
        ("remind me tomorrow at 9", "What shall the reminder say?", "to call Bob", "Reminder 1: **call Bob**"),
        ("remind @bob tomorrow at 9", "What shall the reminder say?", "the rent", "Reminder 1: **the rent**"),
        ("remind me of this tomorrow at 9", "What shall the reminder say?", "the rent", "Reminder 1: **the rent**"),
        (
            "erinnere mich morgen um 9",
            "Was soll in der Erinnerung stehen?",
            "an den Müll",
            "Erinnerung 1: **den Müll**",
        ),
    ],
)
async def test_a_reminder_without_words_asks_for_them(
    nova: Talk, request_: str, question: str, answer: str, made: str
) -> None:
    await nova.say(request_)
    assert (nova.answer, await waiting(nova)) == (question, 0)
    await nova.say(answer)
    assert nova.answer.startswith(made)
    assert "23" in nova.answer
    assert "09:00" in nova.answer


async def test_time_and_words_may_both_be_asked_for(nova: Talk) -> None:
    await nova.say("remind me")
    assert nova.answer == "When should I remind you?"
    await nova.say("tomorrow at 9:30")
    assert nova.answer == "What shall the reminder say?"
    await nova.say("the rent")
    assert nova.answer.startswith("Reminder 1: **the rent**\nMonday 23 November 2026, 09:30")


async def test_another_request_instead_of_the_words_is_a_request_of_its_own(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9")
    await nova.say("remind me at 5 to call Ann")
    assert nova.answer.startswith("Reminder 1: **call Ann**")
    assert "17:00" in nova.answer


@pytest.mark.parametrize("request_", ["remind me tomorrow at 9", "remind me about this tomorrow at 9"])
async def test_in_a_thread_it_is_about_what_its_person_spoke_of(nova: Talk, request_: str) -> None:
    await nova.say("is the invoice for Birch GmbH paid?", thread="birch")
    await nova.say(request_, thread="birch")
    assert nova.answer.startswith("Reminder 1: **is the invoice for Birch GmbH paid?**")


async def test_what_somebody_else_or_nobody_lately_spoke_of_is_not_taken_over(nova: Talk) -> None:
    await nova.say("is the invoice for Birch GmbH paid?", thread="birch", by=GUEST)
    await nova.say("remind me tomorrow at 9", thread="birch")
    assert nova.answer == "What shall the reminder say?"
    await nova.say("is the invoice for Acme paid?", thread="acme")
    nova.clock.now += timedelta(days=2)
    await nova.say("remind me tomorrow at 9", thread="acme")
    assert nova.answer == "What shall the reminder say?"


@pytest.mark.parametrize("request_", ["wake me at 6", "set a timer for 10 minutes", "weck mich um 6 Uhr"])
async def test_an_alarm_needs_no_words(nova: Talk, request_: str) -> None:
    await nova.say(request_)
    assert await waiting(nova) == 1
    assert "**alarm**" in nova.answer or "**Wecker**" in nova.answer


@pytest.mark.parametrize(
    ("answer", "said", "left"),
    [
        ("yes", "2 reminders are cancelled.", 0),
        ("Cancel all", "2 reminders are cancelled.", 0),
        ("1", "2 reminders are cancelled.", 0),
        ("no", "Nothing is changed.", 2),
        ("keep them", "Nothing is changed.", 2),
        ("never mind", "Taken back.", 2),
    ],
)
async def test_several_are_cancelled_only_after_a_question(nova: Talk, answer: str, said: str, left: int) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me tomorrow at 10 to call Ann")
    await nova.say("cancel all my reminders")
    assert nova.answer == "That ends all 2 reminders that you have here. Shall I?"
    assert await waiting(nova) == 2
    await nova.say(answer)
    assert (nova.answer, await waiting(nova)) == (said, left)


async def test_the_only_one_is_cancelled_at_once(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("cancel all my reminders")
    assert nova.answer == "Reminder 1 is cancelled: call Bob"


@pytest.mark.parametrize(
    ("correction", "wall"),
    [
        ("at 10 instead", "10:00"),
        ("no, 10:30", "10:30"),
        ("actually at 11", "11:00"),
        ("10 minutes later", "09:10"),
        ("an hour earlier please", "08:00"),
        ("zehn Minuten später", "09:10"),
        ("lieber um 11 Uhr", "11:00"),
        ("mejor a las 10", "10:00"),
        ("plutôt à 10h", "10:00"),
    ],
)
async def test_a_time_that_takes_back_another_moves_what_was_just_set(nova: Talk, correction: str, wall: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say(correction)
    assert nova.answer == f"Reminder 1 is moved to Monday 23 November 2026, {wall} (Europe/Berlin)."


@pytest.mark.parametrize("text", ["and tomorrow?", "no, the invoice is due at 10", "thanks"])
async def test_other_words_behind_a_card_move_nothing(nova: Talk, text: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say(text)
    one = await reminders.get(nova.nova.ledger, 1)
    assert one is not None
    assert one.due == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def test_a_time_is_no_correction_where_an_agent_spoke_last(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("what is open at Birch?")
    await nova.say("at 10 instead")
    assert "is moved" not in nova.answer


async def test_what_is_postponed_never_comes_earlier(nova: Talk) -> None:
    await nova.say("remind me on Wednesday at 9 to call Bob")
    await nova.say("postpone it until Monday")
    assert nova.answer == "Reminder 1 is moved to Monday 30 November 2026, 09:00 (Europe/Berlin)."
    await nova.say("postpone it until 24 November")
    assert nova.answer == "It is due later than that. To when shall I put it off?"
    await nova.say("2 December")
    assert nova.answer == "Reminder 1 is moved to Wednesday 2 December 2026, 09:00 (Europe/Berlin)."


@pytest.mark.parametrize(
    "text",
    [
        "write a reminder letter to Birch GmbH",
        "draft a friendly payment reminder for Acme",
        "please write an email to remind @anna about the invoice",
        "draft an email to notify everyone about the outage tomorrow",
        "schreib eine Erinnerung an Birch wegen Rechnung 17",
        "écris un rappel à Birch pour la facture",
        "escribe un recordatorio a Birch por la factura",
    ],
)
async def test_a_letter_that_reminds_somebody_is_an_agents_work(house: House, text: str) -> None:
    async with house.open() as nova:
        await nova.say(text)
        assert not nova.answer.startswith(("Reminder", "When should I", "Wann", "Quand", "¿Cuándo"))
        assert await waiting(nova) == 0
