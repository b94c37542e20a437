"""The blame bench in small: real runs, a mistake in each, and all of it found and mended."""

import asyncio
from pathlib import Path

from nova_bot.bench import blame
from nova_bot.bench.pipelines import Origin, World
from nova_bot.settings import Settings


def test_a_few_pipelines_are_found_and_mended(tmp_path: Path) -> None:
    share = asyncio.run(blame.played(Settings(home=tmp_path), tmp_path / "bench", 6))
    figures = blame.summed(share.found)
    assert figures["runs"] >= 6
    assert (figures["guided_exact"], figures["repaired"], share.again) == (1.0, 1.0, 0)
    assert 1 <= figures["taps_max"] <= 8
    assert 0 < figures["rerun_share"] <= 1
    assert len(asyncio.run(blame.walks([share]))) == len(share.answers)


def test_a_world_says_what_follows_from_a_mistake() -> None:
    world = World.make(1, 0.0, 1)
    first = world.at(1, 1, {})
    assert 5 <= sum(world.parts) <= 34
    assert world.at(1, 1, {"other": 5}) == first, "a step that is played again states the same items"
    roots = [name for name in first if world.items[name].origin is not Origin.SETTLED]
    for name in roots:
        assert world.values(name)[name] == world.values()[name] + 11
