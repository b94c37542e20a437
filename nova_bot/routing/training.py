"""Training: the agents' classifier, its temperatures and thresholds, and the three moods of a thread message.

Everything comes from the declared utterances and the router's own data files; no message of a user is needed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.roster import Roster
from nova_bot.core.route import Candidate
from nova_bot.routing import address, calibration, lexica, pair, signs
from nova_bot.routing.classifier import Declared, Tier, read
from nova_bot.routing.ladder import GENERAL
from nova_bot.routing.ngrams import Counts, Floats, Rows
from nova_bot.routing.pair import Pair
from nova_bot.routing.regression import softmax
from nova_bot.routing.typos import mistyped

FOLDS = 4
SEED = 34
SAMPLE = 10
"""Every so manieth declared utterance also serves as a message that opens a new topic in a thread."""
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
class Moods:
    """What a thread message is like: meant for Nova, too vague, going on with the holder's work."""

    addressed: Pair
    vague: Pair
    staying: Pair


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that was learnt. `accuracy` is the cross-validated share of typical utterances that were right."""

    pair: Pair
    rows: Rows
    lexical: Tier
    full: Tier
    moods: Moods
    accuracy: float


@dataclass(frozen=True, slots=True)
class _Material:
    """The declared utterances with their n-grams, as they are and with typing errors, and their sentence vectors."""

    declared: Declared
    counts: Counts
    spoilt: Counts
    vectors: Floats | None

    @classmethod
    def of(cls, texts: Declared, encode: EncodeMany | None) -> "_Material":
        readings = [read(text) for text in texts.texts]
        vectors = encode([reading.english for reading in readings]) if encode else None
        both = [reading.both for reading in readings]
        return cls(texts, Counts.of(both), Counts.of(map(mistyped, both)), vectors)

    def pair(self, rows: NDArray[np.intp]) -> Pair:
        """A pair over some of the utterances."""
        dense = None if self.vectors is None else self.vectors[rows]
        y, classes = self.declared.owner[rows], len(self.declared.agents)
        return pair.learn(self.counts.take(rows), dense, y, classes, pair.AGENTS, self.spoilt.take(rows))

    def scores(self, fitted: Pair, rows: NDArray[np.intp], *, full: bool) -> Floats:
        """A pair's scores of some of the utterances."""
        dense = self.vectors[rows] if full and self.vectors is not None else None
        return fitted.scores(fitted.idf.weigh(self.counts.take(rows)), dense)


def train(texts: Declared, encode: EncodeMany | None) -> Fitted:
    """Fit everything to the declared utterances; `encode` is None without the encoder's weights."""
    given = _Material.of(texts, encode)
    lexical, full = _held_out(given)
    everything = np.arange(len(texts.texts))
    fitted = given.pair(everything)
    low, high = _tier(lexical, texts), _tier(full, texts)
    known = dict(zip(texts.texts, softmax(full / np.float32(high.temperature)), strict=True))
    moods = _moods(_Ranker(texts.agents, known, fitted, high, encode), texts)
    right = full.argmax(axis=1) == texts.owner
    rows = fitted.idf.weigh(given.counts)
    return Fitted(fitted, rows, low, high, moods, float(right[texts.typical].mean()))


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


@dataclass(frozen=True, slots=True)
class _Ranker:
    """Ranks texts for the moods: declared ones by their held-out scores, others by the fitted pair."""

    agents: tuple[str, ...]
    known: dict[str, Floats]
    pair: Pair
    tier: Tier
    encode: EncodeMany | None

    def rank(self, texts: Sequence[str]) -> list[tuple[Candidate, ...]]:
        """The agents by probability, for each text."""
        readings = [read(text) for text in texts]
        dense = self.encode([reading.english for reading in readings]) if self.encode else None
        scores = self.pair.scores(self.pair.idf.rows([reading.both for reading in readings]), dense)
        fitted = softmax(scores / np.float32(self.tier.temperature))
        held = [self.known.get(text, p) for text, p in zip(texts, fitted, strict=True)]
        return [tuple(Candidate(self.agents[i], float(p[i])) for i in np.argsort(-p, kind="stable")) for p in held]


def _moods(ranker: _Ranker, texts: Declared) -> Moods:
    addressed = lexica.addressed()
    vague = lexica.vague()
    threads = [*lexica.follow_ups(), *_new_topics(texts)]
    rankings = ranker.rank([text for text, _ in vague]), ranker.rank([follow.text for follow in threads])
    return Moods(
        _mood(
            [t for t, _ in addressed],
            [signs.of_address(t) for t, _ in addressed],
            [y for _, y in addressed],
            pair.MOODS,
        ),
        _mood(
            [t for t, _ in vague],
            [signs.of_vagueness(t, r) for (t, _), r in zip(vague, rankings[0], strict=True)],
            [y for _, y in vague],
            pair.MOODS,
        ),
        _mood(
            [f.text for f in threads],
            [signs.of_staying(f.text, f.holder, r) for f, r in zip(threads, rankings[1], strict=True)],
            [f.stays for f in threads],
            pair.THREADS,
        ),
    )


def _new_topics(texts: Declared) -> list[lexica.FollowUp]:
    """Declared utterances as thread messages: under another agent they are new topics, under their own they stay."""
    drawn = np.random.default_rng(SEED)
    made = []
    for i in range(0, len(texts.texts), SAMPLE):
        own = texts.agents[texts.owner[i]]
        other = texts.agents[(texts.owner[i] + drawn.integers(1, len(texts.agents))) % len(texts.agents)]
        holder = own if (i // SAMPLE) % 3 == 0 else other
        made.append(lexica.FollowUp(holder, "", texts.texts[i], own))
    return made


def _mood(texts: list[str], features: list[list[float]], y: list[bool], recipe: pair.Recipe) -> Pair:
    """A two-class pair over words and plain features."""
    both = [read(text).both for text in texts]
    return pair.learn(Counts.of(both), np.array(features, np.float32), np.array(y, np.intp), 2, recipe)
