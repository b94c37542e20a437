"""Ambiguity: what code can see that nobody can decide but the person. It becomes one question; nothing is guessed.

Pure: what the person said, what directories list and how the time grammar reads a text are given.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from importlib.resources import files
from itertools import product
from math import prod
from string import ascii_uppercase

from nova_bot.context import evidence, grammar, readings, values
from nova_bot.core.claims import Claim
from nova_bot.core.outcome import Ask
from nova_bot.core.text import clip, comparable
from nova_bot.core.wording import say

MOST_BUTTONS = 6
LONGEST_BUTTON = 70
CLOSE = 0.75
SHORTEST_WORD = 3
_ID = re.compile(r"(?:\w{1,10} )?(?=[a-z_-]*\d)[\w-]{1,20}(?=\s)", re.IGNORECASE)
_FULL_DATE = re.compile(r"date:\d{4}-")
_AMOUNT = re.compile(r"[\d.,' ]{1,20} ?\w{0,5}")
WORDS = tomllib.loads(files("nova_bot.context").joinpath("ambiguity.toml").read_text("utf-8"))
FILLERS, _EVERYTHING = frozenset(WORDS["fillers"].split()), frozenset(WORDS["everything"].split())
_BLANK = re.compile(rf"[\s?.…_–-]*|<.*>|\[.*\]|\{{.*\}}|(?:{WORDS['placeholders']})\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is not clear, in a sentence, and the candidates where there are some.

    `names` are short names for the candidates, by which they are chosen: what an outsider may have written is listed,
    but it never becomes an answer of the person's.
    """

    what: str
    candidates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[str, ...]:
        """What the person may answer."""
        return self.names or tuple(clip(one, LONGEST_BUTTON) for one in self.candidates)

    @property
    def lines(self) -> list[str]:
        """The candidates behind their short names; nothing where they are the choices themselves."""
        pairs = zip(self.names, self.candidates, strict=False)
        return [f"- {line}" if line.startswith(f"{name} ") else f"- {name}: {line}" for name, line in pairs]


@dataclass(frozen=True, slots=True)
class Timing:
    """What the time grammar makes of a text: does it speak of time at all, and what are its two readings, if any?"""

    told: bool = False
    either: tuple[date | time, ...] = ()


def question(doubts: Sequence[Doubt], *, buttons: bool = True) -> Ask | None:
    """The one question about all `doubts`. With several, each choice answers them all, if that gives few enough.

    Without `buttons` the person has to write what he means.
    """
    unique = list({doubt.what: doubt for doubt in doubts}.values())
    if not unique:
        return None
    choices = [doubt.choices for doubt in unique]
    few: tuple[str, ...] = ()
    if buttons and prod(map(len, choices)) <= MOST_BUTTONS:
        few = tuple("; ".join(one) for one in product(*choices))
    lines = [
        line for n, doubt in enumerate(unique, 1) for line in _lines(doubt, n if len(unique) > 1 else 0, bool(few))
    ]
    return Ask("\n".join([say("unclear", "several"), *lines] if len(unique) > 1 else lines), few, unclear=True)


def _lines(doubt: Doubt, number: int, has_buttons: bool) -> list[str]:
    head = f"{number}. {doubt.what}" if number else doubt.what
    return [head, *(doubt.lines or ([] if has_buttons else [f"- {one}" for one in doubt.candidates]))]


def listed(what: str, lines: Sequence[str]) -> Doubt:
    """A doubt about lines that anybody may have written: they are named by the ids they begin with, else by letters."""
    lines = tuple(lines[:MOST_BUTTONS])
    ids = [found[0] if (found := _ID.match(line)) else "" for line in lines]
    named = all(ids) and len({*ids}) == len(ids)
    return Doubt(what, lines, tuple(ids) if named else tuple(ascii_uppercase[: len(lines)]))


def is_blank(value: object) -> bool:
    """Is nothing given: left out, empty, or only a placeholder such as "?", "TBD" or "<client>"?"""
    return value is None or (isinstance(value, str) and _BLANK.fullmatch(value.strip()) is not None)


def unnamed(argument: str, entries: Sequence[str], said: str) -> Doubt | None:
    """An argument that names an entry of a directory is missing. None where `said` names one: it was overlooked."""
    if any(_words(entry) <= _words(said) for entry in entries if _words(entry)):
        return None
    return Doubt(say("unclear", "missing", what=argument), tuple(entries[:MOST_BUTTONS]))


def of_name(value: str, entries: Sequence[str], said: str, quoted: bool) -> Doubt | None:
    """`value` is to be one of `entries`, and the person did not name exactly one of them in `said`.

    None as well where his words give no reason to think of any: then there is nothing that he could have meant.
    `quoted`: he wrote `value` himself.
    """
    exact = [one for one in entries if one.casefold() == value.casefold()]
    if exact and quoted:
        return None
    fitting = _fitting(value, entries, said)
    if exact:
        return Doubt(say("unclear", "which", value=value), fitting) if exact[0] in fitting else None
    meant = quoted or _words(value) & _words(said) or any(_words(one) & _words(said) for one in fitting)
    if not meant:
        return None
    key = "which" if fitting else "none"
    return Doubt(say("unclear", key, value=value), (fitting or tuple(entries))[:MOST_BUTTONS])


def _fitting(value: str, entries: Sequence[str], said: str) -> tuple[str, ...]:
    """The entries that `value`, or else the person's words, name best: whole, in part, or nearly so."""
    same = [one for one in entries if comparable(one) == comparable(value)]
    if not any(one.casefold() == value.casefold() for one in entries):
        part = [one for one in entries if _words(value) and _words(value) <= _words(one)]
        near = get_close_matches(value.casefold(), [one.casefold() for one in entries], 5, CLOSE)
        found = same or part or [one for one in entries if one.casefold() in near]
        if found:
            return tuple(found)
    whole = [one for one in entries if _words(one) and _words(one) <= _words(said)]
    return tuple(whole or [one for one in entries if _words(one) & _words(said)])


def of_line(value: str, lines: Sequence[str], said: str, handled: Collection[str], today: date) -> Doubt | None:
    """`value` stands for one of the `lines` that a tool listed, and others fit the person's words just as well.

    `handled` are values that other calls stand for: who means several means those too.
    """
    mine = _lines_of(value, lines)
    if not mine or not _EVERYTHING.isdisjoint(values.words(said)):
        return None
    if len(mine) > 1:
        return listed(say("unclear", "which", value=value), mine)
    taken = {line for other in handled if other != value for line in _lines_of(other, lines)}
    rivals = [line for line in lines if line not in mine and line not in taken]
    least = max(1, _fit(mine[0], said, today))
    equal = [line for line in rivals if _fit(line, said, today) >= least]
    if not equal:
        return None
    return listed(say("unclear", "line"), [*mine, *equal])


def _lines_of(value: str, lines: Iterable[str]) -> list[str]:
    """The lines that begin with `value` ("e3 Fri ...", "note 3 ..."), else those that name it."""
    lines = list(dict.fromkeys(lines))
    first = [line for line in lines if re.match(rf"(?:\w+ )?{re.escape(value)}(?![\w-])", line, re.IGNORECASE)]
    wanted = values.words(value)
    return first or [line for line in lines if wanted and wanted <= values.words(line)]


def _fit(line: str, said: str, today: date) -> int:
    """How much of what the person said is about this line: words, numbers and times, and the day he named."""
    keys = evidence.stated(line)
    named = {f"word:{word}" for word in _words(said)} | {
        key for value in values.values(said) for key in value.seeks if not key.startswith("word:")
    }
    days = {key for key in evidence.days_named(values.words(said), today) if _FULL_DATE.match(key)}
    return len(named & keys) + 2 * (not days.isdisjoint(keys))


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in values.words(text) if len(word) >= SHORTEST_WORD) - FILLERS


def of_time(value: date | datetime, timing: Timing) -> Doubt | None:
    """`value` is one of two readings of what the person said."""
    readings = [_read(value, either) for either in timing.either]
    if value not in readings or len(set(readings)) < 2:
        return None
    told = tuple(map(_told, dict.fromkeys(readings)))
    return Doubt(say("unclear", "time", times=say("unclear", "or").join(told)), told)


def _read(value: date | datetime, either: date | time) -> date | datetime:
    if isinstance(either, time):
        return datetime.combine(value, either) if isinstance(value, datetime) else value
    return datetime.combine(either, value.time()) if isinstance(value, datetime) else either


def _told(value: date | datetime) -> str:
    clock = f" at {value:%H:%M}" if isinstance(value, datetime) else ""
    return f"{value:%A} {value.day} {value:%B %Y}{clock}"


def timeless(texts: Iterable[str], timing: Timing) -> bool:
    """Does nothing that was said or read speak of any time, so that one can only be made up?"""
    return not timing.told and not any(_speaks_of_time(text) for text in texts)


def _speaks_of_time(text: str) -> bool:
    named = values.words(text)
    return bool(re.search(r"\d", text)) or not named.isdisjoint({*grammar.WEEKDAYS, *grammar.RELATIVE_DAYS})


def of_conflict(groups: Iterable[Sequence[Claim]], texts: Sequence[str]) -> list[Doubt]:
    """The conflicts of which `texts` (of a call or a hand-off) repeat one side and keep the other to themselves."""
    found = []
    for group in groups:
        sides = [any(_repeats(claim, text) for text in texts) for claim in group]
        if any(sides) and not all(sides):
            told = say("unclear", "or").join(f"{_side(claim)} ({claim.id})" for claim in group)
            about = say("unclear", "conflict", about=group[0].subject, sides=told)
            plain = all(_AMOUNT.fullmatch(_side(claim)) for claim in group)
            found.append(Doubt(about, tuple(map(_side, group))) if plain else listed(about, [*map(_side, group)]))
    return found


def _repeats(claim: Claim, text: str) -> bool:
    """Does `text` state the value of `claim`, however it is written?"""
    amounts = frozenset(readings.amounts(claim.value))
    if amounts:
        return any(not amounts.isdisjoint(value.amounts) for value in values.values(text))
    wanted = values.words(claim.value)
    return bool(wanted) and wanted <= values.words(text)


def _side(claim: Claim) -> str:
    return f"{claim.value} {claim.unit}".strip()
