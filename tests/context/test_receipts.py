"""An act that is told as done needs a tool's receipt."""

from datetime import UTC, datetime

import pytest

from nova_bot.context import evidence
from nova_bot.context.checks import check
from nova_bot.core.fault import FaultKind
from nova_bot.core.outcome import ToolCall, ToolResult, Use
from nova_bot.core.run import Step, Usage
from tests.context.packs import faults, pack

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
