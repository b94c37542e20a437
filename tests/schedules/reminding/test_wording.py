"""What the grammar asks and assumes has words in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import schedules.when
from schedules.reminding.wording import assumed, translated

LANGUAGES = ("de", "es", "fr", "zh")
SAID = re.compile(
    r"[A-Z].*\?$|.* is taken as .*\.|.* repeats from .*\.|.* are those of .*\.|.* is a \{\}\.", re.DOTALL
)


def sentences() -> Iterator[str]:
    """Every sentence for people in the grammar's code; {} stands for what is filled in."""
    for path in Path(schedules.when.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = ""
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner | docstrings:
                text = node.value
            if " " in text and SAID.fullmatch(text):
                yield text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_question_of_the_grammar_is_left_in_english(lang: str) -> None:
    found = list(sentences())
    assert len(found) > 30
    for sentence in found:
        example = re.sub(r"\{\}", "x", sentence)
        said = _assumed(lang, example) if example.endswith(".") else translated(lang, example)
        assert said not in ("", sentence, translated(lang, "not in the table")), sentence


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("de", "5:00 is taken as 17:00.", "5:00 ist als 17:00 verstanden."),
        ("es", "Today is Friday: today, or Friday next week?", "Hoy es viernes: ¿hoy o la próxima semana?"),
        ("fr", "Which day of that weekend do you mean?", "Quel jour de ce week-end ?"),
        ("de", "That week is taken as the Monday of that week.", "Das ist als der Montag dieser Woche verstanden."),
        ("zh", "07 December 2026 is a Monday. Which day do you mean?", "2026年12月7日是星期一。你指哪一天？"),
    ],
)
def test_what_is_filled_in_is_said_in_the_language_too(lang: str, sentence: str, expected: str) -> None:
    assert (translated if sentence.endswith("?") else _assumed)(lang, sentence) == expected


def _assumed(lang: str, sentence: str) -> str:
    return assumed(lang, (sentence,))
