"""Correcting the routing, as its owner does it in a thread."""

from nova_bot.commands.route import as_object
from nova_bot.core.route import Rule
from nova_bot.engine.loop import Team
from nova_bot.ledger import lessons
from nova_bot.routing.learning import Memory
from nova_bot.routing.ngrams import Counts, Idf
from nova_bot.routing.router import LadderRouter
from tests.doubles import GUEST, KeywordBrain, Talk


def teachable(nova: Talk) -> None:
    """Give Nova a memory, which the trained router would have."""
    roster = nova.nova.team.roster
    memory = Memory(Idf.of(Counts.of(["hello pallet", "who pays"])), None)
    nova.nova.team = Team(roster, LadderRouter(roster, KeywordBrain(roster), memory.recall), memory)


async def test_wrong_agent_hands_the_request_over_and_is_remembered(nova: Talk) -> None:
    teachable(nova)
    await nova.say("hello, who pays for the broken pallet")
    corrected = await nova.say("wrong agent, use books")
    assert (corrected.agent, corrected.route.rule) == ("books", Rule.CORRECTION)
    assert corrected.route.request == "hello, who pays for the broken pallet"
    again = await nova.say("Hello, who pays for the broken pallet?", thread="other")
    assert (again.agent, again.route.rule) == ("books", Rule.LEARNED)


async def test_a_choice_among_our_buttons_teaches_too(nova: Talk) -> None:
    teachable(nova)
    await nova.say("the pallet thing")
    await nova.say("books")
    assert (await nova.say("the pallet thing", thread="other")).agent == "books"


async def test_a_guest_teaches_nothing(nova: Talk) -> None:
    teachable(nova)
    await nova.say("hello, who pays for the broken pallet", by=GUEST)
    await nova.say("wrong agent, use books", by=GUEST)
    assert not await lessons.live(nova.nova.ledger)
    assert (await nova.say("hello, who pays for the broken pallet", thread="other")).agent == "general"


async def test_an_undone_lesson_is_forgotten(nova: Talk) -> None:
    teachable(nova)
    await nova.say("hello, who pays for the broken pallet")
    await nova.say("wrong agent, use books")
    undone = await lessons.undo(nova.nova.ledger, None, nova.clock())
    assert undone is not None
    await nova.nova.remember()
    assert (await nova.say("hello, who pays for the broken pallet", thread="other")).agent == "general"
    assert await lessons.undo(nova.nova.ledger, undone.id, nova.clock()) is None


async def test_a_topic_change_says_that_the_old_work_is_kept(nova: Talk) -> None:
    await nova.say("which invoice is open")
    changed = await nova.say("chase Acme for it now please")
    assert changed.agent == "chaser"
    assert "books" in nova.answer


async def test_what_explain_prints_of_a_stored_run_is_what_the_runtime_did(nova: Talk) -> None:
    for text in ("which invoice is open", "something unclear", "2", "mailer: write it", "👍", ""):
        run = await nova.say(text)
        stored = await nova.nova.ledger.run(run.id)
        assert as_object(stored.route) == as_object(run.route)


async def test_an_edited_message_gets_no_second_answer(nova: Talk) -> None:
    await nova.say("which invoice is open", identity="test:edited")
    edited = nova.envelope("which ledger is open", identity="test:edited")
    assert await nova.nova.receive(edited) is None
    assert len(nova.heard()) == 1
