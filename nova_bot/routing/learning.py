"""Learning: what the owner corrected is right at once for the same message and its near repeats.

The lessons in the ledger are the only source; this memory is rebuilt from them. Only the owner's own choices teach.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np

from nova_bot.core.envelope import Standing
from nova_bot.core.lesson import How, Lesson
from nova_bot.core.route import Rule
from nova_bot.core.run import Run
from nova_bot.core.text import comparable
from nova_bot.routing import address
from nova_bot.routing.classifier import Encode, Reading, read
from nova_bot.routing.ngrams import Idf
from nova_bot.routing.scale import cosine
from nova_bot.routing.word_lists import any_of, word_lists

NEAR_WORDS = 0.60
"""Cosine of n-grams from which on one message repeats the other (docs/decisions/routing.md)."""

NEAR_SENSE = 0.60
"""The same for scaled sentence vectors, of messages whose n-grams' is at least `SOME_WORDS`."""

SOME_WORDS = 0.40
MOST_PER_AGENT = 50


@lru_cache(maxsize=8)
def _phrases(names: tuple[str, ...]) -> re.Pattern[str]:
    lists = word_lists("correction")
    polite = rf"(?:[\s,.:;!-]+{any_of(lists['polite'])})*"
    known = address.any_name(names)
    but = rf"(?:\s*,?\s*{any_of(lists['but'])}\b)?"
    wrong = rf"(?:{any_of(lists['wrong'])}\b|{any_of(lists['not'])}\s+{known}{but})[\s,.:;!-]*"
    name, end = rf"[`*@/\"']*(?P<name>{known}|[\w-]+)", rf"[`*\"'.!]*{polite}[\s.!]*$"
    told = rf"(?P<told>{any_of(lists['use'])}\b{polite}[\s:]+)"
    return re.compile(
        rf"^\W*{wrong}{told}?{name}{end}|^\W*{told.replace('told', 'only')}{name.replace('name', 'other')}{end}",
        re.IGNORECASE,
    )


def wish(text: str, names: Collection[str]) -> str | None:
    """The agent that a message such as "wrong agent, use erp-ar" names instead of the one that answered.

    A name that no agent has is given only where an agent must be meant: it is a slip of one, or the message speaks of
    an agent.
    """
    found = _phrases(tuple(names)).match(address.alike(text))
    if found is None:
        return None
    written = found["name"] or found["other"]
    if address.agent_of(written) in names:
        return address.agent_of(written)
    must_be = found["told"] and re.search(r"\bagente?\b", text, re.IGNORECASE)
    return written.casefold() if must_be or address.slipped(written.casefold(), names) else None


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
        self._english = [reading.english for reading in readings]

    def recall(self, text: str) -> str | None:
        """The agent of the lesson about the same text or the nearest repeat of it, None if there is none."""
        same = self._right.get(comparable(text))
        if same is not None or not self._agents:
            return same
        reading = read(text)
        words = self._words.like(self._idf.rows([reading.both]))
        sense = np.array([self._sense(i, reading) if words[i] >= SOME_WORDS else 0.0 for i in range(len(words))])
        near = (words >= NEAR_WORDS) | (sense >= NEAR_SENSE)
        return self._agents[int(np.argmax(np.where(near, words + sense, -1)))] if near.any() else None

    def _sense(self, lesson: int, reading: Reading) -> float:
        """How alike a lesson and a message are in sense. Only the few lessons that share words with it are encoded."""
        return cosine(self._encode(self._english[lesson]), self._encode(reading.english)) if self._encode else 0.0
