"""Numbers in one or two steps from others: what is worked out passes, a slip of it or a chance hit does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context.checks import check
from nova_bot.context.derivation import Operand, Pools, Written, derives
from nova_bot.context.evidence import Evidence
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.labels import Integrity, Label

LABEL = Label(Integrity.OUTSIDE, "tool:erp.search")


def found(request: str, answer: str, *results: str) -> list[str]:
    told = Claim(ClaimId(7, 1), 0, Basis.TOLD, request, LABEL)
    read = (Claim(ClaimId(7, n), 1, Basis.FOUND, text, LABEL) for n, text in enumerate(results, 2))
    evidence = Evidence((told, *read), request=request, today=date(2026, 11, 26))
    return [violation.what for violation in check(answer, evidence).violations]


HIRE = (
    "Which crane for four months?",
    "Alfa: 2,150 EUR/month, transport 480 EUR",
    "Bravo: flat 9.380 EUR for four months",
)
STOCK = ("Bestand?", '{"article":"K-7","stock":[{"site":"A","qty":612},{"site":"B","qty":241}],"reserved":388}')
POLL = ("Did people answer?", "11 replies of 26 invited, mean 3.8/5, 4 comments")
CLOUD = ("And the bill?", "Jul: compute 3,904.12 storage 871.40 USD\nAug: compute 4,410.00 storage 902.15 USD")


@pytest.mark.parametrize(
    ("pack", "answer"),
    [
        (HIRE, "Alfa comes to 9,080 EUR, Bravo to 9,380 EUR; Alfa saves 300 EUR."),
        (HIRE, "Bravo's flat price is €2,345 a month."),
        (STOCK, "853 Stück, davon 388 reserviert, also 465 frei."),
        (POLL, "Eleven of twenty-six (11 of 26, 42 %) replied; 15 are missing."),
        (CLOUD, "Compute rose by $505.88, 13 %."),
        (("Was kostet das?", "Tarif 0,095 EUR je Wort, 18 400 Wörter"), "Das macht 1.748 €."),
        (("How slow?", "GET /a p95=7350ms n=12\nGET /b p95=1210ms n=90"), "GET /a takes 7.35 s."),
        (("Ventes ?", "août 61 300\nseptembre 70 495"), "Août : 61,3 k€, septembre : 70,5 k€, soit 15 % de plus."),
        (
            ("When does it end?", "Lease from 01.04.2025, runs 18 months, two months' notice"),
            "It ends on 30 September 2026.",
        ),
        (("Until when?", "Lease from 01.04.2025, runs 18 months, two months' notice"), "Give notice by 31 July 2026."),
        (("How long?", '[{"step":"a","s":425},{"step":"b","s":655}]'), "a took 7m05s; 18 minutes in all."),
        (("Which commit?", "commit 4be19d02 by Ada"), "It is 4be19d0."),
        (("Limits?", "queue_ms = 2500, tries = 4"), "It waits 2.5 s."),
        (("¿Teléfono?", "tel. 948 31 07 62"), "Su teléfono es el 948 31 07 62."),
        (("Absences ?", "Léa congés 02/12-11/12"), "Léa est absente du 2 au 11 décembre."),
        (("Where?", 'connect to "http://10.4.0.21:9090/v1"'), "It can't reach 10.4.0.21 on port 9090."),
        (("Neue Preise?", "M-210: 14,80 -> 15,30\nM-220: 9,10 -> 9,10"), "M-210 kostet 15,30 €, M-220 weiter 9,10 €."),
        (("Wann?", "Lieferung am 18.11. 24 Kisten"), "Am 18. November kommen 24 Kisten."),
        (("Who is away?", "Ada 2026-12-07 to 2026-12-09"), "Ada, from Monday to Wednesday (7–9 December)."),
        (("Layovers?", "A: OSL 1h25\nB: CPH 0h50"), "A has 1 h 25 min, B 50 minutes."),
        (("Number?", "M. Roy 06 71 20 44 18"), "It is +33 6 71 20 44 18."),
        (
            ("How many?", "new: 31 bills, 9,100.00 EUR\nlate: 12 bills, 840.00 EUR\nold: 7 bills, 90.00 EUR"),
            "50 bills.",
        ),
        (("Does it crash?", "def first(xs): return xs[0]"), "Yes, an empty list raises `IndexError` there."),
        (("In euros, rate 1.25?", "setup 450.00 USD\nhosting 1,500.00 USD"), "Setup is €360, hosting €1,200."),
        (
            ("Which is lighter?", "Alfa 1.46 kg, 32 GB\nBravo 1.19 kg, 16 GB"),
            "Bravo is 270 g lighter, with 16 GB less.",
        ),
    ],
)
def test_what_is_worked_out_is_no_invention(pack: tuple[str, ...], answer: str) -> None:
    assert found(pack[0], answer, *pack[1:]) == []


@pytest.mark.parametrize(
    ("pack", "answer", "invented"),
    [
        (HIRE, "Alfa comes to 9,800 EUR.", ["9,800 EUR"]),
        (STOCK, "853 Stück, davon 368 reserviert, also 485 frei.", ["368", "485"]),
        (STOCK, "853 Stück, 398 reserviert.", ["398"]),
        (CLOUD, "Compute rose to $4,140.00.", ["$4,140.00"]),
        (("Until when?", "Lease from 01.04.2025, runs 18 months"), "It ends on 30 October 2026.", ["30 October 2026"]),
        (("Which commit?", "commit 4be19d02 by Ada"), "It is 4be19d2.", ["4be19d2"]),
        (("How many?", "read 16 of 61 rows"), "The others could not be read: 54.", ["54"]),
        (("Rows?", "aborted at row 4816 of 9000"), "It could not go on at row 4861.", ["4861"]),
    ],
)
def test_two_invented_values_do_not_hold_each_other_and_a_slip_is_one(
    pack: tuple[str, ...], answer: str, invented: list[str]
) -> None:
    assert found(pack[0], answer, *pack[1:]) == invented


def test_a_slip_changes_one_digit_or_swaps_two() -> None:
    written = Written(4816, 1)
    assert [n for n in (4861, 8416, 4811, 4816, 481, 6148) if written.is_slip_of(n)] == [4861, 8416, 4811]
    assert not Written(48, 1).is_slip_of(84)


def test_a_result_among_many_is_chance() -> None:
    written = Written(20, 1)
    assert not written.among([20.2])
    assert written.among([20.2], spared=1)
    assert not written.among([20.2, 15, 30], spared=2)
    assert Written(6012.5, 0.01).among([6012.5, *range(5000, 5100)])


@given(st.integers(100, 999), st.integers(100, 999))
def test_sum_and_difference_of_two_numbers_of_the_sentence_follow(a: int, b: int) -> None:
    pools = Pools(beside=(Operand(a), Operand(b)))
    assert derives(Written(a + b, 1), pools)
    assert a == b or derives(Written(abs(a - b), 1), pools)


@given(st.lists(st.floats(1, 1e6), max_size=8), st.floats(0.5, 1e6))
def test_nothing_follows_from_nothing_and_zero_from_anything(numbers: list[float], amount: float) -> None:
    assert not derives(Written(amount, 1), Pools())
    assert not derives(Written(0, 1), Pools(read=tuple(map(Operand, numbers))))
