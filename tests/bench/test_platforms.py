"""The platform benches, in a form that takes seconds."""

from pathlib import Path

import pytest

from nova_bot.bench import chaos, platforms
from nova_bot.bench.slack_side import Load
from nova_bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, bare_environment: None, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Settings(home=tmp_path / "home", timezone="UTC")


def test_under_load_nothing_is_lost_doubled_or_out_of_order(settings: Settings) -> None:
    figures = platforms.measure(None, settings, Load(seconds=2.0, posts_per_s=20, channels=10)).figures
    assert figures["slack_events"] >= 60
    assert (figures["slack_lost"], figures["slack_doubled"], figures["slack_out_of_order"]) == (0, 0, 0)
    assert 0 < figures["slack_ack_p50_ms"] <= figures["slack_ack_p99_ms"]
    assert figures["slack_sign_p95_ms"] > 0


def test_in_trouble_nothing_is_lost_or_doubled(settings: Settings) -> None:
    figures = chaos.measure(None, settings, hours=1).figures
    assert (figures["slack_lost"], figures["slack_doubled"]) == (0, 0)
    assert figures["hours"] == 1
