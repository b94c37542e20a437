"""Moods: what a thread message is like, learnt as three two-way judgements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nova_bot.core.route import Candidate
from nova_bot.routing import address, lexica, pair, signs
from nova_bot.routing.classifier import Declared, Reading, Tier, read
from nova_bot.routing.ngrams import Counts, Floats
from nova_bot.routing.pair import Pair, Seen
from nova_bot.routing.regression import softmax
from nova_bot.routing.scale import cosine

SEED = 34
NEW_TOPICS = 24
"""So many declared utterances of each agent also serve as thread messages; a third of them under their own agent."""


@dataclass(frozen=True, slots=True)
class Moods:
    """What a thread message is like: meant for Nova, too vague, going on with the holder's work."""

    addressed: Pair
    vague: Pair
    staying: Pair


@dataclass(frozen=True, slots=True)
class _Read:
    """A message as the moods see it: how the agents rank for it, and its scaled vector."""

    ranking: tuple[Candidate, ...]
    vector: Floats | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads messages for the moods: declared ones rank by their held-out scores, others by the fitted pair."""

    agents: tuple[str, ...]
    known: dict[str, Floats]
    pair: Pair
    tier: Tier
    see: Callable[[Sequence[Reading]], Seen]

    def read(self, texts: Sequence[str]) -> dict[str, _Read]:
        """Each text, without the call of Nova."""
        bare = list(dict.fromkeys(map(address.without_mention, texts)))
        seen = self.see([read(text) for text in bare])
        scores = self.pair.scores(self.pair.idf.weigh(seen.counts), seen.dense)
        fitted = softmax(scores / np.float32(self.tier.temperature))
        found = zip(bare, fitted, [None] * len(bare) if seen.dense is None else seen.dense, strict=True)
        ranked = {text: _Read(self._ranking(self.known.get(text, p)), vector) for text, p, vector in found}
        return {text: ranked[address.without_mention(text)] for text in texts}

    def _ranking(self, p: Floats) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.agents[i], float(p[i])) for i in np.argsort(-p, kind="stable"))


def learn(reader: Reader, texts: Declared) -> Moods:
    """Fit all three to the router's own data files, and to `texts` as messages in threads."""
    addressed, vague = lexica.addressed(), lexica.vague()
    threads = [*lexica.follow_ups(), *_new_topics(texts)]
    said = [text for text, _ in (*addressed, *vague)]
    seen = reader.read([*said, *(follow.text for follow in threads), *(follow.previous for follow in threads)])

    follows = [signs.of_staying(f.text, _thread(f, seen), seen[f.text].ranking) for f in threads]
    return Moods(
        _mood(addressed, [signs.of_address(text) for text, _ in addressed], seen, pair.MOODS),
        _mood(vague, [signs.of_vagueness(text, seen[text].ranking) for text, _ in vague], seen, pair.MOODS),
        _mood([(follow.text, follow.stays) for follow in threads], follows, seen, pair.THREADS),
    )


def _thread(follow: lexica.FollowUp, seen: dict[str, _Read]) -> signs.Thread:
    now, before = seen[follow.text], seen[follow.previous]
    return signs.Thread(follow.holder, follow.previous, before.ranking, cosine(now.vector, before.vector))


def _new_topics(texts: Declared) -> list[lexica.FollowUp]:
    """Declared utterances as thread messages, after a typical one of the holder: under another agent they are new
    topics, under their own they stay.
    """
    drawn = np.random.default_rng(SEED)
    owned = [np.flatnonzero(texts.owner == agent) for agent in range(len(texts.agents))]
    usual = [own[texts.typical[own]] if texts.typical[own].any() else own for own in owned]
    made = []
    for agent, own in enumerate(owned):
        for n, i in enumerate(drawn.choice(own, min(NEW_TOPICS, len(own)), replace=False)):
            other = (agent + drawn.integers(1, len(owned))) % len(owned)
            holder = agent if n % 3 == 0 else other
            before = drawn.choice(usual[holder])
            right = texts.agents[agent]
            made.append(lexica.FollowUp(texts.agents[holder], texts.texts[before], texts.texts[i], right))
    return made


def _mood(
    judged: list[tuple[str, bool]], features: list[list[float]], seen: dict[str, _Read], recipe: pair.Recipe
) -> Pair:
    """A two-class pair over words, plain features and the sentence vector."""
    vectors = [seen[text].vector for text, _ in judged]
    dense = np.array([[*own, *(() if v is None else v)] for own, v in zip(features, vectors, strict=True)], np.float32)
    counts = Counts.of(read(text).both for text, _ in judged)
    return pair.learn(Seen(counts, dense), np.array([yes for _, yes in judged], np.intp), 2, recipe)
