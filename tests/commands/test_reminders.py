"""`nova reminders` over a ledger that the chat has filled."""

import json
from pathlib import Path

import pytest

from nova_bot.commands import reminders
from nova_bot.core.errors import BadInput
from tests.doubles import GUEST, House


async def filled(house: House) -> None:
    async with house.open() as nova:
        await nova.say("remind me tomorrow at 9 to call Bob")
        await nova.say("remind me every Monday at 10 to plan", thread="work")
        await nova.say("remind me tomorrow at 9 to hide", by=GUEST)


async def test_the_owners_are_listed(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    await filled(house)
    assert await reminders.show(house.settings(), as_json=True) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["what"] for one in shown] == ["call Bob", "plan"]
    assert shown[1]["rrule"] == "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0"
    assert await reminders.show(house.settings(), as_json=False) == 0
    assert "Mon 2026-11-23 09:00" in capsys.readouterr().out


async def test_one_is_cancelled_by_its_number(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    await filled(house)
    await reminders.cancel(house.settings(), 1)
    with pytest.raises(BadInput):
        await reminders.cancel(house.settings(), 1)
    with pytest.raises(BadInput):
        await reminders.cancel(house.settings(), 3)
    capsys.readouterr()
    await reminders.show(house.settings(), as_json=False)
    assert "call Bob" not in capsys.readouterr().out


async def test_an_export_is_taken_in_once(
    house: House, tmp_path: Path, empty_ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(house)
    file = tmp_path / "mine.ics"
    await reminders.export(house.settings(), file)
    await reminders.take_in(house.settings(), file)
    assert "2 entries are still to come; 0 of them are new" in capsys.readouterr().err
    (tmp_path / "other").mkdir()
    other = House(tmp_path / "other", house.agents, empty_ledger)
    await reminders.take_in(other.settings(), file)
    assert "2 entries are still to come; 2 of them are new" in capsys.readouterr().err
    with pytest.raises(BadInput):
        await reminders.take_in(other.settings(), tmp_path / "missing.ics")
