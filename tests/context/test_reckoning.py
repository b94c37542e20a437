"""What follows from the pack by arithmetic is no invention, however it is written; what only nearly follows is one."""

from datetime import date

import pytest

from nova_bot.context.checks import check
from nova_bot.context.evidence import Evidence
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.labels import Integrity, Label

THURSDAY = date(2026, 11, 26)
LABEL = Label(Integrity.OUTSIDE, "tool:erp.search")
PACKS = {
    "invoices": "no | date | due | amount EUR | paid EUR\n"
    "RE-1041 | 2026-09-14 | 2026-10-14 | 4,250.00 | 0.00\n"
    "RE-1058 | 2026-10-02 | 2026-11-01 | 1,980.50 | 0.00\n"
    "RE-1063 | 2026-10-30 | 2026-11-29 | 12,400.00 | 4,400.00",
    "regions": "region,Q2,Q3\nnorth,120500,138575\nsouth,98000,88200\nwest,45250,45250\neast,30100,33000",
    "offer": "Beratung | 6 Tage | 1.150,00 € | 6.900,00 €\nSchulung | 2 Tage | 980,00 € | 1.960,00 €\n"
    "Reisekosten | pauschal | 340,00 € | 340,00 €\nMwSt-Satz 19 %",
    "devis": "peinture 2 340,00 € ; parquet 4 125,50 € ; dépose 480,00 € ; TVA 10 % ; valable jusqu'au 15/12/2026",
    "halls": "Halle 2: 14 Paletten (26.11. 07:10)\nHalle 3: 9 Paletten\nHalle 5: 0 Paletten\nHalle 7: 22 Paletten",
    "parcel": "parcel: 12.5 kg, 60x40x35 cm; hosting 240 EUR per month; rollout 20%, files up to 25 MB",
    "shares": "320 shares bought at 14.25 GBP; price now 17.10 GBP",
    "calendar": "e12 Tue 2026-12-08 17:30 physio\ne13 Thu 2026-12-10 08:55 landing\ne14 Thu 2026-12-10 11:40 flight",
}


def found(pack: str, answer: str) -> list[str]:
    claims = (
        Claim(ClaimId(7, 1), 0, Basis.TOLD, "tell me about it", LABEL),
        Claim(ClaimId(7, 2), 1, Basis.FOUND, PACKS[pack], LABEL),
    )
    return [violation.what for violation in check(answer, Evidence(claims, today=THURSDAY)).violations]


@pytest.mark.parametrize(
    ("pack", "answer"),
    [
        ("invoices", "Still owed: 14,230.50 EUR, of it 8,000.00 on RE-1063."),
        (
            "invoices",
            "Overdue: RE-1041 and RE-1058, 6,230.50 EUR together, 44 % of the 14,230.50 EUR.",
        ),
        ("invoices", "About 14.2k EUR is open."),
        ("regions", "North grew by 15 % (+18,075), south shrank by 10 %."),
        ("regions", "| north | +15.0 % |\n| south | -10.0 % |\n| together | 218,500 -> 226,775 |"),
        ("regions", "North went from roughly 120k to almost 139k."),
        ("regions", "In Q3 north made 1.6 times what south did."),
        ("offer", "Netto 9.200,00 €, mit 19 % MwSt 10.948,00 €; die MwSt sind 1.748 €."),
        ("offer", "Rund 10,9 Tsd. Euro brutto."),
        ("devis", "Total : 6 945,50 € HT, soit 7 640,05 € TTC, dont 694,55 € de TVA. Encore 19 jours."),
        ("halls", "Halle 2: 14, Halle 3: 9, Halle 5: keine. Zusammen 23 Paletten, Stand 7:10 Uhr."),
        ("parcel", "27.6 lb, 23.6 × 15.7 × 13.8 inches."),
        ("parcel", "Hosting is 2,880 EUR a year, 720 EUR per quarter. 80 % still wait."),
        ("shares", "320 shares are worth 5,472 GBP now; they cost 4,560 GBP."),
        ("calendar", "Martes 8/12 a las 17.30; el vuelo sale 2 h 45 min después."),
        ("calendar", "Dienstag, 8.12., 17:30 Uhr (e12)."),
    ],
)
def test_what_follows_is_no_invention(pack: str, answer: str) -> None:
    assert found(pack, answer) == []


@pytest.mark.parametrize(
    ("pack", "answer", "invented"),
    [
        ("invoices", "Still owed: 14,320.50 EUR.", "14,320.50 EUR"),
        ("invoices", "Of the total 31 % is overdue.", "31"),
        ("invoices", "Two are overdue: RE-1041 and RE-1058, 6,320.50 EUR together.", "6,320.50 EUR"),
        ("regions", "North grew by 18 %.", "18"),
        ("regions", "North grew by 18,705.", "18,705"),
        ("offer", "Netto 9.200 €, mit MwSt 10.498 €.", "10.498 €"),
        ("offer", "Mit 7 % MwSt sind es 9.844 €.", "9.844 €"),
        ("halls", "Halle 2: 14, Halle 3: 9. Zusammen 27 Paletten.", "27"),
        ("parcel", "That is 29.5 lb.", "29.5"),
        ("parcel", "The rollout starts with 25 %.", "25"),
        ("shares", "They are worth 5,742 GBP.", "5,742 GBP"),
        ("calendar", "Mittwoch, 8.12., 17:30 Uhr.", "8.12"),
        ("calendar", "Your physio is e21.", "e21"),
        ("calendar", "You wait 3 h 15 min.", "3 h 15 min"),
    ],
)
def test_what_only_nearly_follows_is_one(pack: str, answer: str, invented: str) -> None:
    assert invented in found(pack, answer)
