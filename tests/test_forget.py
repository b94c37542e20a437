"""Forgetting: the words are gone from the file, for good; ids and shape are still there."""

import asyncio
from pathlib import Path

import pytest

from nova_bot.core.envelope import Sender
from tests.doubles import GUEST, OWNER, House, Talk, handed, said, used
from tests.records import PLACE

SECRET = "marzipan"


async def forget(nova: Talk, what: str, by: Sender = OWNER) -> str:
    answer = await nova.nova.receive.command("forget", what, PLACE, by)
    await nova.settled()
    assert answer is not None
    return answer


async def talk(nova: Talk) -> None:
    nova.model.will("books", used(("notes.remember", {"text": f"likes {SECRET}"})))
    nova.model.will("books", handed("chaser", task=f"Order {SECRET}.", assumed=[f"{SECRET} is meant"]))
    nova.model.will("chaser", said(f"I order {SECRET} [c1.3]."))
    await nova.say(f"which invoice is for {SECRET}?")
    await nova.say("hello, anything else?")
    await nova.say("an invoice elsewhere", thread="other")
    await nova.settled()


def on_disk(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.glob("nova.sqlite*"))


async def test_a_forgotten_thread_leaves_no_word_in_the_file(house: House) -> None:
    async with house.open() as nova:
        await talk(nova)
        assert SECRET.encode() in on_disk(house.home)
        assert await forget(nova, "thread") == "Forgotten: the text of 2 runs, and every pack that showed it."
        assert SECRET.encode() not in on_disk(house.home)
        run = await nova.nova.ledger.run(1)
        assert [(str(claim.id), claim.text) for claim in run.claims][:2] == [("c1.1", ""), ("c1.2", "")]
        assert [step.outcome.kind for step in run.steps] == ["use", "hand_off", "say"]
        assert (await nova.nova.ledger.pack(1, 3)).shown, "what rested on what is still known"
        assert (await nova.nova.ledger.run(3)).claims[0].text == "an invoice elsewhere"
        await nova.say("and now, invoice?")
        assert SECRET not in nova.model.last_pack.text
        assert await forget(nova, "before 2026-11-01") == "There is nothing to forget there."


@pytest.mark.parametrize(
    ("what", "runs"),
    [("person owner", 3), ("before 2026-11-23", 3), ("2026-11-22..2026-11-22", 3), ("2026-11-20..2026-11-21", 0)],
)
async def test_a_person_and_a_time_can_be_forgotten(nova: Talk, what: str, runs: int) -> None:
    await talk(nova)
    assert (f"{runs} runs" if runs else "nothing to forget") in await forget(nova, what)


async def test_only_the_owner_forgets_and_only_what_is_said(nova: Talk) -> None:
    await talk(nova)
    assert await forget(nova, "thread", GUEST) == "Only the owner's word counts here."
    for what in ("", "everything", "before yesterday", "2026-01-01.."):
        assert (await forget(nova, what)).startswith("Say what to forget")
    assert SECRET in (await nova.nova.ledger.run(1)).claims[0].text


async def test_what_is_older_than_the_settings_keep_goes_at_the_start(house: House) -> None:
    async with house.open() as nova:
        await talk(nova)
    house.clock.move(31 * 86_400)
    async with house.open(keep_days=30) as nova:
        for _ in range(200):
            if SECRET.encode() not in on_disk(house.home):
                break
            await asyncio.sleep(0.01)
        assert (await nova.nova.ledger.run(1)).claims[0].text == ""
        assert SECRET.encode() not in on_disk(house.home)
