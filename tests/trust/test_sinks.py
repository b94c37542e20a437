"""Sinks: audience first, then what is said; a filter that never widens and has nothing left to do the second time."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.labels import Integrity, Label
from nova_bot.core.readers import ANYONE, Reader, Readers
from nova_bot.trust import links
from nova_bot.trust.secrets import Secrets
from nova_bot.trust.sinks import Deliver, Facts, Refuse, clean, filtered, growing, line, literal, received, words_of

OUTSIDE = Label(Integrity.OUTSIDE, "tool:web")
SECRET = Label(Integrity.OUTSIDE, "tool:notes", secret=True)
OWN = Label(Integrity.DIRECTORY, "step:r1.1")
LABELS = st.sampled_from([OUTSIDE, SECRET, OWN])
GROUPS = st.frozensets(st.sampled_from(["slack:T1", "slack:T2", "guests", ANYONE]), max_size=2)
PEOPLE = st.frozensets(st.builds(Reader, st.sampled_from("abc"), GROUPS), max_size=3)
READERS = st.builds(Readers, PEOPLE, GROUPS)
HOSTILE = st.lists(
    st.sampled_from(
        ["https://", "evil.test", "/x", "[a](", ")", "<", ">", "|", "![", "](", "]", "\u200b", "&#46;", "\\", ".", " ",
         "www.", "@", "!channel", "mailto:", "a", "docs.example", "https://docs.example/a", "`", "```", "\n", ":", "#",
         "xn--", "。", "_", "*", "&", "%41", "{", "[.]"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
FACTS = Facts(links.exact(["https://docs.example/a"]))


def canary_in(text: str, canary: str) -> bool:
    flat = "".join(c for c in text.casefold() if c.isalnum())
    return any(canary.casefold()[i : i + 8] in flat for i in range(len(canary) - 7))


def left_in(text: str, label: Label) -> set[str]:
    """The addresses in a text, those aside that are links which say where they lead."""
    rest = re.sub(r"\[[^\[\]]* \(docs\.example\)\]\(https://docs\.example/a\)", " ", text)
    return {one.written for one in links.addresses(rest, careful=label.secret)}


@given(HOSTILE | st.text(), LABELS)
def test_filtering_twice_changes_nothing(text: str, label: Label) -> None:
    once = clean(text, label, FACTS)
    assert clean(once, label, FACTS) == once


@given(HOSTILE, st.sampled_from([OUTSIDE, SECRET]))
def test_below_integrity_two_no_address_is_left_but_those_received(text: str, label: Label) -> None:
    assert left_in(clean(text, label, FACTS), label) <= FACTS.exact


@given(HOSTILE, st.text(string.ascii_letters + string.digits, min_size=24, max_size=24), st.integers(0, 14), LABELS)
def test_a_registered_secret_never_leaves(text: str, canary: str, at: int, label: Label) -> None:
    facts = Facts(links.exact([f"https://docs.example/{canary}"]), secrets=Secrets([canary]))
    hidden = f"{text[:at]}{canary}{text[at:]} https://docs.example/{canary}"
    assert not canary_in(clean(hidden, label, facts), canary)
    assert not canary_in(line(hidden, label, facts), canary)


@given(HOSTILE, LABELS)
def test_no_part_of_a_growing_text_shows_what_the_whole_would_not(text: str, label: Label) -> None:
    for end in range(len(text)):
        shown = clean(growing(text[:end]), label, FACTS)
        assert label is OWN or left_in(shown, label) <= FACTS.exact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello wor", "Hello "),
        ("see https://docs.exam", "see "),
        ("see [click here](https://ev", "see "),
        ("say <!chan", "say "),
        ("All done. ", "All done. "),
    ],
)
def test_what_may_still_grow_is_held_back(text: str, shown: str) -> None:
    assert growing(text) == shown


@given(READERS, st.lists(READERS, max_size=3))
def test_it_is_delivered_only_if_every_reader_can_read_every_place_of_the_audience(
    readers: Readers, audience: list[Readers]
) -> None:
    verdict = filtered("x", OUTSIDE, FACTS, readers, audience)
    assert isinstance(verdict, Deliver) is all(readers.within(place) for place in audience)


@given(READERS, READERS, READERS)
def test_more_readers_or_a_narrower_audience_never_turn_no_into_yes(a: Readers, b: Readers, more: Readers) -> None:
    wider = Readers(a.people | more.people, a.groups | more.groups)
    if wider.within(b):
        assert a.within(b)
    if isinstance(filtered("x", OUTSIDE, FACTS, a, [b, more]), Deliver):
        assert isinstance(filtered("x", OUTSIDE, FACTS, a, [b]), Deliver)


@given(READERS, READERS, READERS)
def test_reading_along_is_transitive(a: Readers, b: Readers, c: Readers) -> None:
    plain = [
        Readers(frozenset(Reader(one.person) for one in each.people), each.groups - {ANYONE}) for each in (a, b, c)
    ]
    if plain[0].within(plain[1]) and plain[1].within(plain[2]):
        assert plain[0].within(plain[2])


def test_a_lookup_that_failed_means_no() -> None:
    everyone = Readers(groups=frozenset({ANYONE}))
    assert filtered("x", OUTSIDE, FACTS, None, []) == Refuse("unknown_readers")
    assert filtered("x", OUTSIDE, FACTS, everyone, [None]) == Refuse("unknown_readers")
    assert filtered("x", OUTSIDE, FACTS, everyone, [everyone]) == Deliver("x")


def test_links_come_from_the_owners_words_and_from_sources_unless_a_secret_was_in_view() -> None:
    said, source = ["look at https://a.example/1"], ["see https://b.example/2"]
    assert received(said, source, OUTSIDE) == {"https://a.example/1", "https://b.example/2"}
    assert received(said, source, SECRET) == {"https://a.example/1"}


def test_words_of_integrity_two_keep_their_links_but_show_where_they_lead() -> None:
    assert clean("https://a.example/1", OWN, FACTS) == "https://a.example/1"
    assert clean("[x](https://a.example/1)", OWN, FACTS) == "[x (a.example)](https://a.example/1)"


@pytest.mark.parametrize(
    "name", ["<!channel>", "@everyone", "**x**", "[a](https://evil.test)", "`x`", "a\nb", "x" * 500]
)
def test_a_name_is_shown_letter_by_letter(name: str) -> None:
    made = literal(name)
    assert "\n" not in made
    assert links.addresses(made) == ()
    assert len(made) <= 200


def test_a_rich_element_keeps_its_words_only() -> None:
    element = {
        "type": "image",
        "image_url": "https://evil.test/a",
        "alt_text": "chart",
        "accessory": {"type": "button", "url": "https://evil.test/b", "text": {"type": "plain_text", "text": "Open"}},
    }
    assert words_of(element) == "chart\n\nOpen"
