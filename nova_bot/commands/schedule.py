"""`nova schedule`: the recurring jobs that are declared in files."""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import uuid4

from adapters.terminal import Printer, place_of
from nova_bot import app, parts
from nova_bot.commands import chat
from nova_bot.commands.listed import listed
from nova_bot.core.envelope import Envelope, Kind
from nova_bot.core.job import JobFile
from nova_bot.ledger import reminders
from nova_bot.ledger.reminders import JobRun
from nova_bot.ledger.store import opened
from nova_bot.settings import Settings
from nova_bot.tools.all import REGISTRY
from schedules import job_files, recurring
from schedules.job_files import Jobs
from schedules.series import following

THREAD = "jobs"


def jobs(settings: Settings) -> Jobs:
    """All jobs, the owner's own before the shipped ones. Raises BadJobFile."""
    roster = parts.roster_of(settings)
    return job_files.load(parts.job_folders(settings), roster.names, settings.timezone, REGISTRY.rows())


def show(settings: Settings, *, as_json: bool) -> None:
    """Every job: whether it is on, when it is due, who does it, where the answer goes."""
    for file in jobs(settings).files:
        spec = file.spec
        due = next(_times(file, settings), None) if spec.enabled else None
        if as_json:
            where = "/".join(part for part in (spec.place.platform, *_rest(file)) if part)
            shown = {"job": spec.name, "enabled": spec.enabled, "next": due and due.isoformat(), "agent": spec.agent}
            granted = [str(one) for one in spec.grants]
            print(json.dumps(shown | {"place": where, "when": _when(file), "grants": granted}, ensure_ascii=False))
        else:
            state = f"{due.astimezone(settings.zone):%a %Y-%m-%d %H:%M}" if due else "off"
            print(f"{spec.name:<24} {state:<20} {spec.agent:<16} {_when(file)}")
            print("".join(f"{'':<25}may: {one}\n" for one in spec.grants), end="")


def upcoming(settings: Settings, limit: int, *, as_json: bool) -> None:
    """The next times of all jobs that are on, in their order."""
    on = [file for file in jobs(settings).files if file.spec.enabled]
    times = sorted((at, file.spec.name) for file in on for at in islice(_times(file, settings), limit))
    listed((_due(at, name, settings, as_json=as_json) for at, name in times[:limit]), "due")


def _due(at: datetime, name: str, settings: Settings, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"job": name, "due": at.isoformat()})
    return f"{at.astimezone(settings.zone):%a %Y-%m-%d %H:%M}  {name}"


async def runs(settings: Settings, name: str, limit: int, *, as_json: bool) -> int:
    """What came of the latest times that jobs were due."""
    if name:
        jobs(settings).get(name)
    async with opened(parts.ledger_path(settings), write=False) as ledger:
        found = await reminders.job_runs(ledger, name, limit)
    return listed((_came(one, settings, as_json=as_json) for one in found), "job_runs")


def _came(one: JobRun, settings: Settings, *, as_json: bool) -> str:
    """What came of one time that a job was due."""
    job, run = recurring.name_of(one.key), f"r{one.run}" if one.run else ""
    if as_json:
        return json.dumps({"job": job, "due": one.due.isoformat(), "run": run or None, "ended": one.ended})
    came = f"{run:<8} {one.ended or 'running'}" if run else "skipped"
    return f"{one.due.astimezone(settings.zone):%a %Y-%m-%d %H:%M}  {job:<24} {came}"


async def run_now(settings: Settings, name: str, *, as_json: bool) -> int:
    """Run a job once, now, on or off; the answer is printed here. Its place hears nothing of it."""
    spec = jobs(settings).get(name).spec
    printer = Printer(sys.stderr if as_json else sys.stdout, rich=sys.stdout.isatty() and not as_json, thread=THREAD)
    async with app.running(settings, [printer], on_bad_file=chat.tell) as nova:
        await asyncio.gather(*await nova.recover())
        text = f"/agent {spec.agent} {spec.body}"
        identity = f"{recurring.BY_HAND}:{name}:{uuid4()}"
        accepted = await nova.receive(
            Envelope(identity, Kind.CLOCK, place_of(THREAD), nova.recurring.owner, text, parts.now())
        )
        assert accepted is not None, "the identity is new"
        run = await accepted
        if as_json:
            print(json.dumps(await chat.as_object(nova, run), ensure_ascii=False))
    return 0 if run.ending and run.ending.kind in chat.FINE else 1


def switch(settings: Settings, name: str, *, enabled: bool) -> None:
    """Turn a job on or off in the owner's own file of it; a running Nova takes that over by itself."""
    jobs(settings).get(name)
    folders = parts.job_folders(settings)
    source = next(path for folder in reversed(folders) if (path := folder / f"{name}.md").is_file())
    target = folders[-1] / f"{name}.md"
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    _write(target, job_files.with_enabled(source.read_text("utf-8"), enabled=enabled))
    print(f"{name} is {'on' if enabled else 'off'} ({target})")
    if enabled:
        due = next(_times(jobs(settings).get(name), settings), None)
        print(f"next: {due.astimezone(settings.zone):%A %Y-%m-%d %H:%M} ({settings.timezone})" if due else "never due")


def _write(path: Path, text: str) -> None:
    """At once as a whole: a running Nova may look at any moment."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def _times(file: JobFile, settings: Settings) -> Iterator[datetime]:
    series, at = job_files.series(file.spec, settings.timezone), parts.now()
    while (due := following(series, at)) is not None:
        yield due
        at = due


def _when(file: JobFile) -> str:
    spec = file.spec
    return f"every {spec.every}" if spec.every else spec.cron or spec.rrule or ""


def _rest(file: JobFile) -> tuple[str, str, str]:
    place = file.spec.place
    return place.workspace, place.channel, place.thread
