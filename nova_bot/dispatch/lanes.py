"""Lanes: what belongs to one conversation runs in order, one at a time; conversations run side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Lanes(Generic[T]):
    """At most `parallel` conversations work at once; the others wait their turn."""

    def __init__(self, parallel: int = 64) -> None:
        self._waiting: dict[Hashable, deque[tuple[Callable[[], Awaitable[T]], asyncio.Future[T]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(parallel)

    def submit(self, lane: Hashable, work: Callable[[], Awaitable[T]]) -> asyncio.Future[T]:
        """Run `work` after everything submitted to the same lane before. The future has its result or its error."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if lane in self._waiting:
            self._waiting[lane].append((work, done))
        else:
            self._waiting[lane] = deque([(work, done)])
            task = asyncio.create_task(self._drain(lane), name=f"lane {lane}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return done

    async def _drain(self, lane: Hashable) -> None:
        queue = self._waiting[lane]
        try:
            while queue:
                async with self._slots:
                    await _settle(*queue.popleft())
        finally:
            del self._waiting[lane]
            for _, done in queue:
                done.cancel()

    @property
    def busy(self) -> int:
        """How many lanes have work."""
        return len(self._waiting)

    async def finish(self, timeout_s: float) -> bool:
        """Wait for all lanes. False when some are still busy at the end: they are cancelled, their steps are kept."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            return not late
        return True


async def _settle(work: Callable[[], Awaitable[T]], done: asyncio.Future[T]) -> None:
    try:
        result = await work()
    except asyncio.CancelledError:
        done.cancel()
        task = asyncio.current_task()
        if task is None or task.cancelling():  # else only the work was: the lane goes on
            raise
    except Exception as error:  # the caller gets it; the lane goes on
        if not done.done():
            done.set_exception(error)
            done.exception()
    else:
        if not done.done():
            done.set_result(result)
