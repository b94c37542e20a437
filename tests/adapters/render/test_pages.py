"""A long text in several messages."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.render import pages, parse, parts, split
from adapters.render.discord import DiscordWriter
from adapters.render.nodes import Block, Code, Document, Heading, Listing, Paragraph, Quote, Rule, Table, words
from adapters.render.pages import SMALLEST
from adapters.render.plain import PlainWriter
from adapters.render.slack import MrkdwnWriter
from adapters.render.writer import INERT

WRITERS: dict[str, Callable[[Document], str]] = {
    "mrkdwn": MrkdwnWriter().write,
    "discord": DiscordWriter().write,
    "plain": PlainWriter().write,
}
discord = WRITERS["discord"]


def test_a_text_that_fits_is_one_page() -> None:
    assert split("short", SMALLEST, discord) == ("short",)


def test_nothing_gives_no_page() -> None:
    assert split(" \n", SMALLEST, discord) == ()


def test_pages_end_between_paragraphs() -> None:
    first, second = "a" * 300, "b" * 300
    assert split(f"{first}\n\n{second}", SMALLEST, discord) == (first, second)


def test_a_long_paragraph_ends_at_a_line_a_sentence_or_a_word() -> None:
    sentence = "word " * 50 + "end."
    for between in ("\n", " "):
        assert split(sentence + between + sentence, SMALLEST, discord) == (sentence, sentence)
    assert [len(page) for page in split("word " * 150, SMALLEST, discord)] == [399, 349]


def test_a_heading_goes_with_what_it_heads() -> None:
    assert split(f"{'a ' * 150}\n\n## Next\n\n{'b ' * 80}", SMALLEST, discord)[1].startswith("## Next\n\nb b")


def test_a_fence_is_closed_and_opened_again_in_its_language() -> None:
    code = "\n".join(f"line {n}" for n in range(100))
    made = split(f"```py\n{code}\n```", SMALLEST, discord)
    assert all(page.startswith("```py\nline ") and page.endswith("\n```") for page in made)
    assert "\n".join(page[6:-4] for page in made) == code


def test_bold_text_stays_bold_on_the_next_page() -> None:
    made = split(f"**{'strong words ' * 60}end**", SMALLEST, discord)
    assert all(page.strip().startswith("**") and page.strip().endswith("**") for page in made)


def test_a_tables_head_is_repeated() -> None:
    rows = "\n".join(f"| {n} | value {n} |" for n in range(60))
    made = split(f"| n | what |\n|---|---|\n{rows}", SMALLEST, discord)
    assert len(made) > 2
    assert all(page.startswith("```\nn  │ what\n") for page in made)


def test_a_row_that_is_too_long_becomes_text() -> None:
    made = split(f"| n | what |\n|---|---|\n| 1 | {'x ' * 400}|\n| 2 | y |", SMALLEST, discord)
    assert made[0].startswith("**1** · what: x x")
    assert made[-1].endswith("2 │ y\n```")


def test_a_list_goes_on_with_its_numbers() -> None:
    made = split("\n".join(f"{n}. {'word ' * 30}" for n in range(1, 7)), SMALLEST, discord)
    assert [re.findall(r"^\d", page, re.MULTILINE) for page in made] == [["1", "2"], ["3", "4"], ["5", "6"]]


def test_an_entry_that_is_cut_gets_no_second_bullet() -> None:
    made = split(f"1. {'word ' * 100}\n2. two", SMALLEST, discord)
    assert made[0].startswith("1. word")
    assert made[1].startswith("   word")
    assert made[1].endswith("\n2. two")


def test_a_picture_of_several_characters_is_not_cut() -> None:
    family = "👨\u200d👩\u200d👧\u200d👦"
    assert all(page.strip(family) == "" and len(page) % len(family) == 0 for page in split(family * 300, 500, discord))


def test_a_link_longer_than_half_a_page_becomes_text() -> None:
    made = split(f"[x](https://x.org/{'a' * 900})", SMALLEST, discord)
    assert "".join(made) == f"x (https://x.org/{'a' * 900})"


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        pages((), discord, SMALLEST - 1)


# --- files ------------------------------------------------------------------------


def test_an_answer_of_few_messages_has_no_file() -> None:
    made = parts("word " * 200, SMALLEST, discord)
    assert len(made.pages) == 3
    assert made.file == ""


def test_of_a_long_answer_the_beginning_is_shown_and_a_file_holds_the_whole() -> None:
    text = "word " * 8_000
    made = parts(text, SMALLEST, discord)
    assert made.file == text
    (shown,) = map(discord, made.pages)
    assert len(shown) <= SMALLEST
    assert shown.endswith("\n\nThe whole answer is in the file.")


# --- laws ------------------------------------------------------------------------

TOKENS = ["<@1>", "<!channel>", "@everyone", "@here", "<#2>", "<t:1:R>", "</a:1>", "<:a:1>", "<", ">", "&", "@", "\\"]
SIGNS = ["*", "**", "_", "~~", "`", "``", "```", "|", "[", "](", ")", "!", "(", "#", "- ", "1. ", "> ", "~~~", "    "]
WORDS = ["word", "end.", "山", "é", "👨\u200d👩", "\u202e", "\u200b", "x" * 150, "https://x.org/a_b", "a.b", "1", " "]
BREAKS = [" ", "\n", "\n\n", "\n\n# ", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n```py\n", "\n```\n", "\n| a |\n|-|\n| "]
texts = st.lists(st.sampled_from(TOKENS + SIGNS + WORDS + BREAKS), max_size=400).map("".join) | st.text(max_size=600)
writers = st.sampled_from(sorted(WRITERS))
limits = st.integers(SMALLEST, 900)

DISCORD_LITERAL = re.compile(r"\\[^0-9A-Za-z\s]|(`+).*?[^`]\1(?!`)", re.DOTALL)
"""What Discord shows as it stands, from left to right: an escaped sign, which opens nothing, or code."""


def content(block: Block) -> str:
    """Everything a block says, without blanks."""
    match block:
        case Paragraph(spans) | Heading(spans=spans):
            said = "".join(span.text + (span.link if span.link != span.text else "") for span in spans)
        case Code(text):
            said = text
        case Quote(blocks):
            said = "".join(map(content, blocks))
        case Listing(items):
            said = "".join(content(inner) for item in items for inner in item.blocks)
        case Table(head, rows):
            said = "".join(words(cell) for row in (head, *rows) for cell in row)
        case Rule():
            said = ""
    return "".join(said.split())


def has_table(document: Document) -> bool:
    return "Table(" in repr(document)


@given(texts, writers, limits)
@settings(max_examples=150, deadline=None)
def test_every_page_is_within_the_limit_and_none_is_empty(text: str, writer: str, limit: int) -> None:
    made = split(text, limit, WRITERS[writer])
    assert all(page.strip() and len(page) <= limit for page in made)


@given(texts, writers, limits)
@settings(max_examples=150, deadline=None)
def test_cutting_loses_nothing_and_keeps_the_order(text: str, writer: str, limit: int) -> None:
    document = parse(text)
    said = "".join(map(content, document))
    paged = "".join(content(block) for page in pages(document, WRITERS[writer], limit) for block in page)
    if has_table(document):  # heads are repeated, and a row that became text names its columns
        assert set(said) <= set(paged)
    else:
        assert paged == said or len(said) < len(paged)  # a link that became text is put in brackets
        assert not set(said) - set(paged)


@given(texts, limits)
@example("https://x.org/a_b@everyone", 400)
@example("`\n```py\n`<@1>](", 400)
@settings(max_examples=200, deadline=None)
def test_no_token_of_discord_comes_to_life(text: str, limit: int) -> None:
    for page in split(text, limit, WRITERS["discord"]):
        assert not re.search(r"@(?:everyone|here)|<(?:@|#|:|/|t:|a:|id:)", page)
        assert page.count("```") % 2 == 0
        live = DISCORD_LITERAL.sub("", page)
        assert all(found.startswith("https://x.org/") for found in re.findall(r"\]\(<?(.*)", live))


@given(texts, limits)
@settings(max_examples=200, deadline=None)
def test_no_token_of_slack_comes_to_life(text: str, limit: int) -> None:
    for page in split(text, limit, WRITERS["mrkdwn"]):
        assert all(found.startswith("https://x.org/") for found in re.findall("<(.*)", page))
        assert not re.search(r"&(?!amp;|lt;|gt;)", page)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_nothing_unseen_of_the_text_is_left(text: str) -> None:
    for writer in WRITERS.values():
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", writer(parse(text)))
    assert INERT not in PlainWriter().write(parse(text))


@given(texts, writers)
@settings(max_examples=100, deadline=None)
def test_the_same_text_is_written_the_same(text: str, writer: str) -> None:
    assert WRITERS[writer](parse(text)) == WRITERS[writer](parse(text))
