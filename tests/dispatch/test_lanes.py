"""Lanes: in order within one, side by side otherwise, and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.dispatch.lanes import Lanes


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes[str]]:
    made: Lanes[str] = Lanes()
    yield made
    await made.finish(0)


def work(done: list[str], name: str, gate: asyncio.Event | None = None) -> Callable[[], Awaitable[str]]:
    async def run() -> str:
        if gate:
            await gate.wait()
        await asyncio.sleep(0)
        done.append(name)
        return name

    return run


async def failing() -> str:
    raise ValueError("broken")


async def cancelled() -> str:
    raise asyncio.CancelledError


async def test_one_lane_keeps_its_order(lanes: Lanes[str]) -> None:
    done: list[str] = []
    futures = [lanes.submit("a", work(done, str(n))) for n in range(20)]
    assert await asyncio.gather(*futures) == done == [str(n) for n in range(20)]


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 3))
def test_every_lane_keeps_its_order(names: list[str], parallel: int) -> None:
    async def run() -> list[str]:
        lanes: Lanes[str] = Lanes(parallel)
        done: list[str] = []
        await asyncio.gather(*(lanes.submit(lane, work(done, f"{lane}{n}")) for n, lane in enumerate(names)))
        return done

    done = asyncio.run(run())
    for lane in "abc":
        mine = [name for name in done if name[0] == lane]
        assert mine == sorted(mine, key=lambda name: int(name[1:]))
    assert len(done) == len(names)


async def test_lanes_run_side_by_side(lanes: Lanes[str]) -> None:
    gate, done = asyncio.Event(), list[str]()
    slow = lanes.submit("a", work(done, "slow", gate))
    await lanes.submit("b", work(done, "quick"))
    assert done == ["quick"]
    assert lanes.busy == 1
    gate.set()
    await slow
    assert done == ["quick", "slow"]


async def test_only_so_many_work_at_once() -> None:
    lanes: Lanes[str] = Lanes(parallel=2)
    busy, most = 0, 0

    async def count() -> str:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.001)
        busy -= 1
        return ""

    await asyncio.gather(*(lanes.submit(n, count) for n in range(10)))
    assert most == 2


@pytest.mark.parametrize(("broken", "error"), [(failing, ValueError), (cancelled, asyncio.CancelledError)])
async def test_one_that_breaks_does_not_block_its_lane(
    lanes: Lanes[str], broken: Callable[[], Awaitable[str]], error: type[BaseException]
) -> None:
    done: list[str] = []
    first = lanes.submit("a", broken)
    second = lanes.submit("a", work(done, "second"))
    with pytest.raises(error):
        await first
    assert await second == "second"
    assert await lanes.submit("a", work(done, "third")) == "third"


async def test_an_idle_lane_is_forgotten(lanes: Lanes[str]) -> None:
    for n in range(100):
        await lanes.submit(n, work([], ""))
    await asyncio.sleep(0)
    assert lanes.busy == 0


async def test_finish_waits_for_what_runs(lanes: Lanes[str]) -> None:
    done: list[str] = []
    for n in range(3):
        lanes.submit("a", work(done, str(n)))
    assert await lanes.finish(5)
    assert done == ["0", "1", "2"]


async def test_finish_with_nothing_to_do(lanes: Lanes[str]) -> None:
    assert await lanes.finish(0)


async def test_what_is_late_is_cancelled_and_so_is_what_waits_behind_it() -> None:
    lanes: Lanes[str] = Lanes(parallel=1)
    never = asyncio.Event()
    futures = [lanes.submit(lane, work([], "x", never)) for lane in ("a", "a", "b")]
    await asyncio.sleep(0)
    assert not await lanes.finish(0)
    assert all(future.cancelled() for future in futures)
    assert lanes.busy == 0


async def test_one_who_stops_waiting_does_not_stop_the_work(lanes: Lanes[str]) -> None:
    gate, done = asyncio.Event(), list[str]()
    lanes.submit("a", work(done, "first", gate)).cancel()
    second = lanes.submit("a", work(done, "second"))
    gate.set()
    await second
    assert done == ["first", "second"]
