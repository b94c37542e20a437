"""Places and envelopes."""

from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.envelope import Envelope, Kind, Place
from tests.doubles import NOON, OWNER

TEXTS = st.text(max_size=8)
PLACES = st.builds(Place, TEXTS, TEXTS, TEXTS, TEXTS)


@given(PLACES)
def test_a_key_names_its_place(place: Place) -> None:
    assert Place.from_key(place.key) == place


@given(PLACES, PLACES)
def test_two_places_have_the_same_key_only_if_they_are_one(a: Place, b: Place) -> None:
    assert (a.key == b.key) == (a == b)


@given(PLACES, PLACES)
def test_places_compare_as_tuples(a: Place, b: Place) -> None:
    assert (a < b) == (tuple(a) < tuple(b))


def test_a_prefix_is_another_place() -> None:
    assert Place("slack", "T1", "C1") != Place("slack", "T1", "C12")
    assert Place("slack", "T1", "C1", "2").room != Place("slack", "T1", "C12", "2").room


@given(PLACES)
def test_a_threads_room_is_its_channel(place: Place) -> None:
    assert place.room == Place(place.platform, place.workspace, place.channel, "")
    assert place.room.room == place.room


@given(st.text(st.characters(exclude_categories=())))
def test_an_envelopes_text_can_always_be_stored(text: str) -> None:
    made = Envelope("e", Kind.MESSAGE, Place("", "", ""), OWNER, text, NOON)
    assert made.text.encode().decode() == made.text
    assert "\x00" not in made.text
