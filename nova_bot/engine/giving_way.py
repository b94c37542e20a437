"""Giving way: a run lets others go on between its parts."""

from collections.abc import Generator
from types import coroutine


@coroutine
def give_way() -> Generator[None, None, None]:
    """Between two parts of a run: what came in meanwhile is acknowledged, and other runs come as far as this one.

    The same part of many runs one after the other is faster, too, as it stays in the processor's caches. It is what
    `asyncio.sleep(0)` does inside.
    """
    yield
