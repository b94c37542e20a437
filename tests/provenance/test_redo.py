"""Redo: only steps whose inputs changed, sources first, and no further than the change goes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.provenance.graph import Graph, StepId
from nova_bot.provenance.redo import Redo, fingerprint, start
from tests.provenance.build import chain, cid, cites, claim, step
from tests.provenance.generator import Mistake, pipelines
from tests.provenance.measure import repaired, rerun_share
from tests.provenance.test_graph import graphs


def again(graph: Graph, at: StepId, text: str | None = None) -> dict[ClaimId, Claim | None]:
    """What a step makes when it runs again: the same, or `text` in each claim."""
    made = graph.made_in.get(at, ())
    return {each: replace(graph.claims[each], text=text or graph.claims[each].text) for each in made}


def play(redo: Redo, text: str | None) -> Redo:
    while (at := redo.next()) is not None:
        redo = redo.after(at, again(redo.graph, at, text))
    return redo


def test_steps_run_again_in_order_as_far_as_the_change_goes() -> None:
    redo = play(start(chain(), [cid("c1.3")]), "something new")
    assert [str(at) for at in redo.ran] == ["r1.3", "r1.4"]


def test_an_output_that_comes_out_equal_stops_the_wave() -> None:
    redo = play(start(chain(), [cid("c1.3")]), None)
    assert [str(at) for at in redo.ran] == ["r1.3"]
    assert redo.changed == {cid("c1.3")}


def test_an_output_that_is_gone_counts_as_changed() -> None:
    redo = start(chain(), [cid("c1.3")]).after(StepId(1, 3), {})
    assert redo.next() == StepId(1, 4)


def test_nothing_is_run_for_a_claim_that_nobody_saw() -> None:
    assert start(chain(), [cid("c1.5")]).next() is None


def test_the_owners_correction_survives_its_own_step_being_run_again() -> None:
    redo = start(chain(), [cid("c1.3"), cid("c1.4")])
    redo = redo.after(StepId(1, 3), again(chain(), StepId(1, 3)))
    assert redo.corrected == {cid("c1.3"), cid("c1.4")}
    assert redo.next() == StepId(1, 4)


def test_only_what_is_said_and_why_it_is_held_makes_a_difference() -> None:
    said = claim("c1.1", Basis.DERIVED, "92 kg")
    assert fingerprint(said) == fingerprint(replace(said, id=cid("c9.9"), step=7))
    assert fingerprint(said) != fingerprint(replace(said, text="90 kg"))
    assert fingerprint(said) != fingerprint(replace(said, basis=Basis.ASSUMED))


def test_a_ring_of_steps_is_run_once_each() -> None:
    graph = Graph.of(
        [claim("c1.1", step=1), claim("c1.2", step=2)],
        [*cites("c1.1", "c1.2"), *cites("c1.2", "c1.1")],
        [step(1, 1, "a", "c1.2"), step(1, 2, "b", "c1.1")],
    )
    assert sorted(map(str, play(start(graph, [cid("c1.1")]), "new").ran)) == ["r1.1", "r1.2"]


@given(graphs(), st.data())
def test_a_redo_runs_no_step_twice_and_none_out_of_reach(graph: Graph, data: st.DataObject) -> None:
    origin = data.draw(st.sampled_from(sorted(graph.claims)))
    redo = play(start(graph, [origin]), "new")
    assert len(set(redo.ran)) == len(redo.ran)
    assert redo.changed <= graph.down(origin)
    assert all(not graph.down(origin).isdisjoint(graph.steps[at].shown) for at in redo.ran)


@pytest.mark.parametrize("loss", [0.0, 0.1, 0.5])
def test_a_corrected_pipeline_is_repaired_completely_for_less_work(loss: float) -> None:
    known = list(pipelines(150, (loss,), tuple(Mistake), seed=5))
    assert all(repaired(pipeline).values == pipeline.true for pipeline in known)
    assert rerun_share(known) <= 0.80
