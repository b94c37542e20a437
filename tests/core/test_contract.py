"""Contracts: what an agent's file may promise, and what is wrong with a result."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.core import contract
from nova_bot.core.errors import BadAgentFile
from tests.agents import BOOKS, a_spec

SCHEMA: dict[str, Any] = contract.checked(  # type: ignore[assignment]
    yaml.safe_load("""
type: object
required: [rows, total, unit]
additionalProperties: false
x-totals: {total: rows.amount}
x-covers: [rows.name, not_done.name]
properties:
  unit: {type: string, enum: [EUR, USD]}
  total: {type: number}
  rows:
    type: array
    minItems: 1
    items:
      type: object
      required: [name, amount]
      properties:
        name: {type: string, minLength: 1, pattern: "^[A-Z]"}
        amount: {type: number, minimum: 0, maximum: 10000}
  not_done: {type: array, items: {type: object, required: [name, why]}}
""")
)
GOOD: dict[str, Any] = {
    "rows": [{"name": "Birch GmbH", "amount": 1200.5}, {"name": "Acme", "amount": 0.1}],
    "total": 1200.6,
    "unit": "EUR",
}


def test_a_good_result_has_no_problems() -> None:
    assert contract.problems(GOOD, SCHEMA, ["Birch GmbH", "Acme"]) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "kg"}, "result/unit must be one of EUR, USD"),
        ({"rows": []}, "result/rows must have at least 1 entries, has 0"),
        ({"rows": [{"name": "Birch", "amount": 20_000}]}, "result/rows/0/amount must be at most 10000, is 20000"),
        ({"rows": [{"name": "birch", "amount": 1}]}, "result/rows/0/name must look like ^[A-Z]"),
        ({"rows": [{"name": "Birch"}]}, "result/rows/0/amount is missing"),
        ({"rows": "all"}, "result/rows must be of type array"),
        ({"total": True}, "result/total must be of type number"),
        ({"more": 1}, "result/more does not belong there"),
        ({"total": 1200.5}, "total is 1200.5, but rows.amount add up to 1200.6"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], said: str) -> None:
    assert said in contract.problems({**GOOD, **change}, SCHEMA)


def test_what_was_asked_for_is_there_or_named_as_not_done() -> None:
    asked = ["Birch GmbH", "Acme", "Rowley"]
    (said,) = contract.problems(GOOD, SCHEMA, asked)
    assert said == "asked for 3, but Rowley stands in none of rows.name, not_done.name"
    named = {**GOOD, "not_done": [{"name": "Rowley", "why": "no account"}]}
    assert contract.problems(named, SCHEMA, asked) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["rows", "total", "unit", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_result_is_judged_without_a_fault(value: Any) -> None:
    contract.problems(value, SCHEMA, ["Birch"])


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        ("{type: thing}", "returns needs a type"),
        ("{type: object, propertys: {}}", 'returns has the keyword "propertys"'),
        ("{type: array, items: {type: object, oneOf: []}}", 'returns.items has the keyword "oneOf"'),
        ("{type: object, properties: {a: 1}}", "returns.a must be a JSON Schema"),
    ],
)
def test_a_promise_that_could_not_be_kept_does_not_load(returns: str, said: str) -> None:
    with pytest.raises(BadAgentFile, match=said.replace("{", "\\{")):
        a_spec(BOOKS, f"returns: {returns}")
