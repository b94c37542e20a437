"""Tool calls: each is answered, and what goes wrong is told to the model."""

import asyncio
from pathlib import Path

import pytest

from nova_bot.core.claims import Basis
from nova_bot.core.outcome import EndingKind, ToolResult
from nova_bot.core.run import Run
from nova_bot.engine import calls
from tests.agents import BOOKS, with_lines, write
from tests.doubles import House, Lab, PuppetModel, Talk, asked, handed, said, used


def results(run: Run) -> tuple[ToolResult, ...]:
    return run.steps[0].results


async def test_calls_run_side_by_side_and_are_answered_in_order(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    both = asyncio.Barrier(2)

    async def meet(text: str) -> str:
        await asyncio.wait_for(both.wait(), 5)
        return f"got {text}"

    lab.run = meet
    model.will("books", used(("lab.read", {"text": "a"}), ("lab.read", {"text": "b"})), said("Done."))
    await nova.say("which invoice?")
    assert model.told == ["got a", "got b"]


async def test_a_failed_call_is_told_and_its_neighbour_still_answered(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    async def picky(text: str) -> str:
        if text == "bad":
            raise RuntimeError("secret internals")
        return "good"

    lab.run = picky
    model.will("books", used(("lab.read", {"text": "bad"}), ("lab.read", {"text": "ok"})), said("Done."))
    run = await nova.say("which invoice?")
    bad, good = results(run)
    assert bad.error
    assert "fault inside the tool" in bad.text
    assert "secret internals" not in bad.text
    assert (good.text, good.error) == ("good", False)
    assert [claim.text for claim in run.claims if claim.basis is Basis.FOUND] == ["good"]


async def test_wrong_arguments_are_told(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("calc.evaluate", {"expresion": "1+1"})), said("Done."))
    run = await nova.say("which invoice?")
    assert results(run)[0].error
    assert model.told == ["calc.evaluate did not work: expression: Field required"]


async def test_a_tool_that_does_not_exist_is_told(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("wire.money", {})), said("Done."))
    await nova.say("which invoice?")
    assert model.told == ["wire.money did not work: books has no such tool"]


async def test_a_tool_of_another_agent_is_not_lent(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    model.will("books", used(("lab.send", {})), said("Done."))
    run = await nova.say("which invoice?")
    assert results(run)[0].error
    assert lab.calls == []


async def test_a_slow_tool_is_given_up(
    nova: Talk, model: PuppetModel, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(text: str) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(calls, "TOOL_TIMEOUT_S", 0.01)
    lab.run = never
    model.will("books", used(("lab.read", {})), said("Done."))
    run = await nova.say("which invoice?")
    assert run.ending
    assert run.ending.kind is EndingKind.ANSWERED
    assert "no answer within" in model.told[0]


async def test_a_long_result_is_cut_to_what_the_agent_can_read(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    async def long(text: str) -> str:
        return "x" * 50_000

    lab.run = long
    model.will("books", used(("lab.read", {})), said("Done."))
    await nova.say("which invoice?")
    assert model.told[0].endswith("(cut off here: 50000 characters in all)")
    assert len(model.told[0]) <= calls.LONGEST_RESULT + 60


async def test_a_small_agent_reads_less(house: House, agents: Path) -> None:
    write(agents, "books", with_lines(BOOKS, "budget: {tokens: 2000}"))

    async def long(text: str) -> str:
        return "x" * 50_000

    house.lab.run = long
    house.model.will("books", used(("lab.read", {})), said("Done."))
    async with house.open() as nova:
        await nova.say("which invoice?")
    assert house.model.told[0].startswith("x" * 1_500 + "\n(cut")


async def test_a_result_that_no_terminal_can_show_is_made_harmless(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    async def odd(text: str) -> str:
        return "a\x00b\x1b[2Jc\ud800"

    lab.run = odd
    model.will("books", used(("lab.read", {})), said("Done."))
    await nova.say("which invoice?")
    assert model.told == ["a\ufffdb\ufffd[2Jc\ufffd\ufffd\ufffd"]


async def test_a_control_call_beside_others_is_refused_and_they_are_made(
    nova: Talk, model: PuppetModel, lab: Lab
) -> None:
    both = used(("lab.read", {"text": "a"}), ("hand_off", {"to": "chaser", "task": "t", "done_when": "d"}))
    model.will("books", both, said("Done."))
    run = await nova.say("which invoice?")
    assert run.agent == "books"
    assert model.told[0] == "read a"
    assert "Call hand_off alone" in model.told[1]


async def test_a_question_without_words_is_told_to_the_model(nova: Talk, model: PuppetModel) -> None:
    model.will("books", asked("   "), said("Done."))
    await nova.say("which invoice?")
    assert "question: " in model.told[0]
    assert nova.heard() == ["Done."]


async def test_a_hand_off_with_wrong_arguments_is_told(nova: Talk, model: PuppetModel) -> None:
    model.will("books", used(("hand_off", {"to": ["chaser"]})), said("Done."))
    await nova.say("which invoice?")
    assert model.told[0].startswith("hand_off did not work: to: ")


async def test_two_calls_with_the_same_id_are_two_calls(nova: Talk, model: PuppetModel, lab: Lab) -> None:
    twice = used(("notes.remember", {"text": "one"}), ("notes.remember", {"text": "two"}))
    first, second = twice.calls
    same = type(twice)("", (first, type(second)(first.id, second.tool, second.args)), twice.stop, twice.usage, "puppet")
    model.will("books", same, used(("notes.find", {})), said("Done."))
    await nova.say("invoice notes please")
    assert "one" in model.told[-1]
    assert "two" in model.told[-1]


async def test_the_agent_gets_only_its_own_tools_offered(nova: Talk, model: PuppetModel) -> None:
    model.will("books", handed("chaser"), said("Done."))
    await nova.say("which invoice?")
    books, chaser = ([tool.name for tool in request.tools] for request in model.requests)
    assert books == [
        "calc.evaluate",
        "lab.read",
        "notes.find",
        "notes.forget",
        "notes.remember",
        "hand_off",
        "ask_person",
    ]
    assert chaser == ["lab.read", "hand_off", "ask_person"]
