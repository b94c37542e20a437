"""A read that failed is not told as one that found nothing."""

import pytest

from nova_bot.context.checks import check
from nova_bot.core.fault import FaultKind
from tests.context.packs import faults, pack

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
