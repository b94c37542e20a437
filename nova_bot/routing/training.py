"""Training: the two regressions, their temperatures and thresholds, from the declared utterances."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.roster import Roster
from nova_bot.routing import address, calibration
from nova_bot.routing.classifier import Declared, Fitted, Reading, Tier, log_softmax, read
from nova_bot.routing.ngrams import Floats, Idf
from nova_bot.routing.regression import Regression, fit, softmax
from nova_bot.routing.typos import mistyped

FOLDS = 5
DENSE_SHARE = 0.4
SEED = 34


def declared(roster: Roster, further: Callable[[str], Iterable[str]]) -> Declared:
    """All utterances of the roster: descriptions, examples, and the `further` ones of each agent by name."""
    texts: list[str] = []
    owner: list[int] = []
    for i, spec in enumerate(roster):
        own = dict.fromkeys(map(address.without_mention, [spec.description, *spec.examples, *further(spec.name)]))
        texts += own
        owner += [i] * len(own)
    return Declared(roster.names, tuple(texts), np.array(owner))


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from. `vectors` holds one sentence vector per text, or None without an encoder."""

    declared: Declared
    readings: tuple[Reading, ...]
    vectors: Floats | None


def material(texts: Declared, encode: Callable[[Sequence[str]], Floats] | None) -> Material:
    """Read and encode the utterances."""
    readings = tuple(read(text) for text in texts.texts)
    vectors = encode([reading.english for reading in readings]) if encode else None
    return Material(texts, readings, vectors)


@dataclass(frozen=True, slots=True)
class _Pair:
    idf: Idf
    lexical: Regression
    dense: Regression | None


def _learn(given: Material, rows: NDArray[np.intp]) -> _Pair:
    """Both regressions over some of the utterances, each also once with a typing error."""
    classes = len(given.declared.agents)
    owner = given.declared.owner[rows]
    texts = [given.readings[i].both for i in rows]
    spoilt = [mistyped(text) for text in texts]
    idf = Idf.of(texts)
    weight = np.concatenate([np.ones(len(rows)), np.full(len(rows), 0.5)]).astype(np.float32)
    lexical = fit(
        idf.rows([*texts, *spoilt]), np.tile(owner, 2), classes, weight=weight, epochs=6, rate=0.03, decay=1e-5
    )
    dense = None
    if given.vectors is not None:
        dense = fit(given.vectors[rows], owner, classes, epochs=30, rate=0.03, decay=1e-5)
    return _Pair(idf, lexical, dense)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores of every utterance by a model that had not seen it; shape (utterances, agents)."""

    lexical: Floats
    full: Floats | None


def cross_validate(given: Material) -> HeldOut:
    """Held-out scores, by folds that take the same share of every agent."""
    owner = given.declared.owner
    fold = _folds(owner)
    lexical = np.zeros((len(owner), len(given.declared.agents)), np.float32)
    dense = np.zeros_like(lexical)
    for k in range(FOLDS):
        inside, outside = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        pair = _learn(given, inside)
        texts = [given.readings[i].both for i in outside]
        lexical[outside] = log_softmax(pair.lexical.logits(pair.idf.rows(texts)))
        if pair.dense is not None and given.vectors is not None:
            dense[outside] = log_softmax(pair.dense.logits(given.vectors[outside]))
    return HeldOut(lexical, lexical + np.float32(DENSE_SHARE) * dense if given.vectors is not None else None)


def _folds(owner: NDArray[np.intp]) -> NDArray[np.intp]:
    shuffled = np.random.default_rng(SEED).permutation(len(owner))
    fold = np.zeros(len(owner), np.intp)
    for agent in np.unique(owner):
        own = shuffled[owner[shuffled] == agent]
        fold[own] = np.arange(len(own)) % FOLDS
    return fold


def train(given: Material) -> Fitted:
    """Everything the classifier needs."""
    held_out = cross_validate(given)
    pair = _learn(given, np.arange(len(given.declared.owner)))
    lexical = _tier(held_out.lexical, given.declared.owner)
    full = _tier(held_out.full, given.declared.owner) if held_out.full is not None else lexical
    rows = pair.idf.rows([reading.both for reading in given.readings])
    return Fitted(pair.idf, rows, pair.lexical, pair.dense, DENSE_SHARE, lexical, full)


def _tier(scores: Floats, owner: NDArray[np.intp]) -> Tier:
    t = calibration.temperature(scores, owner)
    return Tier(t, calibration.threshold(softmax(scores / np.float32(t)), owner))
