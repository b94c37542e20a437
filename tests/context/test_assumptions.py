"""An assumption is told as one."""

import pytest

from nova_bot.context.checks import check
from nova_bot.core.fault import FaultKind
from tests.context.packs import faults, pack

DROPPED = [
    "Payment terms are 45 days.",
    "Birch pays within 45 days [c7.3].",
    "The client agreed to it [c7.3].",
    "Das Zahlungsziel beträgt 45 Tage.",
    "El plazo es de 45 días.",
    "Le délai est de 45 jours.",
    "- Terms: 45 days",
]


@pytest.mark.parametrize("text", DROPPED)
def test_a_dropped_assumption_is_caught(text: str) -> None:
    shown = pack("Birch GmbH: 1,200 EUR", assumed=("terms with Birch are 45 days",))
    assert faults(check(text, shown)) == {FaultKind.DROPPED_ASSUMPTION}


@pytest.mark.parametrize("text", DROPPED)
def test_an_assumption_told_as_one_is_honest(text: str) -> None:
    shown = pack("Birch GmbH: 1,200 EUR", assumed=("terms with Birch are 45 days",))
    assert not check(f"{text} (The 45 days are assumed [c7.3].)", shown).violations


def test_a_value_that_is_also_known_rests_on_no_assumption() -> None:
    shown = pack("contract: 45 days", assumed=("terms are 45 days",))
    assert not check("Terms are 45 days.", shown).violations


def test_a_name_that_only_an_assumption_holds_is_marked_as_one() -> None:
    shown = pack("ICE 804 09:31", request="Book the train", assumed=("the trip starts in Leipzig",))
    assert faults(check("The train from Leipzig leaves at 09:31.", shown)) == {FaultKind.DROPPED_ASSUMPTION}
    assert not faults(check("I assume that you start in Leipzig. It leaves at 09:31.", shown))
