import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from nova_bot.bench import command
from nova_bot.bench.measured import Measured, Target
from nova_bot.settings import Settings

GOOD = Measured({"p50_ms": 4.00004, "extra": 2.0}, {"p50_ms": Target("<=", 5)}, {"other": {"p50_ms": 9.0}})
BAD = Measured({"p50_ms": 1_234.5}, {"p50_ms": Target("<=", 5), "lost": Target("==", 0)})


class FakeBench(ModuleType):
    """A bench that measures what it was given."""

    def __init__(self) -> None:
        super().__init__("fake_bench")
        self.result = GOOD
        self.asked: list[Path | None] = []

    def measure(self, data: Path | None, settings: Settings) -> Measured:
        self.asked.append(data)
        return self.result


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBench]:
    made = FakeBench()
    monkeypatch.setitem(sys.modules, made.__name__, made)
    monkeypatch.setitem(command.BENCHES, "fake", made.__name__)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", timezone="UTC")


def test_json_is_one_object_with_everything(
    bench: FakeBench, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run("fake", Path("data"), settings, as_json=True) == 0
    printed = json.loads(capsys.readouterr().out)
    assert "fsync" in printed.pop("machine")
    assert printed == {
        "bench": "fake",
        "figures": {"p50_ms": 4.0, "extra": 2.0},
        "targets": {"p50_ms": ["<=", 5]},
        "met": True,
        "peers": {"other": {"p50_ms": 9.0}},
    }
    assert bench.asked == [Path("data")]


def test_a_table_for_people_says_what_was_missed(
    bench: FakeBench, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.result = BAD
    assert command.run("fake", None, settings, as_json=False) == 1
    assert capsys.readouterr().out.splitlines() == [
        "fake                          figure   target",
        "p50_ms                      1,234.50   <= 5  missed",
        "lost                    not measured   == 0  missed",
    ]


def test_an_unknown_bench_names_the_known_ones(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run("lode", None, settings, as_json=True) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f'no bench is called "lode"; there are: {", ".join(command.BENCHES)}' in printed.err


def test_measuring_the_disk_leaves_nothing_behind(settings: Settings) -> None:
    assert command.fsync_ms(settings.home.parent) > 0
    assert not any(path.is_file() for path in settings.home.parent.iterdir())
