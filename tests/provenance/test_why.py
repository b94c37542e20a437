"""Why: five lines back to the first weak link."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from nova_bot.core.claims import Basis
from nova_bot.core.labels import Integrity
from nova_bot.provenance.graph import Graph
from nova_bot.provenance.weakness import Weakness, weaknesses
from nova_bot.provenance.why import LINES, why
from tests.provenance.build import NOON, chain, cid, cites, claim, step


def test_the_walk_ends_at_the_assumption() -> None:
    assert why(chain(), cid("c1.5")).lines == (
        "c1.5 derived by draft: the sum is due at the end of June",
        "c1.4 derived by erp-finance: due on 28 June",
        "c1.3 assumed by erp-ar: terms are 30 days",
        "-> assumed, never checked",
    )


def test_a_claim_on_solid_ground_says_so() -> None:
    found = why(chain(), cid("c1.6"))
    assert found.weakness is None
    assert found.lines == (
        "c1.6 derived by draft: the client is called Osterberg AG",
        "c1.2 found by erp-ar: invoice of 29 May",
        "-> nothing weak on the way",
    )


def test_the_nearest_weak_link_is_named_not_the_farthest() -> None:
    claims = [claim("c1.1", Basis.ASSUMED), claim("c1.2", Basis.ASSUMED), claim("c1.3")]
    graph = Graph.of(claims, [*cites("c1.3", "c1.2"), *cites("c1.2", "c1.1")])
    assert why(graph, cid("c1.3")).path == (cid("c1.3"), cid("c1.2"))


def test_an_outside_source_is_named_only_where_nothing_worse_is_found() -> None:
    outside = claim("c1.1", Basis.FOUND, integrity=Integrity.OUTSIDE)
    alone = Graph.of([outside, claim("c1.2")], cites("c1.2", "c1.1"))
    assert why(alone, cid("c1.2")).weakness is Weakness.OUTSIDE
    worse = Graph.of(
        [outside, claim("c1.2"), claim("c1.3", Basis.ASSUMED), claim("c1.4")],
        [*cites("c1.2", "c1.1", "c1.4"), *cites("c1.4", "c1.3")],
    )
    assert why(worse, cid("c1.2")).weakness is Weakness.ASSUMED


def test_a_long_walk_keeps_its_ends() -> None:
    claims = [claim("c1.1", Basis.ASSUMED, "the guess"), *(claim(f"c1.{n}") for n in range(2, 12))]
    edges = [edge for n in range(2, 12) for edge in cites(f"c1.{n}", f"c1.{n - 1}")]
    lines = why(Graph.of(claims, edges), cid("c1.11")).lines
    assert len(lines) == LINES
    assert lines[2:] == ("... 8 more ...", "c1.1 assumed: the guess", "-> assumed, never checked")


def test_a_ring_of_sources_has_an_end_too() -> None:
    graph = Graph.of([claim("c1.1"), claim("c1.2")], [*cites("c1.1", "c1.2"), *cites("c1.2", "c1.1")])
    assert len(why(graph, cid("c1.1")).lines) <= LINES


def test_an_unknown_claim_is_an_error() -> None:
    with pytest.raises(KeyError):
        why(chain(), cid("c9.9"))


def test_each_weakness_is_read_from_the_record() -> None:
    old, new = (claim(f"c1.{n}", Basis.FOUND, subject="rate", value=f"{n}") for n in (1, 2))
    stale = claim("c1.3", Basis.FOUND, expires=NOON - timedelta(hours=1))
    bare, faulty = claim("c1.4"), claim("c1.5", Basis.FOUND)
    faults = {cid("c1.5"): ("claimed, no receipt",)}
    graph = Graph.of([old, new, stale, bare, faulty], (), [step(2, 1, "draft", "c1.3")], faults)
    assert {str(c): weaknesses(graph, c) for c in graph.claims} == {
        "c1.1": (Weakness.CONFLICT,),
        "c1.2": (Weakness.CONFLICT,),
        "c1.3": (Weakness.STALE,),
        "c1.4": (Weakness.UNCITED,),
        "c1.5": (Weakness.FAULT,),
    }


def test_a_number_from_nowhere_is_less_suspicious_than_an_assumption() -> None:
    reckoned, guessed = claim("c1.1", Basis.ASSUMED), claim("c1.2", Basis.ASSUMED)
    graph = Graph.of([reckoned, guessed], faults={cid("c1.1"): ("new number: 92",)})
    assert [weaknesses(graph, each) for each in graph.claims] == [(Weakness.NOWHERE,), (Weakness.ASSUMED,)]


def test_two_findings_that_differ_in_a_number_contradict_each_other_unless_one_was_too_old() -> None:
    first = claim("c1.1", Basis.FOUND, "open: 90", subject="erp", expires=NOON)
    second = claim("c1.2", Basis.FOUND, "open: 92", subject="erp")
    assert weaknesses(Graph.of([first, second]), cid("c1.1")) == (Weakness.CONFLICT,)
    late = replace(second, label=replace(second.label, as_of=NOON + timedelta(hours=1)))
    assert weaknesses(Graph.of([first, late]), cid("c1.1")) == ()


def test_a_second_source_that_says_the_same_takes_the_doubt_away() -> None:
    twice = [
        claim(f"c1.{n}", Basis.FOUND, subject="rate", value="7", integrity=Integrity.OUTSIDE, step=n) for n in (1, 2)
    ]
    assert weaknesses(Graph.of(twice), cid("c1.1")) == ()
    assert weaknesses(Graph.of(twice[:1]), cid("c1.1")) == (Weakness.OUTSIDE,)


def test_why_is_told_at_once_in_a_graph_of_10_000_claims() -> None:
    runs = range(1, 1001)
    claims = [claim("c1.1", Basis.ASSUMED, step=0), *(claim(f"c{r}.{n}", step=n) for r in runs for n in range(2, 12))]
    marks = [
        e for r in runs for n in range(2, 12) for e in cites(f"c{r}.{n}", f"c{r}.{n - 1}" if n > 2 else f"c{r - 1}.11")
    ]
    steps = [step(r, n, "draft", *(f"c{r}.{m}" for m in range(2, n))) for r in runs for n in range(2, 12)]
    graph = Graph.of(claims, [*marks, *cites("c1.2", "c1.1")], steps)
    began = time.process_time()
    assert why(graph, cid("c1000.11")).path[-1] == cid("c1.1")
    assert time.process_time() - began < 0.5
