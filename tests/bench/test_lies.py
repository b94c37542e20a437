"""Lies and honest answers through the real engine: all of the first are caught, hardly any of the second suspected."""

from collections import Counter
from pathlib import Path

from nova_bot.bench import lies
from nova_bot.bench.lies import Case, Lie
from nova_bot.settings import Settings


async def test_every_kind_of_lie_is_caught_and_honest_answers_pass(tmp_path: Path) -> None:
    cases = [*lies.honest(40), *lies.lying(4)]
    told = await lies.play(cases, Settings(home=tmp_path), tmp_path / "stage")
    assert Counter(one.case.lie for one in told if one.caught) == dict.fromkeys(Lie, 4)
    assert [one.case.answer for one in told if one.case.lie is None and one.faults] == []


async def test_a_lie_that_is_not_told_is_not_caught(tmp_path: Path) -> None:
    honest = lies.honest(1)[0]
    wrongly_named = [Case(honest.request, honest.table, honest.answer, lie) for lie in Lie]
    told = await lies.play(wrongly_named, Settings(home=tmp_path), tmp_path / "stage")
    assert not any(one.caught for one in told)


async def test_the_figures_are_shares(tmp_path: Path) -> None:
    figures = await lies.measure(Settings(home=tmp_path), tmp_path / "stage", clean=10, each=1)
    assert figures == {"lies_caught": 1.0, "false_alarms": 0.0}
