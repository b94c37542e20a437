"""`/blame`: a few answers of the owner lead to the step that brought the mistake in."""

import json

import pytest

from nova_bot.commands.blame import blame as blame_in_shell
from nova_bot.core.button import BLAME
from nova_bot.core.envelope import Place
from nova_bot.core.errors import NotUnderstood
from nova_bot.core.run import Usage
from nova_bot.engine.presses import Done, Press
from nova_bot.models.base import ModelReply, StopReason
from tests.doubles import GUEST, OWNER, PLATFORM, House, PuppetModel, Talk, handed, said
from tests.records import PLACE

Capture = pytest.CaptureFixture[str]
NO_MODEL = ModelReply("No model", (), StopReason.NO_MODEL, Usage(), "none")


async def three_agents(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("chaser", handed("mailer", found=["At 90 kg it goes as bulky goods [c1.2]."]))
    nova.model.will("mailer", said("It goes as bulky goods of 90 kg [c1.3]."))
    await nova.say("which invoice?")
    await nova.settled()


async def blame(nova: Talk, rest: str = "", place: Place = PLACE) -> str:
    return await nova.nova.receive.command("blame", rest, place, OWNER) or ""


async def test_one_tap_on_the_wrong_root_names_its_step(nova: Talk) -> None:
    await three_agents(nova)
    card = await blame(nova)
    assert "1. c1.2 assumed by books: The parcel weighs 90 kg." in card
    verdict = await blame(nova, "1")
    assert "The mistake came in at r1.1, by books (1 of at most 8 taps)." in verdict
    assert "From there to the answer: c1.2 -> " in verdict
    assert "`/wrong c1.2 = ...` puts it right." in verdict


async def test_if_no_root_is_wrong_it_was_the_reasoning(nova: Talk) -> None:
    await three_agents(nova)
    text = await blame(nova, "r1")
    for _ in range(8):
        if "The mistake" in text:
            break
        text = await blame(nova, "none")
    assert "The mistake came in at r1." in text
    assert "by books" not in text


async def test_what_nova_said_itself_is_no_agents_mistake(nova: Talk, model: PuppetModel) -> None:
    model.will("books", NO_MODEL)
    await nova.say("remind me tomorrow at 9 to call Bob")
    await nova.say("which invoice?")
    for run, begins in (("r1", "c1.2 derived: Reminder 1: "), ("r2", "c2.2 derived: No model")):
        sentence, told = (await blame(nova, run)).splitlines()
        assert sentence.startswith(begins)
        assert told == "Nova said this itself: it rests on no agent's work, so there is no step to look for."


async def test_what_nova_said_itself_before_is_not_listed_as_an_agents(house: House, capsys: Capture) -> None:
    async with house.open() as nova:
        nova.model.will("books", NO_MODEL, said("Invoice 7 [c1.2]."))
        await nova.say("which invoice?")
        await nova.say("which invoice now?")
    await blame_in_shell(house.settings(), "r2", "", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [one["agent"] for one in found["suspects"] if one["claim"] == "c1.2"] == [""]


async def test_anything_else_begins_anew_or_is_not_there(nova: Talk) -> None:
    await three_agents(nova)
    await blame(nova)
    assert (await blame(nova, "r1")).startswith("Which of these is wrong? (1 of at most 8)")
    assert "There is no run r7." in await blame(nova, "r7")
    assert "There is no run r1." in await blame(nova, "r1", Place(PLATFORM, "here", "board", "x"))
    assert await nova.nova.receive.command("blame", "", PLACE, GUEST) == "Only the owner's word counts here."


async def test_a_program_gives_its_taps_at_once(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async with house.open() as nova:
        await three_agents(nova)
    await blame_in_shell(house.settings(), "r1", "", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["suspects"][0]["claim"] == found["card"][0] == "c1.2"
    await blame_in_shell(house.settings(), "r1", "1", as_json=True)
    verdict = json.loads(capsys.readouterr().out)["verdict"]
    assert (verdict["origin"], verdict["step"], verdict["certain"]) == ("c1.2", "r1.1", True)
    await blame_in_shell(house.settings(), "r1", "1", as_json=False)
    assert "r1.1, by books" in capsys.readouterr().out
    with pytest.raises(NotUnderstood, match='"7" answers nothing here'):
        await blame_in_shell(house.settings(), "r1", "7", as_json=False)


async def test_a_card_has_buttons_and_goes_on_after_a_restart(house: House) -> None:
    async with house.open() as nova:
        await three_agents(nova)
        await nova.say("/blame")
        none, two = nova.button("none"), nova.button("1")
        await nova.settled()
    async with house.open() as nova:
        await nova.press(none.id)
        assert nova.answer.startswith("Which of these is wrong? (2 of at most 8)")
        assert nova.mailbox.edits[-1][1].text.endswith("Ada: none")
        assert "pressed already" not in await pressed(nova, two.id), "another tap on the same card is another way"
        assert "The mistake came in at r1.1, by books (1 of at most 8 taps)." in nova.answer


async def test_a_press_that_was_cut_short_shows_its_card_once(house: House) -> None:
    async with house.open() as nova:
        await three_agents(nova)
        await nova.say("/blame")
        button = nova.button("1")
        await nova.press(button.id, identity="test:press")
        await nova.settled()
        offered = await nova.nova.ledger.offered(button.id)
        assert offered is not None
        heard = len(nova.heard())
        envelope = nova.envelope("", identity="test:press", press=button.id)
        assert isinstance(await nova.nova.presses.handlers[BLAME](Press(envelope, offered)), Done)
        assert len(nova.heard()) == heard


async def test_what_was_said_before_a_restart_counts(house: House) -> None:
    async with house.open() as nova:
        await three_agents(nova)
        await blame(nova)
    async with house.open() as nova:
        assert "The mistake came in at r1.1, by books" in await blame(nova, "1")


async def test_only_who_asked_may_press(nova: Talk) -> None:
    await three_agents(nova)
    await nova.say("/blame")
    await nova.press(nova.button("1").id, by=GUEST)
    assert nova.mailbox.whispers == [("gus", "That button is for somebody else.")]


async def pressed(nova: Talk, button: str) -> str:
    """What who presses it is told alone."""
    await nova.press(button)
    return nova.mailbox.whispers[-1][1] if nova.mailbox.whispers else ""
