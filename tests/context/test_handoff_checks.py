"""Hand-offs checked against the pack of who hands over."""

from dataclasses import replace
from typing import Any

from nova_bot.context.checks import Violation, check_hand_off
from nova_bot.core.claims import Basis
from nova_bot.core.fault import FaultKind
from nova_bot.core.outcome import HandOff
from tests.context.packs import faults, pack


def hand_off(**more: Any) -> HandOff:
    return HandOff(to="erp-ar", task="See what is open", done_when="the sum is named", **more)


def test_a_hand_off_leaves_one_statement_per_entry() -> None:
    shown = pack("Birch: 1,200 EUR", "Acme is in dispute")
    found = ("Birch owes 1,200 EUR", "Acme disputes [c7.3]", "They are angry")
    _, checked = check_hand_off(hand_off(did="Asked 8 people", found=found, assumed=("terms are 30 days",)), shown)
    derived, assumed = Basis.DERIVED, Basis.ASSUMED
    assert [s.basis for s in checked.statements] == [assumed, derived, derived, assumed, assumed]
    assert [v.kind for v in checked.violations] == [FaultKind.NEW_NUMBER, FaultKind.NO_SOURCE]


def test_a_value_smuggled_into_the_task_is_caught() -> None:
    handed = HandOff(to="pay", task="Pay 5,000 EUR to Birch", done_when="paid")
    _, checked = check_hand_off(handed, pack("Birch: 1,200 EUR"))
    assert [(v.kind, v.what) for v in checked.violations] == [(FaultKind.NEW_MONEY, "5,000 EUR")]
    assert [s.basis for s in checked.statements] == [Basis.ASSUMED]


def test_an_assumption_handed_on_as_found_is_put_back_as_one() -> None:
    shown = pack("Birch: 1,200 EUR", assumed=("terms with Birch are 45 days",))
    assumption = next(iter(shown.doubtful))
    handed, checked = check_hand_off(hand_off(found=("terms are 45 days",)), shown)
    assert handed.assumed == (f"terms with Birch are 45 days [{assumption}]",)
    assert [s.basis for s in checked.statements] == [Basis.DERIVED, Basis.ASSUMED]
    assert checked.violations == (Violation(FaultKind.DROPPED_ASSUMPTION, str(assumption), 0),)
    told = hand_off(found=("1,200 EUR [c7.2]",), assumed=("terms are 45 days",))
    assert check_hand_off(told, shown) == (told, check_hand_off(told, shown)[1])
    assert not check_hand_off(told, shown)[1].violations


def test_an_assumption_smuggled_into_the_task_is_a_fault_of_the_task() -> None:
    shown = pack("Birch: 1,200 EUR", assumed=("terms with Birch are 45 days",))
    _, checked = check_hand_off(replace(hand_off(found=("Birch owes 1,200 EUR",)), task="Wait 45 days"), shown)
    fault = next(each for each in checked.violations if each.kind is FaultKind.DROPPED_ASSUMPTION)
    assert fault.statement is not None
    assert checked.statements[fault.statement].text == "Wait 45 days"


def test_a_hand_off_covers_what_was_asked_or_says_what_it_could_not() -> None:
    shown = pack("INV-7 ok")
    asked = ("INV-7", "INV-8")
    assert faults(check_hand_off(hand_off(found=("INV-7 ok",)), shown, asked)[1]) == {FaultKind.PARTIAL}
    assert not check_hand_off(hand_off(found=("INV-7 ok",), could_not=("INV-8",)), shown, asked)[1].violations
