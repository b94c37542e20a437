"""The double is only worth something if it refuses what the API refuses."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.messages import problem

Body = dict[str, Any]
TEXT = [{"type": "text", "text": "Then"}]
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "noon"}


def body() -> Body:
    """A request that is in order: two calls, both answered."""
    calls = [{"type": "tool_use", "id": f"t{n}", "name": "clock__now", "input": {}} for n in (1, 2)]
    results = [{"type": "tool_result", "tool_use_id": f"t{n}", "content": "noon"} for n in (1, 2)]
    return {
        "model": "middle",
        "max_tokens": 100,
        "stream": True,
        "system": [{"type": "text", "text": "You are general."}],
        "tools": [{"name": "clock__now", "description": "", "input_schema": {"type": "object"}}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hello?"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "I look."}, *calls]},
            {"role": "user", "content": [*results, {"type": "text", "text": "Well?"}]},
        ],
    }


def test_a_request_in_order_is_accepted() -> None:
    assert problem(body()) == ""


BREAKAGES: dict[str, tuple[Callable[[Body], object], str]] = {
    "no max_tokens": (lambda b: b.pop("max_tokens"), "max_tokens"),
    "no model": (lambda b: b.pop("model"), "model"),
    "unknown parameter": (lambda b: b.update(temperature=1), "temperature"),
    "no messages": (lambda b: b.update(messages=[]), "at least one message"),
    "no tools": (lambda b: b.pop("tools"), "without tools"),
    "dotted tool": (lambda b: b["tools"][0].update(name="clock.now"), "tools.0.name"),
    "long tool name": (lambda b: b["tools"][0].update(name="x" * 129), "tools.0.name"),
    "same tool twice": (lambda b: b["tools"].append(b["tools"][0]), "unique"),
    "schema of no object": (lambda b: b["tools"][0].update(input_schema={}), "input_schema"),
    "empty system": (lambda b: b["system"][0].update(text=""), "non-empty"),
    "blank text": (lambda b: b["messages"][0]["content"][0].update(text=" \n"), "non-empty"),
    "no content": (lambda b: b["messages"][0].update(content=[]), "not empty"),
    "starts with the assistant": (lambda b: b["messages"].pop(0), "alternate"),
    "same role twice": (lambda b: b["messages"].insert(0, b["messages"][0]), "alternate"),
    "ends with the assistant": (lambda b: b["messages"].extend([{**b["messages"][1], "content": TEXT}]), "the user's"),
    "call not answered": (lambda b: b["messages"][2]["content"].pop(0), "one tool_result each"),
    "call answered twice": (lambda b: b["messages"][2]["content"].insert(0, RESULT), "one tool_result each"),
    "result of no call": (lambda b: b["messages"][0]["content"].insert(0, RESULT), "one tool_result each"),
    "results last": (lambda b: b["messages"][2]["content"].reverse(), "come first"),
    "empty result": (lambda b: b["messages"][2]["content"][0].update(content=""), "must not be empty"),
    "same id twice": (lambda b: b["messages"][1]["content"][2].update(id="t1"), "unique"),
    "dotted call": (lambda b: b["messages"][1]["content"][1].update(name="clock.now"), "name"),
    "arguments of no object": (lambda b: b["messages"][1]["content"][1].update(input="{}"), "must be an object"),
    "call by the user": (lambda b: b["messages"][0].update(content=b["messages"][1]["content"]), "is not one of"),
}


@pytest.mark.parametrize(("breakage", "said"), BREAKAGES.values(), ids=BREAKAGES)
def test_a_request_out_of_order_is_refused(breakage: Callable[[Body], object], said: str) -> None:
    broken = copy.deepcopy(body())
    breakage(broken)
    assert said in problem(broken)


@pytest.mark.parametrize("broken", [None, [], "text"])
def test_a_body_must_be_an_object(broken: object) -> None:
    assert "object" in problem(broken)
