"""The owner's footer: assumptions and old sources under an answer, and nothing where there are none."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from nova_bot.context.footer import footer
from nova_bot.context.freshness import age
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How, Status
from tests.doubles import NOON
from tests.records import LABEL, a_claim

FRESH = a_claim(2, "Birch: 1,200 EUR", basis=Basis.FOUND)
OLD = replace(
    a_claim(3, "Acme: 2,400 EUR", basis=Basis.FOUND),
    label=replace(LABEL, as_of=NOON - timedelta(hours=9), expires=NOON - timedelta(hours=8)),
)
GUESS = a_claim(4, "Friday means this Friday.", basis=Basis.ASSUMED)
ANSWER = a_claim(9, "So it is.", basis=Basis.DERIVED)


def under(*sources: Claim, how: How = How.CITED, doubtful: frozenset[ClaimId] = frozenset()) -> str:
    claims = {claim.id: claim for claim in (*sources, ANSWER)}
    edges = [Edge(ANSWER.id, source.id, how) for source in sources]
    return footer(ANSWER.id, claims, edges, doubtful, (), NOON)


def test_nothing_to_say_is_not_said() -> None:
    assert under(FRESH) == under() == ""


def test_assumptions_and_old_sources_are_named() -> None:
    assert under(FRESH, OLD, GUESS) == "_rests on 1 assumption: Friday means this Friday; 1 source 9 h old_"


def test_an_assumption_three_claims_away_is_named_too() -> None:
    between = [a_claim(n, f"step {n}", basis=Basis.DERIVED) for n in (5, 6, 7)]
    chain = [ANSWER, *between, GUESS]
    edges = [Edge(a.id, b.id, How.LIT) for a, b in pairwise(chain)]
    assert "Friday" in footer(ANSWER.id, {c.id: c for c in chain}, edges, (), (), NOON)


def test_many_are_counted_and_three_named() -> None:
    guesses = [a_claim(n, f"guess {n}", basis=Basis.ASSUMED) for n in range(10, 15)]
    assert under(*guesses, guesses[0]).startswith("_rests on 5 assumptions: guess")
    assert under(*guesses).endswith("; and 2 more_")


def test_one_that_was_corrected_is_none_any_more() -> None:
    assert under(replace(GUESS, status=Status.CORRECTED)) == ""


def test_an_earlier_answer_that_rested_on_one_counts() -> None:
    earlier = a_claim(4, "Birch owes 4,711 EUR", run=3, basis=Basis.DERIVED)
    assert under(earlier) == ""
    assert "Birch owes 4,711 EUR" in under(earlier, doubtful=frozenset({earlier.id}))


def test_what_the_text_says_itself_is_not_said_again() -> None:
    edges = [Edge(ANSWER.id, GUESS.id, How.CITED)]
    assert footer(ANSWER.id, {GUESS.id: GUESS, ANSWER.id: ANSWER}, edges, (), {GUESS.id}, NOON) == ""


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "1 min"), (59, "59 min"), (60, "1 h"), (9 * 60 + 30, "9 h"), (3000, "2 days")]
)
def test_ages_are_told_in_their_largest_unit(minutes: int, said: str) -> None:
    assert age(timedelta(minutes=minutes)) == said


def test_sources_that_contradict_each_other_are_named_where_the_answer_tells_one_side_only() -> None:
    one, other = (
        replace(
            a_claim(n, f"{source}: {sum_}", basis=Basis.FOUND, step=n, label=replace(LABEL, origin=f"tool:{source}")),
            subject="balance:Birch", value=sum_, unit="EUR",
        )
        for n, source, sum_ in ((2, "erp", "1200"), (3, "bank", "1300"))
    )  # fmt: skip

    def told(text: str) -> str:
        answer = replace(ANSWER, text=text)
        return footer(answer.id, {claim.id: claim for claim in (one, other, answer)}, [], (), (), NOON)

    assert told("Birch owes 1,200 EUR.") == "_sources contradict each other: 1200 EUR or 1300 EUR_"
    assert told("The books say 1,200 EUR, the bank 1,300 EUR.") == told("Birch owes something.") == ""
