"""The graph of claims: cones, assumptions, orders; and its laws on any graph, rings included."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.claims import Basis, ClaimId, Edge, How
from nova_bot.provenance.graph import EVERYTHING, MARKED, Graph, StepId, StepRecord, in_order
from tests.provenance.build import chain, cid, cites, claim, step


def ids(*names: str) -> frozenset[ClaimId]:
    return frozenset(map(cid, names))


def test_a_cone_holds_what_a_claim_rests_on_near_and_far() -> None:
    assert chain().up(cid("c1.5")) == ids("c1.5", "c1.4", "c1.3", "c1.2")
    assert chain().up(cid("c1.6")) == ids("c1.6", "c1.2")


def test_what_was_only_shown_belongs_to_the_whole_cone() -> None:
    assert cid("c1.4") in chain().up(cid("c1.6"), EVERYTHING)
    assert cid("c1.4") not in chain().up(cid("c1.6"), MARKED)


def test_downstream_is_everything_that_was_shown_it_or_marks_it() -> None:
    assert chain().down(cid("c1.3")) == ids("c1.3", "c1.4", "c1.5", "c1.6")
    assert chain().down(cid("c1.3"), MARKED) == ids("c1.3", "c1.4", "c1.5")


def test_a_shortest_way_back_is_found() -> None:
    assert chain().path(cid("c1.5"), cid("c1.3")) == (cid("c1.5"), cid("c1.4"), cid("c1.3"))
    assert chain().path(cid("c1.6"), cid("c1.3")) == ()


def test_edges_to_forgotten_claims_are_passed_over() -> None:
    graph = Graph.of([claim("c1.2")], cites("c1.2", "c9.9"), [step(1, 1, "draft", "c9.8")])
    assert graph.up(cid("c1.2"), EVERYTHING) == ids("c1.2")


def test_a_ring_of_sources_ends() -> None:
    graph = Graph.of(
        [claim("c1.1", Basis.ASSUMED), claim("c1.2"), claim("c1.3")],
        [*cites("c1.1", "c1.3"), *cites("c1.2", "c1.1"), *cites("c1.3", "c1.2")],
    )
    assert graph.up(cid("c1.1")) == graph.down(cid("c1.3")) == ids("c1.1", "c1.2", "c1.3")
    assert set(graph.in_order(graph.claims)) == ids("c1.1", "c1.2", "c1.3")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph of up to 14 claims in up to 6 steps, with marks and shown claims in any direction."""
    size = draw(st.integers(1, 14))
    names = [ClaimId(1, n) for n in range(1, size + 1)]
    some = st.sampled_from(names)
    claims = [claim(str(n), draw(st.sampled_from(list(Basis))), step=draw(st.integers(0, 6))) for n in names]
    marks = draw(st.lists(st.builds(Edge, some, some, st.sampled_from([How.CITED, How.LIT])), max_size=30))
    shown = draw(st.lists(st.lists(some, max_size=6), max_size=6))
    records = [StepRecord(StepId(1, n), "agent", tuple(claims)) for n, claims in enumerate(shown, 1)]
    return Graph.of(claims, marks, records)


@given(graphs())
def test_up_and_down_are_the_same_relation_from_both_ends(graph: Graph) -> None:
    for how in (MARKED, EVERYTHING):
        above = {(low, high) for low in graph.claims for high in graph.up(low, how)}
        below = {(low, high) for high in graph.claims for low in graph.down(high, how)}
        assert above == below


@given(graphs())
def test_a_path_is_a_chain_of_direct_sources(graph: Graph) -> None:
    for start in graph.claims:
        for end in graph.up(start):
            path = graph.path(start, end)
            assert (path[0], path[-1]) == (start, end)
            assert all(b in graph.sources(a) for a, b in pairwise(path))


@given(st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12)), max_size=12))
def test_an_order_has_everything_once_and_sources_first_unless_in_a_ring(waits: dict[int, set[int]]) -> None:
    order = in_order(waits, lambda node: [b for b in waits[node] if b in waits])
    assert sorted(order) == sorted(waits)
    straight = {node: {b for b in before if b < node and b in waits} for node, before in waits.items()}
    order = in_order(straight, lambda node: straight[node])
    assert all(order.index(b) < order.index(node) for node in order for b in straight[node])
