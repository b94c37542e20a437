"""An answer while it grows: the status line first, then a stream, then edits when the stream gets too old.

What was streamed is a draft. When the answer is final the courier takes the message over and edits it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.render.slack import escaped, escaped_to
from adapters.slack.api import PASSING, Api, Refused, Unclear
from adapters.slack.messages import UNFURL
from nova_bot.core.delivery import Underway
from nova_bot.core.envelope import Place
from nova_bot.core.text import clip
from nova_bot.core.wording import say

log = logging.getLogger(__name__)

Json = dict[str, Any]
TICK_S = 1.0
WORTH_SHOWING = 40
"""Characters of an answer that are worth a message of their own."""

STATUS_AFTER_S = 5.0
STATUS_EVERY_S = 60.0
"""Slack forgets a status after two minutes."""

STREAM_MAX_S = 240.0
"""Slack ends a stream after five minutes, even in the middle of it."""

IDLE_MAX_S = 900.0
"""A run that has told nothing for so long has ended without a word."""

END_TRIES = 2
EDIT_EVERY_S = 3.0
PIECE = 11_000
DRAFT_MAX = 3_800
TITLE_MAX = 200
FAULTS = (Refused, Unclear)


class Draft:
    """One run's answer on its way. `ts` is its message, "" as long as there is none.

    `lost` says that there may be a message all the same: the answer to its beginning was lost.
    """

    def __init__(
        self,
        api: Api,
        team: str,
        underway: Underway,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.ts = ""
        self.lost = False
        self._api = api
        self._team = team
        self._now = underway
        self._clock = clock
        self._sleep = sleep
        self._began = self._grown = clock()
        self._sent = ""
        self._open = False
        self._edited_at = 0.0
        self._status = ""
        self._status_at = 0.0
        self._dumb = not underway.place.thread
        self._steps = [working_on(underway)]
        self._told: dict[int, str] = {}
        self._tasks_taken = True
        self._task = asyncio.create_task(self._follow(), name=f"draft of {underway.run}")

    @property
    def place(self) -> Place:
        """Where it grows."""
        return self._now.place

    def grow(self, underway: Underway) -> None:
        """How far it is now."""
        self._now, self._grown = underway, self._clock()
        if working_on(underway) != self._steps[-1]:
            self._steps.append(working_on(underway))

    async def close(self) -> str:
        """End the stream. The message to make final, "" when nothing was shown."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._open:
            await self._end(self._tasks(done=True))
        return self.ts

    async def _follow(self) -> None:
        while self._clock() - self._grown < IDLE_MAX_S:
            try:
                await self._show()
            except FAULTS as error:
                log.info("draft of %s: %s", self._now.run, error, extra={"action": "slack.draft"})
                self._dumb = True
                self.lost = isinstance(error, Unclear) and not self.ts
            await self._sleep(TICK_S)

    async def _show(self) -> None:
        plan = self._tasks_taken and len(self._steps) > 1 and self._clock() - self._began >= STATUS_AFTER_S
        if not self._dumb and (plan or len(self._now.text) >= WORTH_SHOWING):
            await self._write(self._now.text)
        elif not self.ts:
            await self._say_status()

    async def _say_status(self) -> None:
        """Which agent, which step, what it cost: for work that takes a while."""
        now, place = self._clock(), self._now.place
        if now - self._began < STATUS_AFTER_S or not place.thread:
            return
        status = progress(self._now)
        if status == self._status and now - self._status_at <= STATUS_EVERY_S:
            return
        self._status, self._status_at = status, now
        where = {"channel_id": place.channel, "thread_ts": place.thread}
        try:
            await self._api.put("assistant.threads.setStatus", **where, status=status)
        except FAULTS as error:
            log.info("no status of %s: %s", self._now.run, error, extra={"action": "slack.draft"})

    async def _write(self, text: str) -> None:
        if not self.ts:
            await self._start(text)
        elif not self._open:
            await self._edit(text)
        elif self._clock() - self._began_stream > STREAM_MAX_S:
            await self._end([])  # the work goes on, below it or in edits
        else:
            await self._append(text)

    async def _start(self, text: str) -> None:
        """Begin a stream; where Slack doesn't take one, a message that is edited from then on."""
        where = {"channel": self._now.place.channel, "thread_ts": self._now.place.thread}
        whose = {"recipient_user_id": self._now.asker, "recipient_team_id": self._team}
        piece = text[:PIECE]
        try:
            chunks = [*self._tasks(), *_words(piece)]
            answer = await self._api.once("chat.startStream", **where, **whose, task_display_mode="plan", chunks=chunks)
        except Refused as refusal:
            self._tasks_taken = False
            if refusal.permanent:
                raise
            if not text:
                return
            answer = await self._api.once("chat.postMessage", **where, text=_shown(text), **UNFURL)
            self.ts, self._edited_at = str(answer["ts"]), self._clock()
        else:
            self.ts, self._sent, self._open = str(answer["ts"]), piece, True
            self._began_stream = self._clock()

    async def _append(self, text: str) -> None:
        """What is new. A text that began anew, as after a retry or in another step, follows below the old one."""
        new = text[len(self._sent) :] if text.startswith(self._sent) else f"\n\n{text}"
        piece = new[:PIECE] if text else ""
        chunks = [*self._tasks(), *_words(piece)]
        if not chunks:
            return
        try:
            await self._api.once("chat.appendStream", channel=self._now.place.channel, ts=self.ts, chunks=chunks)
        except FAULTS:
            self._open = False  # it died on its own; edits go on
            return
        if not piece:
            return
        self._sent = text[: len(self._sent) + len(piece)] if text.startswith(self._sent) else text[: len(piece)]

    def _tasks(self, *, done: bool = False) -> list[Json]:
        """What is new about the steps, as task cards of a plan; a run of one step has nothing to tell."""
        if len(self._steps) < 2:
            return []
        states = dict.fromkeys(range(len(self._steps)), "complete")
        if not done:
            states[len(self._steps) - 1] = "in_progress"
        new = {n: state for n, state in states.items() if self._told.get(n) != state}
        self._told = states
        plan = [{"type": "plan_update", "title": self._plan(done=done)}] if new else []
        return plan + [
            {"type": "task_update", "id": f"{self._now.run}.{n}", "title": self._steps[n], "status": state}
            for n, state in new.items()
        ]

    async def _edit(self, text: str) -> None:
        if not text or self._clock() - self._edited_at < EDIT_EVERY_S:
            return
        self._edited_at = self._clock()
        await self._api.put("chat.update", channel=self._now.place.channel, ts=self.ts, text=_shown(text))

    def _plan(self, *, done: bool) -> str:
        """The title over the tasks: who is at work and what it cost so far, at the end how many steps it took."""
        now, spent = self._now, cost(self._now)
        if done:
            return say("slack", "plan_done", steps=len(self._steps), cost=spent)
        return clip(say("slack", "plan", agent=now.agent, step=now.step, cost=spent), TITLE_MAX)

    async def _end(self, chunks: list[Json]) -> None:
        """No more is streamed. As long as it is open the message can't be edited, so what is unclear is tried again."""
        where = {"channel": self._now.place.channel, "ts": self.ts}
        for _ in range(END_TRIES):
            try:
                await self._api.put("chat.stopStream", **where, chunks=chunks or None)
                self._open = False
            except FAULTS as error:
                log.info("stream of %s: %s", self._now.run, error, extra={"action": "slack.draft"})
                self._open = isinstance(error, Unclear) or error.error in PASSING
            if not self._open:
                return
            await self._sleep(TICK_S)


def _shown(text: str) -> str:
    """The latest of a text, as far as a message takes it."""
    return escaped_to(text[-DRAFT_MAX:], DRAFT_MAX)


def _words(text: str) -> list[Json]:
    return [{"type": "markdown_text", "text": escaped(text)}] if text else []


def working_on(underway: Underway) -> str:
    """Whose step it is, as the title of a task."""
    return clip(say("slack", "task", agent=underway.agent, step=underway.step), TITLE_MAX)


def progress(underway: Underway) -> str:
    """One line about a run under way."""
    return say("slack", "working", agent=underway.agent, step=underway.step, cost=cost(underway))


def cost(underway: Underway) -> str:
    """What it cost so far, "" where that is less than a cent or not known."""
    return f" · {underway.usd:.2f} USD" if (underway.usd or 0.0) >= 0.01 else ""
