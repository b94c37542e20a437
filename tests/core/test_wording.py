"""What Nova says: every sentence that the code asks for is there, and gets the facts it names."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import adapters
import nova_bot
from nova_bot.core import wording
from nova_bot.core.wording import say


def calls() -> Iterator[tuple[str, str, str, set[str]]]:
    """Each `say("section", "key", fact=...)` of the code."""
    for package in (nova_bot, adapters):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id="say"),
                        args=[ast.Constant(value=str() as section), ast.Constant(value=str() as key)],
                        keywords=words,
                    ) if all(word.arg for word in words):
                        yield f"{path.name}:{node.lineno}", section, key, {word.arg or "" for word in words}


def test_every_sentence_that_is_said_is_there_with_its_facts() -> None:
    said = list(calls())
    assert len(said) > 30, "the search found too little"
    for place, section, key, facts in said:
        sentence = wording._table()[section][key]
        named = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        assert named <= facts, f"{place} leaves {named - facts} open"


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("ending", "happily")
