"""A correction: the owner's word in place of a claim, and everything it reaches."""

from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core.claims import Basis, ClaimId, Status
from nova_bot.core.labels import Integrity, Label
from nova_bot.provenance.correct import Thing, ThingKind, carried, correct, earlier, live, reached
from nova_bot.provenance.graph import Graph, StepId
from tests.provenance.build import chain, cid, claim
from tests.provenance.test_graph import graphs

LABEL = Label(Integrity.OUTSIDE, "turn:r2")


def test_the_owners_value_takes_the_place_of_the_old_one_in_the_text() -> None:
    old = claim("c1.3", Basis.ASSUMED, "the weight is 90 kg", subject="weight", value="90")
    fixed = correct(old, "92", "the weight is 92 kg", ClaimId(2, 1), LABEL)
    assert (fixed.now.text, fixed.now.value, fixed.now.subject) == ("the weight is 92 kg", "92", "weight")
    assert (fixed.now.basis, fixed.now.label.integrity, fixed.now.id) == (Basis.TOLD, Integrity.OWNER, ClaimId(2, 1))
    assert (fixed.was.id, fixed.was.text, fixed.was.status) == (old.id, old.text, Status.CORRECTED)


def test_a_correction_of_a_corrected_claim_lands_on_what_stands_today() -> None:
    a, b, c = cid("c1.1"), cid("c2.1"), cid("c3.1")
    assert live(a, {a: b, b: c}) == c
    assert live(c, {a: b, b: c}) == c
    assert live(a, {a: b, b: a}) in (a, b)
    assert live(a, {a: b, b: None}) is None
    assert earlier(c, {a: b, b: c}) == {a, b, c}


def test_an_answer_says_what_its_corrected_statement_says() -> None:
    answer = claim("c1.2", text="Done. The weight is 90 kg. Anything else?")
    fixed = correct(claim("c1.1", text="The weight is 90 kg."), "92", "The weight is 92 kg.", ClaimId(2, 1), LABEL)
    (whole,) = carried(fixed, [claim("c1.3"), answer], ClaimId(2, 2))
    assert (whole.was.id, whole.now.id, whole.now.basis) == (cid("c1.2"), ClaimId(2, 2), Basis.DERIVED)
    assert whole.now.text == "Done. The weight is 92 kg. Anything else?"
    assert whole.now.label.integrity < Integrity.OWNER


def test_a_correction_finds_runs_replies_notes_and_reminders() -> None:
    things = [
        Thing(ThingKind.REPLY, "r1/1", (cid("c1.5"),)),
        Thing(ThingKind.NOTE, "note 3", (cid("c1.3"),)),
        Thing(ThingKind.REMINDER, "m7", (cid("c1.2"), cid("c1.4"))),
        Thing(ThingKind.EFFECT, "e1", (cid("c1.2"),)),
    ]
    found = reached(chain(), [cid("c1.3")], things)
    assert found.claims == {cid("c1.4"), cid("c1.5"), cid("c1.6")}
    assert found.steps == (StepId(1, 3), StepId(1, 4))
    assert found.runs == (1,)
    assert [thing.ref for thing in found.things] == ["r1/1", "note 3", "m7"]
    assert [thing.ref for thing in found.of(ThingKind.NOTE)] == ["note 3"]


def test_a_claim_that_nobody_saw_reaches_nothing() -> None:
    found = reached(chain(), [cid("c1.5")], [Thing(ThingKind.NOTE, "n", (cid("c1.2"),))])
    assert (found.claims, found.steps, found.runs, found.things) == (frozenset(), (), (), ())


@given(graphs(), st.data())
def test_a_correction_reaches_every_dependant_and_nothing_else(graph: Graph, data: st.DataObject) -> None:
    origin = data.draw(st.sampled_from(sorted(graph.claims)))
    things = [Thing(ThingKind.REPLY, str(each), (each,)) for each in graph.claims]
    found = reached(graph, [origin], things)
    expected, before = {origin}, 0
    while len(expected) != before:
        before = len(expected)
        marking = {user for user, marks in graph.marks.items() if not expected.isdisjoint(src for src, _ in marks)}
        shown = {s for s, record in graph.steps.items() if not expected.isdisjoint(record.shown)}
        expected |= marking | {each for each in graph.claims if graph.step_of(each) in shown}
    assert found.claims == expected - {origin}
    assert {thing.ref for thing in found.things} == {str(each) for each in expected}
