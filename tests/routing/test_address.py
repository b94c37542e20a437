"""Who is named, and what is left of the text."""

import pytest

from nova_bot.routing.address import chosen, explicit, without_mention

NAMES = ("erp-ar", "draft", "ops")


@pytest.mark.parametrize("call", ["@nova ", "nova, ", "hey nova: ", "Hi @Nova ", "<@U123> ", "<@U123|nova> "])
def test_the_call_of_nova_is_taken_off(call: str) -> None:
    assert without_mention(f"{call}who owes us money") == "who owes us money"


@pytest.mark.parametrize("text", ["novation clause?", "my car is a '98 Nova", "@novak can you look"])
def test_other_words_are_left_alone(text: str) -> None:
    assert without_mention(text) == text


def test_nova_alone_stays_a_text() -> None:
    assert without_mention("@nova") == "@nova"


def test_a_hyphenated_name_may_be_capitalised() -> None:
    found = explicit("Erp-AR: list them", NAMES)
    assert found is not None
    assert (found.name, found.rest, found.known) == ("erp-ar", "list them", True)


@pytest.mark.parametrize(
    "text", ["Draft: dear customers", "ops:", "note: buy milk", "https://ops.example", "ops are down"]
)
def test_headings_links_and_sentences_are_no_addresses(text: str) -> None:
    assert explicit(text, NAMES) is None


def test_an_unknown_name_after_the_command_is_kept_for_the_answer() -> None:
    found = explicit("/agent erpar list them", NAMES)
    assert found is not None
    assert not found.known


@pytest.mark.parametrize("text", ["erp-arr: list them", "Erp-Arr: list them", "erp_ar: list them", "drafft: list them"])
def test_a_slip_of_a_name_before_a_colon_is_kept_for_the_answer(text: str) -> None:
    found = explicit(text, NAMES)
    assert found is not None
    assert (found.rest, found.known) == ("list them", False)


@pytest.mark.parametrize("text", ["drafts: list them", "oops: wrong list", "Drafft: a heading", "re: the list"])
def test_a_word_that_may_be_meant_is_no_slip(text: str) -> None:
    assert explicit(text, NAMES) is None


@pytest.mark.parametrize("answer", ["2", "ops", "ops please", "the second? no: ops"])
def test_a_choice_is_understood(answer: str) -> None:
    assert chosen(answer, ["erp-ar", "ops"]) == "ops"


@pytest.mark.parametrize("answer", ["3", "0", "", "erp-ar or ops", "the ops people told me that the server is down"])
def test_what_is_no_choice_is_not_taken_for_one(answer: str) -> None:
    assert chosen(answer, ["erp-ar", "ops"]) is None
