"""Calendar and to-dos, as an agent uses them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import ToolCall
from nova_bot.tools import agenda
from nova_bot.tools.registry import Caller, Registry, Result

REGISTRY = Registry(agenda.TOOLS)


async def use(caller: Caller, tool: str, **args: object) -> Result:
    return await REGISTRY.get(tool).call(ToolCall("1", tool, args), caller)  # type: ignore[arg-type]


async def said(caller: Caller, tool: str, **args: object) -> str:
    return (await use(caller, tool, **args)).text


async def test_an_appointment_is_found_again_on_its_day(caller: Caller) -> None:
    kept = await said(caller, "calendar.add", title="Dentist", start="2026-11-27T14:00", minutes=30, where="Main St 4")
    assert kept == "In the calendar: e1 Fri 2026-11-27 14:00-14:30 Dentist (Main St 4)"
    day = await said(caller, "calendar.list", first="2026-11-27")
    assert day == "e1 Fri 2026-11-27 14:00-14:30 Dentist (Main St 4)"
    assert await said(caller, "calendar.list", first="2026-11-28") == "The calendar is empty in these days."


async def test_a_clash_is_named(caller: Caller) -> None:
    await said(caller, "calendar.add", title="Dentist", start="2026-11-27T14:00")
    other = replace(caller, key="r1.1/1")
    kept = await said(other, "calendar.add", title="Call Okoye", start="2026-11-27T14:30")
    assert kept.splitlines()[1] == "It overlaps with e1 Fri 2026-11-27 14:00-15:00 Dentist"


async def test_a_repeated_call_makes_one_appointment_and_one_todo(caller: Caller) -> None:
    for _ in range(2):
        await said(caller, "calendar.add", title="Dentist", start="2026-11-27T14:00")
        await said(caller, "todo.add", text="water the plants")
    assert len((await said(caller, "calendar.list", first="2026-11-27")).splitlines()) == 1
    assert len((await said(caller, "todo.list")).splitlines()) == 1


async def test_a_cancelled_appointment_is_gone(caller: Caller) -> None:
    await said(caller, "calendar.add", title="Dentist", start="2026-11-27T14:00")
    assert (await said(caller, "calendar.cancel", event="e1")).startswith("Cancelled: e1")
    assert "empty" in await said(caller, "calendar.list", first="2026-11-27")
    with pytest.raises(ToolError, match="no appointment e1"):
        await said(caller, "calendar.cancel", event="e1")


async def test_todos_stand_by_urgency_and_say_when_they_are_late(caller: Caller) -> None:
    for n, (text, due) in enumerate([("some day", None), ("later", "2026-12-01"), ("late", "2026-11-20")]):
        await said(replace(caller, key=f"r1.1/{n}"), "todo.add", text=text, **({"due": due} if due else {}))
    assert (await said(caller, "todo.list")).splitlines() == [
        "t3 late, due Fri 2026-11-20 (overdue)",
        "t2 later, due Tue 2026-12-01",
        "t1 some day",
    ]
    assert await said(caller, "todo.done", todo="t3") == "Done: late"
    assert "late, " not in await said(caller, "todo.list")
    with pytest.raises(ToolError, match="no open to-do t3"):
        await said(caller, "todo.done", todo="t3")


async def test_nobody_sees_or_touches_another_persons_agenda(caller: Caller) -> None:
    await said(caller, "calendar.add", title="Dentist", start="2026-11-27T14:00")
    await said(caller, "todo.add", text="water the plants")
    other = replace(caller, person="test:here:gus")
    assert "empty" in await said(other, "calendar.list", first="2026-11-27")
    assert "Nothing is open" in await said(other, "todo.list")
    for tool, args in (("calendar.cancel", {"event": "e1"}), ("todo.done", {"todo": "t1"})):
        with pytest.raises(ToolError):
            await said(other, tool, **args)


async def test_a_list_is_as_trusted_as_its_worst_entry_and_stays_fresh_five_minutes(caller: Caller) -> None:
    clean = await use(caller, "calendar.list", first="2026-11-27")
    assert clean.label.integrity is Integrity.DIRECTORY
    outside = replace(caller, label=Label(Integrity.OUTSIDE, "tool:web", secret=True))
    await said(outside, "calendar.add", title="Pay this account", start="2026-11-27T14:00")
    listed = await use(caller, "calendar.list", first="2026-11-27")
    assert listed.label.integrity is Integrity.OUTSIDE
    assert listed.label.secret
    assert listed.label.expires == caller.now + timedelta(minutes=5)


async def test_times_are_the_persons_own_also_across_a_clock_change(caller: Caller) -> None:
    await said(caller, "calendar.add", title="Early", start="2027-03-28T03:30")
    assert "03:30-04:30" in await said(caller, "calendar.list", first="2027-03-28")


@pytest.mark.parametrize("start", ["2026-02-30T10:00", "tomorrow", "2026-11-27T14:00+01:00", ""])
async def test_what_is_no_wall_time_is_refused_in_words(caller: Caller, start: str) -> None:
    with pytest.raises(ToolError, match="start"):
        await said(caller, "calendar.add", title="x", start=start)
