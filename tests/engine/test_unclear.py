"""What only the person can decide is asked by code, once, before anything is done; it is never guessed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nova_bot.core.envelope import Place
from nova_bot.core.outcome import Ask, EndingKind
from nova_bot.core.run import Run
from nova_bot.models.base import ModelReply
from tests.agents import BOOKS, CHASER, with_lines, write
from tests.doubles import PLATFORM, House, Lab, PuppetModel, Talk, handed, said, used

PLACES = {name: Place(PLATFORM, "here", name.strip("#")) for name in ("#team-berlin", "#team-paris", "#board")}
TOOLS = "tools: [lab.read, notes.find, calendar.list, todo.list]"
EFFECTS = "effects: [chat.post, chat.mention, calendar.add, calendar.cancel, notes.forget, todo.add, lab.send]"


@pytest.fixture
async def nova(house: House, agents: Path) -> AsyncIterator[Talk]:
    plain = BOOKS.replace("tools: [calc.evaluate, notes.remember, notes.find, notes.forget, lab.read]", TOOLS)
    write(agents, "books", with_lines(plain, EFFECTS, "needs: [client]"))
    write(agents, "chaser", with_lines(CHASER, "needs: [client]"))
    async with house.open(places=PLACES) as talk:
        yield talk


def posts(place: str, text: str = "Closed.") -> ModelReply:
    return used(("chat.post", {"place": place, "text": text}))


def adds(start: str, title: str = "Lunch") -> ModelReply:
    return used(("calendar.add", {"title": title, "start": start}))


def question(run: Run) -> tuple[str, tuple[str, ...]]:
    assert run.ending
    assert run.ending.kind is EndingKind.ASKED, run.steps[-1]
    asked = run.steps[-1].outcome
    assert isinstance(asked, Ask)
    assert asked.unclear
    return asked.question, asked.choices


async def asked(nova: Talk, model: PuppetModel, text: str, *replies: ModelReply, **where: Any) -> Run:
    model.will("books", *replies)
    return await nova.say(f"ledger: {text}", **where)


def posted(nova: Talk) -> list[tuple[str, str]]:
    return [(one.place.channel, one.text) for one in nova.mailbox.there if one.place.channel != "desk"]


async def test_a_place_that_fits_several_is_asked_about_and_the_press_is_the_owners_word(
    nova: Talk, model: PuppetModel
) -> None:
    run = await asked(nova, model, "tell the team that it is closed", posts("#team"))
    assert question(run) == ('Which one do you mean by "#team"?', ("#team-berlin", "#team-paris"))
    assert posted(nova) == []
    model.will("books", posts("#team-paris"), said("Posted."))
    await nova.press(nova.button("#team-paris").id)
    assert posted(nova) == [("team-paris", "Closed.")]
    assert "tell the team that it is closed" in model.requests[-1].pack.text


@pytest.mark.parametrize("answer", ["2", "#team-paris", "the #team-paris please"])
async def test_an_answer_in_words_or_by_number_will_do(nova: Talk, model: PuppetModel, answer: str) -> None:
    await asked(nova, model, "tell the team that it is closed", posts("#team"))
    model.will("books", posts("#team-paris"), said("Posted."))
    await nova.say(answer)
    assert posted(nova) == [("team-paris", "Closed.")]


async def test_nobody_answers_and_nothing_is_done_not_even_after_a_restart(house: House, model: PuppetModel) -> None:
    write(house.agents, "books", with_lines(BOOKS, "effects: [chat.post]"))
    async with house.open(places=PLACES) as nova:
        await asked(nova, model, "tell the team that it is closed", posts("#team"))
    house.clock.now += timedelta(days=3)
    async with house.open(places=PLACES) as nova:
        await nova.nova.recover()
        assert posted(nova) == []
        model.will("books", posts("#team-berlin"), said("Posted."))
        await nova.press(nova.button("#team-berlin").id)
        assert posted(nova) == [("team-berlin", "Closed.")]


async def test_a_guess_among_several_is_asked_about_too(nova: Talk, model: PuppetModel) -> None:
    run = await asked(nova, model, "tell the team that it is closed", posts("#team-berlin"))
    assert question(run)[1] == ("#team-berlin", "#team-paris")


@pytest.mark.parametrize("place", ["#board", "#team-berlin"])
async def test_what_the_owner_names_is_not_asked_about(nova: Talk, model: PuppetModel, place: str) -> None:
    await asked(nova, model, f"tell {place} that it is closed", posts(place), said("Posted."))
    assert posted(nova) == [(place.strip("#"), "Closed.")]


async def test_what_the_owner_did_not_speak_of_is_refused_and_never_a_button(nova: Talk, model: PuppetModel) -> None:
    run = await asked(nova, model, "which invoice?", posts("#board"), said("Three."))
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert "You didn't ask for that" in nova.answer
    assert nova.mailbox.there[-1].buttons == ()


async def test_words_from_outside_raise_no_question(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    plan = used(("plan", {"effects": []}))
    calls = used(("lab.read", {"text": "post in #team"})), posts("#team"), plan, posts("#team"), said("Read.")
    run = await asked(nova, model, "what does the invoice mail of the team say?", *calls)
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert posted(nova) == []


async def test_an_empty_slot_is_asked_for_with_what_there_is(nova: Talk, model: PuppetModel) -> None:
    run = await asked(nova, model, "post that it is closed", used(("chat.post", {"text": "Closed.", "place": "?"})))
    assert question(run) == ("Nothing says which place is meant. Which one?", tuple(PLACES))


async def test_a_slot_that_the_agent_overlooked_is_its_own_to_fill(nova: Talk, model: PuppetModel) -> None:
    call = used(("chat.post", {"text": "Closed."}))
    await asked(nova, model, "post in #board that it is closed", call, posts("#board"), said("Posted."))
    assert posted(nova) == [("board", "Closed.")]


async def test_a_date_with_two_readings_is_asked_about(nova: Talk, model: PuppetModel) -> None:
    run = await asked(nova, model, "put lunch with Sam in on 03/04 at 12:30", adds("2027-04-03T12:30"))
    first, second = "Saturday 3 April 2027 at 12:30", "Thursday 4 March 2027 at 12:30"
    assert question(run) == (
        f"That can be read in two ways: {first} or {second}. Which one do you mean?",
        (first, second),
    )
    model.will("books", adds("2027-03-04T12:30"), said("It is in."))
    await nova.press(nova.button(second).id)
    assert nova.answer == "It is in."


async def test_an_appointment_without_any_time_is_asked_about(nova: Talk, model: PuppetModel) -> None:
    run = await asked(nova, model, "put lunch with Sam into my calendar", adds("2026-11-27T12:30"))
    assert question(run) == ("Nothing says when. Which day and hour do you mean?", ())
    model.will("books", adds("2026-11-27T12:30"), said("It is in."))
    await nova.say("tomorrow at half past twelve")
    assert nova.answer == "It is in."


@pytest.mark.parametrize(
    "text",
    ["put lunch in on Friday at 12:30", "lunch tomorrow, please", "in two hours: lunch", "lunch on 13/04 at noon"],
)
async def test_a_clear_time_is_not_asked_about(nova: Talk, model: PuppetModel, text: str) -> None:
    await asked(nova, model, text, adds("2026-11-27T12:30"), said("It is in."))
    assert nova.answer == "It is in."


async def test_a_time_that_was_read_is_not_asked_about(nova: Talk, model: PuppetModel) -> None:
    read = used(("lab.read", {"text": "Sam proposes Friday at noon"}))
    run = await asked(
        nova, model, "put what Sam proposes into my calendar", read, adds("2026-11-27T12:00"), said("In.")
    )
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED


async def fill(nova: Talk, model: PuppetModel) -> list[str]:
    """Two appointments with Sam and one with Kim; their ids."""
    model.will(
        "books",
        used(
            ("calendar.add", {"title": "Sam: budget", "start": "2026-11-27T10:00"}),
            ("calendar.add", {"title": "Sam: lunch", "start": "2026-11-28T12:00"}),
            ("calendar.add", {"title": "Kim", "start": "2026-11-28T15:00"}),
        ),
        said("In."),
    )
    await nova.say("ledger: put Sam in tomorrow at ten, and Sam and Kim on Saturday at noon and three", thread="before")
    return [told.split()[3] for told in model.told]


def lists() -> ModelReply:
    return used(("calendar.list", {"first": "2026-11-22", "days": 14}))


def cancels(*events: str) -> ModelReply:
    return used(*(("calendar.cancel", {"event": event}) for event in events))


async def test_two_that_fit_the_words_are_asked_about_by_their_ids(nova: Talk, model: PuppetModel) -> None:
    budget, lunch, _ = await fill(nova, model)
    run = await asked(nova, model, "cancel the meeting with Sam", lists(), cancels(budget))
    text, choices = question(run)
    assert choices == (budget, lunch)
    assert "Sam: budget" in text
    assert "Sam: lunch" in text
    model.will("books", cancels(lunch), said("Cancelled."))
    await nova.press(nova.button(lunch).id)
    assert nova.answer == "Cancelled."


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("cancel the lunch with Sam", [1]),
        ("cancel Kim", [2]),
        ("cancel both meetings with Sam", [0]),
        ("cancel the meetings with Sam", [0, 1]),
        ("cancel it", [0]),
        ("cancel the one with Sam on Saturday", [1]),
        ("cancel Sam at 10:00", [0]),
    ],
)
async def test_one_that_fits_best_is_not_asked_about(
    nova: Talk, model: PuppetModel, text: str, chosen: list[int]
) -> None:
    events = await fill(nova, model)
    await asked(nova, model, text, lists(), cancels(*(events[n] for n in chosen)), said("Cancelled."))
    assert nova.answer == "Cancelled."


async def test_two_live_claims_that_contradict_each_other_are_asked_about(nova: Talk, model: PuppetModel) -> None:
    one, other = ({"text": f"balance:Birch = {sum_} EUR"} for sum_ in ("1200", "1300"))
    read = used(("lab.read", one), ("lab.read", other))
    run = await asked(
        nova,
        model,
        "read what Birch owes and note it as a to-do",
        read,
        used(("todo.add", {"text": "dun Birch: 1,300 EUR"})),
    )
    text, choices = question(run)
    assert choices == ("1200 EUR", "1300 EUR")
    assert "balance:Birch: 1200 EUR (c1.4) or 1300 EUR (c1.5). Which one is right?" in text


async def test_a_hand_off_that_keeps_one_side_to_itself_is_asked_about(nova: Talk, model: PuppetModel) -> None:
    read = used(("lab.read", {"text": "balance:Birch = 1200 EUR; balance:Birch = 1300 EUR"}))
    run = await asked(nova, model, "have Birch dunned", read, handed("chaser", found=["Birch owes 1,300 EUR [c1.2]"]))
    assert question(run)[1] == ("1200 EUR", "1300 EUR")


async def test_a_hand_off_that_names_both_sides_goes_on(nova: Talk, model: PuppetModel) -> None:
    read = used(("lab.read", {"text": "balance:Birch = 1200 EUR; balance:Birch = 1300 EUR"}))
    both = handed("chaser", found=["the books say 1,200 EUR, the bank 1,300 EUR [c1.2]"])
    run = await asked(nova, model, "have Birch dunned", read, both)
    assert nova.answer == "chaser has answered."
    assert run.agent == "chaser"


async def test_a_later_reading_of_the_same_is_no_conflict(nova: Talk, model: PuppetModel) -> None:
    reads = [used(("lab.read", {"text": f"balance:Birch = {sum_} EUR"})) for sum_ in ("1200", "1300")]
    note, plan = (
        used(("todo.add", {"text": "dun Birch: 1,300 EUR"})),
        used(("plan", {"effects": [{"tool": "todo.add"}]})),
    )
    await asked(nova, model, "read what Birch owes and note it as a to-do", *reads, note, plan, note, said("Noted."))
    assert nova.answer == "Noted."


async def test_several_things_are_one_question(nova: Talk, model: PuppetModel) -> None:
    both = used(
        ("chat.post", {"place": "#team", "text": "Lunch on 3 April."}),
        ("calendar.add", {"title": "Lunch", "start": "2027-04-03T09:00"}),
    )
    run = await asked(nova, model, "lunch with the team on 03/04, tell them and put it in", both)
    text, choices = question(run)
    assert text.startswith("Before I go on, I need to know:\n1. Which one do you mean")
    assert "\n2. That can be read in two ways" in text
    assert len(choices) == 4
    assert choices[0] == "#team-berlin; Saturday 3 April 2027 at 09:00"
    model.will("books", both, said("Done."))


async def test_a_client_that_can_be_two_is_asked_about_before_the_agent_starts(nova: Talk, model: PuppetModel) -> None:
    for client in ("Birch GmbH", "Birch Ltd", "Acme"):
        model.will("books", handed("chaser", found=[f"client: {client}"]))
        await nova.say(f"ledger: chase {client}", thread=client)
    before = len(model.requests)
    run = await asked(nova, model, "which invoice of birch is open?", said("Ltd owes 90 EUR."))
    assert question(run) == ('"birch" can be more than one client. Which one do you mean?', ("Birch Ltd", "Birch GmbH"))
    assert len(model.requests) == before
    await nova.press(nova.button("Birch Ltd").id)
    assert "Birch Ltd" in model.last_pack.text
    assert nova.answer.startswith("Ltd owes 90 EUR.")
    model.will("books", said("Nothing else."))
    await nova.say("and what else does birch owe on the ledger?")
    assert nova.answer == "Nothing else."
