"""`answer`: a question of Nova's is answered from another place, by the one who was asked."""

import re
from collections.abc import AsyncIterator

import pytest

from nova_bot.core.readers import Readers
from tests.doubles import GUEST, House, Talk, asked, said

NOTHING = "I have asked you nothing that still waits."


@pytest.fixture
async def nova(house: House) -> AsyncIterator[Talk]:
    house.model.will("books", asked("Which month?", "October", "November"), said("Three in November."))
    house.mailbox.rooms["alone"] = Readers.of("owner")
    async with house.open() as talk:
        await talk.say("which invoice is open?")
        yield talk


async def test_it_lists_what_waits_where_its_asker_reads_alone(nova: Talk) -> None:
    await nova.say("!answer", channel="alone")
    assert nova.answer.startswith("- **r1**, test: Which month? (October / November)\n")
    await nova.say("!answer", channel="open")
    assert nova.answer.startswith("- **r1**, test: (not for this place)\n")


@pytest.mark.parametrize("words", ["r1 November", "November", "r1 2"])
async def test_the_answer_arrives_where_it_was_asked(nova: Talk, words: str) -> None:
    await nova.say(f"!answer {words}", channel="alone")
    assert await nova.nova.lanes.finish(5)
    assert nova.heard("main")[-2:] == ["Answered r1, in test.", "Three in November."]
    assert nova.mailbox.there[-1].place.channel == "desk"
    assert re.search("November|2", nova.model.last_pack.items[-1].text)


async def test_a_question_is_answered_once(nova: Talk) -> None:
    await nova.say("!answer November", channel="alone")
    assert await nova.nova.lanes.finish(5)
    await nova.say("!answer r1 October", channel="alone")
    assert nova.answer == NOTHING
    assert nova.model.agents == ["books", "books"]


async def test_nobody_answers_for_another(nova: Talk) -> None:
    await nova.say("!answer r1 November", channel="alone", by=GUEST)
    assert nova.answer == NOTHING
    assert nova.model.agents == ["books"]


async def test_of_several_questions_one_is_named(nova: Talk, house: House) -> None:
    house.model.will("chaser", asked("Which tone?", "firm"))
    await nova.say("chase Birch", thread="other")
    await nova.say("!answer November", channel="alone")
    assert [line[:8] for line in nova.answer.splitlines()[:2]] == ["- **r2**", "- **r1**"]
    assert nova.model.agents == ["books", "chaser"]
