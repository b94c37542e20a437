"""The time bench: the figures are those of the data's own scorer."""

import json
from pathlib import Path

import pytest

from nova_bot.bench import time as bench
from nova_bot.core.errors import BadInput
from nova_bot.settings import Settings
from schedules.when.dst_check import check

SCORER = """
from collections import Counter, defaultdict
import datetime

def score(parser, entries):
    groups = defaultdict(Counter)
    for entry in entries:
        got = parser(entry["text"], datetime.datetime.fromisoformat(entry["ref"]), entry["lang"])
        verdict = "right" if got["kind"] == entry["expect"]["kind"] else "wrong"
        for name in (entry["expect"]["kind"], "ALL untagged"):
            groups[f"{entry['lang']} {name}"][verdict] += 1
    return groups
"""
ENTRIES = [
    {"text": "every day at 9", "kind": "recurrence"},
    {"text": "tomorrow at 9", "kind": "instant"},
    {"text": "hello", "kind": "instant"},
]


def data(folder: Path) -> Path:
    (folder / "score.py").write_text(SCORER, "utf-8")
    lines = [
        {"text": one["text"], "lang": "en", "ref": "2026-11-22T12:00:00+00:00", "expect": {"kind": one["kind"]}}
        for one in ENTRIES
    ]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return folder


def test_figures_come_from_the_datas_scorer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "available_timezones", lambda: {"Europe/Berlin"})
    measured = bench.measure(data(tmp_path), Settings(timezone="UTC"))
    assert measured.figures["right_en"] == pytest.approx(2 / 3)
    assert measured.figures["recurrence"] == 1
    assert measured.figures["dst_skipped"] == measured.figures["dst_doubled"] == 0
    assert "right_de" not in measured.figures
    cron = measured.peers["APScheduler CronTrigger"]
    assert cron["dst_skipped"] > 0
    assert cron["dst_doubled"] > 0


def test_a_folder_without_a_scorer_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"score\.py"):
        bench.measure(tmp_path, Settings(timezone="UTC"))


def test_one_zone_without_losses() -> None:
    tally = check(["Australia/Lord_Howe"], 2027, 1)
    assert tally.days > 0
    assert (tally.skipped, tally.doubled) == (0, 0)
