"""Which of our choices an answer in words takes."""

import pytest

from nova_bot.routing.choices import chosen

OPTIONS = ("erp-ar", "erp-ap", "ops", "general")


@pytest.mark.parametrize(
    "answer",
    [
        "2", "2.", "#2", "(2)", "no. 2", "2 please", "option 2", "2\ufe0f\u20e3", "the second one", "2nd",
        "die zweite", "la deuxième", "el segundo", "erp-ap", "ERP_AP", "erp ap", "`erp-ap`",
        "@nova erp\u2011ap", "the erp-ap one", "erp-app", "ap", "ap pls",
    ],
)  # fmt: skip
def test_a_choice_is_understood(answer: str) -> None:
    assert chosen(answer, OPTIONS) == "erp-ap"


def test_the_last_one_is_known_by_its_place() -> None:
    assert chosen("the last one", OPTIONS) == "general"


def test_a_choice_of_several_words_is_known_by_one_that_only_it_has() -> None:
    assert chosen("Ltd, please", ["Acme GmbH", "Acme Ltd"]) == "Acme Ltd"
    assert chosen("acme", ["Acme GmbH", "Acme Ltd"]) is None


@pytest.mark.parametrize(
    "answer",
    [
        "5", "0", "", "no", "that one", "erp", "erp-ar or erp-ap", "ops told me that the server is down",
        "2 and then a letter", "the second invoice", "oops",
    ],
)  # fmt: skip
def test_what_is_no_choice_is_not_taken_for_one(answer: str) -> None:
    assert chosen(answer, OPTIONS) is None
