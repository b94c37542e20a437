"""Labels: joins only ever make something less trusted, narrower, older."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.envelope import Place, Standing
from nova_bot.core.labels import Integrity, Label, join, of_model, of_standing

PLACES = st.builds(Place, st.sampled_from("ab"), st.just("w"), st.sampled_from("xyz"))
TIMES = st.none() | st.integers(0, 1_000).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n))
LABELS = st.builds(
    Label, st.sampled_from(Integrity), st.just("turn:r1"), st.frozensets(PLACES), st.booleans(), TIMES, TIMES
)


def joined(*labels: Label) -> Label:
    return join(labels, "o")


def at_most(low: datetime | None, high: datetime | None) -> bool:
    return high is None or (low is not None and low <= high)


@given(LABELS, LABELS, LABELS)
def test_the_grouping_does_not_matter(a: Label, b: Label, c: Label) -> None:
    assert joined(joined(a, b), c) == joined(a, joined(b, c)) == joined(a, b, c)


@given(LABELS, LABELS, LABELS)
def test_the_order_does_not_matter(a: Label, b: Label, c: Label) -> None:
    assert joined(a, b) == joined(b, a)
    assert joined(a, b, c) == joined(c, a, b)


@given(LABELS)
def test_joining_with_itself_changes_nothing(a: Label) -> None:
    assert joined(a, a) == joined(a) == join([joined(a)], "o")


@given(LABELS, st.lists(LABELS, max_size=4))
def test_a_join_is_never_better_than_its_parts(a: Label, others: Iterable[Label]) -> None:
    both = joined(a, *others)
    assert both.integrity <= a.integrity
    assert both.audience >= a.audience
    assert both.secret >= a.secret
    assert at_most(both.as_of, a.as_of)
    assert at_most(both.expires, a.expires)


@given(LABELS, LABELS, LABELS)
def test_more_in_means_no_better_out(a: Label, b: Label, c: Label) -> None:
    few, many = joined(a, b), joined(a, b, c)
    assert many == joined(few, many)


@given(st.lists(LABELS))
def test_a_models_wording_is_never_the_owners_word(labels: list[Label]) -> None:
    label = of_model(labels, "step:r1.1")
    assert label.integrity <= Integrity.DIRECTORY
    assert label == join([label, *labels], "step:r1.1")


def test_made_from_nothing_it_is_a_machines_word() -> None:
    assert join([], "o") == Label(Integrity.DIRECTORY, "o")


@pytest.mark.parametrize(
    ("standing", "integrity"),
    [
        (Standing.OWNER, Integrity.OWNER),
        (Standing.MEMBER, Integrity.OUTSIDE),
        (Standing.GUEST, Integrity.OUTSIDE),
        (Standing.MACHINE, Integrity.DIRECTORY),
    ],
)
def test_only_the_owner_has_the_owners_word(standing: Standing, integrity: Integrity) -> None:
    assert of_standing(standing) is integrity
