"""Recurring jobs: they follow their files, wake their agent as the owner, and are caught up with like reminders."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nova_bot.core.envelope import Place, Standing
from nova_bot.core.labels import Integrity
from nova_bot.core.outcome import EndingKind
from nova_bot.ledger import reminders
from nova_bot.models.base import ModelReply
from tests import agents
from tests.doubles import House, Talk, handed, said, used

MONDAY_AT_8 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 08:00 in Berlin

JOB = """---
name: overdue
enabled: true
cron: "0 8 * * mon"
agent: books
place: test/local/office/jobs
---
Summarise what is overdue.
"""


def write(house: House, text: str, name: str = "overdue") -> Path:
    folder = house.home / "jobs"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(text, "utf-8")
    return path


GRANTING = JOB.replace("agent: books", 'agent: books\ngrants:\n  - {tool: chat.post, values: {place: "#office"}}')
OFFICE = {"#office": Place("test", "local", "office"), "#board": Place("test", "local", "board")}


def posts(*places: str) -> ModelReply:
    return used(*(("chat.post", {"place": place, "text": "Two are overdue."}) for place in places))


def armed(house: House) -> None:
    """The books may ask for the tool that posts."""
    agents.write(house.agents, "books", agents.with_lines(agents.BOOKS, "effects: [chat.post]"))


async def test_a_job_wakes_its_agent_as_the_owner_in_its_place(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        nova.model.will("books", said("Two are overdue."))
        await nova.until(MONDAY_AT_8)
        assert nova.heard("jobs") == ["Two are overdue."]
        run = await nova.nova.ledger.run(1)
        assert (run.agent, run.envelope.sender.standing) == ("books", Standing.OWNER)
        assert run.claims[0].label.integrity is Integrity.OWNER
        assert "Summarise what is overdue." in nova.model.last_pack.text


async def test_the_invoice_job_hands_on_to_the_one_who_writes_and_the_owners_words_go_along(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        nova.model.will("books", handed("chaser", task="Remind Birch.", found=["Birch owes 1,200"], assumed=["in EUR"]))
        nova.model.will("chaser", said("Dear Birch, 1,200 is open."))
        await nova.until(MONDAY_AT_8)
        assert nova.model.agents == ["books", "chaser"]
        assert "Summarise what is overdue." in nova.model.last_pack.text
        assert "in EUR" in nova.model.last_pack.text
        assert nova.heard("jobs")[0].startswith("Dear Birch, 1,200 is open.")


async def test_a_job_may_do_what_its_file_grants_whatever_its_agent_has_read(house: House) -> None:
    write(house, GRANTING)
    armed(house)
    async with house.open(places=OFFICE) as nova:
        await nova.nova.recover()
        for week in range(2):
            nova.model.will(
                "books", used(("lab.read", {})), posts("#board", "#office", "#office"), said("-"), said("-")
            )
            await nova.until(MONDAY_AT_8 + timedelta(weeks=week))
        assert [one.place.channel for one in nova.mailbox.there if "overdue" in one.text] == ["office", "office"]


async def test_who_says_the_same_himself_has_no_such_grant(house: House) -> None:
    write(house, GRANTING)
    armed(house)
    async with house.open(places=OFFICE) as nova:
        await nova.nova.recover()
        nova.model.will("books", used(("lab.read", {})), posts("#office"), said("-"), posts("#office"), said("No."))
        await nova.say("/agent books Summarise what is overdue.")
        assert not [one for one in nova.mailbox.there if "overdue" in one.text]


async def test_a_run_that_fails_is_told_and_the_next_one_comes(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        nova.model.will("books", RuntimeError("no such luck"))
        await nova.until(MONDAY_AT_8)
        await nova.until(MONDAY_AT_8 + timedelta(weeks=1))
        failure, answer = nova.heard("jobs")
        assert "a fault inside Nova" in failure
        assert answer == "books has answered."


async def test_it_goes_on_every_week(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        for week in range(3):
            await nova.until(MONDAY_AT_8 + timedelta(weeks=week))
        assert len(nova.heard("jobs")) == 3
        ran = await reminders.job_runs(nova.nova.ledger, "overdue", 10)
        assert [(one.run, one.ended) for one in ran] == [(n, EndingKind.ANSWERED) for n in (3, 2, 1)]


async def test_a_job_that_is_off_does_nothing(house: House) -> None:
    write(house, JOB.replace("enabled: true", "enabled: false"))
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.until(MONDAY_AT_8)
        assert nova.heard() == []


async def test_turned_off_while_nova_runs_it_is_not_due_any_more_and_turned_on_again_it_is(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        write(house, JOB.replace("enabled: true", "enabled: false"))
        await nova.nova.recurring.look()
        await nova.until(MONDAY_AT_8)
        assert nova.heard() == []
        write(house, JOB)
        await nova.nova.recurring.look()
        await nova.until(MONDAY_AT_8 + timedelta(weeks=1))
        assert len(nova.heard("jobs")) == 1


async def test_a_changed_file_takes_the_place_of_the_old_one(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        write(house, JOB.replace("0 8 * * mon", "30 9 * * *").replace("overdue.", "overdue and large."))
        await nova.nova.recurring.look()
        await nova.until(MONDAY_AT_8)
        assert nova.heard() == []
        await nova.until(MONDAY_AT_8 + timedelta(hours=2))
        assert "overdue and large." in nova.model.last_pack.text


@pytest.mark.parametrize(("misfire", "answers"), [("once", 1), ("skip", 0), ("all", 3)])
async def test_what_was_missed_while_nova_was_down_follows_the_jobs_policy(
    house: House, misfire: str, answers: int
) -> None:
    write(house, JOB.replace("enabled: true", f"enabled: true\nmisfire: {misfire}"))
    async with house.open() as nova:
        await nova.nova.recover()
    house.clock.now = MONDAY_AT_8 + timedelta(weeks=2, days=2)
    async with house.open() as nova:
        await nova.nova.recover()
        await nova.until(house.clock.now)
        assert len(nova.heard("jobs")) == answers


async def test_a_broken_file_leaves_the_jobs_as_they_were_and_is_told_once(house: House) -> None:
    write(house, JOB)
    async with house.open() as nova:
        await nova.nova.recover()
        write(house, JOB.replace("agent: books", "agent: bocks"))
        await nova.nova._take_jobs()
        await nova.nova._take_jobs()
        assert [str(one) for one in nova.complaints] == [
            'jobs/overdue.md:5: there is no agent "bocks"; did you mean "books"?'
        ]
        await nova.until(MONDAY_AT_8)
        assert len(nova.heard("jobs")) == 1


async def test_a_jobs_own_budget_bounds_its_runs(house: House) -> None:
    write(house, JOB.replace("enabled: true", "enabled: true\nbudget: {steps: 1, tokens: 1000, usd: 0.01, seconds: 5}"))
    async with house.open() as nova:
        await nova.nova.recover()
        limits = nova.nova.recurring.budgets
        assert [budget.steps for budget in limits.values()] == [1]
        await nova.until(MONDAY_AT_8)
        run = await nova.nova.ledger.run(1)
        assert nova.nova.engine._limits.of(run).steps == 1


async def test_jobs_do_not_stand_among_a_persons_reminders(house: House, nova: Talk) -> None:
    write(house, JOB)
    await nova.nova.recurring.look()
    await nova.say("list my reminders")
    assert "overdue" not in nova.answer
