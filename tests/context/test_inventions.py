"""A value or name from nowhere is caught; what stands in the pack in another form, or follows from it, is none."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from nova_bot.context import arithmetic, phrases, readings, sentences, values
from nova_bot.context.checks import check
from nova_bot.context.evidence import Evidence
from nova_bot.context.value import ValueKind
from nova_bot.core.fault import FaultKind
from tests.context.packs import clean_answers, faults, pack


@pytest.mark.parametrize(
    ("written", "in_pack"),
    [
        ("1.200,50 €", "1,200.50 EUR"),
        ("1 200,50 EUR", "1200.5"),
        ("1'200.50 EUR", "EUR 1200.50"),
        ("1.2 million", "1,200,000"),
        ("3,6k", "3600"),
        ("the 3rd of May 2026", "2026-05-03"),
        ("3. Mai", "03.05.2026"),
        ("3 de mayo de 2026", "May 3rd, 2026"),
        ("3 to 5 May", "2026-05-03, 2026-05-05"),
        ("2 pm", "14:00"),
        ("14 Uhr", "2026-05-03T14:00:00Z"),
        ("invoice 61", "INV-2024-061"),
        ("#77", "ticket 77"),
        ("acme.test/x", "https://www.acme.test/x/"),
        ("GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19"),
        ("85 %", "84.6 %"),
        ("+49 30 1234567", "+49 (30) 123-4567"),
    ],
)
def test_a_value_is_the_same_in_any_usual_form(written: str, in_pack: str) -> None:
    assert not check(f"It says {written} there.", pack(f"row: {in_pack};")).violations


@pytest.mark.parametrize(
    "text",
    [
        "Together that is 3,600 EUR.",
        "Birch has 1,200 EUR and Acme 2,400 EUR, twice as much: 2,400 / 1,200 = 2.",
        "2,400 EUR less 3 % is 2,328 EUR.",
        "It is due on 17 May, 14 days after 3 May.",
        "Two rows, so 2 customers.",
        "Due since 3 May, that is 40 days ago.",
    ],
)
def test_plain_arithmetic_is_no_invention(text: str) -> None:
    shown = pack("Birch;1,200 EUR;2026-05-03\nAcme;2,400 EUR;2026-05-11", request="a 3 % discount, 14 days")
    assert not check(text, shown).violations


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1,200", ["1200", "1.2"]),
        ("1.200,50", ["1200.5"]),
        ("1,25", ["1.25"]),
        ("1.200.000", ["1200000"]),
        ("3k", ["3000"]),
    ],
)
def test_a_number_has_one_reading_or_two(written: str, read_as: list[str]) -> None:
    assert readings.amounts(written) == tuple(map(Decimal, read_as))


def _swapped(text: str, at: int, rng: random.Random) -> str:
    """`text` with the digit or letter at `at` replaced by another one."""
    letters = "123456789" if text[at].isdigit() else "abcdefghkmnprstuvwxyz"
    return text[:at] + rng.choice([c for c in letters if c != text[at].casefold()]) + text[at + 1 :]


def _stands_or_follows(lie: str, shown: Evidence) -> bool:
    """In the pack, or one addition away from it: that would be wrong reasoning over true inputs, not invention."""
    stated = values.values(lie)
    added = any(arithmetic.adds_up_in(n, c.text) for value in stated for n in value.amounts for c in shown.claims)
    return added or any(shown.states(value) for value in stated)


def inventions(kinds: set[ValueKind], shortest: int) -> Iterator[tuple[str, str, Evidence]]:
    """Honest answers with one character of one value changed, so that it is a value of nothing in the pack."""
    rng = random.Random(20260612)
    for answer, shown in clean_answers():
        firm = [s for s in sentences.split(answer) if not s.asks and not phrases.is_unsure(s.plain)]
        for value in (value for sentence in firm for value in values.values(sentence.plain) if value.kind in kinds):
            after = value.text.find("//") + 2 if value.kind is ValueKind.LINK else 0
            letters = value.kind in (ValueKind.LINK, ValueKind.ADDRESS)
            places = [i for i, c in enumerate(value.text) if i > after and (c.isdigit() or (letters and c.isalpha()))]
            if len(places) >= shortest:
                lie = _swapped(value.text, rng.choice(places), rng)
                if not _stands_or_follows(lie, shown):
                    yield lie, answer.replace(value.text, lie), shown


@pytest.mark.parametrize(
    ("kinds", "shortest", "least"),
    [
        ({ValueKind.NUMBER, ValueKind.MONEY}, 2, 250),
        ({ValueKind.ID}, 2, 90),
        ({ValueKind.LINK, ValueKind.ADDRESS}, 4, 15),
        ({ValueKind.DATE}, 3, 30),
    ],
    ids=["number", "id", "link", "date"],
)
def test_an_invented_value_is_caught(kinds: set[ValueKind], shortest: int, least: int) -> None:
    lies = list(inventions(kinds, shortest))
    missed = [(lie, text) for lie, text, shown in lies if not check(text, shown).violations]
    assert len(lies) >= least
    assert missed == []


def test_an_invented_name_is_caught_where_it_can_be_told_from_a_noun() -> None:
    shown = pack("contact: Anna Keller, Birch GmbH")
    for text in ("Please ask Tom Hartmann.", "Bitte an Frau Lehn.", "El contacto es Tom.", "C'est la Hartmann SARL."):
        assert FaultKind.NEW_NAME in faults(check(text, shown)), text


PLANTS = '{"rows":[{"plant":"Lodz","may":5210,"june":6252},{"plant":"Graz","may":4800,"june":4320}]}'
READ_ALONE = ('{"month":"may","visits":3310,"sales":420}', '{"month":"june","visits":3972,"sales":471}')
SPENT = "Post;Spent EUR\nFair;3.140,50\nFlyers;1.260,25\n"


@pytest.mark.parametrize(
    ("found", "request_", "answer"),
    [
        (
            (PLANTS,),
            "How did the plants do?",
            "Lodz rose by 20 %, Graz fell by 480, together they made 10,572 in June.",
        ),
        (READ_ALONE, "How was June?", "3,972 visits in June, 662 more than in May (+20 %)."),
        ((SPENT, "Budget: 8.000,00 EUR"), "Was bleibt von unseren 8k?", "Übrig sind 3.599,25 € von 8.000 € (45 %)."),
        (
            ("500 g flour, 320 ml milk",),
            "The cake, for 9 people instead of 6?",
            "You need 750 g flour and 480 ml milk.",
        ),
        (("free from 10:30 to 12:00",), "When can we meet for 45 minutes?", "You can meet from 10:30 to 11:15."),
        (("Linz: 183 km, 1 h 52 min",), "How far is Linz?", "It takes about 2 h; there and back that's 366 km."),
        (('[{"id":81},{"id":82},{"id":83}]',), "How many orders are open?", "3 orders are open."),
        (("due 2026-06-30",), "When is it due?", "It is due on 30/6, a Tuesday."),
        (("at hand: 2026-07-02",), "¿Cuándo?", "Puede ser el jueves 2."),
        (("orders 7810 and 7811 are due on 20 June, 7812 on 30 June",), "?", "Due: 7810 on 20 June, 7812 on 30 June."),
        (("Café owner since 2026-06-10: Zoë Müllér",), "Who owns it?", "It is owned by Zoe Muller, since Wed 10 June."),
        (("invoice-2026-118.pdf",), "Which one?", "It is our invoice 2026-118."),
    ],
)
def test_what_follows_from_records_lengths_and_the_request_is_honest(
    found: tuple[str, ...], request_: str, answer: str
) -> None:
    assert not faults(check(answer, pack(*found, request=request_)))


@pytest.mark.parametrize(
    ("found", "request_", "answer"),
    [
        ((PLANTS,), "How did the plants do?", "Lodz rose by 1,542 to 6,252."),
        (READ_ALONE, "How was June?", "3,972 visits in June, 862 more than in May."),
        ((SPENT, "Budget: 8.000,00 EUR"), "Was bleibt von unseren 8k?", "Übrig sind 3.899,25 €."),
        (("free from 10:30 to 12:00",), "When can we meet for 45 minutes?", "You can meet from 10:30 to 11:25."),
        (("Wind 32 km/h, rain 80 %, 14 °C",), "What's the weather?", "It gets up to 21 °C."),
        (("[412, 873]",), "Which ones?", "It is 412,873."),
        (("due 2026-06-30",), "When is it due?", "It is due on 29/6."),
    ],
)
def test_what_does_not_follow_from_them_is_new(found: tuple[str, ...], request_: str, answer: str) -> None:
    assert faults(check(answer, pack(*found, request=request_)))


def test_a_surname_speaks_of_a_person_and_two_names_joined_by_an_ampersand_are_one() -> None:
    shown = pack("Ana Borg: free; Li Wei Tan: free", request="Find a slot with Ana Borg and Tomas Hill")
    assert not faults(check("Borg is free, Hill is not known to me.", shown))
    shown = pack("Hill & Partner: 300 EUR", request="What does Hill & Partner owe?")
    assert not faults(check("Hill owes 300 EUR.", shown))


@pytest.mark.parametrize(
    ("found", "request_", "answer"),
    [
        (("Hotel Lys: 118.50 a night",), "Find a hotel for 12-14 March", "Hotel Lys is €237 in total."),
        (("used 402 kWh",), "What did it cost at 0.31 per kWh?", "It cost €124.62."),
        (("fence 266.00\ngate 365.00\nplus 21 % VAT",), "Sum up the quote", "631.00 net, 763.51 with 21 % VAT."),
        (('{"cash":1290000}',), "What have we got?", "Cash stands at €1.29m."),
        (("earned 512300 in Q3",), "Draft a letter to the investors", "> We earned 512k in Q3."),
    ],
)
def test_prices_shares_and_drafts_are_honest(found: tuple[str, ...], request_: str, answer: str) -> None:
    assert not faults(check(answer, pack(*found, request=request_)))
