"""What can be done about a reminder: by words, by number, by its card's buttons."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.render.plain import plain
from nova_bot.core.button import Button
from nova_bot.core.envelope import Standing
from nova_bot.core.reminder import IfMissed
from nova_bot.ledger import reminders
from tests.doubles import GUEST, MEMBER, NOON, House, Talk

TOMORROW_AT_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def button(nova: Talk, label: str) -> Button:
    """A button under what was heard last."""
    return next(one for one in nova.mailbox.there[-1].buttons if one.label == label)


async def fired(nova: Talk, request: str = "remind me tomorrow at 9 to call Bob") -> None:
    await nova.say(request)
    await nova.until(TOMORROW_AT_9)


@pytest.mark.parametrize(
    ("order", "after"),
    [
        ("snooze 20 min", timedelta(minutes=20)),
        ("snooze", None),
        ("snooze 1 for 1 hour", timedelta(hours=1)),
        ("snooze it until tomorrow at 9", timedelta(days=1)),
        ("remind me again in 20 minutes", timedelta(minutes=20)),
        ("schlummern 20 Minuten", timedelta(minutes=20)),
        ("verschiebe 1 auf morgen um 9 Uhr", timedelta(days=1)),
        ("mueve 1 a mañana a las 9", timedelta(days=1)),
        ("déplace 1 à demain à 9h", timedelta(days=1)),
        ("把 1 改到 明天上午9点", timedelta(days=1)),
    ],
)
async def test_it_comes_again(nova: Talk, order: str, after: timedelta | None) -> None:
    await fired(nova)
    await nova.say(order)
    if after is None:
        assert nova.answer == "Until when?"
        await nova.say("20 minutes")
        after = timedelta(minutes=20)
    heard = len(nova.heard())
    await nova.until(TOMORROW_AT_9 + after - timedelta(seconds=1))
    assert len(nova.heard()) == heard
    await nova.until(TOMORROW_AT_9 + after)
    assert nova.answer == "⏰ call Bob"


async def test_moving_to_a_day_keeps_the_hour(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9:30 to call Bob")
    await nova.say("move it to Friday")
    assert nova.answer == "Reminder 1 is moved to Friday 27 November 2026, 09:30 (Europe/Berlin)."


async def test_another_recurrence_takes_the_place_of_the_old_one(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.say("move 1 to every Monday at 10")
    assert nova.answer.splitlines()[0] == "Reminder 1 is moved to Monday 23 November 2026, 10:00 (Europe/Berlin)."
    assert nova.answer.splitlines()[1].startswith("then Monday 30 November 2026, 10:00")
    await nova.until(TOMORROW_AT_9 + timedelta(hours=1))
    assert "next: Monday 30 November 2026, 10:00" in nova.answer


@pytest.mark.parametrize(
    "order",
    [
        "cancel the Bob reminder",
        "delete my reminder about Bob",
        "cancel reminder to call Bob",
        "lösche die Erinnerung an Bob",
    ],
)
async def test_one_is_named_by_its_words(nova: Talk, order: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me tomorrow at 9 to call Ann")
    await nova.say(order)
    assert nova.answer.endswith("is cancelled: call Bob")


@pytest.mark.parametrize("order", ["cancel 1 and 2", "cancel 1, 2", "cancel #1, and #2", "lösche 1 und 2"])
async def test_several_are_ended_by_one_order(nova: Talk, order: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me tomorrow at 9 to call Ann")
    await nova.say(order)
    assert nova.answer == "Reminder 1 is cancelled: call Bob\nReminder 2 is cancelled: call Ann"


async def test_a_number_that_counts_something_else_names_no_reminder(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("cancel 1 ledger line")
    assert nova.answer == "books has answered."
    await nova.say("cancel reminder 1 please")
    assert nova.answer == "Reminder 1 is cancelled: call Bob"


@pytest.mark.parametrize(
    ("order", "question"),
    [
        ("move 1 to yesterday", "That is in the past. Which coming time do you mean?"),
        ("snooze 1 until 25:00", "That time does not exist. Which time do you mean?"),
    ],
)
async def test_a_time_that_can_not_be_is_asked_about(nova: Talk, order: str, question: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say(order)
    assert nova.answer == question
    await nova.say("Friday at 10")
    assert "Friday 27 November 2026, 10:00 (Europe/Berlin)" in nova.answer


async def test_done_ends_it(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("done")
    assert nova.answer == "Done: call Bob"
    await nova.until(TOMORROW_AT_9)
    assert len(nova.heard()) == 2


async def test_skip_pause_and_resume(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.say("skip next")
    assert "leaves out Monday 23 November" in nova.answer
    assert "The next time is Tuesday 24 November" in nova.answer
    await nova.say("pause 1")
    await nova.until(TOMORROW_AT_9 + timedelta(days=2))
    assert "is paused" in nova.answer
    await nova.say("resume reminder 1")
    assert nova.answer == "Reminder 1 goes on; next: Thursday 26 November 2026, 09:00 (Europe/Berlin)."


async def test_skipping_what_comes_once_says_how_to_end_it(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("skip it")
    assert nova.answer == "Reminder 1 comes only once; `cancel 1` ends it."


async def test_a_list_keeps_the_numbers_when_it_is_rendered(nova: Talk) -> None:
    for hour in (11, 10, 9):
        await nova.say(f"remind me tomorrow at {hour} to call Bob")
    await nova.say("show my reminders")
    assert [words.split()[1] for words in plain(nova.answer).splitlines() if "call Bob" in words] == ["3", "2", "1"]


@pytest.mark.parametrize("order", ["pause 1", "resume 1", "skip 1"])
async def test_what_was_cancelled_does_not_come_back_by_the_way(nova: Talk, order: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me tomorrow at 10 to call Ann")
    await nova.say("cancel 1")
    await nova.say(order)
    assert nova.answer == "You have no reminder 1 here."
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "You have no reminder 1 here."


async def test_what_was_cancelled_is_not_revived_by_an_old_card(nova: Talk) -> None:
    await fired(nova, "remind me every day at 9 to stretch")
    snooze = button(nova, "20 min").id
    await nova.say("cancel 1")
    await nova.press(snooze)
    await nova.say("snooze 1 for 20 min")
    assert nova.answer == "You have no reminder 1 here."
    assert nova.mailbox.whispers[-1][1] == nova.answer
    heard = len(nova.heard())
    await nova.until(TOMORROW_AT_9 + timedelta(days=1))
    assert len(nova.heard()) == heard


async def test_after_the_last_one_is_gone_a_number_is_still_a_reminders(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("cancel all my reminders")
    assert nova.answer == "Reminder 1 is cancelled: call Bob"
    await nova.say("cancel 1")
    assert nova.answer == "You have no reminder 1 here."


@pytest.mark.parametrize("answer", ["cancel", "Cancel it!", "never mind", "vergiss es", "laisse tomber", "算了"])
async def test_a_question_taken_back_leaves_other_reminders_alone(nova: Talk, answer: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("remind me yesterday to call Ann")
    await nova.say(answer)
    assert nova.answer == "Taken back."
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "⏰ call Bob"


@pytest.mark.parametrize("order", ["cancel 9", "snooze 9 10 min", "move 9 to Friday", "done 9"])
async def test_a_number_that_no_reminder_has_is_named(nova: Talk, order: str) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say(order)
    assert nova.answer == "You have no reminder 9 here."


async def test_a_snooze_out_of_the_blue_asks_which(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("books: hello")
    await nova.say("snooze 20 min")
    assert nova.answer == "Which one? 1"


@pytest.mark.parametrize("often", ["every second", "every 20 seconds"])
async def test_more_than_once_a_minute_is_refused(nova: Talk, often: str) -> None:
    await nova.say(f"remind me {often} to breathe")
    assert nova.answer == "The shortest time between two reminders is a minute."


async def test_words_for_an_agent_are_no_order(nova: Talk) -> None:
    await nova.say("books: hello")
    words = ("done with the ledger", "cancel 3 ledger lines", "move the ledger to Friday", "continue")
    for text in (*words, "make it shorter, please", "no, change that to a table of the ledger"):
        await nova.say(text)
        assert nova.answer == "books has answered."


async def test_another_persons_reminder_is_not_yours_to_change(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("cancel reminder 1", by=GUEST)
    assert nova.answer == "You have no reminder 1 here."
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "⏰ call Bob"


async def test_it_nags_until_it_is_done(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob every 5 minutes until done")
    assert "again every 5 minutes" in nova.answer
    for minutes in (0, 5, 10):
        await nova.until(TOMORROW_AT_9 + timedelta(minutes=minutes))
        assert nova.answer.startswith("⏰ call Bob")
    await nova.say("done")
    await nova.until(TOMORROW_AT_9 + timedelta(minutes=30))
    assert nova.answer == "Done: call Bob"


async def test_the_card_has_buttons_that_only_its_person_may_press(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    assert [one.label for one in nova.mailbox.there[-1].buttons] == ["Edit", "Not this", "Cancel"]
    await nova.press(button(nova, "Cancel").id, by=GUEST)
    await nova.press(button(nova, "Cancel").id)
    await nova.until(TOMORROW_AT_9)
    assert len(nova.heard()) == 1


async def test_a_card_whose_buttons_are_gone_does_not_speak_of_them(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.press(button(nova, "Cancel").id)
    ((_, edited),) = nova.mailbox.edits
    assert edited.text.splitlines()[1:] == [
        "Monday 23 November 2026, 09:00 (Europe/Berlin)",
        "",
        "Reminder 1 is cancelled: call Bob",
    ]


async def test_a_list_is_in_the_language_it_is_asked_for_in(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("zeig meine Erinnerungen")
    assert nova.answer == "Deine Erinnerungen:\n- **1** · Montag, 23. November 2026, 09:00 (Europe/Berlin): call Bob"


async def test_what_becomes_of_missed_times_is_chosen_under_the_card_that_says_so(house: House) -> None:
    async with house.open() as nova:
        await nova.say("remind me every day at 9 to stretch")
    async with house.open() as nova:
        await nova.until(TOMORROW_AT_9 + timedelta(days=6, hours=5))
        assert [one.label for one in nova.mailbox.there[-1].buttons][-2:] == ["If missed: skip", "If missed: say each"]
        await nova.press(button(nova, "If missed: skip").id, by=GUEST)
        await nova.press(button(nova, "If missed: skip").id)
        assert nova.mailbox.whispers[-1][1] == "Reminder 1 is changed. If I can't say it in time, I leave it out."
        await nova.press(button(nova, "Done").id)  # the other buttons are still there
        kept = await reminders.get(nova.nova.ledger, 1)
        assert kept is not None
        assert kept.if_missed is IfMissed.SKIP
        await nova.until(TOMORROW_AT_9 + timedelta(days=7))
        assert "If missed: skip" not in [one.label for one in nova.mailbox.there[-1].buttons]


async def test_it_is_snoozed_from_its_card(house: House) -> None:
    async with house.open() as nova:
        await fired(nova)
        await nova.press(button(nova, "20 min").id)
    house.clock.now = TOMORROW_AT_9 + timedelta(minutes=20)
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.until(house.clock.now)
        assert nova.heard()[1:] == ["⏰ call Bob", "⏰ call Bob"]


async def test_edit_asks_for_the_new_time(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.press(button(nova, "Edit").id)
    assert nova.answer == "To when shall I move it?"
    await nova.say("Friday at 10")
    assert nova.answer == "Reminder 1 is moved to Friday 27 November 2026, 10:00 (Europe/Berlin)."


async def test_what_a_button_says_is_no_request_that_can_go_to_another_agent(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.press(button(nova, "Edit").id)
    run = await nova.say("wrong agent, use chaser")
    assert (run.route.agent, run.route.request) == ("chaser", "remind me tomorrow at 9 to call Bob")


async def test_not_this_gives_the_request_to_the_agent_it_was_routed_to(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to check the ledger")
    await nova.press(button(nova, "Not this").id)
    assert nova.answer == "books has answered."
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "books has answered."


async def test_an_agent_is_woken_with_the_words_it_was_made_with(nova: Talk) -> None:
    await nova.say("remind me every Monday at 9 to ask books to sum up what is open")
    assert "Then books gets this as a request of yours: sum up what is open" in nova.answer
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "books has answered."
    assert "sum up what is open" in nova.model.last_pack.text


async def test_a_recurrence_without_a_verb_asks_whether_an_agent_is_meant(nova: Talk) -> None:
    await nova.say("every Monday at 8:00 sum up the ledger")
    assert [one.label for one in nova.mailbox.there[-1].buttons] == ["Remind me", "books does it", "Neither"]
    await nova.press(button(nova, "books does it").id)
    assert "Then books gets this as a request of yours: sum up the ledger" in nova.answer
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "books has answered."


async def test_a_person_without_a_zone_is_asked_once(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 9 to call Bob", by=MEMBER)
    assert nova.answer == "Which city's time do you use?"
    await nova.say("Nowhere", by=MEMBER)
    assert nova.answer.startswith("I know no such place.")
    await nova.say("New York", by=MEMBER)
    assert "Monday 23 November 2026, 09:00 (America/New_York)" in nova.answer
    await nova.say("remind me on Tuesday at 9 to call Ann", by=MEMBER)
    assert "09:00 (America/New_York)" in nova.answer


async def test_elapsed_time_needs_no_zone(nova: Talk) -> None:
    await nova.say("remind me in 20 minutes to look at the oven", by=MEMBER)
    await nova.until(NOON + timedelta(minutes=20))
    assert nova.answer == "⏰ look at the oven"


async def test_for_somebody_else(nova: Talk) -> None:
    await nova.say("remind @anna tomorrow at 9 about the invoice")
    assert "\nFor @anna.\n" in nova.answer
    await nova.say("show my reminders")
    assert nova.answer.endswith("(Europe/Berlin): @anna: the invoice")
    await nova.until(TOMORROW_AT_9)
    assert nova.answer == "⏰ @anna: the invoice (from Ada)"
    assert GUEST.standing is Standing.GUEST
    await nova.say("remind @anna tomorrow at 9 about the invoice", by=GUEST)
    assert nova.answer == "You may set reminders for yourself only."


async def test_another_channel_is_the_owners_to_choose(nova: Talk) -> None:
    await nova.say("remind <#C0FFEE|ops> tomorrow at 9 about the rota", by=GUEST)
    assert nova.answer == "You may set reminders for yourself only."
    await nova.say("remind <#C0FFEE|ops> tomorrow at 9 about the rota")
    assert "It will be said in C0FFEE." in nova.answer
    await nova.until(TOMORROW_AT_9)
    assert nova.mailbox.there[-1].place.channel == "C0FFEE"


async def test_a_channel_that_nobody_can_tell_is_asked_for_there(nova: Talk) -> None:
    await nova.say("remind #ops tomorrow at 9 about the rota")
    assert nova.answer == "I can't tell which channel #ops is. Ask there."


async def test_the_hour_that_was_asked_about_is_filled_in(nova: Talk) -> None:
    await nova.say("erinnere mich jeden Montag um 4 an die Post")
    assert [one.label for one in nova.mailbox.there[-1].buttons] == ["04:00", "16:00"]
    await nova.press(button(nova, "16:00").id)
    assert "**die Post**\nMontag, 23. November 2026, 16:00" in nova.answer


async def test_the_date_that_was_asked_about_is_filled_in(nova: Talk) -> None:
    await nova.say("remind me on 04/05 at 9 to file")
    await nova.say("2")
    assert "**file**\nMonday 5 April 2027, 09:00" in nova.answer


@pytest.mark.parametrize(
    ("text", "policy", "said"),
    [
        ("remind me every day at 9 to stretch, if missed skip it", IfMissed.SKIP, "I leave it out"),
        ("remind me every day at 9 to stretch and say all missed times", IfMissed.ALL, "each missed time later"),
        ("erinnere mich täglich um 9 Uhr an Sport, wenn verpasst, auslassen", IfMissed.SKIP, "lasse ich es aus"),
        ("每天早上9点提醒我运动，错过就跳过", IfMissed.SKIP, "我就跳过"),
    ],
)
async def test_what_is_missed_is_the_persons_to_say(nova: Talk, text: str, policy: IfMissed, said: str) -> None:
    await nova.say(text)
    assert said in nova.answer
    one = await reminders.get(nova.nova.ledger, 1)
    assert one is not None
    assert one.if_missed is policy
    assert "miss" not in one.what


async def test_it_may_be_said_later_too_by_number_or_of_the_latest(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.say("if missed, skip it")
    assert nova.answer.startswith("Reminder 1 is changed. If I can't say it in time, I leave it out.")
    await nova.say("reminder 1: if missed, say all")
    one = await reminders.get(nova.nova.ledger, 1)
    assert one is not None
    assert one.if_missed is IfMissed.ALL


async def test_the_next_time_of_a_numbered_one_is_left_out(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.say("skip next 1")
    assert nova.answer.startswith("Reminder 1 leaves out")


async def test_nagging_takes_its_interval_at_the_verb_too(nova: Talk) -> None:
    await nova.say("nag me every 5 minutes tomorrow at 9 to take the pills")
    assert "every 5 minutes" in nova.answer
    assert "Monday 23 November 2026, 09:00" in nova.answer
    await nova.say("nerv mich alle 5 Minuten morgen um 9 die Pillen zu nehmen")
    assert nova.answer.startswith("Erinnerung 2: **die Pillen zu nehmen**")


async def test_an_event_is_asked_about_and_no_agents_work(nova: Talk) -> None:
    await nova.say("remind me when Bob arrives to give him the keys")
    assert nova.answer == "I can only remind at a time, not at an event. When should it be?"


async def test_a_lone_number_answers_when_but_not_which(nova: Talk) -> None:
    await nova.say("remind me tomorrow at 10 or 11 to call Sam")
    await nova.say("11")
    assert nova.answer == "I could not read every time word in that. When exactly should it be?"
    await nova.say("tomorrow at 11")
    assert "**call Sam**" in nova.answer
    await nova.say("remind me to feed the cat")
    await nova.say("7")
    assert "I assumed: 7:00 is taken as the next one" in nova.answer
