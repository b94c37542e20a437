import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nova_bot.bench import load, stage
from nova_bot.bench.load import Size
from nova_bot.core.outcome import EndingKind, HandOff, Say
from nova_bot.models.base import ModelReply
from nova_bot.settings import Settings

SMALL = Size(messages=20, per_conversation=1, repeats=1, idle_seconds=0.1)
KEYS = {"accept_p50_ms", "accept_p99_ms", "overhead_p50_ms", "overhead_p99_ms", "runs_per_s", "resume_s"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return Settings(home=tmp_path / "home", timezone="UTC")


async def test_a_run_on_the_stage_has_two_hand_offs_and_an_answer(settings: Settings, tmp_path: Path) -> None:
    async with stage.playing(stage.on_stage(settings, tmp_path / "stage"), stage.InstantModel()) as nova:
        answered = await nova.receive(stage.message(1))
        assert answered is not None
        run = await answered
    assert [type(step.outcome) for step in run.steps] == [HandOff, HandOff, Say]
    assert run.ending is not None
    assert run.ending.kind is EndingKind.ANSWERED


def test_the_load_bench_measures_its_figures_and_cleans_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_idle", lambda _home, _size: {"idle_cpu_percent": 0.2, "idle_rss_mb": 90.0})
    measured = load.measure(None, settings, SMALL)
    assert set(measured.figures) == {*KEYS, "idle_cpu_percent", "idle_rss_mb"}
    assert all(figure > 0 for figure in measured.figures.values())
    assert measured.figures["accept_p50_ms"] <= measured.figures["accept_p99_ms"]
    assert list(settings.home.iterdir()) == []


def test_what_cannot_be_measured_is_left_out_and_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(load, "_command", lambda *_args: [sys.executable, "-c", "raise SystemExit(3)"])
    measured = load.measure(None, settings, SMALL)
    assert set(measured.figures) == KEYS - {"resume_s"}
    assert not measured.met
    said = capsys.readouterr().err
    assert "load: idling could not be measured" in said
    assert "load: resuming could not be measured" in said


def test_the_owners_own_ledger_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    mine = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/mine.sqlite"})
    assert stage.on_stage(mine, tmp_path / "stage").database_url == ""


async def test_a_run_that_is_not_answered_is_no_figure(settings: Settings, tmp_path: Path) -> None:
    class Mute(stage.InstantModel):
        async def reply(self, *_args: object) -> ModelReply:
            raise ZeroDivisionError

    async with stage.playing(stage.on_stage(settings, tmp_path / "stage"), Mute()) as nova:
        with pytest.raises(RuntimeError, match="was not answered"):
            await load._talk(nova, 1, 1)


async def test_so_many_callers_are_timed_at_once() -> None:
    at_once, most = 0, 0

    async def call() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1

    assert len(await load._timed(8, 40, call)) >= 40
    assert most == 8


def test_a_fresh_process_tells_its_cpu_and_memory(settings: Settings, tmp_path: Path) -> None:
    """Only that it answers: its real router may have to be fitted first."""
    code = "from nova_bot.bench.child import rss_mb; print(rss_mb())"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ}, capture_output=True, text=True, check=True)
    assert 10 < float(done.stdout) < 1_000
