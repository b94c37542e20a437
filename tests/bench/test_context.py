"""The context bench in small: its figures, and that its cache reads what the Messages API would read."""

from pathlib import Path

import pytest

from nova_bot.bench import context
from nova_bot.bench.context import Size, _Block, _Cache
from nova_bot.settings import Settings

LONG = "word " * 1_000


def prompt(*texts: str, kept: int) -> list[_Block]:
    return [_Block(text, n == kept) for n, text in enumerate(texts)]


@pytest.mark.slow
def test_a_thread_stops_costing_more(tmp_path: Path) -> None:
    measured = context.measure(None, Settings(home=tmp_path), Size(messages=60, early=20, steps=5))
    assert measured.figures["tokens_ratio_1000_20"] <= 1.3
    assert measured.figures["cached_share"] >= 0.8
    assert set(measured.figures) == set(context.TARGETS)
    assert measured.peers["whole history"]["tokens_ratio_1000_20"] > 1.5


def test_the_cache_reads_what_was_marked_before() -> None:
    cache = _Cache()
    assert cache.read(prompt(LONG, "a", "b", kept=1)) == 0
    size = sum(block.tokens for block in prompt(LONG, "a", kept=1))
    assert cache.read(prompt(LONG, "a", "x", "y", kept=2)) == size
    assert cache.read(prompt(LONG, "other", kept=1)) == 0


def test_the_cache_keeps_nothing_short_and_looks_back_only_so_far() -> None:
    cache = _Cache()
    cache.read(prompt("short", "a", kept=0))
    assert cache.read(prompt("short", "b", kept=0)) == 0
    cache.read(prompt(LONG, kept=0))
    assert cache.read(prompt(LONG, *"x" * 19, kept=19)) > 0
    assert cache.read(prompt(LONG, *"y" * 20, kept=20)) == 0
