"""Mentions: who the owner wants notified is, by a call of its own; a text pings nobody, and a crowd needs a card."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord import sheets
from adapters.slack.messages import written
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Place
from nova_bot.core.mention import Crowd, Mention
from nova_bot.core.outcome import EndingKind
from nova_bot.core.run import Run
from nova_bot.models.base import ModelReply
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, House, PuppetModel, Talk, said, used

CHANNEL = Place("slack", "T1", "C1")


@pytest.fixture
async def nova(house: House, agents: Path) -> AsyncIterator[Talk]:
    write(agents, "books", with_lines(BOOKS, "effects: [chat.mention]"))
    async with house.open() as talk:
        yield talk


def pings(*who: str, text: str = "The ledger is closed.") -> ModelReply:
    return used(("chat.mention", {"who": list(who), "text": text}))


def notified(nova: Talk) -> list[tuple[str, tuple[Mention, ...]]]:
    return [(one.text, one.mentions) for one in nova.mailbox.there if one.mentions]


def waits(run: Run) -> bool:
    return run.ending is not None and run.ending.kind is EndingKind.WAITING


@pytest.mark.parametrize("who", ["channel", "here", "everyone", "group:S123"])
async def test_a_crowd_waits_for_a_card_and_is_pinged_once_approved(nova: Talk, model: PuppetModel, who: str) -> None:
    model.will("books", pings(who), said("Done."))
    run = await nova.say(f"which invoice is open? ping {who} about it")
    assert waits(run)
    assert f"who: {who} [you said]" in nova.answer
    assert "it would ping many people" in nova.answer
    assert notified(nova) == []
    yes = nova.button("Approve")
    await nova.press(yes.id)
    await nova.nova.lanes.finish(5)
    ((text, mentions),) = notified(nova)
    assert text == "The ledger is closed."
    assert mentions == (Mention(Crowd("group"), "S123") if ":" in who else Mention(Crowd(who)),)


async def test_a_person_whom_the_owner_names_is_pinged_at_once(nova: Talk, model: PuppetModel) -> None:
    model.will("books", pings("Mia"), said("Done."))
    await nova.say("which invoice is open? tell Mia about it")
    assert notified(nova) == [("The ledger is closed.", (Mention(Crowd.NOBODY, "mia"),))]


async def test_a_person_whom_the_settings_do_not_name_is_not_and_nova_asks_who_is_meant(
    nova: Talk, model: PuppetModel
) -> None:
    model.will("books", pings("Zoe"), pings("Mia"), said("Done."))
    await nova.say("which invoice is open? tell Zoe about it")
    assert notified(nova) == []
    assert 'There is no "Zoe" here' in nova.answer
    await nova.press(nova.button("Mia").id)
    assert [mentions for _, mentions in notified(nova)] == [(Mention(Crowd.NOBODY, "mia"),)]


async def test_whom_nobody_named_is_not_pinged(nova: Talk, model: PuppetModel) -> None:
    model.will("books", pings("channel"), said("<!channel> @everyone it is closed"))
    run = await nova.say("which invoice is open? tell Mia about it")
    assert not waits(run)
    assert notified(nova) == []


async def test_a_guests_words_ping_nobody(nova: Talk, model: PuppetModel) -> None:
    model.will("books", pings("channel"), said("No."))
    await nova.say("which invoice is open? ping the channel about it", by=GUEST)
    assert notified(nova) == []


async def test_a_mention_survives_the_outbox(nova: Talk, model: PuppetModel) -> None:
    model.will("books", pings("Mia"), said("Done."))
    run = await nova.say("which invoice is open? tell Mia about it")
    kept = [sent.outbound.mentions for sent in await nova.nova.ledger.sent_in(run.id)]
    assert kept == [(Mention(Crowd.NOBODY, "mia"),), ()]


def outbound(*mentions: Mention, text: str = "<!channel> @everyone <@U2> red") -> Outbound:
    return Outbound("r1/1", 1, CHANNEL, "books", text, mentions=mentions)


def test_only_what_code_adds_is_live_in_slack() -> None:
    made = written(outbound(Mention(Crowd.CHANNEL), Mention(Crowd.NOBODY, "U1"), Mention(Crowd.GROUP, "S1")))
    (message,) = made.messages
    live = "<!channel> <@U1> <!subteam^S1>"
    assert message.text.startswith(f"{live} &lt;!channel&gt;")
    assert message.blocks[0]["text"]["text"] == live
    assert "<@U2>" not in message.text
    assert "<!" not in written(outbound()).messages[0].text


def test_only_those_are_notified_in_discord() -> None:
    (sheet,) = sheets.sheets(outbound(Mention(Crowd.HERE), Mention(Crowd.NOBODY, "17"), Mention(Crowd.GROUP, "18")))
    assert sheet.text.startswith("@here <@17> <@&18> ")
    assert "@everyone" not in sheet.text
    sent = sheets.new(sheet)["allowed_mentions"].to_dict()
    assert sent == {"parse": ["everyone"], "users": [17], "roles": [18]}
    assert sheets.changed(sheet, was_layout=False)["allowed_mentions"].to_dict()["parse"] == []
    assert "allowed_mentions" not in sheets.new(sheets.sheets(outbound())[0])


def test_a_person_in_discord_lets_no_crowd_through() -> None:
    (sheet,) = sheets.sheets(outbound(Mention(Crowd.NOBODY, "17")))
    sent = sheets.new(sheet)["allowed_mentions"].to_dict()
    assert (sent["parse"], sent["users"]) == ([], [17])


def test_a_long_mention_fits() -> None:
    made = sheets.sheets(outbound(Mention(Crowd.EVERYONE), text="word " * 1_500))
    assert all(len(sheet.text) <= sheets.TEXT_MAX for sheet in made)
    assert [bool(sheet.mentions) for sheet in made].count(True) == 1
