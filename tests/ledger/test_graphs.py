"""The graph that is read from the ledger is the one that was recorded, as far as it is asked for."""

import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nova_bot.core.claims import Basis, ClaimId, Status
from nova_bot.core.errors import LedgerError
from nova_bot.core.pack import Item, ItemKind
from nova_bot.ledger import graphs
from nova_bot.ledger.store import Ledger, opened
from nova_bot.provenance.graph import EVERYTHING, MARKED, Graph
from nova_bot.provenance.weakness import Weakness, weaknesses
from nova_bot.provenance.why import why
from tests.ledger.samples import opened_run, pack, used
from tests.provenance.build import NOON, chain, cid, cites, claim, step
from tests.provenance.recorded import record
from tests.provenance.test_graph import graphs as any_graph


async def test_the_walk_back_is_the_same_from_the_ledger(ledger: Ledger) -> None:
    await record(ledger, chain())
    for each in chain().claims:
        assert why(await graphs.behind(ledger, each), each) == why(chain(), each)


async def test_what_was_out_of_date_when_used_is_seen(ledger: Ledger) -> None:
    stale = claim("c1.1", Basis.FOUND, step=0, expires=NOON - timedelta(hours=1))
    graph = Graph.of([stale, claim("c1.2")], cites("c1.2", "c1.1"), [step(1, 1, "draft", "c1.1")])
    await record(ledger, graph)
    found = await graphs.behind(ledger, cid("c1.2"))
    assert weaknesses(found, cid("c1.1")) == (Weakness.STALE,)
    assert why(found, cid("c1.2")).weakness is Weakness.STALE


async def test_another_statement_on_the_same_subject_is_seen(ledger: Ledger) -> None:
    one = claim("c1.1", Basis.FOUND, step=0, subject="rate", value="7")
    other = claim("c2.1", Basis.FOUND, step=0, subject="rate", value="8")
    withdrawn = claim("c2.2", Basis.FOUND, step=0, subject="rate", value="9", status=Status.WITHDRAWN)
    await record(ledger, Graph.of([one, other, withdrawn]))
    found = await graphs.behind(ledger, cid("c1.1"))
    assert weaknesses(found, cid("c1.1")) == (Weakness.CONFLICT,)
    assert set(found.claims) == {cid("c1.1"), cid("c2.1")}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_graph(), st.data())
async def test_any_graph_comes_back_whole(empty_ledger: Path, graph: Graph, data: st.DataObject) -> None:
    asked = data.draw(st.sampled_from(sorted(graph.claims)))
    with TemporaryDirectory() as folder:
        async with opened(Path(copyfile(empty_ledger, Path(folder) / "nova.sqlite"))) as ledger:
            await record(ledger, graph)
            behind = await graphs.behind(ledger, asked)
            assert behind.up(asked) == graph.up(asked)
            assert why(behind, asked) == why(graph, asked)
            for down, how in ((True, EVERYTHING), (False, MARKED)):
                around = await graphs.around(ledger, [asked], down=down)
                assert around.down(asked, how) == graph.down(asked, how)
                assert around.up(asked, how) == graph.up(asked, how)


class Between(StrEnum):
    """What happens before a step is kept."""

    NOTHING = "nothing"
    FAILURE = "a write of it fails"
    RESTART = "Nova starts anew"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.frozensets(st.integers(1, 6)), st.sampled_from(Between)), min_size=1, max_size=6))
async def test_what_each_step_was_given_is_known_whatever_it_shares_with_those_before(
    empty_ledger: Path, steps: list[tuple[frozenset[int], Between]]
) -> None:
    items = {n: Item(ItemKind.CLAIM, f"what {n} says", "", 1, (ClaimId(1, n),)) for n in range(1, 7)}
    packs = [replace(pack(1), items=tuple(items[n] for n in sorted(claims)), exchanges=()) for claims, _ in steps]
    with TemporaryDirectory() as folder:
        path = Path(copyfile(empty_ledger, Path(folder) / "nova.sqlite"))
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(opened(path))
            run = await opened_run(ledger, 1)
            for n, (shown, (_, before)) in enumerate(zip(packs, steps, strict=True), 1):
                progress = replace(used(1, n), pack=shown)
                if before is Between.FAILURE:
                    with pytest.raises(LedgerError):
                        await ledger.save(run, replace(progress, claims=run.claims))
                elif before is Between.RESTART:
                    await stack.aclose()
                    ledger = await stack.enter_async_context(opened(path))
                await ledger.save(run, progress)
            graph = await graphs.of_runs(ledger, [run.id])
            assert [await ledger.pack(run.id, n) for n in range(1, len(packs) + 1)] == packs
    given = {step.n: {claim.n for claim in record.shown} for step, record in graph.steps.items()}
    assert given == {n: claims for n, (claims, _) in enumerate(steps, 1)}


async def test_runs_that_rest_on_others_are_found_both_ways(ledger: Ledger) -> None:
    claims = [claim(f"c{run}.{n}", step=n - 1) for run in (1, 2, 3, 4) for n in (1, 2)]
    steps = [step(2, 1, "draft", "c1.2", "c2.1"), step(3, 1, "draft", "c2.2"), step(4, 1, "draft", "c4.1")]
    await record(ledger, Graph.of(claims, (), [step(1, 1, "draft", "c1.1"), *steps]))
    below = await graphs.around(ledger, [cid("c1.2")], down=True)
    assert {each.run for each in below.claims} == {1, 2, 3}
    assert below.down(cid("c1.2")) == {cid("c1.2"), cid("c2.2"), cid("c3.2")}
    above = await graphs.around(ledger, [cid("c3.2")], down=False)
    assert {each.run for each in above.claims} == {1, 2, 3}


async def test_why_is_told_at_once_in_a_ledger_of_10_000_claims(ledger: Ledger) -> None:
    """A thousand runs in one thread, each resting on the one before; the guess lies fifty runs back."""
    runs = range(1, 1_001)
    claims = [claim("c950.1", Basis.ASSUMED, step=0), *(claim(f"c{r}.{n}") for r in runs for n in range(2, 12))]
    marks = [e for r in runs[1:] for n in range(2, 12) for e in cites(f"c{r}.{n}", f"c{r - 1}.{n}", f"c{r}.{n - 1}")]
    steps = [step(r, 1, "draft", *(f"c{r - 1}.{n}" for n in range(2, 12))) for r in runs[1:]]
    await record(ledger, Graph.of(claims, marks, steps))
    began = time.perf_counter()
    found = why(await graphs.behind(ledger, cid("c1000.11")), cid("c1000.11"))
    took = time.perf_counter() - began
    assert found.path[-1] == cid("c950.1")
    assert took < 1.0, "the bench holds it to 100 ms"
