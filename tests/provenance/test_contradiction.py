"""Contradictions: two tools that speak of one thing with other numbers, and what only looks like it."""

from dataclasses import replace

import pytest

from nova_bot.core.claims import Basis
from nova_bot.provenance.contradiction import contradicted
from tests.provenance.build import claim


def both(one: str, other: str) -> int:
    """How many of two tools' findings are contradicted."""
    found = [claim(f"c1.{n}", Basis.FOUND, text) for n, text in enumerate((one, other), 1)]
    return len(contradicted(found))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Birch owes 1,200.00 EUR", "As of today Birch GmbH owes € 1.300,00."),
        (
            "| Feld | Wert |\n| Anzahlung Nordlicht | 1.234,50 € |",
            "Zur Info: Die Anzahlung für Nordlicht ist 1 243,50 €.",
        ),
        ("Liefertermin Birke: 3. März 2027", "Der Liefertermin der Birke ist der 12.03.2027"),
        ("go-live Birch: March 3, 2027", "The go-live of Birch was moved to 2027-04-05"),
    ],
)
def test_another_tool_that_says_another_number_of_the_same_thing_contradicts(one: str, other: str) -> None:
    assert both(one, other) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Birch owes 1,200.00 EUR", "Birch GmbH owes € 1.200,00"),
        ("Birch owes 1,200 EUR", "Oak owes 1,300 EUR"),
        ("Liefertermin Birke: 3. März 2027", "Der Liefertermin der Birke ist der 03.03.2027"),
        ("Customer: 4711", "Customer: 4712"),
        ("Birch owes INV-2201", "Birch owes INV-2202"),
        ("Birch owes 5 invoices\nBirch owes 90 EUR", "Birch owes 90 EUR"),
    ],
)
def test_the_same_number_in_another_form_and_another_thing_do_not(one: str, other: str) -> None:
    assert both(one, other) == 0


def test_one_tool_that_is_asked_about_two_things_contradicts_itself_only_in_the_same_words() -> None:
    one, other = (
        claim(f"c1.{n}", Basis.FOUND, f"{what}: {n}0 EUR open", subject="erp") for n, what in ((1, "a"), (2, "b"))
    )
    alike = replace(other, label=one.label)
    assert contradicted([one, alike]) == frozenset()
    assert len(contradicted([one, replace(alike, text="a: 20 EUR open")])) == 2
