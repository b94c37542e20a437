"""What an order leaves unsaid stays as it was: the day, the hour, how often."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder
from schedules.reminding import making
from schedules.reminding.changing import moved, snoozed
from schedules.reminding.describing import fitting
from schedules.reminding.editing import new_time
from schedules.reminding.orders import Act, order
from schedules.series import following
from schedules.when import parse
from tests.doubles import NOON, OWNER, Talk

BERLIN = ZoneInfo("Europe/Berlin")


def reminder(when: str, what: str = "") -> Reminder:
    """One that was set in English on Sunday 22 November 2026 at 13:00 in Berlin."""
    series = making.series_of(parse(when, NOON, "Europe/Berlin", "en"))
    label = Label(Integrity.OWNER, "test", frozenset())
    return Reminder("r1", OWNER, Place("test", "here", "c"), what, series, following(series, NOON), label, NOON, id=1)


def changed(one: Reminder, text: str, lang: str, *, every: bool = False) -> str:
    """When it comes next after an order, as "2026-11-27 10:00", with its rule; or the question."""
    given = order(text, lang)
    assert given is not None
    when = new_time(given, one, NOON)
    assert when is not None
    if when.ask:
        return when.ask
    assert when.due is not None
    change = moved(one, when, NOON, every=every) if given.act is Act.MOVE else snoozed(one, when.due)
    after = change.reminder
    assert after.due is not None
    return f"{after.due.astimezone(BERLIN):%Y-%m-%d %H:%M} {days(after)}".strip()


def days(one: Reminder) -> str:
    """How often it comes; the hour is that of its next time."""
    return one.series.rule.removeprefix("FREQ=").partition(";BYHOUR")[0]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "move it to 11"),
        ("en", "change my reminder to 11:00"),
        ("en", "make it 11"),
        ("en", "reschedule 1 to 11 am"),
        ("en", "snooze it until 11"),
        ("en", "push it back an hour"),
        ("en", "move it an hour later"),
        ("en", "can you move it to 11, please?"),
        ("en", "actually set the time to 11"),
        ("de", "kannst du sie auf 11 Uhr verschieben?"),
        ("de", "ändere bitte die Uhrzeit auf 11"),
        ("es", "¿puedes moverlo a las 11?"),
        ("es", "cambia la hora a las 11"),
        ("fr", "tu peux le déplacer à 11h, stp ?"),
        ("fr", "change l'heure à 11h"),
        ("zh", "能改到11点吗"),
        ("zh", "请把时间改成11点"),
        ("de", "verschiebe sie auf 11 Uhr"),
        ("de", "ändere die Erinnerung auf 11"),
        ("de", "verschieb das um eine Stunde"),
        ("de", "schiebe 1 eine Stunde nach hinten"),
        ("es", "muévelo a las 11"),
        ("es", "cambia mi recordatorio a las 11:00"),
        ("es", "retrásalo una hora"),
        ("es", "aplázalo una hora"),
        ("fr", "déplace-le à 11h"),
        ("fr", "change mon rappel à 11 heures"),
        ("fr", "décale-le d'une heure"),
        ("fr", "reporte-le d'une heure"),
        ("zh", "改到11点"),
        ("zh", "把提醒改到上午11点"),
        ("zh", "把 1 推迟1小时"),
    ],
)
def test_an_hour_alone_or_a_length_stays_on_the_day(lang: str, text: str) -> None:
    assert changed(reminder("Friday at 10:00"), text, lang) == "2026-11-27 11:00"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "move it to Thursday"),
        ("en", "move it a day earlier"),
        ("de", "verschiebe sie auf Donnerstag"),
        ("de", "verschiebe sie um einen Tag nach vorne"),
        ("es", "muévelo al jueves"),
        ("es", "pásalo un día antes"),
        ("fr", "déplace-le à jeudi"),
        ("fr", "décale-le un jour plus tôt"),
        ("en", "bring it forward by a day"),
        ("es", "adelántalo un día"),
        ("fr", "avance-le d'un jour"),
        ("zh", "提前一天"),
        ("zh", "改到周四"),
    ],
)
def test_a_day_alone_keeps_the_hour(lang: str, text: str) -> None:
    assert changed(reminder("Friday at 10:30"), text, lang) == "2026-11-26 10:30"


@pytest.mark.parametrize(
    ("when", "text", "after"),
    [
        ("tomorrow at 14:00", "move it to 10", "2026-11-23 10:00"),
        ("tomorrow at 14:00", "move it to 3", "2026-11-23 15:00"),
        ("tomorrow at 14:00", "move it to the evening", "2026-11-23 18:00"),
        ("tomorrow at 20:00", "move it to 9", "Do you mean 09:00 or 21:00?"),
        ("tomorrow at 6:00 am", "move it to 5", "Do you mean 05:00 or 17:00?"),
        ("today at 18:00", "move it to 7", "2026-11-22 19:00"),
        ("today at 18:00", "move it to 9 am", "That is in the past. Which coming time do you mean?"),
        ("Friday at 10:00", "move it to in 2 hours", "2026-11-22 15:00"),
        ("Friday at 10:00", "move it to today at 5pm", "2026-11-22 17:00"),
        ("Friday at 10:00", "move it to next week", "Which day of that week do you mean?"),
        ("Friday at 10:00", "postpone it a week", "2026-12-04 10:00"),
        ("Friday at 10:00", "move it by 2 days", "2026-11-29 10:00"),
        ("27 March 2027 at 12:00", "push it by 24 hours", "2027-03-28 13:00"),
        ("27 March 2027 at 12:00", "push it by a day", "2027-03-28 12:00"),
        ("29 March 2027 at 12:00", "move it a day earlier", "2027-03-28 12:00"),
    ],
)
def test_what_a_new_time_means_depends_on_the_old_one(when: str, text: str, after: str) -> None:
    assert changed(reminder(when), text, "en") == after


@pytest.mark.parametrize(
    ("when", "text", "after"),
    [
        ("every Monday at 8:30", "move it to every Tuesday", "2026-11-24 08:30 WEEKLY;BYDAY=TU"),
        ("every Monday at 8:30", "change it to weekdays at 7", "2026-11-23 07:00 WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("Friday at 10:00", "make it weekly", "2026-11-27 10:00 WEEKLY"),
        ("Friday at 10:00", "move it to 9 every day", "2026-11-27 09:00 DAILY"),
        ("Friday at 10:00", "change it to every 2 hours", "2026-11-22 15:00 HOURLY;INTERVAL=2"),
    ],
)
def test_another_recurrence_keeps_the_hour_and_the_first_day(when: str, text: str, after: str) -> None:
    assert changed(reminder(when), text, "en") == after


@pytest.mark.parametrize(
    ("when", "text", "once", "each"),
    [
        ("every day at 8:30", "move it to 9", "2026-11-23 09:00", "2026-11-23 09:00 DAILY"),
        (
            "every other Tuesday at 8:30",
            "move it to Wednesday",
            "2026-11-25 08:30",
            "2026-11-25 08:30 WEEKLY;INTERVAL=2;BYDAY=WE",
        ),
        (
            "the 1st of every month at 9:00",
            "move it to 10",
            "2026-12-01 10:00",
            "2026-12-01 10:00 MONTHLY;BYMONTHDAY=1",
        ),
        ("every Monday at 8:30", "push it back an hour", "2026-11-23 09:30", "2026-11-23 09:30 WEEKLY;BYDAY=MO"),
        ("every Monday at 8:30", "postpone it a week", "2026-11-30 08:30", "2026-11-30 08:30 WEEKLY;BYDAY=MO"),
    ],
)
def test_a_recurrence_is_moved_once_or_as_a_whole(when: str, text: str, once: str, each: str) -> None:
    one = reminder(when)
    assert changed(one, text, "en") == f"{once} {days(one)}"
    assert changed(one, text, "en", every=True) == each


@pytest.mark.parametrize(
    ("words", "lang", "ids"),
    [
        ("Monday", "en", [1]),
        ("stretching", "en", [1]),
        ("daily", "en", [3]),
        ("10 o'clock", "en", [2]),
        ("Freitag", "de", [2]),
        ("lunes", "es", [1]),
        ("vendredi", "fr", [2]),
        ("周五", "zh", [2]),
        ("dentist", "en", []),
        ("", "en", []),
    ],
)
def test_a_reminder_is_known_by_its_words_its_day_or_how_often_it_comes(words: str, lang: str, ids: list[int]) -> None:
    given = [("every Monday at 8:30", "stretch"), ("Friday at 10:00", "call Bob"), ("every day at 7:15", "walk")]
    own = [replace(reminder(*one), id=number) for number, one in enumerate(given, 1)]
    assert [one.id for one in fitting(words, lang, own, NOON)] == ids


async def test_which_times_of_a_recurrence_are_moved_is_asked(nova: Talk) -> None:
    await nova.say("remind me every Monday at 8:30 to stretch")
    await nova.say("remind me on Friday at 10 to call Bob")
    await nova.say("move the Monday one to 9")
    assert nova.answer == "Reminder 1 repeats. Only its next time, or every time from now on?"
    await nova.say("always")
    assert nova.answer.splitlines()[0] == "Reminder 1 is moved to Monday 23 November 2026, 09:00 (Europe/Berlin)."
    assert nova.answer.splitlines()[1].startswith("then Monday 30 November 2026, 09:00")
    await nova.say("verschiebe die Erinnerung am Montag auf 10 Uhr")
    await nova.say("das erste")
    assert "then Monday 30 November 2026, 09:00" in nova.answer


async def test_words_that_say_which_times_are_not_asked_about(nova: Talk) -> None:
    await nova.say("remind me every Monday at 8:30 to stretch")
    await nova.say("move it to 9, just this once")
    assert "then Monday 30 November 2026, 08:30" in nova.answer
    await nova.say("move it to 10 from now on")
    assert "then Monday 30 November 2026, 10:00" in nova.answer


async def test_an_order_never_sets_a_reminder(nova: Talk) -> None:
    await nova.say("remind me on Friday at 10 to call Bob")
    await nova.say("remind me on Monday at 10 to call Ann")
    await nova.say("move my dentist reminder to 9")
    assert nova.answer == "Which one? 1, 2"


async def test_one_that_was_just_said_is_put_off_from_now_on(nova: Talk) -> None:
    await nova.say("remind me every day at 9 to stretch")
    await nova.until(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    await nova.say("snooze an hour")
    assert nova.answer == "Reminder 1 comes again Monday 23 November 2026, 10:00 (Europe/Berlin)."
