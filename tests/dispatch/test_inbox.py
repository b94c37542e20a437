"""What failed for good is listed and tried again. openclaw #109911 #120422."""

from collections.abc import AsyncIterator

import pytest

from nova_bot.commands import inbox as inbox_command
from nova_bot.core.errors import NotDone
from nova_bot.core.readers import Readers
from nova_bot.engine.outbox import Undeliverable
from nova_bot.ledger import inbox
from tests.doubles import GUEST, House, Talk, said

NOTHING = "Nothing has failed for good."


@pytest.fixture
async def broken(house: House) -> AsyncIterator[Talk]:
    """One message whose run broke; its sender was told."""
    house.mailbox.rooms["alone"] = Readers.of("owner")
    house.model.will("books", ValueError("a fault"), said("Three are open."))
    async with house.open() as nova:
        await nova.say("which invoice?")
        assert "r1" in nova.answer
        yield nova


async def test_a_message_that_broke_is_listed_and_tried_again_once(broken: Talk) -> None:
    await broken.say("!inbox", channel="alone")
    assert broken.answer.startswith("- **r1**, test desk: ")
    assert "(which invoice?)" in broken.answer
    await broken.say("!retry r1", channel="alone")
    assert await broken.nova.lanes.finish(5)
    assert broken.mailbox.there[-1].text == "Three are open."
    assert broken.mailbox.there[-1].place.channel == "desk"
    for words, told in (
        ("!inbox", NOTHING),
        ("!retry r1", "Nothing called r1 has failed; `inbox` shows what did."),
        ("!retry", "Say what to try again: `/retry r12`. `/inbox` lists what failed."),
    ):
        await broken.say(words, channel="alone")
        assert broken.answer == told


async def test_where_others_read_its_text_is_not_shown(broken: Talk) -> None:
    await broken.say("!inbox", channel="open")
    assert "which invoice?" not in broken.answer
    await broken.say("!inbox", channel="alone", by=GUEST)
    assert broken.answer == NOTHING


async def test_a_reply_that_the_platform_did_not_take_is_sent_again(house: House) -> None:
    house.mailbox.faults.append(Undeliverable("the channel is archived"))
    async with house.open() as nova:
        await nova.say("which invoice?")
        (dead,) = await inbox.dead(nova.nova.ledger)
        assert (dead.name, dead.why) == ("r1/1", "the channel is archived")
        house.mailbox.faults.append(Undeliverable("the channel is archived"))
        await nova.say("!retry r1/1", thread="b")
        assert nova.answer == "the channel is archived"
        await nova.say("!retry r1/1", thread="b")
        assert [one.text for one in nova.mailbox.there[-2:]] == ["books has answered.", "Tried again: r1/1."]
        assert await inbox.dead(nova.nova.ledger) == []


async def test_from_the_command_line_it_waits_for_the_next_start(
    broken: Talk, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await inbox_command.dead(house.settings(), as_json=True)  # also while Nova runs
    assert '"name": "r1"' in capsys.readouterr().out


async def test_the_next_start_tries_it_again(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.model.will("books", ValueError("a fault"), said("Three are open."))
    async with house.open() as nova:
        await nova.say("which invoice?")
    await inbox_command.retry(house.settings(), "r1")
    with pytest.raises(NotDone, match="Nothing called r1 has failed"):
        await inbox_command.retry(house.settings(), "r1")
    assert "r1 is tried again when Nova serves" in capsys.readouterr().out
    async with house.open() as nova:
        for run in await nova.nova.recover():
            await run
        assert nova.answer == "Three are open."
