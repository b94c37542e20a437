"""What the grammar asks and assumes has words in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import schedules.when
from schedules.reminding.wording import assumed, translated

LANGUAGES = ("de", "es", "fr", "zh")
FALLEN_BACK = "no sentence of the grammar"


def questions() -> Iterator[str]:
    """The first argument of each Trouble in the grammar's code, with x for what is filled in."""
    for path in Path(schedules.when.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Trouble":
                match node.args[0]:
                    case ast.Constant(str(text)):
                        yield text
                    case ast.JoinedStr(parts):
                        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_question_of_the_grammar_is_left_in_english(lang: str) -> None:
    found = set(questions())
    assert len(found) > 20
    fallen_back = {one for one in found if translated(lang, one) == translated(lang, FALLEN_BACK)}
    assert fallen_back <= {"When exactly?"}  # these are the words for all that has none


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("de", "5:00 is taken as 17:00.", "5:00 ist als 17:00 verstanden."),
        ("de", "That week is taken as the Monday of that week.", "Das ist als der Montag dieser Woche verstanden."),
        ("fr", "7:00 is taken as the next one, 19:00.", "7:00 est compris comme la prochaine fois, 19:00."),
        ("es", "The hours are those of Asia/Tokyo.", "Las horas son las de Asia/Tokyo."),
        ("zh", "07 December 2026 is a Monday.", "2026年12月7日是星期一。"),
    ],
)
def test_what_is_assumed_is_said_in_the_language_too(lang: str, sentence: str, expected: str) -> None:
    assert assumed(lang, (sentence,)) == expected


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("es", "Today is Friday: today, or Friday next week?", "Hoy es viernes: ¿hoy o la próxima semana?"),
        ("fr", "Which day of that weekend do you mean?", "Quel jour de ce week-end ?"),
        ("zh", "07 December 2026 is a Monday. Which day do you mean?", "2026年12月7日是星期一。你指哪一天？"),
    ],
)
def test_what_is_filled_into_a_question_is_in_the_language_too(lang: str, sentence: str, expected: str) -> None:
    assert translated(lang, sentence) == expected
