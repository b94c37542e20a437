"""Who is named, and what is left of the text."""

import pytest

from nova_bot.routing.address import explicit, without_mention

NAMES = ("erp-ar", "erp-ap", "draft", "ops")


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


@pytest.mark.parametrize(
    "text", ["erp-arr: list them", "Erp-Arr: list them", "erp_arr: list them", "drafft: list them"]
)
def test_a_slip_of_a_name_before_a_colon_is_kept_for_the_answer(text: str) -> None:
    found = explicit(text, NAMES)
    assert found is not None
    assert (found.rest, found.known) == ("list them", False)


@pytest.mark.parametrize("text", ["drafts: list them", "oops: wrong list", "Drafft: a heading", "re: the list"])
def test_a_word_that_may_be_meant_is_no_slip(text: str) -> None:
    assert explicit(text, NAMES) is None


@pytest.mark.parametrize(
    "call",
    [
        "/agent erp_ar", "!agent `ERP-AR`", "/agent: erp-ar", "/erp-ar", "erp_ar:", "erp ar:", "ERP AR:",
        "erp\u2011ar:", "erp\u2013ar:", "erp-ar\uff1a", "**erp-ar**:", "`erp-ar`:", "*erp-ar:*", "@erp-ar",
        "erp-ar,", "erp-ar \u2014", "Nova \u2014 erp-ar:", "hey erp-ar,", "nova, ask erp-ar",
        "please ask erp-ar:", "frag erp-ar", "demande à erp-ar", "pregunta a erp-ar",
    ],
)  # fmt: skip
def test_a_name_is_known_however_it_is_written(call: str) -> None:
    found = explicit(f"{call} who owes us \u2013 and Acme?", NAMES)
    assert found is not None
    assert (found.name, found.rest, found.known) == ("erp-ar", "who owes us \u2013 and Acme?", True)


@pytest.mark.parametrize(
    "text", ["erp-ar", "erp-ar please!", "switch to erp-ar", "please let erp-ar answer", "/erp-ar"]
)
def test_a_message_may_only_name_an_agent(text: str) -> None:
    found = explicit(text, NAMES)
    assert found is not None
    assert (found.name, found.rest) == ("erp-ar", "")


@pytest.mark.parametrize(
    "text",
    [
        "erp-ar is down again", "erp-ar or erp-ap?", "ask erp-ar and erp-ap who is late", "Draft: dear all",
        "ops, anybody?", "@ops it is down", "ask ops whether it is up", "draft", "use draft paper", "> erp-ar: who",
        "/draft/notes.md", "docs:build", "the erp-ar one",
    ],
)  # fmt: skip
def test_talk_about_agents_and_common_words_are_no_addresses(text: str) -> None:
    assert explicit(text, NAMES) is None
