"""A fork shows what another agent, model or value would have led to, and changes nothing."""

import pytest

from nova_bot.core.agent_spec import Tier
from nova_bot.core.claims import Status
from tests.doubles import GUEST, OWNER, Talk, handed, said
from tests.records import PLACE


async def fork(nova: Talk, what: str) -> str:
    answer = await nova.nova.receive.command("fork", what, PLACE, OWNER)
    await nova.settled()
    return answer or ""


async def two_agents(nova: Talk) -> None:
    nova.model.will("books", handed("chaser", assumed=["The parcel weighs 90 kg."]))
    nova.model.will("chaser", said("It goes at 90 kg [c1.2]."))
    await nova.say("which invoice?")
    await nova.settled()


async def test_another_agent_gets_the_work(nova: Talk) -> None:
    await two_agents(nova)
    heard = len(nova.mailbox.there)
    nova.model.will("mailer", said("By post."))
    told = await fork(nova, "r1.2 agent=mailer")
    assert told.splitlines() == [
        "r1 played again as r2, only to compare: 1 step asked a model.",
        "Step 2: chaser say before, mailer say now.",
        "Before: It goes at 90 kg [c1.2].",
        "Now: By post.",
    ]
    assert (len(nova.mailbox.there), nova.mailbox.edits) == (heard, [])
    run, forked = await nova.nova.ledger.run(1), await nova.nova.ledger.run(2)
    assert {claim.status for claim in run.claims} == {Status.LIVE}
    assert {claim.status for claim in forked.claims} == {Status.WITHDRAWN}
    await nova.say("and the invoice?")
    assert "By post." not in nova.model.last_pack.text


async def test_another_value_and_another_model(nova: Talk) -> None:
    await two_agents(nova)
    nova.model.will("chaser", said("It goes at 92 kg [c1.2]."))
    assert "Now: It goes at 92 kg [c1.2]." in await fork(nova, "r1.2 c1.2 = 92")
    assert "The parcel weighs 92 kg." in nova.model.last_pack.text
    nova.model.will("chaser", said("It goes at 90 kg [c1.2]."))
    assert "The answer came out the same." in await fork(nova, "r1.2 model=deep")
    assert nova.model.requests[-1].tier is Tier.DEEP


async def test_a_claim_that_was_corrected_since_is_followed_to_what_stands(nova: Talk) -> None:
    await two_agents(nova)
    await nova.nova.receive.command("wrong", "c1.2 = 91", PLACE, OWNER)
    nova.model.will("chaser", said("It goes at 95 kg."))
    assert "Now: It goes at 95 kg." in await fork(nova, "r1.2 c1.2 = 95 kg")
    assert "The parcel weighs 95 kg." in nova.model.last_pack.text


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("", "Say from which step"),
        ("r1.2", "Say from which step"),
        ("r1.2 model=gigantic", "Say from which step"),
        ("r1.9 model=deep", "There is no run r1.9."),
        ("r7.1 model=deep", "There is no run r7."),
        ("r1.2 agent=nobody", "No agent is called"),
        ("r1.2 c9.9 = 92", "There is no claim c9.9."),
    ],
)
async def test_what_can_not_be_forked_is_said(nova: Talk, what: str, answer: str) -> None:
    await two_agents(nova)
    assert (await fork(nova, what)).startswith(answer)


async def test_a_fork_that_fails_ends_in_words_and_only_the_owner_forks(nova: Talk) -> None:
    await two_agents(nova)
    nova.model.will("chaser", said(""))
    assert (await fork(nova, "r1.2 model=deep")).startswith("r1 could not be played again: ")
    assert (await nova.nova.ledger.run(2)).ending is not None
    answer = await nova.nova.receive.command("fork", "r1.2 model=deep", PLACE, GUEST)
    assert answer == "Only the owner's word counts here."
