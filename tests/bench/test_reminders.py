"""The reminders bench, small: nothing is lost, nothing is said twice."""

from pathlib import Path

from nova_bot.bench import reminders
from nova_bot.bench.reminders import Size
from nova_bot.settings import Settings


def test_a_small_run_has_all_figures(tmp_path: Path) -> None:
    settings = Settings(timezone="UTC").model_copy(update={"home": tmp_path})
    measured = reminders.measure(None, settings, Size(pending=200, due=20, kills=3, fired=12))
    assert set(measured.figures) == {"pending", "start_ms", "rss_mb", "lateness_p99_ms", "lost", "doubled"}
    assert measured.figures["pending"] == 200
    assert measured.figures["lost"] == measured.figures["doubled"] == 0
    assert measured.figures["lateness_p99_ms"] > 0
