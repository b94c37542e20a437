"""Signs: plain features of a thread message that n-grams miss, as small numbers for a regression."""

import re
from dataclasses import dataclass
from functools import cache
from math import log

from nova_bot.core.route import Candidate
from nova_bot.routing.ngrams import words
from nova_bot.routing.word_lists import any_of, word_lists

FLOOR = 1e-4
"""Probabilities below this count as this much."""


def _any(name: str) -> str:
    return any_of(word_lists("addressed")[name])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    nova, hello = _any("names"), rf"(?:{_any('greetings')}[\s,]+)*"
    called = rf"^\W*{hello}@?{nova}\b(?!\s+{_any('after_third')}\b)|,\s*@?{nova}\s*(?:[.?!,]|$)|[.?!]\s+@?{nova}\s*[,:]"
    named = r"(?!Nova|Bot|Yes|No|Ok|Okay|Well|So|And|But|Please|Sorry|Then|Now|Also|Ja|Nein|Bitte|Oui|Non|Si|Sí)"
    made = {
        "called": rf"{called}|@nova\b|\b{_any('asking')}\s+(?:the\s+|der\s+|el\s+|le\s+)?{nova}\b",
        "third": rf"\b{_any('before_third')}\s+{nova}\b|\b{nova}\s+{_any('after_third')}\b|\bnova['’]?s\b",
        "other": rf"^\W*{hello}@(?!{nova}\b)\w",
        "mention": rf"@(?!{nova}\b)\w",
        "we": rf"\b{_any('first_persons')}\b",
        "you": rf"\b{_any('second_persons')}\b",
        "me": rf"\b{_any('own')}\b",
        "everyone": rf"{_any('everyone')}\b",
        "carrying_on": rf"^\W*{_any('carrying_on')}\b",
        "beginning": rf"^\W*{_any('beginning')}\b",
        "pointing": rf"\b{_any('pointing')}\b",
    }
    compiled = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in made.items()}
    start = rf"^\W*(?i:{hello}){named}[A-ZÄÖÜÉ][a-zäöüßéèáíóúñ]+,\s|,\s+(?!Nova)[A-Z][a-zäöüßéèáíóúñ]+\s*[?!.]?\s*$"
    return {**compiled, "colleague": re.compile(start)}


def of_address(text: str) -> list[float]:
    """Whom a message is for: calls of Nova, talk about it, other people's names, who is spoken of, length."""
    found = {name: bool(pattern.search(text)) for name, pattern in _patterns().items()}
    size = len(text.split())
    called = found["called"] and not found["third"]
    return [
        3.0 * called,
        3.0 * (found["called"] and found["third"]),
        3.0 * found["third"],
        3.0 * found["other"],
        2.0 * found["mention"],
        3.0 * found["colleague"],
        1.0 * text.rstrip().endswith("?"),
        min(size, 30) / 10,
        1.0 * (size <= 2),
        1.0 * found["we"],
        1.0 * found["you"],
        1.0 * found["me"],
        2.0 * found["everyone"],
    ]


def of_vagueness(text: str, ranking: tuple[Candidate, ...]) -> list[float]:
    """How much a message says: its length, and how sure the agents' ranking is."""
    best, second = ranking[0].p, ranking[1].p
    size = len(words(text))
    return [min(size, 12) / 4, 1.0 * (size <= 2), 2 * best, log(best + FLOOR), log(best + FLOOR) - log(second + FLOOR)]


@dataclass(frozen=True, slots=True)
class Thread:
    """What a thread message comes after: the holder, its last request, how the agents rank for that, and how alike the
    two messages are in sense (cosine; 0 where there is no encoder).
    """

    holder: str
    previous: str = ""
    before: tuple[Candidate, ...] = ()
    likeness: float = 0.0


def of_staying(text: str, thread: Thread, ranking: tuple[Candidate, ...]) -> list[float]:
    """Whether a message goes on: how the holder and the best other agent rank, length, first and pointing words, and
    what it has in common with the request before."""
    return [*_of_follow_up(text, thread.holder, ranking), *_of_both(text, thread, ranking)]


def _of_both(text: str, thread: Thread, ranking: tuple[Candidate, ...]) -> list[float]:
    if not thread.previous:
        return [0.0] * 6
    before = {candidate.agent: candidate.p for candidate in thread.before}
    shared = [word for word in {*words(text)} & {*words(thread.previous)} if len(word) > 3]
    return [
        1.0,
        3 * thread.likeness,
        2 * sum(candidate.p * before.get(candidate.agent, 0.0) for candidate in ranking),
        min(len(shared), 3) / 1.5,
        log(before.get(thread.holder, 0.0) + FLOOR) / 3,
        len(words(thread.previous)) / 20,
    ]


def _of_follow_up(text: str, holder: str, ranking: tuple[Candidate, ...]) -> list[float]:
    own = next((c.p for c in ranking if c.agent == holder), 0.0)
    others = [c.p for c in ranking if c.agent != holder][:2]
    held, best, second = (log(p + FLOOR) for p in (own, *others, 0.0)[:3])
    found = {name: bool(_patterns()[name].search(text)) for name in ("carrying_on", "beginning", "pointing")}
    size = len(text.split())
    return [
        held / 3,
        best / 1.5,
        best - second,
        (held - best) / 3,
        min(size, 20) / 7,
        1.0 * (size <= 3),
        2.0 * found["carrying_on"],
        2.0 * found["beginning"],
        1.0 * found["pointing"],
        1.0 * text.rstrip().endswith("?"),
    ]
