"""The owner's commands in a shell."""

import json
from functools import partial

import pytest

from nova_bot import app, parts, trace_cli
from nova_bot.core.claims import Status
from nova_bot.parts import people_of
from tests.doubles import House, handed, said, team


async def test_a_correction_and_a_redo_from_the_shell(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.open() as nova:
        nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
        nova.model.will("chaser", said("45 EUR."))
        await nova.say("which invoice?")
    monkeypatch.setattr(parts, "people_of", people_of)
    monkeypatch.setattr(app, "running", partial(app.running, model=house.model, make_team=team))
    await trace_cli.say(house.settings(), "wrong", "c1.2 = 92", as_json=True)
    assert "c2.1 stands for it" in json.loads(capsys.readouterr().out)["text"]
    house.model.will("chaser", said("46 EUR."))
    await trace_cli.say(house.settings(), "redo", "", as_json=False)
    assert "r1: 1 of 2 steps done again, as r3" in capsys.readouterr().out
    async with house.open() as nova:
        assert (await nova.nova.ledger.run(1)).claims[1].status is Status.CORRECTED
