"""Notes: kept once per key, found by words, erased for good."""

import sqlite3
from contextlib import closing
from pathlib import Path

from nova_bot.core.labels import Integrity, Label
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.store import Ledger
from tests.doubles import NOON

LABEL = Label(Integrity.OWNER, "turn:r1")


async def remember(ledger: Ledger, text: str, key: str = "", owner: str = "ada") -> int:
    return await LedgerNotes(ledger).remember(owner, text, key or text, LABEL, NOON)


async def found(ledger: Ledger, words: str, owner: str = "ada") -> list[str]:
    return [note.text for note in await LedgerNotes(ledger).find(owner, words, 5)]


async def test_the_same_key_makes_one_note(ledger: Ledger) -> None:
    assert await remember(ledger, "the door code is 4711", "r1.1/call_1") == await remember(ledger, "x", "r1.1/call_1")
    assert await found(ledger, "") == ["the door code is 4711"]


async def test_any_word_finds_it_by_its_beginning_and_without_accents(ledger: Ledger) -> None:
    await remember(ledger, "the café opens at nine")
    await remember(ledger, "the dentist is on Monday")
    assert await found(ledger, "CAFE") == ["the café opens at nine"]
    assert await found(ledger, "dent nothing") == ["the dentist is on Monday"]


async def test_what_looks_like_a_query_is_only_words(ledger: Ledger) -> None:
    await remember(ledger, "near the door")
    for words in ('"', "door OR", "text:door", "NEAR(", "door*", "-door", "a AND NOT door"):
        assert await found(ledger, words) in (["near the door"], [])
    assert await found(ledger, "text:door") == ["near the door"]


async def test_nobody_finds_anothers_notes(ledger: Ledger) -> None:
    await remember(ledger, "ada's secret", owner="ada")
    assert await found(ledger, "secret", owner="gus") == []
    assert await found(ledger, "", owner="gus") == []


async def test_a_forgotten_note_leaves_no_word_behind(ledger: Ledger, path: Path) -> None:
    number = await remember(ledger, "the code is xylophone")
    assert not await LedgerNotes(ledger).forget("gus", number, NOON)
    assert await LedgerNotes(ledger).forget("ada", number, NOON)
    assert not await LedgerNotes(ledger).forget("ada", number, NOON)
    assert await found(ledger, "xylophone") == []
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT text FROM note").fetchall() == [("",)]
        assert other.execute("SELECT count(*) FROM note_fts WHERE note_fts MATCH 'xylophone'").fetchone() == (0,)
