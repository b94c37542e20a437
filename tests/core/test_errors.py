"""Errors: each class speaks for itself, to somebody, and never fails for want of a fact."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import adapters
import nova_bot
import schedules
from nova_bot.core import errors
from nova_bot.core.errors import (
    Addressee,
    LedgerError,
    ModelEndpointRefused,
    ModelError,
    NoScript,
    NovaError,
    ToolError,
)
from nova_bot.ledger import faults


def below(kind: type[NovaError]) -> list[type[NovaError]]:
    return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]


CLASSES = sorted(below(NovaError), key=lambda kind: kind.__name__)
BY_NAME = {kind.__name__: kind for kind in CLASSES}


def needs(kind: type[NovaError]) -> set[str]:
    """The facts that a class's sentence names."""
    return {name for _, name, _, _ in Formatter().parse(kind.__doc__ or "") if name}


def raised() -> Iterator[tuple[str, type[NovaError], set[str]]]:
    """Every place in the code that makes an error by its name, and the facts it gives (`**facts` may be all)."""
    for package in (nova_bot, adapters, schedules):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
                    kind = BY_NAME[node.func.id]
                    facts = {fact for word in node.keywords for fact in ([word.arg] if word.arg else needs(kind))}
                    yield f"{path.name}:{node.lineno}", kind, facts


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_class_has_its_own_sentence_and_addressee(kind: type[NovaError]) -> None:
    assert kind.__dict__.get("__doc__"), "an inherited sentence says nothing about this error"
    assert isinstance(kind.addressee, Addressee)
    error = kind(**dict.fromkeys(needs(kind), "fact"))
    assert "{" not in str(error)
    assert "\n" not in str(error)
    assert str(error) == str(error).strip()


def test_each_class_stands_in_the_tree_of_the_module() -> None:
    named = set(re.findall(r"\b[A-Z]\w+\b", errors.__doc__ or ""))
    assert {kind.__name__ for kind in CLASSES} <= named


def test_every_place_that_makes_an_error_gives_all_its_facts() -> None:
    places = list(raised())
    assert len(places) > 40, "the search found too little"
    assert [(place, kind.__name__, needs(kind) - facts) for place, kind, facts in places if needs(kind) - facts] == []


def test_what_is_known_of_a_database_fault_is_enough_for_its_error() -> None:
    meant = [kind for kind in below(LedgerError) if vars(faults).get(kind.__name__) is kind and kind is not LedgerError]
    assert len(meant) >= 4
    assert all(needs(kind) <= {"path"} for kind in meant)


def test_what_the_model_adapter_knows_is_enough_for_its_errors() -> None:
    meant = [kind for kind in below(ModelError) if kind not in (NoScript, ModelEndpointRefused)]
    assert all(needs(kind) <= {"model", "what", "tries"} for kind in meant)


def test_facts_with_braces_and_lines_are_taken_as_they_are() -> None:
    assert str(ToolError(tool="{x}", what="a\n  b {0}")) == "{x} did not work: a b {0}"


def test_the_facts_can_be_asked_for() -> None:
    assert ToolError(tool="a.b", what="c").facts == {"tool": "a.b", "what": "c"}
