"""What is read back is what was kept."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from nova_bot.core.claims import ClaimId, Edge, How
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion
from nova_bot.core.delivery import Delivery
from nova_bot.core.errors import NoSuchRun
from nova_bot.core.outcome import EndingKind, ToolResult
from nova_bot.core.run import Usage
from nova_bot.ledger import overview
from nova_bot.ledger.store import Ledger
from tests.doubles import NOON, PLATFORM
from tests.ledger import samples
from tests.ledger.samples import answered_run, opened_run


async def test_a_run_with_several_steps(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)
    first = samples.handed(run.id)
    run = run.then(first.step, first.claims, first.edges)
    await ledger.save(run, first)
    edge = Edge(ClaimId(run.id, 3), ClaimId(run.id, 2), How.CITED)
    second = replace(samples.said(run.id, 2), edges=(edge,))
    run = run.then(second.step, second.claims, second.edges)
    last = samples.closing(run)
    await ledger.save(last.run, second, last)
    assert await ledger.run(run.id) == last.run


async def test_a_run_that_waits_for_its_tools_and_then_has_their_results(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)
    asked = samples.used(run.id)
    run = run.then(asked.step, (), ())
    await ledger.save(run, asked)
    assert (await ledger.run(run.id)).steps[-1].waiting_for_tools
    results = (ToolResult("call_1", "4"), ToolResult("call_2", "no such tool", error=True))
    later = asked.step.ended + timedelta(seconds=5)
    answered = replace(asked, step=replace(asked.step, results=results, ended=later), pack=None)
    run = run.then(answered.step, (), ())
    await ledger.save(run, answered)
    assert await ledger.run(run.id) == run


async def test_a_run_under_way_has_no_ending(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)
    assert await ledger.run(run.id) == run
    assert run.ending is None


async def test_a_number_without_a_run(ledger: Ledger) -> None:
    with pytest.raises(NoSuchRun, match="There is no run r9"):
        await ledger.run(9)
    with pytest.raises(NoSuchRun, match=r"r9\.1"):
        await ledger.pack(9, 1)


async def test_a_pack_with_its_system_text(ledger: Ledger) -> None:
    run = await answered_run(ledger, 1)
    assert await ledger.pack(run.id, 1) == samples.pack(run.id)


async def test_packs_of_one_agent_whose_neighbours_changed(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)
    for n, system in enumerate(("You keep the books.", "You keep the books. New: a chaser.", "You keep the books."), 1):
        progress = replace(samples.handed(run.id, n), pack=samples.pack(run.id, system))
        await ledger.save(run, progress)
        assert (await ledger.pack(run.id, n)).system == system


async def test_a_system_text_whose_write_failed_is_kept_by_the_next(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)
    fresh = replace(samples.handed(run.id), pack=samples.pack(run.id, "Only here."))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await ledger.save(replace(run, id=99), fresh)
    await ledger.save(run, fresh)
    assert (await ledger.pack(run.id, 1)).system == "Only here."


async def test_a_conversation_that_has_not_begun(ledger: Ledger) -> None:
    assert await ledger.conversation(samples.place("new")) == Conversation(samples.place("new"))


async def test_a_conversation_holds_its_own_turns(ledger: Ledger) -> None:
    one = await answered_run(ledger, 1, "one")
    await answered_run(ledger, 2, "two")
    found = await ledger.conversation(samples.place("one"))
    assert [(turn.run, turn.agent) for turn in found.turns] == [(one.id, ""), (one.id, "books")]
    assert found.holder == "books"
    assert found.question is None


async def test_a_conversation_keeps_the_latest_turns_and_counts_the_others(ledger: Ledger) -> None:
    for n in range(1, 6):
        await answered_run(ledger, n)
    found = await ledger.conversation(samples.place(), keep=4)
    assert [turn.run for turn in found.turns] == [4, 4, 5, 5]
    assert found.earlier == 6


async def test_only_the_last_question_is_open(ledger: Ledger) -> None:
    asked = OpenQuestion(0, Asking.AGENT, "books", "which year?", "open invoices", ("2025", "2026"))
    run = await answered_run(ledger, 1, question=asked)
    assert (await ledger.conversation(samples.place())).question == replace(asked, run=run.id)
    await answered_run(ledger, 2)
    assert (await ledger.conversation(samples.place())).question is None


async def test_what_is_unanswered_comes_in_the_order_it_was_accepted(ledger: Ledger) -> None:
    waiting, _ = await samples.accepted(ledger, 1)
    await answered_run(ledger, 2)
    under_way = await opened_run(ledger, 3)
    left = await ledger.unanswered([PLATFORM])
    assert [(one.number, one.envelope, one.run) for one in left] == [
        (waiting, samples.envelope(1), None),
        (3, samples.envelope(3), under_way),
    ]


async def test_another_platforms_messages_are_left_to_it(ledger: Ledger) -> None:
    await opened_run(ledger, 1)
    await answered_run(ledger, 2)
    assert await ledger.unanswered(["elsewhere"]) == []
    assert await ledger.unsent(["elsewhere"]) == []


async def test_a_reply_is_unsent_until_it_has_a_receipt(ledger: Ledger) -> None:
    run = await answered_run(ledger, 1)
    (waiting,) = await ledger.unsent([PLATFORM])
    assert waiting == samples.closing(run).outbound
    await ledger.sent(Delivery(waiting.key, "ts-1", NOON))
    assert await ledger.unsent([PLATFORM]) == []
    (sent,) = await ledger.sent_in(run.id)
    assert (sent.outbound, sent.receipt, sent.at, sent.failed) == (waiting, "ts-1", NOON, None)


async def test_receipts_that_come_together_go_each_to_its_own_reply(ledger: Ledger) -> None:
    runs = [await answered_run(ledger, n) for n in range(1, 13)]
    numbers = [run.id for run in runs if run.id != 5]
    await asyncio.gather(*(ledger.sent(Delivery(f"r{n}/1", f"ts-{n}", NOON + timedelta(n))) for n in numbers))
    assert [one.run for one in await ledger.unsent([PLATFORM])] == [5]
    sent = {run.id: (await ledger.sent_in(run.id))[0] for run in runs}
    assert all((sent[n].receipt, sent[n].at) == (f"ts-{n}", NOON + timedelta(n)) for n in numbers)


async def test_a_reply_that_can_never_be_sent_is_not_tried_again(ledger: Ledger) -> None:
    run = await answered_run(ledger, 1)
    await ledger.unsendable(f"{run.name}/1", "the channel is gone")
    assert await ledger.unsent([PLATFORM]) == []
    assert (await ledger.sent_in(run.id))[0].failed == "the channel is gone"


async def test_unsent_replies_come_in_the_order_of_their_runs(ledger: Ledger) -> None:
    for n in range(1, 12):
        await answered_run(ledger, n)
    assert [one.run for one in await ledger.unsent([PLATFORM])] == list(range(1, 12))


async def test_the_latest_runs_stand_first(ledger: Ledger) -> None:
    await answered_run(ledger, 1, "one")
    await answered_run(ledger, 2, "two")
    under_way = await opened_run(ledger, 3, "one")
    lines = await overview.latest_runs(ledger, 2)
    assert [(line.id, line.ended, line.steps) for line in lines] == [(3, None, 0), (2, EndingKind.ANSWERED, 1)]
    assert [line.id for line in await overview.latest_runs(ledger, 9, samples.place("one"))] == [under_way.id, 1]


async def test_usage_is_summed_per_agent_since_a_time(ledger: Ledger) -> None:
    await answered_run(ledger, 1)
    await answered_run(ledger, 2)
    assert await overview.usage_since(ledger, NOON) == [("books", 2, Usage(200, 40, 100, 20, 0.025, 2))]
    assert await overview.usage_since(ledger, NOON + timedelta(hours=1)) == []


async def test_a_run_is_read_as_it_was_at_one_moment(ledger: Ledger) -> None:
    run = await opened_run(ledger, 1)

    async def writing() -> None:
        current = run
        for n in range(1, 30):
            progress = samples.handed(run.id, n)
            current = current.then(progress.step, progress.claims, progress.edges)
            await ledger.save(current, progress)

    write = asyncio.create_task(writing())
    while not write.done():
        found = await ledger.run(run.id)
        assert len(found.claims) == len(found.steps) + 1
    await write
