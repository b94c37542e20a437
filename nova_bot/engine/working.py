"""Working: which run is under way where, and how one is stopped in the middle of a step."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from nova_bot.core.envelope import Place
from nova_bot.core.run import Run

T = TypeVar("T")


class Stopped(Exception):
    """Somebody stopped the run while it was in a step; the step left nothing."""


class Working:
    """The runs under way, at most one at a place."""

    def __init__(self) -> None:
        self._runs: dict[Place, Run] = {}
        self._steps: dict[Place, asyncio.Task[Any]] = {}
        self._to_stop: set[Place] = set()

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs under way, the oldest first, each after its last finished step."""
        return tuple(self._runs.values())

    def at(self, place: Place) -> Run | None:
        """The run under way at `place`."""
        return self._runs.get(place)

    def stop(self, place: Place) -> Run | None:
        """Stop what is under way at `place`: the step in flight is given up. The run, None if there was none."""
        run = self._runs.get(place)
        if run is not None:
            self._to_stop.add(place)
            step = self._steps.pop(place, None)
            if step is not None:
                step.cancel()
        return run

    @contextmanager
    def on(self, run: Run) -> Iterator[None]:
        """`run` is under way inside."""
        place = run.envelope.place
        self._runs[place] = run
        try:
            yield
        finally:
            del self._runs[place]
            self._to_stop.discard(place)

    def now(self, run: Run) -> None:
        """The run after its latest step."""
        self._runs[run.envelope.place] = run

    def to_stop(self, run: Run) -> bool:
        """Did somebody stop it?"""
        return run.envelope.place in self._to_stop

    async def until_stopped(self, run: Run, work: Coroutine[Any, Any, T]) -> T:
        """The result of a step. Raises Stopped as soon as somebody stops the run."""
        place, task = run.envelope.place, asyncio.current_task()
        assert task is not None
        self._steps[place] = task
        try:
            return await work
        except asyncio.CancelledError:
            stopped = place not in self._steps
            if stopped and not task.uncancel():  # nobody else wants the task to end
                raise Stopped from None
            raise
        finally:
            self._steps.pop(place, None)
