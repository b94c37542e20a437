"""The job files on disk: those that Nova ships, and the owner's own, which stand before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from dateutil.rrule import rrulestr

from nova_bot import stamps
from nova_bot.core import job
from nova_bot.core.effect import ToolRow
from nova_bot.core.errors import BadJobFile, UnknownJob
from nova_bot.core.front_matter import like, nearest
from nova_bot.core.job import JobFile, JobSpec
from nova_bot.core.reminder import Series
from nova_bot.stamps import Stamp
from schedules import cron


def shipped() -> Path:
    """The jobs that come with Nova: the checkout's, else the copy inside the installed package."""
    checkout = Path(__file__).parent / "jobs"
    return checkout if checkout.is_dir() else Path(__file__).parent.parent / "nova_bot" / "_data" / "jobs"


def own(home: Path) -> Path:
    """Where the owner's job files are; one with the name of a shipped job takes its place."""
    return home / "jobs"


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of some folders, by name."""

    files: tuple[JobFile, ...]

    def get(self, name: str) -> JobFile:
        """The job called `name`. Raises UnknownJob."""
        found = next((one for one in self.files if one.spec.name == name), None)
        if found is None:
            names = [one.spec.name for one in self.files]
            guesses = like(name, names) or get_close_matches(name, names, n=1, cutoff=0)
            raise UnknownJob(name=name, nearest=" or ".join(guesses))
        return found


def load(folders: Sequence[Path], agents: Sequence[str], tz: str, rows: Mapping[str, ToolRow]) -> Jobs:
    """The jobs of these folders, the last one's before the others'. `rows` are the tools that a grant may name.

    Raises BadJobFile, with file, line and remedy.
    """
    found: dict[str, JobFile] = {}
    for folder in folders:
        for path in _paths(folder):
            file = _read(path, folder)
            _check(file, path.stem, agents, tz)
            _check_grants(file, rows)
            found[file.spec.name] = file
    return Jobs(tuple(found[name] for name in sorted(found)))


def series(spec: JobSpec, tz: str) -> Series:
    """When a job is due; `tz` is the owner's zone. Raises ValueError for a rule that is none."""
    zone = spec.tz or tz
    if spec.every is not None:
        seconds = int(spec.every.total_seconds())
        if seconds < 60:
            raise ValueError("every is at least one minute")
        return Series(spec.start, zone, f"FREQ=SECONDLY;INTERVAL={seconds}", elapsed=True)
    text = cron.rule(spec.cron) if spec.cron else str(spec.rrule)
    next(iter(rrulestr(text, dtstart=spec.start)))
    return Series(spec.start, zone, text)


def stamp(folders: Sequence[Path]) -> Stamp:
    """What changes whenever a file in one of the folders is added, removed or written."""
    return stamps.stamp(folders, (".md",))


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.md") if not path.name.startswith("."))


def _read(path: Path, folder: Path) -> JobFile:
    name = f"{folder.name}/{path.name}"
    try:
        return job.parse(path.read_text("utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise BadJobFile(file=name, line=1, problem=f"it can't be read ({error})") from None


def _check(file: JobFile, stem: str, agents: Sequence[str], tz: str) -> None:
    """What one file alone can't tell."""
    spec = file.spec
    if spec.name != stem:
        raise BadJobFile(file=file.path, line=file.line("name"), problem=f'"name" must be the file\'s name, "{stem}"')
    if spec.enabled and spec.agent not in agents:
        guess = nearest(spec.agent, list(agents))
        hint = f'; did you mean "{guess}"?' if guess else ""
        problem = f'there is no agent "{spec.agent}"{hint}'
        raise BadJobFile(file=file.path, line=file.line("agent"), problem=problem)
    try:
        series(spec, tz)
    except (ValueError, StopIteration) as error:
        key = next(name for name in ("every", "cron", "rrule") if getattr(spec, name) is not None)
        reason = str(error) or "it is never due"
        raise BadJobFile(file=file.path, line=file.line(key), problem=f'"{key}": {reason}') from None


def _check_grants(file: JobFile, rows: Mapping[str, ToolRow]) -> None:
    """A grant is for an effect that exists, and says whom or where: without that it would grant nothing."""
    for grant in file.spec.grants:
        row, known = rows.get(grant.tool), [name for name, row in rows.items() if not row.plain]
        if row is None or row.plain:
            guess = nearest(grant.tool, known)
            hint = f'; did you mean "{guess}"?' if guess else f"; they are {', '.join(known)}"
            problem = f'"grants": "{grant.tool}" is no tool that does something{hint}'
            raise BadJobFile(file=file.path, line=file.line("grants"), problem=problem)
        named = (*grant.values, *grant.like)
        if row.bound and not any(name in row.bound for name in named):
            problem = f'"grants": {grant.tool} needs a value for {" or ".join(row.bound)}'
            raise BadJobFile(file=file.path, line=file.line("grants"), problem=problem)


def with_enabled(text: str, *, enabled: bool) -> str:
    """A job file's text with `enabled` set to this, everything else as it was."""
    value = "true" if enabled else "false"
    lines = text.splitlines(keepends=True)
    end = next(i for i, line in enumerate(lines) if i and line.rstrip() == "---")
    for i in range(1, end):
        if lines[i].startswith("enabled:"):
            lines[i] = f"enabled: {value}\n"
            return "".join(lines)
    return "".join([lines[0], f"enabled: {value}\n", *lines[1:]])
