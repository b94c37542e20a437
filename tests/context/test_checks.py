"""Answers and hand-offs checked against their packs: lies are caught, honest answers left in peace."""

import random
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context import arithmetic, evidence, phrases, sentences, values
from nova_bot.context.checks import Checked, Violation, as_claims, check, check_hand_off
from nova_bot.context.evidence import Evidence
from nova_bot.context.values import ValueKind
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import HandOff, ToolCall, ToolResult, Use
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind
from nova_bot.core.run import Step, Usage

LANGUAGES = ("en", "de", "es", "fr")
LABEL = Label(Integrity.OUTSIDE, "tool:erp.search")
SCENES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "clean_answers.toml").read_text("utf-8"))["scene"]
FRIDAY = date(2026, 6, 12)


def claim(n: int, basis: Basis, text: str) -> Claim:
    return Claim(ClaimId(7, n), 1, basis, text, LABEL)


def pack(*found: str, request: str = "What is open at Birch?", assumed: tuple[str, ...] = (), **more: Any) -> Evidence:
    """The request is c7.1, what tools found c7.2 and on, what was assumed comes last."""
    texts = [(Basis.TOLD, request), *((Basis.FOUND, t) for t in found), *((Basis.ASSUMED, t) for t in assumed)]
    claims = tuple(claim(n, basis, text) for n, (basis, text) in enumerate(texts, 1))
    doubtful = frozenset(c.id for c in claims if c.basis is Basis.ASSUMED)
    return Evidence(claims, request=request, doubtful=doubtful, today=FRIDAY, **more)


def faults(checked: Checked) -> set[FaultKind]:
    return {violation.kind for violation in checked.violations}


def scene_pack(scene: dict[str, Any], language: str) -> Evidence:
    today = date.fromisoformat(scene["texts"][0].split()[2])
    told = (Basis.TOLD, scene[language]["request"])
    claims = tuple(
        claim(n, Basis(basis), text) for n, (basis, text) in enumerate([told, *map(tuple, scene["claims"])], 1)
    )
    return Evidence(
        claims,
        tuple(scene["texts"]),
        scene[language]["request"],
        frozenset(scene.get("failed", [])),
        frozenset(scene.get("receipts", [])),
        frozenset(c.id for c in claims if c.basis is Basis.ASSUMED),
        today,
    )


def clean_answers() -> Iterator[tuple[str, Evidence]]:
    for scene in SCENES:
        for language in LANGUAGES:
            for answer in scene[language]["answers"]:
                yield answer, scene_pack(scene, language)


# ---- honest answers


def test_honest_answers_hardly_ever_raise_an_alarm() -> None:
    answers = list(clean_answers())
    alarms = [answer for answer, shown in answers if check(answer, shown).violations]
    assert len(answers) >= 200
    assert len(alarms) / len(answers) <= 0.02, alarms


@pytest.mark.parametrize("text", ["Gladly!", "Was ist noch zu tun?", "¡Con gusto!", "Avec plaisir !", "", "👍", "???"])
def test_small_talk_states_nothing(text: str) -> None:
    checked = check(text, pack("Birch owes 1,200 EUR"))
    assert (checked.statements, checked.violations) == ((), ())


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
    ("written", "readings"),
    [
        ("1,200", ["1200", "1.2"]),
        ("1.200,50", ["1200.5"]),
        ("1,25", ["1.25"]),
        ("1.200.000", ["1200000"]),
        ("3k", ["3000"]),
    ],
)
def test_a_number_has_one_reading_or_two(written: str, readings: list[str]) -> None:
    assert values.amounts(written) == tuple(map(Decimal, readings))


def test_code_states_nothing() -> None:
    assert not check("Like this:\n```python\nrate = 4711\n```", pack("the rate is configurable")).violations


# ---- lies


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


SUCCESS = [
    "I sent the reminder to Birch.",
    "I've just emailed them.",
    "The reminder has been sent to Birch.",
    "Sent!",
    "Done, booked for Friday.",
    "Your note is saved.",
    "We have forwarded it.",
    "As you asked, I cancelled the old one and deleted the draft.",
    "No problem – I have paid it.",
    "Invoice sent.",
    "Ich habe die Mahnung an Birch geschickt.",
    "Die Mahnung wurde an Birch gesendet.",
    "Erledigt, Notiz gespeichert.",
    "Gesendet!",
    "Die Erinnerung ist angelegt.",
    "Wie gewünscht habe ich den Betrag überwiesen.",
    "He enviado el recordatorio a Birch.",
    "El correo ha sido enviado.",
    "Listo, guardado.",
    "Envié la factura.",
    "Ya he reservado la mesa.",
    "Acabo de pagar la factura.",
    "J'ai envoyé le rappel à Birch.",
    "Le rappel a bien été envoyé.",
    "C'est fait, la note est enregistrée.",
    "Envoyé !",
    "Je viens de réserver la table.",
    "Nous avons supprimé le brouillon.",
    "The email is on its way: I sent it a minute ago.",
    "Message delivered to Birch.",
    "I went ahead and booked the flight.",
    "All three reminders have been sent out.",
    "Great news: your appointment is now confirmed and booked.",
    "I have already let them know by email.",
    "Reminder set for Friday.",
    "I added it to your calendar.",
    "Your order has been placed.",
    "The file was uploaded and shared with the team.",
    "I've gone ahead and deleted the old entries.",
    "Es ist alles erledigt, die E-Mail an Birch ist verschickt.",
    "Ich hab dir den Termin eingetragen.",
    "Der Tisch ist reserviert.",
    "Die Rechnung ging eben raus.",
    "Habe die Notiz gespeichert.",
    "Ich habe Birch Bescheid gegeben und ihr die Datei geschickt.",
    "Ya está enviado.",
    "He guardado la nota.",
    "Se lo he mandado a Birch.",
    "La mesa quedó reservada para el viernes.",
    "El recordatorio está programado.",
    "Je lui ai envoyé le fichier.",
    "La table est réservée.",
    "Votre note a été enregistrée.",
    "J'ai bien transmis le message.",
    "C'est envoyé.",
]


@pytest.mark.parametrize("text", SUCCESS)
def test_success_without_a_receipt_is_caught(text: str) -> None:
    assert FaultKind.NO_RECEIPT in faults(check(f"{text} Anything else?", pack("Birch GmbH: 1,200 EUR open")))


@pytest.mark.parametrize("text", SUCCESS)
def test_success_with_its_receipt_is_believed(text: str) -> None:
    effects = frozenset({"send", "internal", "commit", "destroy", "money"})
    assert not check(text, pack("Birch GmbH: 1,200 EUR open, Friday", receipts=effects)).violations


def test_a_receipt_for_something_else_is_none() -> None:
    shown = pack("Saved as note 3: Birch", receipts=frozenset({"internal"}))
    assert FaultKind.NO_RECEIPT in faults(check("I sent the mail to Birch.", shown))


@pytest.mark.parametrize("text", SUCCESS)
def test_success_over_a_failed_call_is_caught(text: str) -> None:
    call, result = ToolCall("1", "mail.send", {}), ToolResult("1", "mail.send did not work: mailbox full", error=True)
    outcome = Use((call,))
    now = datetime(2026, 6, 12, tzinfo=UTC)
    step = Step(1, "draft", "s", "p", outcome, "m", Usage(), now, now, (result,))
    receipts = evidence.receipts_of([step], {"mail.send": "send"})
    shown = pack("Birch GmbH", failed=frozenset({"mail.send"}), receipts=receipts)
    assert FaultKind.NO_RECEIPT in faults(check(text, shown))


@pytest.mark.parametrize(
    "text",
    [
        "I have not sent it yet.",
        "Once it is saved, I'll tell you.",
        "It will be sent tomorrow if you agree.",
        "You sent it on Monday.",
        "Anna sent the invoice.",
        "Shall I send it?",
        "Die Mail wurde noch nicht gesendet.",
        "Gesendet habe ich noch nichts.",
        "Booked nothing so far.",
        "Im Kalender sind 3 Termine eingetragen [c7.2].",
        "The call is scheduled for 3 May.",
        "Sobald sie gespeichert ist, melde ich mich.",
        "Anna hat die Rechnung geschickt.",
        "Todavía no he enviado nada.",
        "Ana ha enviado la factura.",
        "Je n'ai rien envoyé.",
        "Anna a envoyé la facture.",
        "The mail of 3 May was sent by Anna [c7.2].",
    ],
)
def test_other_peoples_acts_and_future_ones_need_no_receipt(text: str) -> None:
    assert FaultKind.NO_RECEIPT not in faults(check(text, pack("mail m-7, 2026-05-03: sent by Anna, call, 3 guests")))


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


NOTHING = [
    "There are no open invoices.",
    "No results.",
    "I found nothing.",
    "Nothing is overdue.",
    "The search came back empty.",
    "No matching orders were found for Birch.",
    "Es gibt keine offenen Rechnungen.",
    "Keine Treffer.",
    "Ich habe nichts gefunden.",
    "Zu Birch gibt es keine Einträge.",
    "No hay facturas abiertas.",
    "No he encontrado nada.",
    "Sin resultados.",
    "Ninguna factura está abierta.",
    "Il n'y a pas de factures ouvertes.",
    "Aucun résultat.",
    "Je n'ai rien trouvé.",
    "La liste est vide.",
    "Looks like there aren't any overdue invoices for Birch.",
    "No overdue items for Birch.",
    "Birch has no open orders.",
    "I checked and there's nothing outstanding.",
    "Zero hits.",
    "Für Birch liegt nichts vor.",
    "Birch hat keine offenen Posten.",
    "Es wurden keine Aufträge gefunden.",
    "Da ist nichts offen.",
    "No tiene pedidos abiertos.",
    "No aparece ninguna factura pendiente.",
    "No encontré facturas de Birch.",
    "Birch n'a aucune commande ouverte.",
    "Il n'existe pas de facture pour Birch.",
    "Je ne trouve rien pour Birch.",
    "Pas de résultat.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_failed_read_told_as_empty_is_caught(text: str) -> None:
    shown = pack(failed=frozenset({"erp.search"}), texts=("erp.search did not work: timeout",))
    assert FaultKind.FAILED_AS_EMPTY in faults(check(text, shown))


@pytest.mark.parametrize("text", NOTHING)
def test_an_empty_read_may_be_told_as_empty(text: str) -> None:
    assert not check(text, pack("0 rows")).violations


@pytest.mark.parametrize(
    "text",
    [
        "No results, because the search failed.",
        "Nothing found: the ERP did not answer.",
        "Keine Treffer, das ERP war nicht erreichbar.",
        "Sin resultados: la búsqueda ha fallado.",
        "Aucun résultat, car la recherche a échoué.",
        "There are no notes on it [c7.2].",
    ],
)
def test_a_failed_read_that_is_told_is_honest(text: str) -> None:
    assert not check(text, pack("0 notes", failed=frozenset({"erp.search"}))).violations


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


def test_an_invented_name_is_caught_where_it_can_be_told_from_a_noun() -> None:
    shown = pack("contact: Anna Keller, Birch GmbH")
    for text in ("Please ask Tom Hartmann.", "Bitte an Frau Lehn.", "El contacto es Tom.", "C'est la Hartmann SARL."):
        assert FaultKind.NEW_NAME in faults(check(text, shown)), text


# ---- citations, statements, edges


def test_ids_that_were_not_shown_are_dropped_and_counted() -> None:
    checked = check("1,200 EUR [c7.2, c9.9] are open [c8.1]. See (c7.2).", pack("Birch: 1,200 EUR"))
    assert checked.text == "1,200 EUR [c7.2] are open. See (c7.2)."
    assert checked.bad_cites == (ClaimId(9, 9), ClaimId(8, 1))
    assert faults(checked) == {FaultKind.BAD_CITE}


def test_a_statement_rests_on_what_it_cites_and_repeats() -> None:
    shown = pack("Birch: 1,200 EUR", "Acme: 2,400 EUR", "Corrie: 77 EUR")
    text = "Birch owes 1,200 EUR [c7.2].\nAcme owes 2,400 EUR.\nTogether 3,600 EUR."
    cited, lit, total = check(text, shown).statements
    assert (cited.basis, cited.cited, cited.lit) == (Basis.DERIVED, (ClaimId(7, 2),), ())
    assert (lit.basis, lit.cited, lit.lit) == (Basis.DERIVED, (), (ClaimId(7, 3),))
    assert (total.basis, total.lit) == (Basis.DERIVED, (ClaimId(7, 2), ClaimId(7, 3)))


def test_a_value_that_stands_everywhere_points_nowhere() -> None:
    shown = pack(*(f"Birch: {n} EUR on 2026-05-03" for n in range(100, 130)))
    assert check("Birch paid 110 EUR on 3 May.", shown).statements[0].lit == (ClaimId(7, 12),)


def test_what_stands_nowhere_is_assumed() -> None:
    checked = check("Birch owes 1,200 EUR.\nThe limit is 9,000 EUR.", pack("Birch: 1,200 EUR"))
    assert [s.basis for s in checked.statements] == [Basis.DERIVED, Basis.ASSUMED]
    assert checked.basis is Basis.ASSUMED


def test_a_guess_that_says_so_is_assumed_and_no_lie() -> None:
    checked = check("I assume a limit of 9,000 EUR.", pack("Birch: 1,200 EUR"))
    assert ([s.basis for s in checked.statements], checked.violations) == ([Basis.ASSUMED], ())


def test_statements_become_claims_with_their_edges() -> None:
    shown = pack("Birch: 1,200 EUR", "Acme: 2,400 EUR")
    checked = check("Birch owes 1,200 EUR [c7.2]. Acme owes 2,400 EUR since 3 May 2026.", shown)
    claims, edges, faults = as_claims(checked, run=7, step=2, first=4, label=LABEL, evidence=shown)
    assert [(str(c.id), c.step, c.basis) for c in claims] == [("c7.4", 2, Basis.DERIVED), ("c7.5", 2, Basis.ASSUMED)]
    assert faults == (Fault(2, FaultKind.NEW_DATE, "3 May 2026", ClaimId(7, 5)),)
    assert edges == (
        Edge(ClaimId(7, 4), ClaimId(7, 2), How.CITED),
        Edge(ClaimId(7, 5), ClaimId(7, 3), How.LIT),
    )


def test_the_evidence_of_a_pack_is_its_claims_its_time_and_what_failed() -> None:
    items = (
        Item(ItemKind.NOW, "Now: Friday 2026-06-12", "time", 1),
        Item(ItemKind.HAND_OFF, "Task: pay 5,000 EUR", "handed over", 1),
        Item(ItemKind.CLAIM, "c7.2 (found, from erp): Birch: 1,200 EUR", "found", 1, (ClaimId(7, 2),)),
    )
    calls = (ToolCall("1", "erp.search", {}), ToolCall("2", "notes.find", {}))
    results = (ToolResult("1", "no answer within 30 seconds", error=True), ToolResult("2", "note 3"))
    shown = ContextPack("erp-ar", "sha", "limit 777 EUR", items, (Exchange("", calls, results),), (), 1, 9)
    known = {ClaimId(7, 2): claim(2, Basis.FOUND, "Birch: 1,200 EUR"), ClaimId(7, 5): claim(5, Basis.TOLD, "800 EUR")}
    found = evidence.of_pack(shown, known, "What is open?", FRIDAY)
    assert found.failed == {"erp.search"}
    stated = {n for n in (1200, 30, 2026, 5000, 777, 800) if found.states(values.values(f"{n}")[0])}
    assert stated == {1200, 30, 2026}


# ---- hand-offs


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


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It was an hour ago. Anything else?", 2),
        ("Dr. Weiland, e.g. on 3. Mai, no. 5, approx. 7. Then this.", 2),
        ("Es kostet 20. Soll ich?", 2),
        ("One! Two? Three… Four.", 4),
        ("He owes 1.200,50 EUR. [c7.2] She owes 3. [c7.3]", 2),
        ("- one\n- two. three\n\n| a | b. C |\n|---|---|", 3),
    ],
)
def test_an_answer_is_taken_apart_into_sentences(text: str, parts: int) -> None:
    assert len(sentences.split(text)) == parts


# ---- laws


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_checked(answer: str, shown: str) -> None:
    checked = check(answer, pack(shown))
    ids = {c for statement in checked.statements for c in (*statement.cited, *statement.lit)}
    assert ids <= {ClaimId(7, 1), ClaimId(7, 2)}


@given(st.text(alphabet="0123456789.,-€ EURc[]() Mai:/h", max_size=80))
def test_a_pack_supports_its_own_words(text: str) -> None:
    lines = [line for line in text.splitlines() if line.strip()]
    shown = pack(*lines)
    assert not {FaultKind.NEW_NUMBER, FaultKind.NEW_MONEY, FaultKind.NEW_ID} & faults(check("\n".join(lines), shown))


@given(st.lists(st.sampled_from(["[c7.2]", "[c9.1]", "(c7.1, c9.2)", "Birch ", "1,200 ", ". "]), max_size=12))
def test_every_cited_id_was_in_the_pack(parts: list[str]) -> None:
    checked = check("".join(parts), pack("Birch: 1,200"))
    assert set(sentences.citations(checked.text)) <= {ClaimId(7, 1), ClaimId(7, 2)}
    assert not set(checked.bad_cites) & {ClaimId(7, 1), ClaimId(7, 2)}


HOSTILE = ["a.", "1,", "1 ", "A1-", "a-", "9", "3. bis ", "Aa ", "[c1.1", "(", "**", "| 1\n", "1 EUR. A", "- 77 EUR\n"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_checked_in_time(piece: str) -> None:
    began = time.perf_counter()
    check(piece * (6_000 // len(piece)), pack("x"))
    assert time.perf_counter() - began < 5


# ---- records, lengths of time, and what the request names

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


def test_a_name_that_only_an_assumption_holds_is_marked_as_one() -> None:
    shown = pack("ICE 804 09:31", request="Book the train", assumed=("the trip starts in Leipzig",))
    assert faults(check("The train from Leipzig leaves at 09:31.", shown)) == {FaultKind.DROPPED_ASSUMPTION}
    assert not faults(check("I assume that you start in Leipzig. It leaves at 09:31.", shown))


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


@pytest.mark.parametrize(
    "told",
    [
        "I re-ran the tests.",
        "I fixed the typo in the footer and pushed it.",
        "I've asked Vera and she is happy to help.",
        "Both are taken care of.",
        "The meeting is now in everybody's calendar.",
    ],
)
def test_an_act_behind_another_word_needs_a_receipt_too(told: str) -> None:
    assert faults(check(told, pack("Vera: free"))) == {FaultKind.NO_RECEIPT}
