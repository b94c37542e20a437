"""Training: the agents' classifier, its temperatures and thresholds, and the three moods of a thread message.

Everything comes from the declared utterances and the router's own data files; no message of a user is needed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.roster import Roster
from nova_bot.routing import address, calibration, lexica, pair
from nova_bot.routing.case import GENERAL
from nova_bot.routing.classifier import Declared, Reading, Tier, read
from nova_bot.routing.moods import Moods, Reader, learn
from nova_bot.routing.ngrams import Counts, Floats, Rows
from nova_bot.routing.pair import Pair, Seen
from nova_bot.routing.regression import softmax
from nova_bot.routing.scale import Scale
from nova_bot.routing.typos import mistyped

FOLDS = 8
SEED = 34
EncodeMany = Callable[[Sequence[str]], Floats]


def declared(
    roster: Roster, further: Callable[[str], Iterable[str]], taught: Sequence[tuple[str, str]] = ()
) -> Declared:
    """All utterances of the roster, each once.

    An agent's are its examples, its description, its `further` ones by name, and the follow-ups by which people turn
    to it in the middle of a thread; `general` also owns what no specialist does. `taught` are corrected messages with
    their right agents; such a message counts twice, and for no other agent.
    """
    texts: list[str] = []
    owner: list[int] = []
    typical: list[bool] = []
    corrected = {text for text, _ in taught}
    turned_to = [follow_up for follow_up in lexica.follow_ups() if not follow_up.stays]
    for i, spec in enumerate(roster):
        more = [spec.description, *further(spec.name), *(f.text for f in turned_to if f.right == spec.name)]
        more += lexica.outside() if spec.name == GENERAL else []
        examples = dict.fromkeys(map(address.without_mention, spec.examples))
        own = [
            text for text in dict.fromkeys([*examples, *map(address.without_mention, more)]) if text not in corrected
        ]
        own += [text for text, right in taught if right == spec.name] * 2
        texts += own
        owner += [i] * len(own)
        typical += [text in examples for text in own]
    return Declared(roster.names, tuple(texts), np.array(owner), np.array(typical))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that was learnt. `confusion` counts typical utterances by their own agent (row) and the one that a
    router which had not seen them chose (column).
    """

    pair: Pair
    scale: Scale | None
    rows: Rows
    lexical: Tier
    full: Tier
    moods: Moods
    confusion: NDArray[np.intp]

    @property
    def accuracy(self) -> float:
        """The cross-validated share of typical utterances that were right, 0 to 1."""
        return float(np.trace(self.confusion) / self.confusion.sum())


@dataclass(frozen=True, slots=True)
class _Material:
    """The declared utterances, as they are and with typing errors."""

    declared: Declared
    seen: Seen
    spoilt: Seen
    scale: Scale | None

    @classmethod
    def of(cls, texts: Declared, encode: EncodeMany | None) -> "_Material":
        as_they_are, mistaken = ([read(text) for text in said] for said in (texts.texts, map(mistyped, texts.texts)))
        vectors = encode([reading.english for reading in as_they_are]) if encode else None
        scale = None if vectors is None else Scale.of(vectors)
        return cls(texts, _seen(as_they_are, scale, encode), _seen(mistaken, scale, encode), scale)

    def pair(self, rows: NDArray[np.intp]) -> Pair:
        """A pair over some of the utterances."""
        y, classes = self.declared.owner[rows], len(self.declared.agents)
        return pair.learn(self.seen.take(rows), y, classes, pair.AGENTS, self.spoilt.take(rows))

    def scores(self, fitted: Pair, rows: NDArray[np.intp], *, full: bool) -> Floats:
        """A pair's scores of some of the utterances."""
        part = self.seen.take(rows)
        return fitted.scores(fitted.idf.weigh(part.counts), part.dense if full else None)


def _seen(readings: Sequence[Reading], scale: Scale | None, encode: EncodeMany | None) -> Seen:
    """Messages as a pair reads them; without an encoder by their words alone."""
    counts = Counts.of(reading.both for reading in readings)
    if scale is None or encode is None:
        return Seen(counts, None)
    return Seen(counts, scale.scaled(encode([reading.english for reading in readings])))


def train(texts: Declared, encode: EncodeMany | None) -> Fitted:
    """Fit everything to the declared utterances; `encode` is None without the encoder's weights."""
    given = _Material.of(texts, encode)
    lexical, full = _held_out(given)
    everything = np.arange(len(texts.texts))
    fitted = given.pair(everything)
    low, high = _tier(lexical, texts), _tier(full, texts)
    known = dict(zip(texts.texts, softmax(full / np.float32(high.temperature)), strict=True))
    see = partial(_seen, scale=given.scale, encode=encode)
    moods = learn(Reader(texts.agents, known, fitted, high, see), texts)
    confusion = np.zeros((len(texts.agents),) * 2, np.intp)
    np.add.at(confusion, (texts.owner[texts.typical], full[texts.typical].argmax(axis=1)), 1)
    rows = fitted.idf.weigh(given.seen.counts.words_alone())
    return Fitted(fitted, given.scale, rows, low, high, moods, confusion)


def held_out(texts: Declared, encode: EncodeMany | None) -> tuple[Floats, Floats]:
    """Scores of every utterance by a router that had not seen it: of the words alone, and of both halves."""
    return _held_out(_Material.of(texts, encode))


def _held_out(given: _Material) -> tuple[Floats, Floats]:
    """Scores of every utterance by a pair that had not seen it: of the words alone, and of both halves."""
    fold = _folds(given.declared.owner)
    lexical = np.zeros((len(fold), len(given.declared.agents)), np.float32)
    full = np.zeros_like(lexical)
    for k in range(FOLDS):
        outside = np.flatnonzero(fold == k)
        fitted = given.pair(np.flatnonzero(fold != k))
        lexical[outside] = given.scores(fitted, outside, full=False)
        full[outside] = given.scores(fitted, outside, full=True)
    return lexical, full


def _folds(owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """Fold numbers that take the same share of every agent."""
    shuffled = np.random.default_rng(SEED).permutation(len(owner))
    fold = np.zeros(len(owner), np.intp)
    for agent in np.unique(owner):
        own = shuffled[owner[shuffled] == agent]
        fold[own] = np.arange(len(own)) % FOLDS
    return fold


def _tier(scores: Floats, texts: Declared) -> Tier:
    """Temperature and threshold over the typical utterances: border cases, written to be hard, are not traffic."""
    held, owner = scores[texts.typical], texts.owner[texts.typical]
    t = calibration.temperature(held, owner)
    return Tier(t, calibration.threshold(softmax(held / np.float32(t)), owner))
