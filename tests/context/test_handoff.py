"""Hand-offs: when they are refused, and the claims they leave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context import handoff
from nova_bot.context.checks import as_claims, check_hand_off
from nova_bot.context.evidence import Evidence
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.outcome import HandOff
from nova_bot.core.run import Run
from tests.agents import AGENTS, a_spec
from tests.records import LABEL, a_claim, a_run, a_step

CHASER = a_spec(AGENTS["chaser"])
TO_MAILER = HandOff("mailer", "Write it.", "It is written.")
BACK = HandOff("books", "Have it back.", "It is done.")


def received(*found: str) -> Run:
    """A run that books has handed to chaser."""
    claims = tuple(a_claim(2 + i, text, step=1, basis=Basis.DERIVED) for i, text in enumerate(found))
    return a_run(steps=(a_step(1, HandOff("chaser", "t", "d", found=found)),), claims=claims)


def test_a_hand_off_to_a_neighbour_may_happen() -> None:
    assert handoff.refusal(TO_MAILER, CHASER, received(), hops=3) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": "chaser"}, "You can't hand work to yourself. Answer, ask, or hand it to: mailer, books."),
        ({"to": "general"}, "general is not an agent you may hand work to. You may hand it to: mailer, books."),
        ({"to": ""}, " is not an agent you may hand work to."),
        ({"done_when": " "}, "Say in done_when how one can tell that the task is done."),
    ],
)
def test_a_refusal_tells_the_model_what_it_may_do(change: dict[str, str], words: str) -> None:
    assert words in handoff.refusal(replace(TO_MAILER, **change), CHASER, received(), hops=3)  # type: ignore[arg-type]


def test_an_agent_with_nobody_to_hand_to_is_told_so() -> None:
    lonely = CHASER.model_copy(update={"hands_to": ()})
    assert "You may hand it to: nobody." in handoff.refusal(TO_MAILER, lonely, received(), hops=3)


@pytest.mark.parametrize(("hops", "refused"), [(0, True), (1, True), (2, False)])
def test_the_number_of_hand_offs_is_limited(hops: int, refused: bool) -> None:
    assert ("which is the limit" in handoff.refusal(TO_MAILER, CHASER, received(), hops)) is refused


@pytest.mark.parametrize(
    ("found", "refused"),
    [((), True), (("1,200 is open",), True), (("1,200 IS open!",), True), ((" ",), True), (("they paid",), False)],
)
def test_going_back_takes_something_new(found: tuple[str, ...], refused: bool) -> None:
    said = handoff.refusal(replace(BACK, found=found), CHASER, received("1,200 is open"), hops=3)
    assert ("added nothing new" in said) is refused


def test_what_a_tool_found_since_is_something_new() -> None:
    run = received()
    run = run.then(a_step(2, TO_MAILER, "chaser"), (a_claim(9, "read", step=2, basis=Basis.FOUND),), ())
    run = replace(run, steps=run.steps[:1])
    assert handoff.refusal(BACK, CHASER, run, hops=3) == ""


def claims_of(passing: HandOff, run: Run, step: int) -> tuple[Claim, ...]:
    """The claims that the engine keeps of a hand-off: checked against all that was said in the run."""
    evidence = Evidence(run.claims)
    _, checked = check_hand_off(passing, evidence)
    made, _, _ = as_claims(checked, run.id, step, len(run.claims) + 1, LABEL, evidence)
    return handoff.kept(passing, made, run)


def test_claims_are_numbered_on_from_those_of_the_run() -> None:
    given_over = replace(TO_MAILER, did="Read it [c7.2].", found=("1,200 open", "  "), assumed=("b",))
    claims = claims_of(given_over, received("1,200 is open"), 2)
    assert [(c.id, c.step, c.basis, c.text) for c in claims] == [
        (ClaimId(7, 3), 2, Basis.DERIVED, "Read it [c7.2]."),
        (ClaimId(7, 4), 2, Basis.DERIVED, "1,200 open"),
        (ClaimId(7, 5), 2, Basis.ASSUMED, "b"),
    ]
    assert all(c.label == LABEL for c in claims)


def test_what_the_task_states_is_a_claim_too() -> None:
    (claim,) = claims_of(replace(TO_MAILER, task="Ask Birch for 1,200 EUR.", done_when="They paid."), received(), 2)
    assert (claim.subject, claim.basis, claim.text) == (handoff.TASK, Basis.ASSUMED, "Ask Birch for 1,200 EUR.")


def test_what_rests_on_nothing_is_assumed() -> None:
    (claim,) = claims_of(replace(TO_MAILER, did="Looked around."), received(), 2)
    assert claim.basis is Basis.ASSUMED


def test_citations_of_what_was_not_shown_are_taken_out_everywhere() -> None:
    passing = HandOff(
        "mailer", "t [c9.9]", "d [c9.9]", "did [c9.9, c7.1]", ("f [c9.9]",), ("a [c9.9]",), (), ("o [c9.9]",)
    )
    clean = handoff.without(passing, {ClaimId(9, 9)})
    assert clean == HandOff("mailer", "t", "d", "did [c7.1]", ("f",), ("a",), (), ("o",))


WORDS = st.text(st.sampled_from("abcäßé漢字0123 "), min_size=1, max_size=12).filter(str.strip)


@given(WORDS, st.lists(st.sampled_from(["did", "found", "assumed", "not at all"]), min_size=1, max_size=6), st.data())
def test_an_assumption_stays_one_however_often_it_is_handed_on(
    guess: str, ways: list[str], data: st.DataObject
) -> None:
    run = a_run()
    for n, way in enumerate(["assumed", *ways], 1):
        said = data.draw(st.sampled_from([guess, guess.upper(), f" {guess}. ", f"*{guess}*"]))
        passing = replace(
            TO_MAILER,
            did=said if way == "did" else "",
            found=(said,) if way == "found" else (),
            assumed=(said,) if way == "assumed" else (),
        )
        run = run.then(a_step(n, passing), claims_of(passing, run, n), ())
    passed_on = [claim for claim in run.claims if claim.step]
    assert passed_on
    assert {claim.basis for claim in passed_on} == {Basis.ASSUMED}
