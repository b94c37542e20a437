"""The time bench: how much of what people say about time is read right, silently wrong, or asked about.

The data folder brings its own scorer (`score.py`) and the phrases (`corpus*.jsonl`), so that the figures are those
that the scorer prints. Clock changes need no data: every zone, each of the 48 half-hours, five years.
"""

import importlib.util
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour_of
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from nova_bot.bench import time_peers
from nova_bot.bench.measured import Measured, Target
from nova_bot.core.errors import BadInput
from nova_bot.settings import Settings
from schedules.when import dst_check
from schedules.when.dst_check import Next, Tally
from schedules.when.scoring import score_entry

TARGETS = {
    "right_en": Target(">=", 0.90),
    "wrong_en": Target("<=", 0.005),
    "recurrence": Target(">=", 0.98),
    "bot_phrases": Target(">=", 0.99),
    **{f"right_{lang}": Target(">=", 0.85) for lang in ("de", "es", "fr", "zh")},
    **{f"wrong_{lang}": Target("<=", 0.01) for lang in ("de", "es", "fr", "zh")},
    "p95_ms": Target("<=", 1.0),
    "dst_skipped": Target("==", 0),
    "dst_doubled": Target("==", 0),
}
Entries = list[dict[str, Any]]
Groups = dict[str, Counter[str]]
Parser = Callable[[str, datetime, str], dict[str, Any]]


def measure(data: Path | None, settings: Settings) -> Measured:  # noqa: ARG001
    """All figures; without a data folder only those about clock changes."""
    figures: dict[str, float] = {}
    peers: dict[str, dict[str, float]] = {}
    if data is None:
        print("time: without --data the phrases are not measured", file=sys.stderr)
    else:
        scorer, entries = _scorer(data), _entries(data)
        figures = _shares(_scored(scorer, score_entry, entries)) | {"p95_ms": _p95_ms(entries)}
        for name, parser in time_peers.installed().items():
            peers[name] = _shares(_scored(scorer, parser, entries))
    figures |= _clock_changes(dst_check.check(sorted(available_timezones())))
    peers["APScheduler CronTrigger"] = _clock_changes(dst_check.check_alike(sorted(available_timezones()), _cron))
    return Measured(figures, TARGETS, peers)


def _scorer(data: Path) -> ModuleType:
    path = data / "score.py"
    spec = importlib.util.spec_from_file_location("nova_time_scorer", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise BadInput(where=str(data), problem="there is no score.py in it")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _entries(data: Path) -> Entries:
    files = sorted(data.glob("corpus*.jsonl"))
    if not files:
        raise BadInput(where=str(data), problem="there is no corpus*.jsonl in it")
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines() if line]


def _scored(scorer: ModuleType, parser: Parser, entries: Entries) -> Groups:
    """The scorer's counts by group; its own table goes to stderr."""
    with redirect_stdout(sys.stderr):
        groups: Groups = scorer.score(parser, entries)
    return groups


def _shares(groups: Groups) -> dict[str, float]:
    """The shares that have a target, for the languages that are there."""
    rows = {"recurrence": ("en recurrence", "right"), "bot_phrases": ("en bot", "right")}
    for lang in ("en", "de", "es", "fr", "zh"):
        rows |= {f"{verdict}_{lang}": (f"{lang} ALL untagged", verdict) for verdict in ("right", "wrong")}
    return {
        key: groups[name][verdict] / groups[name].total() for key, (name, verdict) in rows.items() if name in groups
    }


def _p95_ms(entries: Entries) -> float:
    """The 95th percentile of the CPU time per phrase, each at its best of three, with the lexicons loaded."""
    taken = []
    for entry in entries:
        at = datetime.fromisoformat(entry["ref"])
        at = at.astimezone(ZoneInfo(entry["tz"])) if "tz" in entry else at
        taken.append(min(_ms(entry, at) for _ in range(3)))
    return sorted(taken)[int(len(taken) * 0.95)]


def _ms(entry: dict[str, Any], at: datetime) -> float:
    began = time.process_time()
    score_entry(entry["text"], at, entry["lang"])
    return (time.process_time() - began) * 1_000


def _clock_changes(tally: Tally) -> dict[str, float]:
    return {"dst_skipped": tally.skipped, "dst_doubled": tally.doubled}


def _cron(_begin: date, hour: hour_of, zone: str) -> Next:
    """A daily job of APScheduler's cron trigger."""
    from apscheduler.triggers.cron import CronTrigger

    trigger = CronTrigger(hour=hour.hour, minute=hour.minute, timezone=zone)

    def following(after: datetime) -> datetime | None:
        now = (after.astimezone(UTC) + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        due: datetime | None = trigger.get_next_fire_time(after.astimezone(ZoneInfo(zone)), now)
        return due

    return following
