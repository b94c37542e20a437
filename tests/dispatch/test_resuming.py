"""What ends the process again and again is given up; what was merely under way beside it is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from nova_bot.core.outcome import EndingKind
from nova_bot.dispatch.resuming import RESUMES_MAX, Resuming
from nova_bot.ledger import inbox
from nova_bot.models.base import ModelReply, ModelRequest
from tests.agents import BOOKS, with_lines, write
from tests.doubles import GUEST, House, Talk, said, used

GIVEN_UP = "I was cut off 4 times while I worked on this, each time at the same point"


class Lives:
    """Lives of a Nova in which requests with certain words never come to an end."""

    def __init__(self, house: House, patch: pytest.MonkeyPatch) -> None:
        self.house = house
        self._patch = patch
        self._deadly: tuple[str, ...] = ()
        self._reached = asyncio.Event()
        house.model.will("books", *[self._reply] * 30)

    async def _reply(self, request: ModelRequest) -> ModelReply:
        if any(word in request.pack.text for word in self._deadly):
            await self.hang("")
        return said("Three.")

    async def hang(self, _text: str) -> str:
        self._reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    @asynccontextmanager
    async def one(self, *deadly: str) -> AsyncIterator[Talk]:
        """A life that ends well, unless it is in the middle of something."""
        self._deadly, self._reached = deadly, asyncio.Event()
        self.house.clock.move(2)
        async with self.house.open() as nova:
            await nova.nova.recover()
            yield nova

    async def cut_short(self, *deadly: str, says: tuple[str, ...] = ()) -> None:
        """A life that is told to stop in the middle."""
        async with self.one(*deadly) as nova:
            for thread, text in enumerate(says):
                await nova.post(text, thread=f"t{thread}")
            await self._reached.wait()

    async def killed(self, *deadly: str, says: tuple[str, ...] = ()) -> None:
        """A life of which nothing is done on the way out."""

        async def not_at_all(_: Resuming) -> None:
            """It is dead."""

        with self._patch.context() as patch:
            patch.setattr(Resuming, "stop", not_at_all)
            await self.cut_short(*deadly, says=says)

    @asynccontextmanager
    async def last(self, *deadly: str) -> AsyncIterator[Talk]:
        """A life in which all that was left comes to its end."""
        async with self.one(*deadly) as nova:
            assert await nova.nova.lanes.finish(5)
            yield nova


@pytest.fixture
def lives(house: House, monkeypatch: pytest.MonkeyPatch) -> Lives:
    return Lives(house, monkeypatch)


async def test_what_kills_nova_at_the_same_step_again_and_again_is_given_up(lives: Lives) -> None:
    await lives.killed("poison", says=("which invoice? poison",))
    for _ in range(RESUMES_MAX):
        await lives.killed("poison")
        assert lives.house.mailbox.heard() == []
    async with lives.last() as nova:
        assert nova.answer.startswith(GIVEN_UP)
        assert "`!retry r1`" in nova.answer
        (dead,) = await inbox.dead(nova.nova.ledger)
        assert (dead.name, dead.why) == ("r1", nova.answer)
        await nova.say("and the invoice now?", thread="t0")
        assert "poison" not in nova.model.last_pack.text
        await nova.say("!retry r1", thread="t0")
        assert await nova.nova.lanes.finish(5)
        assert nova.heard("t0")[-1] == "Three."
        assert await inbox.dead(nova.nova.ledger) == []


async def test_who_was_under_way_beside_it_is_answered(lives: Lives) -> None:
    await lives.killed("poison", "slow", says=("which invoice? poison", "which invoice? slow"))
    await lives.killed("poison", "slow")
    await lives.killed("poison", "slow")
    await lives.killed("poison")
    async with lives.last("poison") as nova:
        assert nova.heard("t1") == ["Three."]
        assert nova.heard("t0")[0].startswith(GIVEN_UP)


async def test_a_stop_that_was_asked_for_is_nobodys_fault(lives: Lives) -> None:
    await lives.cut_short("long", says=("which invoice? long",))
    for _ in range(RESUMES_MAX + 2):
        await lives.cut_short("long")
    async with lives.last() as nova:
        assert nova.heard() == ["Three."]


async def test_kills_in_quick_succession_prove_nothing(lives: Lives) -> None:
    await lives.killed("slow", says=("which invoice? slow",))
    for _ in range(RESUMES_MAX):
        await lives.killed("slow")
        lives.house.clock.move(-2)
    async with lives.last() as nova:
        assert nova.heard() == ["Three."]


async def test_each_step_that_is_finished_counts_anew(lives: Lives) -> None:
    await lives.killed("poison", says=("which invoice? poison",))
    await lives.killed("poison")
    await lives.killed("poison")
    lives.house.model._answers["books"].appendleft(used(("lab.read", {"text": "a"})))
    for _ in range(RESUMES_MAX + 1):
        await lives.killed("poison")
        assert lives.house.mailbox.heard() == []
    async with lives.last("poison") as nova:
        assert nova.answer.startswith(GIVEN_UP)


async def test_an_effect_that_may_have_happened_is_told_with_it(lives: Lives) -> None:
    write(lives.house.agents, "books", with_lines(BOOKS, "effects: [lab.send]"))
    lives.house.lab.run = lives.hang
    lives.house.model._answers["books"].appendleft(used(("lab.send", {"text": "anna"})))
    await lives.killed(says=("send the invoice to anna",))
    async with lives.house.open() as nova:
        (left,) = await nova.nova.ledger.unanswered(["test"])
        run = await nova.nova.receive.resuming.give_up(left)
        assert run.ending
        assert run.ending.kind is EndingKind.FAILED
        assert "lab.send was under way" in nova.answer


async def test_a_guest_is_told_the_same_and_finds_it_in_his_inbox(house: House) -> None:
    async with house.open() as nova:
        await nova.nova.ledger.accept(nova.envelope("which invoice?", by=GUEST), nova.clock())
        (left,) = await nova.nova.ledger.unanswered(["test"])
        await nova.nova.receive.resuming.give_up(replace(left, resumed=3))
        assert nova.answer.startswith(GIVEN_UP)
        await nova.say("!inbox", by=GUEST)
        assert nova.answer.startswith("- **r1**")
