"""A value in the place of the one that a statement holds."""

import pytest

from nova_bot.context.exchange import exchanged


@pytest.mark.parametrize(
    ("text", "value", "now"),
    [
        ("the weight is 90 kg", "92", "the weight is 92 kg"),
        ("the weight is 90 kg", "92 kg", "the weight is 92 kg"),
        ("1,800 EUR of that is overdue", "1.400,00 EUR", "1.400,00 EUR of that is overdue"),
        ("1,800 EUR of that is overdue", "1.400,00", "1.400,00 EUR of that is overdue"),
        (
            "Die Anzahlung beträgt 1\u00a0234,50 € [c1.2].",
            "€ 1.243,50",
            "Die Anzahlung beträgt € 1.243,50 [c1.2].",
        ),
        ("3 licences cost 1,200 EUR", "1,300 EUR", "3 licences cost 1,300 EUR"),
        ("Order A-17 is worth 90 EUR", "92", "Order A-17 is worth 92 EUR"),
        ("The discount is 18.4 %", "19%", "The discount is 19%"),
        ("Customer 69584, discount 33.2%", "34,1 %", "Customer 69584, discount 34,1 %"),
        ("Liefertermin ist der 3. März 2027", "2027-03-12", "Liefertermin ist der 2027-03-12"),
        (
            "| Ansprechpartnerin Zeder | Frau Çelik |",
            "Frau Lindqvist",
            "| Ansprechpartnerin Zeder | Frau Lindqvist |",
        ),
        ("The contact at Zeder is Frau Çelik [c1.3].", "Dr. Ibsen", "The contact at Zeder is Dr. Ibsen [c1.3]."),
        ("client: Birch GmbH", "Hölzl & Söhne KG", "client: Hölzl & Söhne KG"),
    ],
)
def test_a_value_is_said_in_the_old_ones_place(text: str, value: str, now: str) -> None:
    assert exchanged(text, value) == now


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the weight is 90 kg", "terms are 45 days"),
        ("due on 3 May at 10", "12"),
        ("the weight is 90 kg", "92 lbs"),
        ("1,200 EUR and 1,300 EUR", "1,400 EUR"),
        ("terms are net", "45"),
        ("All is well", "nobody knows"),
    ],
)
def test_all_else_takes_the_place_of_the_whole_statement(text: str, value: str) -> None:
    assert exchanged(text, value) == value
