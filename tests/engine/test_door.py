"""The door: strangers, floods, bots that answer bots, and codes that link accounts."""

import re

import pytest

from nova_bot import parts
from nova_bot.core.envelope import Sender, Standing
from nova_bot.core.people import OWNER as OWNER_ID
from nova_bot.core.people import Identity, May, People, Person
from nova_bot.core.wording import say
from nova_bot.engine.door import new_code
from nova_bot.ledger import people as kept
from tests.doubles import GUEST, OWNER, PEOPLE, PLATFORM, House, Talk, used

STRANGER = say("door", "stranger")
WRONG = say("door", "wrong")


def somebody(nova: Talk, user: str = "sam", *, bot: bool = False) -> Sender:
    return nova.nova.people.sender(PLATFORM, "here", user, user.title(), bot=bot)


async def code_of(nova: Talk, by: Sender = OWNER) -> str:
    await nova.say("/link", by=by, thread="own")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", nova.answer)
    assert found
    return found[0]


async def test_a_stranger_gets_one_constant_sentence_and_no_model_is_asked(nova: Talk) -> None:
    for text in ("which invoice is open?", "who is your owner?", "link", "/agents", "link AAAA-BBBB"):
        run = await nova.say(text, by=somebody(nova))
        assert nova.answer == STRANGER
        assert run.ending
        assert run.ending.kind == "refused"
    assert nova.model.requests == []


async def test_between_people_a_stranger_gets_nothing(nova: Talk) -> None:
    await nova.say("which invoice?")
    await nova.say("which invoice is open?", by=somebody(nova), mentioned=False)
    assert len(nova.heard()) == 1


async def test_strangers_may_be_met_with_silence_or_answered(house: House) -> None:
    async with house.open(strangers="silent") as nova:
        await nova.say("which invoice is open?", by=somebody(nova))
        assert nova.heard() == []
    async with house.open(strangers="answer") as nova:
        await nova.say("which invoice is open?", by=somebody(nova))
        assert nova.answer == "books has answered."


async def test_a_listed_guest_may_ask_only_if_the_settings_say_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = Person("mo", "Mo", Standing.MEMBER, frozenset({May.REMIND}), frozenset({Identity(PLATFORM, "here", "mo")}))
    monkeypatch.setattr(parts, "people_of", lambda _settings: People([*PEOPLE, mute]))
    async with house.open() as nova:
        await nova.say("which invoice is open?", by=somebody(nova, "mo"))
        assert nova.answer == STRANGER


async def test_a_code_typed_on_the_other_account_links_it_to_the_owner(nova: Talk) -> None:
    code = await code_of(nova)
    await nova.say(f"link {code.lower()}", by=somebody(nova))
    assert nova.answer == say("door", "linked_owner")
    assert somebody(nova).standing is Standing.OWNER
    assert somebody(nova).person == OWNER_ID


async def test_a_link_outlives_a_restart(house: House) -> None:
    async with house.open() as nova:
        code = await code_of(nova)
        await nova.say(f"!link {code}", by=somebody(nova))
    async with house.open() as nova:
        assert somebody(nova).standing is Standing.OWNER


async def test_notes_follow_the_person(house: House) -> None:
    async with house.open(strangers="answer") as nova:
        nova.model.will("books", used(("notes.remember", {"text": "the key is under the mat"})))
        await nova.say("invoice, keep this", by=somebody(nova))
        code = await code_of(nova)
        await nova.say(f"link {code}", by=somebody(nova))
        nova.model.will("books", used(("notes.find", {"words": "key"})))
        await nova.say("ledger, where is the key?")
        assert "under the mat" in nova.model.told[-1]


async def test_a_code_is_good_for_one_account_and_ten_minutes(nova: Talk) -> None:
    code = await code_of(nova)
    await nova.say(f"link {code}", by=somebody(nova))
    await nova.say(f"link {code}", by=somebody(nova, "eve"))
    assert nova.answer == STRANGER
    late = await code_of(nova)
    nova.clock.move(601)
    await nova.say(f"link {late}", by=somebody(nova, "eve"))
    assert nova.answer == STRANGER
    assert somebody(nova, "eve").standing is Standing.GUEST


async def test_five_wrong_guesses_void_a_code(nova: Talk) -> None:
    code = await code_of(nova)
    for n in range(kept.TRIES):
        await nova.say(f"link AAAA-222{n}", by=somebody(nova, "eve"))
        assert nova.answer == STRANGER
    await nova.say(f"link {code}", by=somebody(nova))
    assert nova.answer == STRANGER
    assert somebody(nova).standing is Standing.GUEST


async def test_the_owner_who_types_a_guests_code_stays_the_owner(nova: Talk) -> None:
    code = await code_of(nova, by=GUEST)
    await nova.say(f"link {code}")
    assert nova.answer == WRONG
    assert nova.nova.people.person(PLATFORM, "here", "ada").id == OWNER_ID
    assert nova.nova.people.person(PLATFORM, "here", "gus").id == "gus"


async def test_a_code_is_not_kept_as_it_is_typed(nova: Talk) -> None:
    code = new_code()
    await kept.keep_code(nova.nova.ledger, code, OWNER_ID, nova.clock())
    await nova.settled()
    assert code.encode() not in nova.nova.ledger.path.read_bytes()


async def test_a_flood_is_told_once_and_then_not_answered(house: House) -> None:
    async with house.open(per_minute=2) as nova:
        for _ in range(5):
            await nova.say("which invoice?", by=GUEST)
        assert nova.heard() == ["books has answered.", "books has answered.", say("door", "flood", limit=2)]
        nova.clock.move(61)
        await nova.say("which invoice?", by=GUEST)
        assert nova.answer == "books has answered."


async def test_the_owner_is_not_slowed_down(house: House) -> None:
    async with house.open(per_minute=1) as nova:
        for _ in range(4):
            await nova.say("which invoice?")
        assert nova.heard() == ["books has answered."] * 4


async def test_two_bots_stop_at_the_limit_with_one_notice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    build = Person("ci", "ci", Standing.MACHINE, frozenset({May.ASK}), frozenset({Identity(PLATFORM, "here", "ci")}))
    monkeypatch.setattr(parts, "people_of", lambda _settings: People([*PEOPLE, build]))
    async with house.open(bot_hops=2) as nova:
        for _ in range(6):
            await nova.say("which invoice?", by=somebody(nova, "ci", bot=True))
        assert nova.heard() == ["books has answered."] * 2 + [say("door", "loop", limit=2)]
        await nova.say("which invoice?")
        await nova.say("which invoice?", by=somebody(nova, "ci", bot=True))
        assert nova.heard()[3:] == ["books has answered."] * 2


async def test_the_owners_code_from_the_command_line_links_while_nova_runs(nova: Talk) -> None:
    code = new_code()
    await kept.keep_code_beside(nova.nova.ledger.path, code, OWNER_ID, nova.clock())
    await nova.say(f"link {code}", by=somebody(nova))
    assert somebody(nova).standing is Standing.OWNER
