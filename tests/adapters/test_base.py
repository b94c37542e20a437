"""Keeping an adapter running: faults are waited out, and its owner hears of what only a person can mend."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import base
from adapters.base import Mute, Receive, supervised, waiting
from nova_bot.core.delivery import Outbound
from nova_bot.core.errors import CannotServe
from nova_bot.engine.outbox import Courier


class Line(Mute):
    """An adapter that does what it is told at each start."""

    name = "Line"
    platform = "line"

    def __init__(self, *lives: Exception | None) -> None:
        self.lives = list(lives)
        self.starts = 0

    @property
    def courier(self) -> Courier:
        return self

    async def serve(self, receive: Receive) -> None:
        self.starts += 1
        life = self.lives.pop(0)
        if life:
            raise life

    async def deliver(self, outbound: Outbound) -> str:
        return outbound.key

    async def find(self, outbound: Outbound) -> str | None:
        return None


receive: Any = None  # nothing comes in here


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def tell(told: list[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Awaitable[None]]:
    monkeypatch.setattr(base, "FIRST_WAIT_S", 0.0)

    async def say(text: str) -> None:
        told.append(text)

    return say


async def test_a_fault_is_waited_out_and_told_once(told: list[str], tell: Callable[[str], Awaitable[None]]) -> None:
    line = Line(OSError("gone"), KeyError("channel_id"), None)
    await supervised(line, receive, tell)
    assert line.starts == 3
    assert told == ["Line broke off. I keep trying; what is sent to me there arrives when it is back."]


async def test_a_lost_network_is_one_line_in_the_log_a_fault_of_ours_keeps_its_traceback(
    tell: Callable[[str], Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    await supervised(Line(OSError("gone"), KeyError("channel_id"), None), receive, tell)
    lost, fault = caplog.records
    assert (lost.getMessage(), lost.exc_info) == ("Line broke off: gone", None)
    assert fault.exc_info


async def test_what_only_a_person_can_mend_is_told_and_not_tried_again(
    told: list[str], tell: Callable[[str], Awaitable[None]]
) -> None:
    line = Line(CannotServe(platform="Line", problem="the token was revoked"), None)
    await supervised(line, receive, tell)
    assert line.starts == 1
    assert told == ["Line does not work: the token was revoked"]


async def test_that_it_is_back_is_told_when_it_stays(
    told: list[str], tell: Callable[[str], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "STEADY_S", 0.0)
    stays = asyncio.Event()
    line = Line(OSError("gone"))

    async def serve(receive: Receive) -> None:
        await (stays.wait() if line.starts else Line.serve(line, receive))

    async def say(text: str) -> None:
        await tell(text)
        if len(told) == 2:
            stays.set()

    monkeypatch.setattr(line, "serve", serve)
    await supervised(line, receive, say)
    assert told[1] == "Line is back."


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_waits_grow_up_to_five_minutes(faults: int, chance: float) -> None:
    assert 0.5 <= waiting(faults, chance) <= 300
    assert waiting(faults, chance) <= waiting(faults + 1, chance)
