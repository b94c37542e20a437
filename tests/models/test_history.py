import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nova_bot.core.outcome import ToolCall, ToolResult
from nova_bot.core.pack import ContextPack, Exchange
from nova_bot.models.base import ToolOffer
from nova_bot.models.wire import messages, tools, wire_name
from tests.fakes.messages import problem
from tests.models.sample import CLOCK, HAND_OFF, NOTE, item

texts = st.text(max_size=40)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
arguments: st.SearchStrategy[dict[str, Any]] = st.dictionaries(texts, leaves | st.lists(leaves, max_size=3), max_size=3)
own_names = st.from_regex(r"[a-z][a-z0-9_]{0,20}\.[a-z][a-z0-9_]{0,20}", fullmatch=True)
names = own_names | st.sampled_from(["hand_off", "ask_person", "", "no such tool!", "ü" * 300]) | texts


unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[Exchange, ...]:
    """Some earlier calls, each answered once, in any order; ids are the model's and never repeat."""
    sizes = draw(st.lists(st.integers(1, 4), max_size=4))
    made = []
    for n, size in enumerate(sizes):
        calls = tuple(ToolCall(f"toolu_{n}_{i}", draw(names), draw(arguments)) for i in range(size))
        results = [ToolResult(call.id, draw(texts), draw(st.booleans())) for call in calls]
        made.append(Exchange(draw(texts), calls, tuple(draw(st.permutations(results)))))
    return tuple(made)


@st.composite
def packs(draw: st.DrawFn) -> ContextPack:
    said = draw(st.lists(texts.filter(str.strip), min_size=1, max_size=4))
    items = tuple(item(text) for text in said)
    return ContextPack("general", "sha", "You are general.", items, draw(exchanges()), (), 1, 1)


@unhurried
@given(pack=packs())
def test_every_pack_becomes_a_history_that_the_service_accepts(pack: ContextPack) -> None:
    body = {
        "model": "middle",
        "max_tokens": 500,
        "stream": True,
        "system": [{"type": "text", "text": pack.system}],
        "messages": messages(pack),
        "tools": tools((CLOCK, NOTE, HAND_OFF)),
    }
    assert problem(json.loads(json.dumps(body))) == ""


@unhurried
@given(pack=packs())
def test_nothing_of_a_pack_is_lost_in_its_history(pack: ContextPack) -> None:
    first, *rest = messages(pack)
    assert "".join(block["text"] for block in first["content"]) == pack.text
    blocks = [block for message in rest for block in message["content"]]
    asked = {block["id"]: block["input"] for block in blocks if block["type"] == "tool_use"}
    answered = {b["tool_use_id"]: (b["content"], b["is_error"]) for b in blocks if b["type"] == "tool_result"}
    for exchange in pack.exchanges:
        for call in exchange.calls:
            assert asked[call.id] == call.args
        for result in exchange.results:
            assert answered[result.call][1] is result.error
            assert answered[result.call][0] == result.text or not result.text.strip()


@unhurried
@given(name=names)
def test_every_name_can_be_sent(name: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", wire_name(name))


def test_tools_keep_their_order() -> None:
    offers = (NOTE, CLOCK, ToolOffer("b.a", "", {"type": "object"}))
    assert [tool["name"] for tool in tools(offers)] == ["notes__find", "clock__now", "b__a"]
    assert tools(offers)[0] == {"name": "notes__find", "description": NOTE.description, "input_schema": NOTE.schema}
