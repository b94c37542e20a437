"""Phrases: what a sentence does, in four languages. It guesses, finds nothing, reports a failure, or claims an act."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

_LANGUAGES = ("en", "de", "es", "fr")
_NO_VERBS = frozenset({"asked", "states", "spares"})
OPEN_ACT = "other"
"""The act of whatever verb: only a speaker who says "I" claims it."""
_UNITS = {
    "counts_years": 525_960,
    "counts_months": 43_830,
    "counts_weeks": 10_080,
    "counts_days": 1_440,
    "counts_hours": 60,
    "counts_minutes": 1,
}
_BEHIND = re.compile(r"(?:[^\w.,;:!?–—]+\w+){0,4}")
_BEFORE = re.compile(r"[^.;:!?–—]*$")
_CLAUSE_END = re.compile(
    r"[;–—]| - |(?<=\w)[.!] (?=[^\W\d_a-zß-ÿ])"
    r"|, (?:but|and|while|whereas|aber|und|während|pero|y|mientras|mais|et)\b"
)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("nova_bot.context").joinpath("phrases.toml").read_text("utf-8"))


def _whole(pattern: str) -> re.Pattern[str]:
    """For lower-case texts: ignoring the case takes three times as long."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@cache
def _any(section: str) -> re.Pattern[str]:
    return _whole("|".join(_table()[section][language] for language in _LANGUAGES))


@lru_cache(maxsize=8_192)
def _says(section: str, text: str) -> bool:
    return _any(section).search(text.lower()) is not None


def assumes(sentence: str) -> bool:
    """Does it say itself that it is an assumption?"""
    return _says("assumes", sentence)


def is_unsure(sentence: str) -> bool:
    """Does it say itself that it is an assumption, a guess, a suggestion, or so only under a condition?"""
    return assumes(sentence) or _says("unsure", sentence) or _says("conditions", sentence)


Span = tuple[int, int]


@lru_cache(maxsize=512)
def clauses(sentence: str) -> tuple[Span, ...]:
    """Where the clauses of `sentence` begin and end: a doubt in one says nothing about the next."""
    ends = [found.start() for found in _CLAUSE_END.finditer(sentence)]
    return tuple(pairwise((0, *ends, len(sentence))))


@lru_cache(maxsize=512)
def left_open(sentence: str) -> tuple[Span, ...]:
    """The parts of `sentence` that are a guess or a suggestion, and those behind a condition."""
    found = ((start, end, sentence[start:end].lower()) for start, end in clauses(sentence))
    spans = []
    for start, end, clause in found:
        if _says("unsure", clause):
            spans.append((start, end))
        elif condition := _any("conditions").search(clause):
            spans.append((start + condition.start(), end))
    return tuple(spans)


@lru_cache(maxsize=512)
def general(sentence: str) -> tuple[Span, ...]:
    """The clauses that say how things are in general, whoever asks."""
    return tuple((start, end) for start, end in clauses(sentence) if _says("general", sentence[start:end]))


def plans(request: str) -> bool:
    """Does it want a plan made?"""
    return _says("plans", request)


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


def rounds(sentence: str) -> bool:
    """Does it say that a number is not exact: "about", "knapp"?"""
    return _says("rounds", sentence)


def averages(sentence: str) -> bool:
    """Does it speak of an average?"""
    return _says("averages", sentence)


def multiplies(sentence: str) -> bool:
    """Does it say how many times as much something is?"""
    return _says("multiplies", sentence)


@cache
def _numerals() -> dict[str, int]:
    return {word: int(n) for n, words in _table()["numerals"].items() for word in words.split("|")}


def numerals(text: str) -> tuple[tuple[int, int], ...]:
    """The small numbers that it writes as words ("six months", "zu zweit"), each behind its place in the text."""
    known = _numerals()
    found = re.finditer(r"[^\W\d_]+", text.lower())
    return tuple((word.start(), known[word[0]]) for word in found if word[0] in known)


@cache
def _periods() -> tuple[tuple[re.Pattern[str], tuple[int, ...]], ...]:
    return tuple((_whole(row["words"]), tuple(row["times"])) for row in _table()["periods"])


def per_period(sentence: str) -> tuple[int, ...]:
    """By what a sum is multiplied for the period that it names: 12 months or 52 weeks to a year."""
    lower = sentence.lower()
    return tuple(n for words, times in _periods() if words.search(lower) for n in times)


def minutes_per_unit(sentence: str) -> tuple[int, ...]:
    """The units of time it counts in, from years to minutes; each in minutes."""
    return tuple(minutes for section, minutes in _UNITS.items() if _says(section, sentence))


_SERVINGS = re.compile(r"(\d{1,3}) ?(?:pers(?:on)?\w*|people|servings?|portion\w*|raci[oó]n\w*|couverts?|guests?)")


def servings(text: str) -> tuple[Decimal, ...]:
    """For how many people it is what `text` lists: "4 pers."."""
    return tuple(dict.fromkeys(Decimal(n) for n in _SERVINGS.findall(text.lower())))


_ONE = "an?|one|ein|eine[mnr]?|una?|une"


@cache
def _terms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    units = ("years", "months", "weeks", "days")
    number = rf"(\d{{1,3}}|{_ONE}|{'|'.join(_numerals())})(?: |-)?"
    field = r"[\w ]{0,12}\W{1,3}(\d{1,3})"
    words = {unit: "|".join(_table()[f"counts_{unit}"][language] for language in _LANGUAGES) for unit in units}
    return tuple(
        (unit, re.compile(rf"(?<!\w)(?:{number}(?:{words[unit]}))(?!\w)|(?<=_)(?:{words[unit]}){field}(?!\w)"))
        for unit in units
    )


def terms(text: str) -> tuple[tuple[int, str], ...]:
    """The lengths of time that it names, in days, weeks, months or years: "36 months", "cinco años"."""
    lower, known = text.lower(), _numerals()
    found = [(word, unit) for unit, pattern in _terms() for words in pattern.findall(lower) for word in words if word]
    return tuple(dict.fromkeys((known.get(word) or (int(word) if word.isdigit() else 1), unit) for word, unit in found))


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
    return _whole("|".join(words for key, words in row.items() if isinstance(words, str) and key not in _NO_VERBS))


@cache
def _frames(act: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """The frames of an act: in which language, which one it is, and the pattern."""
    row = _table()["acts"][act]
    found = []
    for language in _LANGUAGES:
        frames = _table()["frames"][language]
        words = {**frames, "verb": row[language], "own": row.get(f"own_{language}", "(?!)")}
        frames = {**frames, "alone": row.get(f"alone_{language}", "(?!)")}
        for kind in ("own", "alone", "bare", "passive"):
            pattern = re.sub(r"\{([a-z]+)\}", lambda name, words=words: words[name[1]], frames[kind])  # type: ignore[misc]
            found.append((language, kind, _whole(pattern)))
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
    told = _any("speaker").search(lower) is not None
    names = [OPEN_ACT] if told else []
    if _any_verb().search(lower) is not None:
        names = [name for name in _table()["acts"] if told or name != OPEN_ACT]
    return tuple(act for name in names if (act := _claimed(name, lower)) is not None)


@cache
def _any_verb() -> re.Pattern[str]:
    """The verbs of all acts that have a list of them: most sentences have none."""
    rows = [row for name, row in _table()["acts"].items() if name != OPEN_ACT]
    return _whole("|".join(w for row in rows for key, w in row.items() if isinstance(w, str) and key not in _NO_VERBS))


def _claimed(name: str, sentence: str) -> Act | None:
    if not _verbs(name).search(sentence):
        return None
    row, done = _table()["acts"][name], _done().match(sentence) is not None
    if "spares" in row and _spares(name).search(sentence):
        return None
    for language, kind, frame in _frames(name):
        found = frame.search(sentence) if kind in ("own", "alone") or done or row["passive"] else None
        if found and not _taken_back(sentence, found, language):
            own = kind == "own" or done
            state = re.search(row.get("states", "(?!)"), found[0]) is not None
            return Act(name, frozenset(row["effects"]), own, state and not own)
    return None


@cache
def _spares(name: str) -> re.Pattern[str]:
    return _whole(_table()["acts"][name]["spares"])


@cache
def _done() -> re.Pattern[str]:
    """The words at the beginning of an answer that say that it is done."""
    words = "|".join(_table()["frames"][language]["did"] for language in _LANGUAGES)
    return re.compile(rf"\W*(?:{words})(?=[\s.,:;!–—-]|$)")


def only_done(answer: str) -> bool:
    """Does it say that it is done, and nothing else?"""
    found = _done().match(answer.lower())
    return found is not None and re.search(r"\w", answer[found.end() :]) is None


def asks_for_an_act(request: str) -> bool:
    """Does the request ask for anything to be done?"""
    return any(asks_for(act, request) for act in _table()["acts"])


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
