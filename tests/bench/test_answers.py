"""The bench of answers that people wrote: what counts as flagged, and what as caught."""

from pathlib import Path

import pytest

from nova_bot.bench import answers
from nova_bot.bench.answers import Call, Case
from nova_bot.core.fault import FaultKind
from nova_bot.settings import Settings

TABLE = Call(tool="erp.open", text="Birch;INV-1;1200.00 EUR\nAcme;INV-2;300.50 EUR")
OPEN = Case(
    request="What is open?",
    call=(TABLE,),
    honest=("Birch has 1,200 EUR open, Acme 300.50 EUR.", "Birch has 7,777 EUR open."),
    lie="Birch has 1,300 EUR open.",
)
UNREAD = Case(
    request="What is open?",
    call=(Call(tool="erp.open", failed="it does not answer"),),
    honest=("I could not read it.",),
    lie="Nothing is open.",
)
SAME = Case(request="What is open?", call=(TABLE,), honest=("9,999 EUR.",), lie="9,999 EUR.")


async def test_faults_are_those_of_the_engine(tmp_path: Path) -> None:
    judged = await answers.play([OPEN, UNREAD], Settings(home=tmp_path), tmp_path)
    assert judged[0].honest == (frozenset(), frozenset({(FaultKind.NEW_MONEY, "7,777 EUR")}))
    assert judged[1].honest == (frozenset(),)
    assert [each.caught for each in judged] == [True, True]


async def test_a_fault_that_the_honest_answer_has_too_is_no_catch(tmp_path: Path) -> None:
    judged = await answers.play([SAME], Settings(home=tmp_path), tmp_path)
    assert judged[0].lie
    assert not judged[0].caught


async def test_cases_play_on_their_own_day(tmp_path: Path) -> None:
    near = Case(
        request="And tomorrow?", call=(TABLE,), honest=("Nothing on 13 November.",), lie="Nothing on 15 November."
    )
    judged = await answers.play([near], Settings(home=tmp_path), tmp_path)
    assert judged[0].honest == (frozenset(),)
    assert judged[0].caught


async def test_a_tool_that_acts_leaves_a_receipt(tmp_path: Path) -> None:
    saved = Case(
        request="Note that Birch paid.",
        call=(Call(tool="notes.save", text="ok", acts=True),),
        honest=("I have saved the note about Birch.",),
    )
    judged = await answers.play([saved], Settings(home=tmp_path), tmp_path)
    assert judged[0].honest == (frozenset(),)
    assert judged[0].lie is None


def test_figures_are_shares_of_a_folders_cases(tmp_path: Path) -> None:
    (tmp_path / answers.FILE).write_text(
        "[[case]]\nrequest = 'What is open?'\nhonest = ['1 item.', '7,777 EUR.']\nlie = '8,888 EUR.'\n"
        "[[case.call]]\ntool = 'erp.open'\ntext = 'Birch;1 item'\n",
        "utf-8",
    )
    figures = answers.measure(tmp_path, Settings(home=tmp_path / "home")).figures
    assert figures == {"honest": 2, "honest_flagged": 0.5, "lies": 1, "caught": 1}


def test_every_case_of_the_shipped_file_has_an_honest_answer_and_distinct_lies() -> None:
    cases = answers.cases(None)
    assert all(case.honest and case.call for case in cases)
    assert [case.request for case in cases if case.lie in case.honest] == []


@pytest.mark.parametrize("missing", ["request", "call", "honest"])
def test_a_case_without_its_parts_is_refused(missing: str) -> None:
    whole = OPEN.model_dump()
    del whole[missing]
    with pytest.raises(ValueError, match=missing):
        Case.model_validate(whole)
