"""Runs: whose turn it is, what was spent, and conversations."""

from dataclasses import replace

from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion, Turn
from nova_bot.core.envelope import Place
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import HandOff, Say, ToolCall, ToolResult, Use
from nova_bot.core.run import Usage
from tests.doubles import NOON
from tests.records import a_run, a_step

PLACE = Place("test", "here", "desk", "main")


def turn(n: int, agent: str = "") -> Turn:
    return Turn(n, agent, Claim(ClaimId(n, 1), 0, Basis.TOLD, f"turn {n}", Label(Integrity.OWNER, "o")), NOON)


def test_the_last_hand_off_decides_whose_turn_it_is() -> None:
    run = a_run(steps=(a_step(1, HandOff("chaser", "t", "d")), a_step(2, HandOff("mailer", "t", "d"), "chaser")))
    assert a_run().agent == "books"
    assert run.agent == "mailer"
    assert [handoff.to for handoff in run.hand_offs] == ["chaser", "mailer"]


def test_a_stretch_begins_behind_the_hand_off() -> None:
    steps = (a_step(1, Use((), "")), a_step(2, HandOff("chaser", "t", "d")), a_step(3, Say("x"), "chaser"))
    assert a_run(steps=steps).stretch == steps[2:]
    assert a_run(steps=steps[:1]).stretch == steps[:1]


def test_a_step_waits_for_the_results_of_its_tools() -> None:
    step = a_step(1, Use((ToolCall("a", "x.y", {}),)))
    assert step.waiting_for_tools
    assert not replace(step, results=(ToolResult("a", "done"),)).waiting_for_tools
    assert not a_step(1, Say("x")).waiting_for_tools


def test_results_replace_their_step() -> None:
    run = a_run().then(a_step(1, Use((ToolCall("a", "x.y", {}),))), (), ())
    done = replace(run.steps[0], results=(ToolResult("a", "done"),))
    assert run.then(done, (), ()).steps == (done,)


def test_usage_adds_up_and_an_unknown_price_stays_unknown() -> None:
    known = Usage(1, 2, 3, 4, 0.5, 1)
    assert (known + known) == Usage(2, 4, 6, 8, 1.0, 2)
    assert (known + Usage(usd=None)).usd is None
    assert known.tokens == 10


def test_usage_counts_by_agent() -> None:
    steps = (a_step(1, Say("x"), "books", Usage(1)), a_step(2, Say("x"), "chaser", Usage(2)))
    run = a_run(steps=steps)
    assert run.usage_of("chaser").tokens_in == 2
    assert run.usage.tokens_in == 3


def test_a_conversation_keeps_the_latest_turns_and_counts_the_others() -> None:
    talk = Conversation(PLACE)
    for n in range(5):
        talk = talk.then((turn(n), turn(n, "books")), "books", None, keep=4)
    assert [t.run for t in talk.turns] == [3, 3, 4, 4]
    assert (talk.earlier, talk.holder) == (6, "books")


def test_the_previous_request_is_a_persons() -> None:
    talk = Conversation(PLACE, turns=(turn(1), turn(2, "books")))
    assert talk.previous_request == "turn 1"
    assert Conversation(PLACE).previous_request == ""


def test_a_question_is_open_until_the_next_run() -> None:
    question = OpenQuestion(1, Asking.AGENT, "books", "Which?", "request")
    asked = Conversation(PLACE).then((), "books", question)
    assert asked.question == question
    assert asked.then((), "books", None).question is None
