"""The Discord half of the platform benches, for a few seconds."""

from pathlib import Path

import pytest

from nova_bot.bench import platforms
from nova_bot.bench.slack_side import Load
from nova_bot.settings import Settings


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [0.0, 0.1])
def test_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path, bare_environment: None, trouble: float) -> None:
    load = Load(3.0, posts_per_s=10.0 if trouble else 42.0, channels=20, trouble=trouble)
    found = platforms.played(Settings(home=tmp_path), load, "discord")
    assert found["events"] > (100 if trouble else 600)
    assert {what: found[what] for what in ("lost", "doubled", "out_of_order")} == {
        "lost": 0, "doubled": 0, "out_of_order": 0
    }  # fmt: skip
