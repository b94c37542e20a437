"""The owner's commands in a shell."""

import json
from functools import partial

import pytest

from nova_bot import app, parts, router_files
from nova_bot.commands import chat_commands, runs
from nova_bot.core.claims import Status
from nova_bot.parts import people_of
from tests.doubles import House, handed, said, team
from tests.records import PLACE


async def test_a_correction_and_a_redo_from_the_shell(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.open() as nova:
        nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
        nova.model.will("chaser", said("45 EUR."))
        await nova.say("which invoice?")
    monkeypatch.setattr(parts, "people_of", people_of)
    monkeypatch.setattr(app, "running", partial(app.running, model=house.model, make_team=team))
    await chat_commands.say(house.settings(), "wrong", "c1.2 = 92", as_json=True)
    assert "c2.1 stands for it" in json.loads(capsys.readouterr().out)["text"]
    house.model.will("chaser", said("46 EUR."))
    await chat_commands.say(house.settings(), "redo", "", as_json=False)
    assert "r1: 1 of 2 steps done again, as r3" in capsys.readouterr().out
    async with house.open() as nova:
        assert (await nova.nova.ledger.run(1)).claims[1].status is Status.CORRECTED


async def test_a_command_needs_no_router(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?")
    monkeypatch.setattr(parts, "people_of", people_of)
    monkeypatch.setattr(router_files, "brain", lambda *_: pytest.fail("the router was loaded"))
    await chat_commands.say(house.settings(), "wrong", "c1.2 = It is paid.", as_json=False)
    assert "From now on c2.1 stands for it" in capsys.readouterr().out


async def test_a_place_is_an_object_for_programs_and_nothing_raw_for_people(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?")
    await runs.latest(house.settings(), 1, as_json=True)
    await runs.show(house.settings(), "r1", as_json=True)
    shown = [json.loads(line)["place"] for line in capsys.readouterr().out.splitlines()]
    assert shown == [PLACE._asdict()] * 2
    await runs.show(house.settings(), "r1", as_json=False)
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("r1 went to books by rule classifier: ")
    assert any(line.startswith("Ended: answered; ") for line in rest)


async def test_what_nova_did_itself_is_listed_as_its_own(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async with house.open() as nova:
        await nova.say("which invoice?")
        await nova.say("remind me in 5 minutes to call Birch")
        nova.clock.move(300)
        await nova.nova.clock.start()
        await nova.settled()
    await runs.latest(house.settings(), 3, as_json=False)
    listed = [line[21:39].strip() for line in capsys.readouterr().out.splitlines()]
    assert listed == ["nova (clock)", "nova", "books"]
    await runs.show(house.settings(), "r3", as_json=False)
    shown = capsys.readouterr().out
    assert "no agent and no model was asked" in shown
    assert "reminder of Ada, due now:\n    call Birch" in shown
