"""Blame: suspects in the right order, an origin found in a few taps, a verdict that tells the chain."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.claims import Basis
from nova_bot.provenance.blame import CARD, TAPS, inquire, suspects
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.weakness import Weakness
from tests.provenance.build import NOON, chain, cid, cites, claim, step
from tests.provenance.generator import Mistake, pipelines
from tests.provenance.measure import figures
from tests.provenance.test_graph import graphs

LOSSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
SEEDED = (Mistake.ASSUMPTION, Mistake.STALE, Mistake.CONFLICT)


def test_the_assumption_behind_an_answer_is_the_first_suspect() -> None:
    first = suspects(chain(), cid("c1.5"))[0]
    assert (first.claim, str(first.step), first.weaknesses) == (cid("c1.3"), "r1.2", (Weakness.ASSUMED,))


def test_of_two_assumptions_the_one_on_more_ways_comes_first() -> None:
    claims = [
        claim("c1.1", Basis.ASSUMED),
        claim("c1.2", Basis.ASSUMED),
        *(claim(f"c1.{n}", step=n) for n in (3, 4, 5)),
    ]
    marks = [*cites("c1.3", "c1.2"), *cites("c1.4", "c1.2", "c1.1"), *cites("c1.5", "c1.3", "c1.4")]
    assert [s.claim for s in suspects(Graph.of(claims, marks), cid("c1.5"))][:2] == [cid("c1.2"), cid("c1.1")]


def test_an_assumption_that_is_handed_on_word_for_word_is_no_second_suspect() -> None:
    first = claim("c1.1", Basis.ASSUMED, "The parcel weighs 90 kg.")
    again = claim("c1.2", Basis.ASSUMED, "The parcel weighs 90 kg [c1.1]", step=2)
    other = claim("c1.3", Basis.ASSUMED, "It goes to France.")
    marks = [*cites("c1.2", "c1.1"), *cites("c1.4", "c1.2", "c1.3")]
    ranked = suspects(Graph.of([first, again, other, claim("c1.4", step=3)], marks), cid("c1.4"))
    assert {suspect.claim for suspect in ranked[:2]} == {cid("c1.1"), cid("c1.3")}


def test_what_was_out_of_date_or_contradicted_is_suspected_before_what_was_assumed() -> None:
    stale = claim("c1.2", Basis.FOUND, step=0, expires=NOON - timedelta(hours=1))
    left, right = (claim(f"c1.{n}", Basis.FOUND, step=0, subject="rate", value=f"{n}") for n in (3, 4))
    claims = [claim("c1.1", Basis.ASSUMED, step=0), stale, left, right, claim("c1.5")]
    graph = Graph.of(claims, cites("c1.5", "c1.1", "c1.2", "c1.3"), [step(1, 1, "draft", "c1.1", "c1.2", "c1.3")])
    ranked = [suspect.claim for suspect in suspects(graph, cid("c1.5"))]
    assert set(ranked[:2]) == {cid("c1.2"), cid("c1.3")}
    assert ranked[2] == cid("c1.1")


def test_a_finding_that_names_no_source_is_no_root_but_an_assumption_is() -> None:
    named, passed_on = claim("c1.1", Basis.ASSUMED, step=1), claim("c1.2", Basis.ASSUMED, step=2)
    answer, steps = claim("c1.3", step=3), [step(1, 2, "finance", "c1.1"), step(1, 3, "draft", "c1.2")]
    bare = Graph.of([named, passed_on, answer], cites("c1.3", "c1.2"), steps)
    assert inquire(bare, cid("c1.3")).tapped(cid("c1.2")).verdict().certain
    faults = {cid("c1.2"): ("no source named: it is Lindqvist",)}
    graph = Graph.of([named, passed_on, answer], cites("c1.3", "c1.2"), steps, faults)
    assert inquire(graph, cid("c1.3")).tapped(cid("c1.2")).card() == (cid("c1.1"),)


def test_what_was_read_again_and_said_the_same_came_in_with_the_first_reading() -> None:
    first = claim("c1.1", Basis.FOUND, "90 EUR open", subject="erp", expires=NOON)
    again = claim("c1.2", Basis.FOUND, "90 EUR open", 2, subject="erp")
    again = replace(again, label=replace(again.label, as_of=NOON))
    steps = [step(1, 2, "books", "c1.1"), step(1, 3, "books", "c1.1", "c1.2")]
    graph = Graph.of([first, again, claim("c1.3", step=3)], cites("c1.3", "c1.2"), steps)
    inquiry = inquire(graph, cid("c1.3"))
    assert inquiry.card() == (cid("c1.1"),)
    verdict = inquiry.tapped(cid("c1.1")).verdict()
    assert (verdict.origin, verdict.path, verdict.certain) == (cid("c1.1"), (cid("c1.1"), cid("c1.3")), True)


def test_the_first_card_lists_the_roots() -> None:
    assert inquire(chain(), cid("c1.5")).card() == (cid("c1.3"), cid("c1.2"))


def test_one_tap_on_a_wrong_root_settles_it() -> None:
    inquiry = inquire(chain(), cid("c1.5")).tapped(cid("c1.3"))
    assert inquiry.card() == ()
    verdict = inquiry.verdict()
    assert (verdict.origin, str(verdict.step), verdict.agent) == (cid("c1.3"), "r1.2", "erp-ar")
    assert verdict.told == (cid("c1.1"), cid("c1.2"))
    assert verdict.inferred == verdict.passed_on == (cid("c1.3"),)
    assert verdict.path == (cid("c1.3"), cid("c1.4"), cid("c1.5"))
    assert (verdict.taps, verdict.certain) == (1, True)


def test_if_no_root_is_wrong_the_step_that_reasoned_wrongly_is_found() -> None:
    inquiry = inquire(chain(), cid("c1.5"))
    inquiry = inquiry.none_of(inquiry.card())
    assert cid("c1.4") in inquiry.card()
    verdict = inquiry.tapped(cid("c1.4")).none_of((cid("c1.1"),)).verdict()
    assert (verdict.origin, verdict.agent, verdict.certain) == (cid("c1.4"), "erp-finance", True)
    assert verdict.told == (cid("c1.1"), cid("c1.2"), cid("c1.3"))


def test_if_everything_before_it_is_right_the_answer_itself_is_the_origin() -> None:
    inquiry = inquire(chain(), cid("c1.5"))
    while card := inquiry.card():
        inquiry = inquiry.none_of(card)
    assert inquiry.verdict().origin == cid("c1.5")


def test_a_source_that_was_only_shown_is_asked_about_after_the_marked_ones() -> None:
    claims = [claim("c1.1", Basis.ASSUMED, step=0), claim("c1.2", Basis.ASSUMED, step=0), claim("c1.3")]
    graph = Graph.of(claims, cites("c1.3", "c1.1"), [step(1, 1, "draft", "c1.1", "c1.2")])
    inquiry = inquire(graph, cid("c1.3"))
    assert inquiry.card() == (cid("c1.1"),)
    assert inquiry.none_of((cid("c1.1"),)).card() == (cid("c1.2"),)


def test_an_unfinished_search_says_that_it_guesses() -> None:
    verdict = inquire(chain(), cid("c1.5")).verdict()
    assert (verdict.origin, verdict.certain) == (cid("c1.3"), False)


@given(graphs(), st.data())
def test_any_answers_end_within_eight_taps_and_give_a_verdict(graph: Graph, data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(sorted(graph.claims)))
    inquiry = inquire(graph, answer)
    while card := inquiry.card():
        assert 1 <= len(card) <= CARD
        tapped = data.draw(st.sampled_from([*card, None]))
        inquiry = inquiry.tapped(tapped) if tapped else inquiry.none_of(card)
    verdict = inquiry.verdict()
    assert verdict.taps <= TAPS
    assert (verdict.path[0], verdict.path[-1]) == (verdict.origin, answer)


def test_the_origin_is_found_in_generated_pipelines() -> None:
    found = figures(pipelines(150, LOSSES, SEEDED, seed=1))
    assert found["guided_exact"] >= 0.99
    assert found["taps_max"] <= TAPS
    assert found["unaided_top3"] >= 0.75


def test_wrong_reasoning_over_true_inputs_is_found_as_well() -> None:
    found = figures(pipelines(40, LOSSES, (Mistake.REASONING,), seed=2))
    assert found["guided_exact"] >= 0.95
    assert found["taps_max"] <= TAPS


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4, 5, 6])
def test_the_origin_is_found_in_a_thousand_generated_pipelines(seed: int) -> None:
    found = figures(pipelines(250, LOSSES, SEEDED, seed))
    assert found["guided_exact"] >= 0.99
    assert found["taps_max"] <= TAPS
    assert found["unaided_top3"] >= 0.75
