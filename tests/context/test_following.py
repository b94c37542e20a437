"""What needs no source of the owner's, what is left open, and what a zone, a term or a unit makes of what was read."""

from datetime import date

import pytest

from nova_bot.context import days, measures, phrases, values, zones
from nova_bot.context.checks import check
from nova_bot.core.fault import FaultKind
from tests.context.packs import faults, pack


@pytest.mark.parametrize(
    ("found", "request_", "answer"),
    [
        (("due 14 May 2023",), "When does it lapse?", "After three years (§ 195 BGB): on 14 May 2026."),
        (("net 631.00",), "And gross?", "With 19 % VAT it is 750.89."),
        (("pattern DE plus nine digits",), "What fits?", "So DE123456789 fits, for example."),
        (("HAM-MUC 08:00",), "Where to?", "You fly from Hamburg to Munich at 08:00."),
        (("Landgericht Köln",), "Where?", "It is heard in Cologne."),
        (("onions, lentils",), "How?", "As a rule of thumb, soak them for 12 hours."),
        (("pool of 4 workers",), "Enough?", "I'd start with 16 workers."),
        (("Pro A: 19,90 €/ligne/mois",), "Pour 8 lignes ?", "Pour 8 lignes, cela revient à 159,20 €."),
        (("6,5 l/100 km, 620 km",), "Wie viel Diesel?", "Das sind gut 40 Liter."),
        (("course,credits,grade\nMicro,6,1.7\nMacro,4,2.3",), "My average?", "It is 1.94 on average."),
        (("4 pers.: 1 kg pommes de terre, 200 g lardons",), "On sera 6 ?", "Il faut 300 g de lardons."),
        (("party 4000\ntent 1450\nband 900",), "What's left?", "€1,650 of €4,000. Spent: tent €1,450, band €900."),
        (("signed 1 February 2027, ten years",), "Until when?", "There is no exit before 2037."),
        (("16 °C until Monday",), "Turn it down", "It is at 16 °C. Every degree less saves roughly 6 % of the energy."),
        (("posted Kiel, delivered Malmö",), "Did it get there?", "It was posted on Monday."),
        (("14,90 -> 15,60",), "Was ändert sich?", "Es wird um 70 Cent teurer."),
        (("Fri 13 Nov: workshop",), "Write me an agenda", "- 09:10 welcome (10 min)\n- 09:20 first part (45 min)"),
    ],
)
def test_what_anybody_may_know_or_propose_needs_no_source(found: tuple[str, ...], request_: str, answer: str) -> None:
    assert not faults(check(answer, pack(*found, request=request_)))


@pytest.mark.parametrize(
    ("found", "request_", "answer"),
    [
        (("§ 7 Notice: three months",), "What does § 7 say?", "§ 9 has a notice of three months."),
        (("HAM-MUC 08:00",), "Where to?", "You fly from Hamburg to Lisbon at 08:00."),
        (("Birch GmbH: net 30 days",), "When do they pay?", "Birch GmbH usually pays within 17 days."),
        (("38 rows",), "Why slow?", "It returns 83 rows; an index would help."),
        (("review from 1 June 2028",), "When?", "There is a review on 1 June 2027 if the index moves."),
        (("56 of the firms stayed; sick days fell by 65 %",), "And?", "Sick days fell by 56 %."),
        (("ring 0170 5550 234",), "Rewrite it", "If it's too much, call 0170 5550 324."),
        (("cancel up to 10 days before, for 15 %",), "What does it cost?", "It costs 25 % up to 10 days before."),
        (("soil temp 6.4 °C",), "Wie warm?", "Laut Sensor sind es im Boden gerade 9,4 °C."),
        (("delivery 8812",), "Which one?", "Un abono por la entrega 8852, gracias por avisar."),
        (("Raum Elbe, 9:00",), "Wo ist das?", "Das ist um 9:00 im Raum Alster."),
        (("orders: 12",), "How many?", "There are 1,234 open orders."),
        (("Birch owes 300 EUR",), "Which invoice?", "It is invoice INV-12345."),
        (("net 100 EUR, VAT 19 %",), "What VAT did Birch charge?", "Birch charged 20 % VAT."),
    ],
)
def test_what_is_about_the_owners_things_needs_one(found: tuple[str, ...], request_: str, answer: str) -> None:
    assert faults(check(answer, pack(*found, request=request_)))


def test_a_time_in_another_zone_is_the_same_time() -> None:
    shown = pack("# TZ=UTC\n30 1 * * * /opt/backup.sh", request="when does the backup run? I'm in Berlin")
    assert not faults(check("It runs at 03:30 in Berlin.", shown))
    assert FaultKind.NEW_TIME in faults(check("It runs at 05:30 in Berlin.", shown))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("The total is 1,200 EUR. The discount runs until 14:30.", FaultKind.NEW_TIME),
        ("You owe 1,200 EUR; ring the warehouse at extension 12.", FaultKind.NEW_NUMBER),
    ],
)
def test_an_invention_that_has_nothing_to_do_with_what_was_shown_is_one(answer: str, kind: FaultKind) -> None:
    assert kind in faults(check(answer, pack("Birch GmbH: 1,200 EUR", request="What do we owe Birch?")))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("in Tokyo and Chicago", {540, -360}),
        ("2026-01-12T08:00:00Z", {0}),
        ("at 2026-01-12T08:00:00+05:30", {330}),
        ("(Europe/Berlin)", {60}),
        ("08:00-10:00", set()),
        ("das ist est ist", set()),
        ("9 am EST", {-300}),
    ],
)
def test_a_text_names_zones(text: str, minutes: set[int]) -> None:
    assert zones.offsets(text, date(2026, 1, 12)) == minutes


@pytest.mark.parametrize(
    ("known", "terms", "day"),
    [
        (date(2026, 9, 28), ((30, "days"),), date(2026, 10, 28)),
        (date(2023, 5, 14), ((3, "years"),), date(2026, 12, 31)),
        (date(2026, 10, 29), ((1, "months"),), date(2026, 11, 30)),
    ],
    ids=["so many days", "the end of the year, and years", "the working day behind a weekend"],
)
def test_a_term_leads_from_one_day_to_another(known: date, terms: tuple[days.Term, ...], day: date) -> None:
    assert day in days.apart({known}, terms)


def test_a_calendar_week_has_days() -> None:
    assert date(2026, 11, 23) in days.of_weeks("backorder, week 48", date(2026, 11, 12))


@pytest.mark.parametrize(
    ("written", "text", "amounts"),
    [
        ("1.9 s", "p95_ms 1894", {"1.9E+3"}),
        ("900k", "plan_keur 900", {"900"}),
        ("€48.2m", "(EUR m): revenue 48.2", {"48.2"}),
        ("3.5 %", "p = 0.035", {"0.035"}),
        ("1.9 s", "1894 rows", set()),
        ("900k", "900 rows", set()),
    ],
)
def test_a_number_is_tried_in_the_measures_of_its_source(written: str, text: str, amounts: set[str]) -> None:
    value = values.values(written)[0]
    assert {str(other.amounts[0]) for other in measures.others(value, (text,))} == amounts


@pytest.mark.parametrize(
    ("sentence", "open_"),
    [
        ("It returns 83 rows; an index would help.", ["an index would help."]),
        ("It is due on Friday if they agree.", ["if they agree."]),
        ("If they agree, it is due on Friday.", ["If they agree, it is due on Friday."]),
        ("It is due on Friday.", []),
    ],
)
def test_a_doubt_holds_for_its_own_clause(sentence: str, open_: list[str]) -> None:
    assert [sentence[start:end].strip("; ") for start, end in phrases.left_open(sentence)] == open_
