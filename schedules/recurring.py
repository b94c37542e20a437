"""Recurring jobs: each enabled job file has a reminder that wakes its agent, kept in step with the file.

So a job is due, fires once, is caught up with and survives a restart exactly as a reminder does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from nova_bot.core.agent_spec import Budget
from nova_bot.core.effect import ToolRow
from nova_bot.core.envelope import Sender
from nova_bot.core.job import JobFile, JobGrant
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.reminder import Reminder, State
from nova_bot.ledger import reminders
from nova_bot.ledger.reminders import JOB_KEY
from nova_bot.ledger.store import Ledger
from nova_bot.stamps import Stamp
from schedules import job_files
from schedules.job_files import Jobs
from schedules.series import following
from schedules.tzdata import version

BY_HAND = "job"
"""What the identity of a run begins with that somebody asked for by `nova schedule run-now`."""


def key(file: JobFile, tz: str) -> str:
    """What a job's reminder is made by: another text or another zone makes another one."""
    return f"{JOB_KEY}{file.spec.name}:{file.spec.tz or tz}:{file.spec.sha[:16]}"


def name_of(reminder_key: str) -> str:
    """The job that a reminder of that key belongs to."""
    return reminder_key.removeprefix(JOB_KEY).partition(":")[0]


def reminder(file: JobFile, owner: Sender, tz: str, now: datetime) -> Reminder:
    """The reminder of an enabled job. Its words are the owner's: they stand in a file of his."""
    spec = file.spec
    series = job_files.series(spec, tz)
    label = Label(Integrity.OWNER, f"file:{file.path}", frozenset({spec.place.room}), as_of=now)
    due = following(series, now)
    return Reminder(
        key(file, tz), owner, spec.place, spec.body, series, due, label, now, agent=spec.agent, if_missed=spec.misfire
    )


@dataclass(slots=True)
class Recurring:
    """Keeps the jobs' reminders in step with the files. `expect` tells the clock of a new due time.

    `budgets` and `grants` hold what a run of a job may take and do, by what the identities of its firings begin with.
    """

    ledger: Ledger
    folders: Sequence[Path]
    agents: Callable[[], Sequence[str]]
    owner: Sender
    tz: str
    expect: Callable[[datetime], None]
    now: Callable[[], datetime]
    rows: Mapping[str, ToolRow]
    budgets: dict[str, Budget] = field(default_factory=dict)
    grants: dict[str, tuple[JobGrant, ...]] = field(default_factory=dict)
    _seen: Stamp | None = None

    async def look(self) -> None:
        """Take over what changed in the folders. Raises BadJobFile once; the jobs as they were stay in force."""
        seen = job_files.stamp(self.folders)
        if seen == self._seen:
            return
        self._seen = seen
        await self._follow(job_files.load(self.folders, self.agents(), self.tz, self.rows))

    async def _follow(self, jobs: Jobs) -> None:
        wanted = {key(file, self.tz): file for file in jobs.files if file.spec.enabled}
        for one in await reminders.of_jobs(self.ledger):
            if one.key not in wanted:
                await reminders.change(self.ledger, replace(one, state=State.CANCELLED), version())
        budgets, granted = {}, {}
        for file in wanted.values():
            kept = await self._kept(file)
            if file.spec.budget:
                budgets[f"rem:{kept.id}"] = file.spec.budget
            granted[f"rem:{kept.id}"] = granted[f"{BY_HAND}:{file.spec.name}"] = file.spec.grants
        self.budgets.clear()
        self.budgets.update(budgets)
        self.grants.clear()
        self.grants.update(granted)

    async def _kept(self, file: JobFile) -> Reminder:
        made = reminder(file, self.owner, self.tz, self.now())
        kept = await reminders.keep(self.ledger, made, version())
        if kept.state is State.CANCELLED:
            kept = replace(kept, state=State.PENDING, due=made.due)
            await reminders.change(self.ledger, kept, version())
        if kept.due:
            self.expect(kept.due)
        return kept
