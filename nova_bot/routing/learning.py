"""Learning: what the owner corrected is right at once for the same message and its near repeats.

The lessons in the ledger are the only source; this memory is rebuilt from them. Only the owner's own choices teach.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

import numpy as np

from nova_bot.core.envelope import Standing
from nova_bot.core.lesson import How, Lesson
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.core.text import comparable
from nova_bot.routing.classifier import Encode, read
from nova_bot.routing.ngrams import Idf

NEAR_SENSE = 0.90
"""Cosine of two sentence vectors from which on one message repeats the other (docs/decisions/routing.md)."""

NEAR_WORDS = 0.75
"""The same for n-grams; also asked of vectors' matches as at least `SOME_WORDS`."""

SOME_WORDS = 0.35
MOST_PER_AGENT = 50


@cache
def _phrases() -> re.Pattern[str]:
    lists = tomllib.loads(files("nova_bot.routing").joinpath("lexicons/correction.toml").read_text("utf-8"))
    wrong, use = ("|".join(sorted(map(re.escape, lists[key]), key=len, reverse=True)) for key in ("wrong", "use"))
    polite = r"(?:[\s,.:;!-]+(?:please|bitte|por favor|svp|instead|the|it|this))*"
    name = r"[`*@/\"']*(?P<name>[\w-]+)"
    return re.compile(
        rf"^\W*(?:(?:{wrong})\b[\s,.:;!-]*)(?:(?:{use})\b{polite}[\s:]+)?{name}[`*\"'.!]*{polite}[\s.!]*$"
        rf"|^\W*(?:(?:{use})\b{polite}[\s:]+){name.replace('name', 'other')}[`*\"'.!]*{polite}[\s.!]*$",
        re.IGNORECASE,
    )


def wish(text: str, names: Collection[str]) -> str | None:
    """The agent that a message such as "wrong agent, use erp-ar" names instead of the one that answered."""
    found = _phrases().match(text)
    if found is None:
        return None
    name = (found["name"] or found["other"]).casefold()
    return name if name in names else None


def lesson_of(run: Run) -> Lesson | None:
    """What a run teaches: the owner overruled a route, or answered our question about it."""
    route, sender = run.route, run.envelope.sender
    if sender.standing is not Standing.OWNER or not route.instead_of:
        return None
    how = How.SAID if route.rule is Rule.CORRECTION else How.CHOSE
    return Lesson(route.request, route.agent, route.instead_of, sender.id, how, run.started, run.id)


def capped(lessons: Iterable[Lesson]) -> list[Lesson]:
    """The newest lessons, at most `MOST_PER_AGENT` per agent; of lessons about the same text only the newest."""
    kept: list[Lesson] = []
    seen: set[str] = set()
    count: Counter[str] = Counter()
    for lesson in sorted(lessons, key=lambda one: (one.at, one.id), reverse=True):
        text = comparable(lesson.text)
        if text not in seen and count[lesson.right] < MOST_PER_AGENT:
            seen.add(text)
            count[lesson.right] += 1
            kept.append(lesson)
    return kept[::-1]


class Memory:
    """The live lessons, ready to be asked."""

    def __init__(self, idf: Idf, encode: Encode | None) -> None:
        self._idf = idf
        self._encode = encode
        self.learn(())

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Forget everything, then learn `lessons`."""
        kept = capped(lessons)
        readings = [read(lesson.text) for lesson in kept]
        self._right = {comparable(lesson.text): lesson.right for lesson in kept}
        self._agents = [lesson.right for lesson in kept]
        self._words = self._idf.rows([reading.both for reading in readings])
        self._senses = [self._encode(reading.english) for reading in readings] if self._encode else []

    def recall(self, text: str) -> str | None:
        """The agent of the lesson about the same text or the nearest repeat of it, None if there is none."""
        same = self._right.get(comparable(text))
        if same is not None or not self._agents:
            return same
        reading = read(text)
        likeness = words = self._words.like(self._idf.rows([reading.both]))
        near = words >= NEAR_WORDS
        if self._encode and (words >= SOME_WORDS).any():
            sense = np.stack(self._senses) @ self._encode(reading.english)
            near |= (sense >= NEAR_SENSE) & (words >= SOME_WORDS)
            likeness = np.maximum(words, sense)
        return self._agents[int(np.argmax(np.where(near, likeness, -1)))] if near.any() else None
