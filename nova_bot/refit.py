"""Refitting the router with the owner's corrections: in another process, and only if it gets no worse."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nova_bot import router_files
from nova_bot.core.lesson import Lesson
from nova_bot.core.roster import Roster
from nova_bot.routing.embedder import Embedder
from nova_bot.routing.learning import capped

log = logging.getLogger(__name__)

AFTER = 5
"""New lessons that start a refit; one alone is already remembered word for word."""

MAY_LOSE = 0.01
"""How much cross-validated accuracy a batch of lessons may cost before it is put in quarantine."""

QUARANTINE = "router.quarantine.json"


@dataclass(frozen=True, slots=True)
class Refit:
    """What came of a refit: cross-validated accuracy before and after, and whether it was kept."""

    lessons: int
    before: float
    after: float

    @property
    def kept(self) -> bool:
        """Did it get no worse?"""
        return self.after >= self.before - MAY_LOSE


def refit(folder: Path, home: Path, roster: Roster, encoder: Embedder | None, lessons: Sequence[Lesson]) -> Refit:
    """Fit with the lessons and keep the result, or write them to the quarantine file. Takes minutes."""
    plain = router_files.declared(folder, roster)
    shipped = router_files.load(folder / router_files.NAME, plain) or router_files.fit(
        plain, encoder, home, home / "base.npz"
    )
    taught = [(lesson.text, lesson.right) for lesson in capped(lessons)]
    texts = router_files.declared(folder, roster, taught)
    trial = home / "router.trial.npz"
    fitted = router_files.fit(texts, encoder, home, trial)
    result = Refit(len(taught), shipped.accuracy, fitted.accuracy)
    if result.kept:
        trial.replace(home / router_files.NAME)
        (home / router_files.TAUGHT).write_text(json.dumps(taught, ensure_ascii=False), "utf-8")
    else:
        trial.unlink()
        (home / QUARANTINE).write_text(json.dumps(taught, ensure_ascii=False), "utf-8")
    return result


def forget(home: Path, lesson: Lesson) -> bool:
    """Drop the refitted router if it has learnt `lesson`, which was undone: the one before is in force again, and the
    next refit takes in the lessons that are left. Was there something to drop?
    """
    learnt = (lesson.text, lesson.right) in router_files.taught(home)
    if learnt:
        (home / router_files.NAME).unlink(missing_ok=True)
        (home / router_files.TAUGHT).unlink()
    return learnt


class Refitting:
    """Starts `nova route refit` in the background after enough lessons, and then calls `on_done`."""

    def __init__(self, folder: Path, home: Path, on_done: Callable[[], Awaitable[None]]) -> None:
        self._where = {"NOVA_AGENTS": str(folder), "NOVA_HOME": str(home)}
        self._on_done = on_done
        self._new = 0
        self._task: asyncio.Task[None] | None = None

    def lesson_learnt(self) -> None:
        """Count a lesson; refit when there are enough and no refit is under way."""
        self._new += 1
        if self._new >= AFTER and (self._task is None or self._task.done()):
            self._new = 0
            self._task = asyncio.create_task(self._run(), name="refit")

    async def done(self) -> None:
        """Wait for the refit that is under way, if there is one."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Give up a refit that is under way; the lessons stay and the next one takes them in."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        words = ("-m", "nova_bot", "route", "refit")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdout=asyncio.subprocess.DEVNULL, env={**os.environ, **self._where}
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            raise
        if code == 0:
            await self._on_done()
        else:
            log.warning("the refit was not taken over (exit code %d)", code, extra={"action": "router.refit"})
