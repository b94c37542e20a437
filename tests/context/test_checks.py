"""Answers taken apart into statements: what each rests on, and honest answers left in peace."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.context import evidence, sentences, values
from nova_bot.context.checks import as_claims, check
from nova_bot.core.claims import Basis, ClaimId, Edge, How
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.outcome import ToolCall, ToolResult
from nova_bot.core.pack import ContextPack, Exchange, Item, ItemKind
from tests.context.packs import FRIDAY, LABEL, claim, clean_answers, faults, pack


def test_honest_answers_hardly_ever_raise_an_alarm() -> None:
    answers = list(clean_answers())
    alarms = [answer for answer, shown in answers if check(answer, shown).violations]
    assert len(answers) >= 200
    assert len(alarms) / len(answers) <= 0.02, alarms


@pytest.mark.parametrize("text", ["Gladly!", "Was ist noch zu tun?", "¡Con gusto!", "Avec plaisir !", "", "👍", "???"])
def test_small_talk_states_nothing(text: str) -> None:
    checked = check(text, pack("Birch owes 1,200 EUR"))
    assert (checked.statements, checked.violations) == ((), ())


def test_code_states_nothing() -> None:
    assert not check("Like this:\n```python\nrate = 4711\n```", pack("the rate is configurable")).violations


def test_ids_that_were_not_shown_are_dropped_and_counted() -> None:
    checked = check("1,200 EUR [c7.2, c9.9] are open [c8.1]. See (c7.2).", pack("Birch: 1,200 EUR"))
    assert checked.text == "1,200 EUR [c7.2] are open. See (c7.2)."
    assert checked.bad_cites == (ClaimId(9, 9), ClaimId(8, 1))
    assert faults(checked) == {FaultKind.BAD_CITE}


def test_a_statement_rests_on_what_it_cites_and_repeats() -> None:
    shown = pack("Birch: 1,200 EUR", "Acme: 2,400 EUR", "Corrie: 77 EUR")
    text = "Birch owes 1,200 EUR [c7.2].\nAcme owes 2,400 EUR.\nTogether 3,600 EUR."
    cited, lit, total = check(text, shown).statements
    assert (cited.basis, cited.cited, cited.lit) == (Basis.DERIVED, (ClaimId(7, 2),), ())
    assert (lit.basis, lit.cited, lit.lit) == (Basis.DERIVED, (), (ClaimId(7, 3),))
    assert (total.basis, total.lit) == (Basis.DERIVED, (ClaimId(7, 2), ClaimId(7, 3)))


def test_a_value_that_stands_everywhere_points_nowhere() -> None:
    shown = pack(*(f"Birch: {n} EUR on 2026-05-03" for n in range(100, 130)))
    assert check("Birch paid 110 EUR on 3 May.", shown).statements[0].lit == (ClaimId(7, 12),)


def test_what_stands_nowhere_is_assumed() -> None:
    checked = check("Birch owes 1,200 EUR.\nThe limit is 9,000 EUR.", pack("Birch: 1,200 EUR"))
    assert [s.basis for s in checked.statements] == [Basis.DERIVED, Basis.ASSUMED]
    assert checked.basis is Basis.ASSUMED


def test_a_guess_that_says_so_is_assumed_and_no_lie() -> None:
    checked = check("I assume a limit of 9,000 EUR.", pack("Birch: 1,200 EUR"))
    assert ([s.basis for s in checked.statements], checked.violations) == ([Basis.ASSUMED], ())


def test_statements_become_claims_with_their_edges() -> None:
    shown = pack("Birch: 1,200 EUR", "Acme: 2,400 EUR")
    checked = check("Birch owes 1,200 EUR [c7.2]. Acme owes 2,400 EUR since 3 May 2026.", shown)
    claims, edges, faults = as_claims(checked, run=7, step=2, first=4, label=LABEL, evidence=shown)
    assert [(str(c.id), c.step, c.basis) for c in claims] == [("c7.4", 2, Basis.DERIVED), ("c7.5", 2, Basis.ASSUMED)]
    assert faults == (Fault(2, FaultKind.NEW_DATE, "3 May 2026", ClaimId(7, 5)),)
    assert edges == (
        Edge(ClaimId(7, 4), ClaimId(7, 2), How.CITED),
        Edge(ClaimId(7, 5), ClaimId(7, 3), How.LIT),
    )


def test_the_evidence_of_a_pack_is_its_claims_its_time_and_what_failed() -> None:
    items = (
        Item(ItemKind.NOW, "Now: Friday 2026-06-12", "time", 1),
        Item(ItemKind.HAND_OFF, "Task: pay 5,000 EUR", "handed over", 1),
        Item(ItemKind.CLAIM, "c7.2 (found, from erp): Birch: 1,200 EUR", "found", 1, (ClaimId(7, 2),)),
    )
    calls = (ToolCall("1", "erp.search", {}), ToolCall("2", "notes.find", {}))
    results = (ToolResult("1", "no answer within 30 seconds", error=True), ToolResult("2", "note 3"))
    shown = ContextPack("erp-ar", "sha", "limit 777 EUR", items, (Exchange("", calls, results),), (), 1, 9)
    known = {ClaimId(7, 2): claim(2, Basis.FOUND, "Birch: 1,200 EUR"), ClaimId(7, 5): claim(5, Basis.TOLD, "800 EUR")}
    found = evidence.of_pack(shown, known, "What is open?", FRIDAY)
    assert found.failed == {"erp.search"}
    stated = {n for n in (1200, 30, 2026, 5000, 777, 800) if found.states(values.values(f"{n}")[0])}
    assert stated == {1200, 30, 2026}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It was an hour ago. Anything else?", 2),
        ("Dr. Weiland, e.g. on 3. Mai, no. 5, approx. 7. Then this.", 2),
        ("Es kostet 20. Soll ich?", 2),
        ("One! Two? Three… Four.", 4),
        ("He owes 1.200,50 EUR. [c7.2] She owes 3. [c7.3]", 2),
        ("- one\n- two. three\n\n| a | b. C |\n|---|---|", 3),
    ],
)
def test_an_answer_is_taken_apart_into_sentences(text: str, parts: int) -> None:
    assert len(sentences.split(text)) == parts


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_checked(answer: str, shown: str) -> None:
    checked = check(answer, pack(shown))
    ids = {c for statement in checked.statements for c in (*statement.cited, *statement.lit)}
    assert ids <= {ClaimId(7, 1), ClaimId(7, 2)}


STRANGE = """
31.12.9999|1 January 0001|9999-12-31|29 Feb 2028|KW 53|3 May|Friday 3 May|14 days|999 years|notice
after|per line|/100 km|per 0 km|kEUR|12 ms|p95_ms|123456789012345678901234567890 ms
0.000000000000000000001 km|1e400 s|%|0 %|19 % VAT|-3|0|1/3|½|UTC+25|T08:00:00+99:99|99:99|Tokyo
America/Foo|*/0 * * * *|60 25 32 13 *|serves 4|in|is|;|.|1,234.567.890|§ 9|MUC|average|total|share
twice as much|months|year end|99999999999999999999999999999.123|1.000.000|-40 °C|40 °F|Mio|week 1
"""
WORDS = st.lists(st.sampled_from(STRANGE.strip().replace("\n", "|").split("|")), max_size=12).map(" ".join)


@given(WORDS, st.lists(WORDS, max_size=3), WORDS)
def test_values_that_nobody_can_reckon_with_break_no_check(answer: str, shown: list[str], request: str) -> None:
    assert check(answer, pack(*shown, request=request)).text == answer


@given(st.text(alphabet="0123456789.,-€ EURc[]() Mai:/h", max_size=80))
def test_a_pack_supports_its_own_words(text: str) -> None:
    lines = [line for line in text.splitlines() if line.strip()]
    shown = pack(*lines)
    assert not {FaultKind.NEW_NUMBER, FaultKind.NEW_MONEY, FaultKind.NEW_ID} & faults(check("\n".join(lines), shown))


@given(st.lists(st.sampled_from(["[c7.2]", "[c9.1]", "(c7.1, c9.2)", "Birch ", "1,200 ", ". "]), max_size=12))
def test_every_cited_id_was_in_the_pack(parts: list[str]) -> None:
    checked = check("".join(parts), pack("Birch: 1,200"))
    assert set(sentences.citations(checked.text)) <= {ClaimId(7, 1), ClaimId(7, 2)}
    assert not set(checked.bad_cites) & {ClaimId(7, 1), ClaimId(7, 2)}


HOSTILE = ["a.", "1,", "1 ", "A1-", "a-", "9", "3. bis ", "Aa ", "[c1.1", "(", "**", "| 1\n", "1 EUR. A", "- 77 EUR\n"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_checked_in_time(piece: str) -> None:
    began = time.perf_counter()
    check(piece * (6_000 // len(piece)), pack("x"))
    assert time.perf_counter() - began < 5
