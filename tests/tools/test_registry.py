"""The registry, and the labels of results."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nova_bot.core.effect import OUTWARD, Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.tools.all import REGISTRY
from nova_bot.tools.registry import Caller, Registry
from tests.doubles import NOON, Lab
from tests.tools.callers import calling


def test_a_tool_is_found_by_its_name() -> None:
    assert REGISTRY.get("clock.now").name == "clock.now"
    with pytest.raises(ToolError, match="clock.never did not work: there is no such tool"):
        REGISTRY.get("clock.never")


def test_tools_are_given_in_a_fixed_order() -> None:
    names = ["notes.find", "clock.now", "calc.evaluate"]
    assert [tool.name for tool in REGISTRY.of(names)] == sorted(names)
    assert REGISTRY.of(names) == REGISTRY.of(reversed(names))


def test_what_leaves_the_house_is_outward() -> None:
    assert {Effect.READ, Effect.INTERNAL, Effect.DESTROY} == set(Effect) - OUTWARD
    assert Registry(Lab().tools).outward() == {"lab.read": False, "lab.send": True, "lab.pay": True}
    assert [name for name, outward in REGISTRY.outward().items() if outward] == ["chat.post", "chat.mention"]


@pytest.mark.parametrize("name", sorted(REGISTRY.outward()))
def test_every_tool_tells_the_model_what_it_takes(name: str) -> None:
    tool = REGISTRY.get(name)
    schema = tool.args.model_json_schema()
    assert tool.description.endswith(".")
    assert schema["additionalProperties"] is False
    assert "REQUIRED" not in schema


async def test_arguments_are_checked_before_anything_runs(caller: Caller) -> None:
    lab = Lab()
    assert await calling(lab.tools[0], caller, text=5) == "lab.read did not work: text: Input should be a valid string"
    assert "Extra inputs are not permitted" in await calling(lab.tools[0], caller, txt="a")
    assert lab.calls == []


def test_a_result_is_seen_by_no_more_people_than_what_led_to_it(caller: Caller) -> None:
    open_to_all = ("clock.now", "chat.post")  # the time, and that something was posted
    for name in REGISTRY.outward():
        tool = REGISTRY.get(name)
        assert tool.label(NOON, caller).audience == (frozenset() if name in open_to_all else caller.label.audience)


@pytest.mark.parametrize("name", ["calc.evaluate", "calc.convert", "notes.remember", "notes.forget"])
def test_what_echoes_its_arguments_is_trusted_no_more_than_they_are(caller: Caller, name: str) -> None:
    for integrity in Integrity:
        given = replace(caller, label=replace(caller.label, integrity=integrity))
        assert REGISTRY.get(name).label(NOON, given).integrity == min(integrity, Integrity.DIRECTORY)


def test_a_result_expires_when_its_tool_says_so(caller: Caller) -> None:
    tool = replace(Lab().tools[0], returns=Returns(Integrity.TYPED, "price", timedelta(minutes=30), secret=True))
    label = tool.label(NOON, caller)
    assert (label.as_of, label.expires) == (NOON, NOON + timedelta(minutes=30))
    assert (label.origin, label.secret, label.integrity) == ("tool:lab.read", True, Integrity.TYPED)
