"""Evidence: what a step was shown, found the same whether its thread was looked through before or not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context import evidence, values
from nova_bot.context import pack as packs
from nova_bot.core.pack import NO_THREAD
from tests.context.test_pack import packed
from tests.doubles import NOON
from tests.records import a_run, a_talk, a_turn

TEXTS = st.sampled_from(
    ["Birch owes 1,200 EUR.", "It is due on 3 May.", "Thanks!", "1,200 EUR and 7 boxes", "~1,200 EUR"]
)
VALUES = [value for text in ("1,200 EUR", "3 May 2026", "7", "42") for value in values.values(text)]


@given(st.lists(TEXTS, max_size=30), st.integers(1, 12))
def test_a_value_is_found_where_it_stands_in_the_thread_or_beside_it(said: list[str], keep: int) -> None:
    run, talk = a_run(), a_talk(*(a_turn(n, text) for n, text in enumerate(said, 20)))
    pack, known = packed(run, talk, keep=keep), packs.known(run, talk)
    found, afresh = (
        evidence.of_pack(each, known, run.route.request, NOON.date())
        for each in (pack, replace(pack, thread=NO_THREAD))
    )
    assert found.claims == afresh.claims
    assert {*found.by_id} == {*afresh.by_id} == {*pack.shown}
    assert [found.stands_in(value) for value in VALUES] == [afresh.stands_in(value) for value in VALUES]
