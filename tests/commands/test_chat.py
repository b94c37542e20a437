"""`nova chat --once`."""

import asyncio
from functools import partial

import pytest

from nova_bot import app, parts
from nova_bot.commands import chat
from nova_bot.models.base import ModelReply, ModelRequest
from nova_bot.parts import people_of
from tests.doubles import House, team

STOPPING = "Stopping. What is under way is finished within 0 seconds, or kept: the next start goes on with it."


async def test_a_message_is_kept_and_begun_while_an_earlier_one_waits_for_its_model(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier, later = asyncio.Event(), asyncio.Event()

    async def hangs(request: ModelRequest) -> ModelReply:
        (later if "is late" in request.pack.text else earlier).set()
        await asyncio.Event().wait()
        raise AssertionError

    async def said(text: str, thread: str, reached: asyncio.Event) -> None:
        """Say it, and stop Nova as soon as the model is asked."""
        once = asyncio.create_task(chat.say_once(house.settings(), text, thread, "OWNER", as_json=True))
        async with asyncio.timeout(10):
            await reached.wait()
        once.cancel()
        with pytest.raises(asyncio.CancelledError):
            await once

    house.model.will("books", *[hangs] * 3)
    monkeypatch.setattr(parts, "people_of", people_of)
    monkeypatch.setattr(app, "running", partial(app.running, model=house.model, make_team=team))
    await said("which invoice?", "main", earlier)
    assert capsys.readouterr().err.splitlines() == [STOPPING]
    await said("which invoice is late?", "other", later)
    assert capsys.readouterr().err.splitlines() == ["Going on with 1 message that had no answer yet.", STOPPING]
    await chat.say_once(house.settings(), "hello", "main", "OWNER", as_json=False)
    told = capsys.readouterr()
    assert told.err == "Going on with 2 messages that had no answer yet.\n"
    assert told.out.count("books has answered.") == 2
