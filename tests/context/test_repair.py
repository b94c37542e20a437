"""Repair: what a model is told about a bad answer, and how the answer is shown if it stays bad."""

import pytest

from nova_bot.context import repair
from nova_bot.context.checks import check
from nova_bot.context.evidence import Evidence
from nova_bot.core.claims import Basis
from tests.records import a_claim

ASKED = a_claim(1, "What do Birch and Acme owe?")
SHOWN = Evidence((ASKED, a_claim(2, "Birch: 1,200 EUR", basis=Basis.FOUND)), request=ASKED.text)
FAILED = Evidence((ASKED,), request=ASKED.text, failed=frozenset({"erp.read"}))


@pytest.mark.parametrize(
    ("text", "evidence", "told", "shown"),
    [
        (
            "Birch owes 1,200 EUR.",
            SHOWN,
            "The person asked about Acme",
            "Birch owes 1,200 EUR.\n\n(Not answered: Acme.)",
        ),
        (
            "Birch and Acme owe nothing, there are no open invoices. Anything else?",
            FAILED,
            "but erp.read failed",
            "Birch and Acme owe nothing, there are no open invoices. (not read: erp.read failed) Anything else?",
        ),
        (
            "Of Birch and Acme, I sent Birch a mail. Good night.",
            SHOWN,
            "no tool's result says that this was done",
            "Of Birch and Acme, I sent Birch a mail. (claimed, no receipt) Good night.",
        ),
    ],
)
def test_what_is_worth_a_second_try(text: str, evidence: Evidence, told: str, shown: str) -> None:
    checked = check(text, evidence)
    assert told in repair.complaint(checked, evidence)
    assert repair.marked(checked, evidence) == shown


@pytest.mark.parametrize("text", ["Birch owes 1,300 EUR, Acme too.", "Birch and Acme [c9.9]: 1,200 EUR"])
def test_a_new_value_or_a_wrong_citation_is_not(text: str) -> None:
    checked = check(text, SHOWN)
    assert repair.complaint(checked, SHOWN) == ""
    assert repair.marked(checked, SHOWN) == text.replace(" [c9.9]", "")


def test_the_mark_stands_behind_the_sentence_that_earned_it() -> None:
    text = "Acme and Birch are fine.\n- I sent it.\n- I sent it.\n- Birch: 1,200 EUR"
    checked = check(text, SHOWN)
    marked = repair.marked(checked, SHOWN)
    assert marked == text.replace("I sent it.", "I sent it. (claimed, no receipt)")
