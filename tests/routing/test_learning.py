"""What the owner corrected is right at once, and nothing else moves."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from nova_bot.core.lesson import How, Lesson
from nova_bot.core.route import Rule
from nova_bot.routing.learning import MOST_PER_AGENT, Memory, capped, lesson_of, wish
from nova_bot.routing.ngrams import Counts, Idf
from tests.doubles import GUEST, NOON
from tests.records import a_run

TEXTS = ["who pays for the broken pallet", "list the open invoices", "book a room for Friday", "the printer is on fire"]


def a_lesson(text: str, right: str = "books", n: int = 0) -> Lesson:
    return Lesson(text, right, "general", "ada", How.SAID, NOON + timedelta(minutes=n), None, n)


@pytest.fixture
def memory() -> Memory:
    made = Memory(Idf.of(Counts.of(TEXTS)), None)
    made.learn([a_lesson("who pays for the broken pallet")])
    return made


@pytest.mark.parametrize(
    "text", ["who pays for the broken pallet", "Who pays for the broken pallet??", "  WHO pays, for the broken pallet"]
)
def test_the_same_message_is_right_at_once(memory: Memory, text: str) -> None:
    assert memory.recall(text) == "books"


@pytest.mark.parametrize(
    "text", ["who pays for the broken palet", "so who pays for the broken pallet", "who pays for a broken pallet?"]
)
def test_a_near_repeat_is_right_at_once(memory: Memory, text: str) -> None:
    assert memory.recall(text) == "books"


@pytest.mark.parametrize("text", [*TEXTS[1:], "who pays", "the pallet", ""])
def test_other_messages_do_not_move(memory: Memory, text: str) -> None:
    assert memory.recall(text) is None


def test_sentence_vectors_find_a_repeat_only_if_some_words_agree() -> None:
    memory = Memory(Idf.of(Counts.of(TEXTS)), lambda _text: np.array([1.0, 0.0], np.float32))
    memory.learn([a_lesson("who pays for the broken pallet")])
    assert memory.recall("who pays for this broken wooden pallet") == "books"
    assert memory.recall("completely different wording") is None


def test_the_newest_lesson_about_a_text_counts(memory: Memory) -> None:
    memory.learn([a_lesson("the usual", "books", 1), a_lesson("The usual!", "mailer", 2)])
    assert memory.recall("the usual") == "mailer"


def test_one_agent_keeps_only_its_newest_lessons() -> None:
    kept = capped(a_lesson(f"message number {chr(97 + n % 26)}{n}", n=n) for n in range(MOST_PER_AGENT + 10))
    assert len(kept) == MOST_PER_AGENT
    assert kept[-1].id == MOST_PER_AGENT + 9


def test_only_the_owners_choice_teaches() -> None:
    run = a_run()
    corrected = replace(run, route=replace(run.route, rule=Rule.CORRECTION, instead_of="general"))
    lesson = lesson_of(corrected)
    assert lesson is not None
    assert (lesson.text, lesson.right, lesson.wrong) == (run.route.request, "books", "general")
    assert lesson_of(replace(corrected, envelope=replace(run.envelope, sender=GUEST))) is None
    assert lesson_of(run) is None


@pytest.mark.parametrize(
    "text",
    ["wrong agent, use ops", "not you, ops", "no, that's for ops", "falscher Agent, nimm ops", "ask ops instead"],
)
def test_a_correction_is_understood(text: str) -> None:
    assert wish(text, ("ops", "time")) == "ops"


@pytest.mark.parametrize(
    "text",
    ["no", "no time for this", "ask ops: is the server up", "no, the other one", "no, use bullets"],
)
def test_what_is_no_correction_is_not_taken_for_one(text: str) -> None:
    assert wish(text, ("ops", "time")) is None


@pytest.mark.parametrize(("text", "name"), [("wrong agent, use nosuch", "nosuch"), ("no, use erp-arr", "erp-arr")])
def test_a_name_that_no_agent_has_is_given_where_an_agent_must_be_meant(text: str, name: str) -> None:
    assert wish(text, ("ops", "erp-ar")) == name
