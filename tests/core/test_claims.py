"""Claim ids as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.claims import ClaimId


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1))
def test_an_id_can_be_read_as_it_is_written(run: int, n: int) -> None:
    assert ClaimId.parse(str(ClaimId(run, n))) == ClaimId(run, n)


@pytest.mark.parametrize("text", ["", "c1", "r1.2", "c1.2.3", "c-1.2", "c1.2x", "C1.2", "c" + "9" * 30 + ".1"])
def test_nothing_else_is_an_id(text: str) -> None:
    with pytest.raises(ValueError, match=".*"):
        ClaimId.parse(text)


def test_ids_sort_by_number_and_not_by_text() -> None:
    assert sorted([ClaimId(10, 1), ClaimId(9, 2), ClaimId(9, 10)]) == [ClaimId(9, 2), ClaimId(9, 10), ClaimId(10, 1)]
