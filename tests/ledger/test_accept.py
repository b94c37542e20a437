"""Accepting an envelope: durable, and once."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from nova_bot.ledger.store import Ledger, opened
from tests.doubles import NOON
from tests.ledger.samples import accepted, envelope


async def test_it_is_on_the_disk_when_accept_returns(ledger: Ledger, path: Path) -> None:
    number = await ledger.accept(envelope(1), NOON)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT id, identity, text FROM envelope").fetchall() == [
            (number, "test:1", "which invoice?")
        ]


async def test_the_same_identity_is_accepted_once(ledger: Ledger) -> None:
    assert await ledger.accept(envelope(1), NOON) is not None
    assert await ledger.accept(replace(envelope(1), text="edited"), NOON) is None


async def test_of_twenty_at_the_same_time_one_gets_a_number(ledger: Ledger) -> None:
    numbers = await asyncio.gather(*(ledger.accept(envelope(1), NOON) for _ in range(20)))
    assert len([number for number in numbers if number is not None]) == 1


async def test_neighbours_of_a_repetition_are_accepted(ledger: Ledger) -> None:
    sent = [envelope(n // 2) for n in range(40)]
    numbers = await asyncio.gather(*(ledger.accept(one, NOON) for one in sent))
    taken = [number for number in numbers if number is not None]
    assert len(taken) == len(set(taken)) == 20


async def test_an_identity_stays_taken_after_a_restart(path: Path) -> None:
    async with opened(path) as before:
        await accepted(before, 1)
    async with opened(path) as after:
        assert await after.accept(envelope(1), NOON) is None


async def test_numbers_go_on_after_a_restart(path: Path) -> None:
    async with opened(path) as before:
        first, _ = await accepted(before, 1)
    async with opened(path) as after:
        second, _ = await accepted(after, 2)
    assert second > first
