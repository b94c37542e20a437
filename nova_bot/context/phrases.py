"""Phrases: what a sentence does, in four languages. It guesses, finds nothing, reports a failure, or claims an act."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_LANGUAGES = ("en", "de", "es", "fr")
_BEHIND = re.compile(r"(?:[^\w.,;:!?–—]+\w+){0,4}")
_BEFORE = re.compile(r"[^.;:!?–—]*$")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("nova_bot.context").joinpath("phrases.toml").read_text("utf-8"))


def _whole(pattern: str) -> re.Pattern[str]:
    """For lower-case texts: ignoring the case takes three times as long."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@cache
def _any(section: str) -> re.Pattern[str]:
    return _whole("|".join(_table()[section][language] for language in _LANGUAGES))


def _says(section: str, text: str) -> bool:
    return _any(section).search(text.lower()) is not None


def assumes(sentence: str) -> bool:
    """Does it say itself that it is an assumption?"""
    return _says("assumes", sentence)


def is_unsure(sentence: str) -> bool:
    """Does it say itself that it is an assumption, a guess or a suggestion?"""
    return assumes(sentence) or _says("unsure", sentence)


def finds_nothing(sentence: str) -> bool:
    """Does it say that there is nothing?"""
    return _says("empty", sentence)


def tells_failure(text: str) -> bool:
    """Does it say that something could not be read, reached or done?"""
    return _says("failed", text)


def chooses(request: str) -> bool:
    """Does it ask for one of the things it names?"""
    return _says("chooses", request)


def reckons(sentence: str) -> bool:
    """Does it add up or take away: "together", "that leaves", a plus or a minus?"""
    return re.search(r"[=+]|\d\s?[-−]\s?\d", sentence) is not None or _says("reckons", sentence)


def minutes_per_unit(sentence: str) -> tuple[int, ...]:
    """The units of time it counts in: days, hours, minutes; each in minutes."""
    units = {"counts_days": 1_440, "counts_hours": 60, "counts_minutes": 1}
    return tuple(minutes for section, minutes in units.items() if _says(section, sentence))


@dataclass(frozen=True, slots=True)
class Act:
    """An act that a sentence claims. `own`: the speaker says that he did it; otherwise it may be news about others.

    `state`: its verb may also just say how things are.
    """

    name: str
    effects: frozenset[str]
    own: bool
    state: bool


@cache
def _verbs(act: str) -> re.Pattern[str]:
    row = _table()["acts"][act]
    return _whole("|".join(words for key, words in row.items() if isinstance(words, str) and key != "asked"))


@cache
def _frames(act: str) -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    """The frames of an act: in which language, whether it is the speaker who did it, and the pattern."""
    row = _table()["acts"][act]
    kinds = ("own", "bare", "passive") if row["passive"] else ("own",)
    found = []
    for language in _LANGUAGES:
        frames = _table()["frames"][language]
        words = {**frames, "verb": row[language], "own": row.get(f"own_{language}", "(?!)")}
        for kind in kinds:
            pattern = re.sub(r"\{([a-z]+)\}", lambda name, words=words: words[name[1]], frames[kind])  # type: ignore[misc]
            found.append((language, kind == "own", _whole(pattern)))
    return tuple(found)


def speaks_of(act: str, text: str) -> bool:
    """Does a verb of this act stand in `text`?"""
    return _verbs(act).search(text.lower()) is not None


def asks_for(act: str, request: str) -> bool:
    """Does it ask that this be done now, or once more; not only whether it was done?"""
    if _any("more").search(request):
        return True
    asked = _asked(act).search(_any("whether").sub("", request))
    return asked is not None


@cache
def _asked(act: str) -> re.Pattern[str]:
    return _whole(_table()["acts"][act]["asked"])


def acts_claimed(sentence: str) -> tuple[Act, ...]:
    """The acts that `sentence` says were done: "I sent it", "the table is booked", "Sent!"; not "once it is sent"."""
    lower = sentence.lower()
    if _any_verb().search(lower) is None:
        return ()
    return tuple(act for name in _table()["acts"] if (act := _claimed(name, lower)) is not None)


@cache
def _any_verb() -> re.Pattern[str]:
    """The verbs of all acts: most sentences have none of them."""
    rows = _table()["acts"].values()
    return _whole("|".join(w for row in rows for key, w in row.items() if isinstance(w, str) and key != "asked"))


def _claimed(name: str, sentence: str) -> Act | None:
    if not _verbs(name).search(sentence):
        return None
    for language, own, frame in _frames(name):
        found = frame.search(sentence)
        if found and not _taken_back(sentence, found, language):
            row = _table()["acts"][name]
            state = re.search(row.get("states", "(?!)"), found[0]) is not None
            return Act(name, frozenset(row["effects"]), own, state and not own)
    return None


@cache
def _in(section: str, language: str) -> re.Pattern[str]:
    return _whole(_table()[section][language])


def _taken_back(sentence: str, found: re.Match[str], language: str) -> bool:
    """Is there a "not", an "if" or a "will" before the verb, in the same clause; or a "nothing" right behind it?"""
    before = _BEFORE.search(sentence[: found.start()])
    clause = (before[0] if before else "").rsplit(",", 1)[-1] + found[0]
    behind = _BEHIND.match(sentence, found.end())
    denied = behind is not None and _in("denied", language).search(behind[0]) is not None
    return denied or _in("not_done", language).search(clause) is not None
