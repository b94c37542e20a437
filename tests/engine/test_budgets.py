"""Budgets: each limit ends the run in words."""

import asyncio
from pathlib import Path

import pytest

from nova_bot.core.outcome import EndingKind
from nova_bot.core.run import Run, Usage
from nova_bot.models.base import ModelReply, ModelRequest
from tests.agents import BOOKS, CHASER, with_lines, write
from tests.doubles import Answer, House, handed, said, used


def again(usage: Usage = Usage(10, 5, usd=0.001), seconds: float = 0, house: House | None = None) -> Answer:
    """A step that uses a tool, costs something and takes a while."""

    async def step(_request: ModelRequest) -> ModelReply:
        if house:
            house.clock.move(seconds)
        return used(("lab.read", {}), usage=usage)

    return step


async def gave_up(house: House, answers: list[Answer], **settings: object) -> Run:
    """The run in which books gives these answers, one after the other."""
    house.model.will("books", *answers)
    async with house.open(**settings) as nova:
        run = await nova.say("which invoice?")
        assert run.ending
        assert run.ending.kind is EndingKind.GAVE_UP
        assert nova.heard() == [run.ending.sentence]
        assert f"kept in {run.name}" in nova.answer
    return run


def budget(agents: Path, line: str) -> None:
    write(agents, "books", with_lines(BOOKS, f"budget: {{{line}}}"))


async def test_an_agents_steps(house: House, agents: Path) -> None:
    budget(agents, "steps: 3")
    run = await gave_up(house, [again()] * 9)
    assert len(run.steps) == 3
    assert run.ending
    assert "books used all 3 of its steps" in run.ending.sentence


async def test_the_calls_of_the_last_step_are_still_made(house: House, agents: Path) -> None:
    budget(agents, "steps: 1")
    run = await gave_up(house, [again()])
    assert [result.text for result in run.steps[0].results] == ["read "]


async def test_an_agents_tokens(house: House, agents: Path) -> None:
    budget(agents, "tokens: 3000")
    run = await gave_up(house, [again(Usage(1_000, 600))] * 9)
    assert len(run.steps) == 2
    assert run.ending
    assert "books used all 3000 of its tokens" in run.ending.sentence


async def test_cached_tokens_count(house: House, agents: Path) -> None:
    budget(agents, "tokens: 3000")
    assert len((await gave_up(house, [again(Usage(1, 1, cache_read=1_500, cache_write=1_500))] * 9)).steps) == 1


async def test_an_agents_money(house: House, agents: Path) -> None:
    budget(agents, "usd: 0.05")
    run = await gave_up(house, [again(Usage(usd=0.03))] * 9)
    assert len(run.steps) == 2
    assert run.ending
    assert "0.05 USD" in run.ending.sentence


async def test_money_counts_beside_steps_without_a_price(house: House, agents: Path) -> None:
    budget(agents, "usd: 0.05")
    run = await gave_up(house, [again(Usage(usd=0.06)), again(Usage(usd=None))])
    assert len(run.steps) == 1


async def test_an_agents_seconds(house: House, agents: Path) -> None:
    budget(agents, "seconds: 10")
    run = await gave_up(house, [again(seconds=6, house=house)] * 9)
    assert len(run.steps) == 2
    assert run.ending
    assert "books took longer than its 10 seconds" in run.ending.sentence


async def test_the_time_of_tools_counts(house: House, agents: Path) -> None:
    async def slow(text: str) -> str:
        house.clock.move(6)
        return "read"

    budget(agents, "seconds: 10")
    house.lab.run = slow
    assert len((await gave_up(house, [again()] * 9)).steps) == 2


async def test_a_model_that_does_not_answer_in_time(house: House, agents: Path) -> None:
    async def never(_request: ModelRequest) -> ModelReply:
        await asyncio.Event().wait()
        raise AssertionError

    budget(agents, "seconds: 10")
    run = await gave_up(house, [again(seconds=9.98, house=house), never])
    assert run.ending
    assert "books took longer than its 10 seconds" in run.ending.sentence
    assert run.usage.calls == 1


async def test_the_whole_runs_steps(house: House) -> None:
    house.model.will("chaser", *[again()] * 9)
    run = await gave_up(house, [again(), handed("chaser")], run_budget={"steps": 4})
    assert [step.agent for step in run.steps] == ["books", "books", "chaser", "chaser"]
    assert run.ending
    assert "all 4 steps that one request may take" in run.ending.sentence


@pytest.mark.parametrize(
    ("usage", "seconds", "limit", "words"),
    [
        (Usage(1_000, 0), 0, {"tokens": 2_000}, "all 2000 tokens"),
        (Usage(usd=0.2), 0, {"usd": 0.4}, "all 0.4 USD"),
        (Usage(), 20, {"seconds": 40}, "the 40 seconds"),
    ],
)
async def test_the_whole_runs_other_limits(
    house: House, usage: Usage, seconds: float, limit: dict[str, float], words: str
) -> None:
    house.model.will("chaser", again(usage, seconds, house), said("never said"))
    answers = [again(usage, seconds, house), handed("chaser", found=["something"])]
    run = await gave_up(house, answers, run_budget=limit)
    assert len(run.steps) == 3
    assert run.ending
    assert words in run.ending.sentence


async def test_handing_over_leaves_the_receiver_its_own_budget(house: House, agents: Path) -> None:
    budget(agents, "steps: 2")
    house.model.will("books", again(), handed("chaser"))
    house.model.will("chaser", *[again()] * 4, said("Done."))
    async with house.open() as nova:
        run = await nova.say("which invoice?")
        assert len(run.steps) == 7
        assert nova.heard() == ["Done."]


async def test_a_request_that_is_too_long_is_refused_with_both_numbers(house: House) -> None:
    async with house.open() as nova:
        text = "invoice " * 25_000
        run = await nova.say(text)
        assert run.ending
        assert run.ending.kind is EndingKind.REJECTED
        assert f"{len(text.strip())} characters" in nova.answer
        assert "books can read about 4" in nova.answer
        assert house.model.requests == []


async def test_a_hand_off_that_is_too_long_for_the_receiver_ends_in_words(house: House, agents: Path) -> None:
    write(agents, "chaser", with_lines(CHASER, "budget: {tokens: 5000}"))
    async with house.open() as nova:
        house.model.will("books", handed("chaser", task="x" * 3_900, could_not=["y" * 900] * 10))
        run = await nova.say("which invoice?")
        assert run.ending
        assert run.ending.kind is EndingKind.GAVE_UP
        assert "no longer fits" in nova.answer


async def test_the_next_answer_has_room_in_what_is_left(house: House, agents: Path) -> None:
    budget(agents, "tokens: 10000")
    house.model.will("books", again(Usage(4_000, 1_000)))
    async with house.open() as nova:
        await nova.say("which invoice?")
    first, second = house.model.requests
    assert first.max_tokens == 8_000
    assert second.max_tokens <= 5_000 - second.pack.tokens
