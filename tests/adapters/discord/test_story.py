"""A whole conversation, with everything that can come between: a resume, a repetition, a kill."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from adapters.fakes.discord import FakeDiscord
from nova_bot import agent_files
from tests.adapters.discord.rig import pressable, served, texts
from tests.crash.life import noted
from tests.doubles import House, asked, handed, said

HAND_OFF = {"to": "client-comms", "task": "Write a reminder to Birch GmbH.", "done_when": "It is drafted."}
QUESTION = "Which tone for Birch GmbH?"
ANSWER = "The reminder to Birch GmbH is drafted."


async def test_a_command_a_hand_off_a_question_a_press_and_an_answer(house: House, fake: FakeDiscord) -> None:
    house.agents = agent_files.default_folder()
    house.model.will("erp-ar", handed(**HAND_OFF))
    house.model.will("client-comms", asked(QUESTION, "friendly", "firm"), said(ANSWER))
    async with served(house, fake) as discord:
        await fake.ready()
        await fake.autocomplete("nova ask", "general", "ada", "agent", "erp", text="x")  # it listens
        command = fake.slash("nova ask", "general", "ada", text="Birch GmbH is overdue, remind them", agent="erp-ar")
        fake.drop_ws()
        thread = await fake.thread_of(await fake.reply(command))
        question = await fake.heard(thread)
        assert pressable(fake, question) == ["friendly", "firm"]
        fake.redeliver(command)
        fake.op7()
        press = fake.click(question, "firm", "ada")
        assert await discord.heard(thread, 2) == f"{ANSWER}\n-# client-comms · r2"
        for again in (command, press):
            fake.redeliver(again)
        await fake.reply(fake.slash("nova status", "general", "ada"))
        await discord.settled()
    assert fake.resumes >= 1
    assert texts(fake, thread) == [
        f"{QUESTION}\n\nAda chose **firm**.\n-# client-comms · r1",
        f"{ANSWER}\n-# client-comms · r2",
    ]
    assert house.model.agents == ["erp-ar", "client-comms", "client-comms"]
    assert not fake.duplicates()


async def test_killed_between_the_press_and_the_answer_it_is_still_answered_once(
    tmp_path: Path, fake: FakeDiscord, lives: "Live"
) -> None:
    """openclaw #50563, hermes #45456."""
    first = await lives(1)
    command = fake.slash("nova ask", "general", "ada", text="Birch GmbH is overdue, remind them", agent="erp-ar")
    thread = await fake.thread_of(await fake.reply(command, within=20), within=20)
    fake.click(await fake.heard(thread, within=20), "firm", "ada")
    await fake.until(lambda: noted(tmp_path / "answering"), within=20)
    first.kill()
    await first.wait()
    await lives(2)
    answer = await fake.heard(thread, 2, within=20)  # perhaps as a draft at first
    await fake.until(lambda: fake.final_text(answer) == f"{ANSWER}\n-# client-comms · r2", within=20)
    again = fake.slash("nova status", "general", "ada")
    await fake.reply(again, within=20)
    assert len(texts(fake, thread)) == 2
    assert [life for life, *_ in noted(tmp_path / "answering")] == [1, 2]


Live = Callable[[int], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def lives(tmp_path: Path, fake: FakeDiscord, empty_ledger: Path) -> AsyncIterator[Live]:
    """Begins processes with a Nova in them, connected; whatever becomes of the test, they end with it."""
    shutil.copyfile(empty_ledger, tmp_path / "nova.sqlite")
    begun: list[asyncio.subprocess.Process] = []

    async def live(number: int) -> asyncio.subprocess.Process:
        before, ada = fake.identifies, str(fake.user("ada").id)
        program = (sys.executable, "-m", "tests.crash.discord_life", str(tmp_path))
        process = await asyncio.create_subprocess_exec(*program, fake.url, fake.token, str(number), ada)
        begun.append(process)
        await fake.until(lambda: fake.identifies > before and fake.world.commands.get(0), within=20)
        return process

    yield live
    for process in begun:
        if process.returncode is None:
            process.terminate()
            await process.wait()
