import pytest

from nova_bot.bench.measured import Measured, Target


@pytest.mark.parametrize(
    ("op", "below", "same", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True), (">=", False, True, True)],
)
def test_a_target_is_met_on_its_side(op: str, below: bool, same: bool, above: bool) -> None:
    target = Target(op, 5)
    assert (target.met_by(4.9), target.met_by(5), target.met_by(5.1)) == (below, same, above)


def test_all_targets_must_be_met() -> None:
    targets = {"p50_ms": Target("<=", 5), "runs_per_s": Target(">=", 500)}
    assert Measured({"p50_ms": 4, "runs_per_s": 600}, targets).met
    assert not Measured({"p50_ms": 6, "runs_per_s": 600}, targets).met


def test_a_figure_that_was_not_measured_misses_its_target() -> None:
    assert not Measured({}, {"p50_ms": Target("<=", 5)}).met


def test_without_targets_there_is_nothing_to_miss() -> None:
    assert Measured({"p50_ms": 900}).met
