"""`nova why` and `/why`: what an answer rests on, for people and for programs."""

import json

import pytest

from nova_bot.commands import why
from nova_bot.core.claims import ClaimId
from nova_bot.core.envelope import Place
from nova_bot.core.errors import BadReference, NoSuchClaim, NoSuchRun
from nova_bot.dispatch import references
from tests.doubles import OWNER, PLATFORM, House, Talk, handed, said
from tests.records import PLACE


async def answered(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["Friday is meant"]))
    nova.model.will("chaser", said("I will chase them on Friday."))
    await nova.say("which invoice?")
    await nova.settled()


async def test_a_program_reads_the_walk(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async with house.open() as nova:
        await answered(nova)
    await why.show(house.settings(), "", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["run"], found["claim"], found["route"]["agent"]) == ("r1", "c1.3", "books")
    assert found["path"][0]["text"] == "I will chase them on Friday."
    assert found["path"][0]["agent"] == "chaser"
    assert found["weakness"]
    assert found["lines"][-1].startswith("-> ")
    assert found["ms"] >= 0


async def test_a_person_reads_at_most_five_lines(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async with house.open() as nova:
        await answered(nova)
    await why.show(house.settings(), "r1", as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "c1.3 derived by chaser: I will chase them on Friday."
    assert len(lines) <= 5


@pytest.mark.parametrize(
    ("text", "claim"),
    [("", "c1.3"), ("r1", "c1.3"), ("1", "c1.3"), ("r1.1", "c1.2"), ("c1.2", "c1.2"), ("receipt of r1/1", "c1.3")],
)
async def test_what_can_be_named(nova: Talk, text: str, claim: str) -> None:
    await answered(nova)
    assert (await references.resolve(nova.nova.ledger, text)).claim == ClaimId.parse(claim)


@pytest.mark.parametrize(
    ("text", "error"),
    [("r1.7", NoSuchRun), ("r9", NoSuchRun), ("c1.9", NoSuchClaim), ("c9.1", NoSuchRun), ("the answer", BadReference)],
)
async def test_what_is_not_there_is_said(nova: Talk, text: str, error: type[Exception]) -> None:
    await answered(nova)
    with pytest.raises(error):
        await references.resolve(nova.nova.ledger, text)


async def test_a_claim_of_another_room_is_not_told(nova: Talk) -> None:
    await answered(nova)
    await references.resolve(nova.nova.ledger, "c1.3", PLACE)
    with pytest.raises(NoSuchRun):
        await references.resolve(nova.nova.ledger, "c1.3", Place(PLATFORM, "here", "board", "main"))


async def test_a_run_that_was_corrected_is_told_as_it_stands_now(house: House) -> None:
    async with house.open() as nova:
        nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
        nova.model.will("chaser", said("45 EUR [c1.2]."))
        await nova.say("which invoice?")
        await nova.say("/wrong c1.2 = 92")
        nova.model.will("chaser", said("46 EUR [c2.1]."))
        await nova.say("/redo")
        await nova.settled()
        ledger = nova.nova.ledger
        again = await references.resolve(ledger, "r1")
        told = (await nova.nova.receive.command("why", "r1", PLACE, OWNER) or "").splitlines()
        assert f"- {again.claim} assumed by chaser: 46 EUR [c2.1]." in told
        assert f"{again.was} was corrected since; {again.claim} stands for it." in told
        assert not [line for line in told if "- ->" in line]
        old = (await nova.nova.receive.command("why", "c1.2", PLACE, OWNER) or "").splitlines()
        assert "c2.1 stands for c1.2 today." in old
        assert "- c1.2 assumed by books, corrected since: The parcel weighs 90 kg." in old


async def test_a_redo_that_says_the_same_again_is_no_correction_and_what_is_forgotten_is_said(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("chaser", said("It is bulky."))
    await nova.say("which invoice?")
    await nova.say("/wrong c1.2 = 92")
    nova.model.will("chaser", said("It is bulky."))
    await nova.say("/redo")
    await nova.settled()
    assert "corrected since" not in (await nova.nova.receive.command("why", "r4", PLACE, OWNER) or "")
    await nova.nova.receive.command("forget", "thread", PLACE, OWNER)
    await nova.settled()
    assert "(forgotten)" in (await nova.nova.receive.command("why", "r1", PLACE, OWNER) or "")
