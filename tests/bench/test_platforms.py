"""The platform benches, in a form that takes seconds."""

from pathlib import Path

import pytest

from nova_bot.bench import chaos, platforms
from nova_bot.bench.slack_side import Load
from nova_bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Settings(home=tmp_path / "home", timezone="UTC")


PLATFORMS = ("slack", "discord")


def test_under_load_nothing_is_lost_doubled_or_out_of_order(settings: Settings) -> None:
    load = Load(seconds=2.0, posts_per_s=20, channels=10)
    figures = platforms.measure(None, settings, dict.fromkeys(PLATFORMS, load)).figures
    for name in PLATFORMS:
        assert figures[f"{name}_events"] >= 60
        assert [figures[f"{name}_{what}"] for what in ("lost", "doubled", "out_of_order")] == [0, 0, 0]
        assert 0 < figures[f"{name}_ack_p50_ms"] <= figures[f"{name}_ack_p99_ms"]
        assert figures[f"{name}_sign_p95_ms"] > 0


def test_in_trouble_nothing_is_lost_or_doubled(settings: Settings) -> None:
    figures = chaos.measure(None, settings, hours=1).figures
    for name in PLATFORMS:
        assert (figures[f"{name}_lost"], figures[f"{name}_doubled"]) == (0, 0)
    assert figures["hours"] == 1
