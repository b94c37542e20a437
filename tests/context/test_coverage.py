"""What was asked for by name has to be spoken of."""

import pytest

from nova_bot.context.checks import check
from nova_bot.core.fault import FaultKind
from tests.context.packs import faults, pack

LISTS = [
    ("What do {0}, {1} and {2} owe us?", "{0} owes 10 EUR, {1} owes 20 EUR."),
    ("status of {0}, {1} and {2} please", "All done:\n- {0}: 10 EUR\n- {1}: 20 EUR"),
    ("Was schulden {0}, {1} und {2}?", "{0}: 10 EUR. {1}: 20 EUR. Mehr ist nicht offen."),
    ("Saldo de {0}, {1} y {2}", "{0} debe 10 EUR y {1} 20 EUR."),
    ("Solde de {0}, {1} et {2}", "{0} doit 10 EUR et {1} 20 EUR."),
]
THINGS = [
    ("Birch", "Acme", "Rowley"),
    ("INV-7", "INV-8", "INV-9"),
    ("Anna Keller", "Ben Ortiz", "Mia Kowalski"),
    ("1007", "1008", "1009"),
]


@pytest.mark.parametrize(("request_", "answer"), LISTS)
@pytest.mark.parametrize("things", THINGS, ids=lambda things: things[0])
def test_a_part_told_as_the_whole_is_caught(request_: str, answer: str, things: tuple[str, ...]) -> None:
    shown = pack("; ".join(f"{thing}: {n}0 EUR" for n, thing in enumerate(things, 1)), request=request_.format(*things))
    partial = answer.format(*things)
    assert [v.what for v in check(partial, shown).violations if v.kind is FaultKind.PARTIAL] == [things[2]]
    assert FaultKind.PARTIAL not in faults(check(f"{partial} I don't know about {things[2]}.", shown))


def test_a_summary_is_measured_by_what_the_tools_returned() -> None:
    shown = pack("Birch: 10 EUR, Acme: 20 EUR", request="open items of Birch, Acme and Rowley?")
    assert [v.what for v in check("Together 30 EUR.", shown).violations] == ["Rowley"]


@pytest.mark.parametrize(
    "request_",
    [
        "Which of Birch, Acme and Rowley owes most?",
        "is it Birch, Acme or Rowley?",
        "remind me on Monday, Tuesday and Friday",
        "tell me the address, rating and price of Birch",
        "Summarise: " + "Birch, Acme and Rowley met. " * 40,
    ],
)
def test_a_choice_is_no_list_of_wishes(request_: str) -> None:
    assert not check("Birch.", pack("Birch: 10 EUR\nAddress: unknown", request=request_)).violations


def test_things_that_a_caller_names_must_be_spoken_of() -> None:
    checked = check("a.py is fine.", pack("a.py ok"), asked=("a.py", "b.py"))
    assert [(v.kind, v.what) for v in checked.violations] == [(FaultKind.PARTIAL, "b.py")]
