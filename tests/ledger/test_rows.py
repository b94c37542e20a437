"""A record is the same after a row was made of it."""

import json
from typing import Any, cast

from hypothesis import given
from sqlalchemy import RowMapping

from nova_bot.core.claims import Claim
from nova_bot.core.conversation import OpenQuestion
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope
from nova_bot.core.labels import Label
from nova_bot.core.pack import ContextPack
from nova_bot.core.route import Route
from nova_bot.core.run import Step
from nova_bot.ledger import rows, tables
from tests.doubles import NOON
from tests.ledger import samples, strategies


def read(row: dict[str, Any]) -> RowMapping:
    return cast("RowMapping", row)


@given(strategies.envelopes)
def test_an_envelope(envelope: Envelope) -> None:
    assert rows.envelope_of(read(rows.envelope_row(1, envelope, NOON))) == envelope


@given(strategies.routes)
def test_a_route(route: Route) -> None:
    assert rows.ROUTE.validate_json(rows.ROUTE.dump_json(route)) == route


@given(strategies.claims)
def test_a_claim_with_its_label(claim: Claim) -> None:
    assert rows.claim_of(read(rows.claim_row(claim))) == claim


@given(strategies.steps)
def test_a_step_with_its_outcome_and_results(step: Step) -> None:
    results = [read(row) for row in rows.result_rows(1, step)]
    assert rows.step_of(read(rows.step_row(1, step, 2)), results) == step


@given(strategies.packs)
def test_a_pack(pack: ContextPack) -> None:
    """Whole, and without the items that stand in the first one of its run."""
    first = rows.pack_row(1, 1, pack, rows.sha(pack.system), 0)
    for same in range(len(pack.items) + 1):
        kept = rows.pack_row(1, 2, pack, rows.sha(pack.system), same)
        system = rows.agent_file_row(pack, kept["system_sha"])
        assert rows.pack_of(read({**kept, "text": system["text"], "first": first["body"]})) == pack
    assert kept["system_sha"] == system["sha"]
    assert not {"system", "thread"} & {*json.loads(first["body"])}, "kept once, or told by the items"


@given(strategies.packs)
def test_what_was_shown_is_kept_claim_by_claim(pack: ContextPack) -> None:
    kept = [dict(zip(tables.shown.columns.keys(), row, strict=True)) for row in rows.shown_rows(7, 2, pack.shown)]
    assert kept == [{"run": 7, "step": 2, "claim_run": c.run, "claim_n": c.n} for c in pack.shown]


@given(strategies.questions)
def test_an_open_question(question: OpenQuestion) -> None:
    assert rows.question_of(read(rows.question_row(question, samples.place()))) == question


@given(strategies.outbounds)
def test_a_reply(outbound: Outbound) -> None:
    buttons = tuple(rows.button_of(read(row)) for row in rows.button_rows(outbound))
    assert rows.outbound_of(read(rows.outbound_row(outbound, NOON)), buttons) == outbound


@given(strategies.labels)
def test_an_audience_in_a_fixed_order(label: Label) -> None:
    text = rows.audience_text(label.audience)
    assert json.loads(text) == sorted(place.key for place in label.audience)
    assert rows.audience_of(text) == label.audience
