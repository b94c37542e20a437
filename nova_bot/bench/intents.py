"""Few-shot intent detection on three public sets, by the mechanism that tells the agents apart.

The published protocol: fitted to the 5 or 10 texts per intent of the fixed splits, settings chosen on `valid`, counted
once on `test`. The encoder is frozen. Beside the texts only the intents' own names are used, each as one more text, as
an agent's description is one.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nova_bot.core.errors import BadInput
from nova_bot.routing import pair
from nova_bot.routing.embedder import WIDTH, Pool
from nova_bot.routing.ngrams import Counts, Floats
from nova_bot.routing.pair import Pair, Recipe, Seen, log_softmax
from nova_bot.routing.regression import fit

SETS = {
    "banking77_5": ("banking77", 5),
    "banking77_10": ("banking77", 10),
    "clinc150_10": ("clinc150", 10),
    "hwu64_10": ("hwu64", 10),
}
POOLS = (Pool(3), Pool(5), Pool(6, largest=True), Pool(6))
"""What is read of the frozen encoder: its sentence vector, which is the last pool, and three that say more of the
words; whether those help is one of the settings."""

SHARPNESS = 0.07
"""What cosines are divided by to be log-odds."""

SHRUNK = 0.5
"""How far the discriminant's covariance is drawn towards a multiple of the identity."""

_FEW = replace(pair.AGENTS, level=0.0, batch=64, epochs=30)
RECIPES = tuple(
    replace(_FEW, dense_epochs=epochs, dense_decay=decay) for epochs, decay in ((30, 1e-5), (60, 1e-5), (60, 1e-4))
)
"""A few texts need more passes over them than the agents' many, and class sizes are even."""

Encode = Callable[[Sequence[str]], Floats]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mix:
    """The weight of the vectors' half as a whole, and in it of the nearest text, the nearest centre and the shrunken
    linear discriminant."""

    share: float
    near: float
    centre: float
    shrunk: float


MIXES = tuple(Mix(*weights) for weights in product((1, 2, 4), (0, 0.25, 0.5), (0, 0.25), (0, 0.5, 1, 2)))


@dataclass(frozen=True, slots=True)
class Part:
    """Texts, their vectors (one pool behind the other), and the indices of their intents."""

    texts: tuple[str, ...]
    vectors: Floats
    y: NDArray[np.intp]

    @property
    def sense(self) -> Floats:
        """The sentence vectors."""
        return self.vectors[:, -WIDTH:]


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-probabilities of texts (rows) and intents (columns), by each term."""

    lexical: Floats
    dense: Floats
    near: Floats
    centre: Floats
    shrunk: Floats

    def best(self, mix: Mix) -> NDArray[np.intp]:
        """The likeliest intent of each text."""
        sense = self.dense + mix.near * self.near + mix.centre * self.centre + mix.shrunk * self.shrunk
        return np.asarray((self.lexical + mix.share * sense).argmax(axis=1), np.intp)


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted pair, and the texts it was fitted to. `all_pools` are read, or the sentence vector alone."""

    pair: Pair
    shown: Part
    classes: int
    all_pools: bool

    def scores(self, part: Part) -> Scores:
        """Every term for `part`."""
        assert self.pair.dense is not None
        own = [self.shown.sense[self.shown.y == k] for k in range(self.classes)]
        near = np.stack([(part.sense @ vectors.T).max(axis=1) for vectors in own], axis=1, dtype=np.float32)
        centres = np.stack([vectors.mean(axis=0) for vectors in own], dtype=np.float32)
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        return Scores(
            log_softmax(self.pair.lexical.logits(self.pair.idf.rows(part.texts))),
            log_softmax(self.pair.dense.logits(_read(part, all_pools=self.all_pools))),
            log_softmax(near / np.float32(SHARPNESS)),
            log_softmax(part.sense @ centres.T / np.float32(SHARPNESS)),
            log_softmax(self._discriminant(_read(part, all_pools=self.all_pools))),
        )

    def _discriminant(self, vectors: Floats) -> Floats:
        """Linear discriminant analysis; scores as spread as those of the nearest centre, so that they can be added."""
        x, y = _read(self.shown, all_pools=self.all_pools), self.shown.y
        means = np.stack([x[y == k].mean(axis=0) for k in range(self.classes)])
        inner = (x - means[y]).T @ (x - means[y]) / len(x)
        even = np.trace(inner) / len(inner) * np.eye(len(inner))
        weights = np.linalg.solve((1 - SHRUNK) * inner + SHRUNK * even, means.T)
        scores = vectors @ weights - 0.5 * (means.T * weights).sum(axis=0)
        wide = vectors @ means.T / np.float32(SHARPNESS)
        return np.asarray(scores * (wide.std(axis=1).mean() / scores.std(axis=1).mean()), np.float32)


def _read(part: Part, *, all_pools: bool) -> Floats:
    return part.vectors / np.float32(len(POOLS) ** 0.5) if all_pools else part.sense


def measure(folder: Path, encode: Encode, say: Say) -> dict[str, float]:
    """The test accuracy on each set in `folder`; `say` is told what was chosen, and which set is missing."""
    figures = {}
    for key, (name, shots) in SETS.items():
        paths = [folder / f"{name}_{part}.jsonl" for part in (f"train_{shots}", "valid", "test")]
        missing = [path.name for path in paths if not path.is_file()]
        if missing:
            say(f"{key} is left out: there is no {missing[0]}")
        else:
            figures[key] = _accuracy(key, paths, encode, say)
    return figures


def _accuracy(key: str, paths: Sequence[Path], encode: Encode, say: Say) -> float:
    train, valid, test = (_rows(path) for path in paths)
    names = sorted({label for _, label in train})
    shown, chosen_on, counted = (_part(rows, names, encode) for rows in (train, valid, test))
    accuracy, model, mix, told = choose(shown, chosen_on, names, encode)
    figure = float((model.scores(counted).best(mix) == counted.y).mean())
    say(f"{key}: {figure:.4f} on test, {accuracy:.4f} on valid with {told}, {mix}")
    return figure


def choose(shown: Part, valid: Part, names: Sequence[str], encode: Encode) -> tuple[float, Model, Mix, str]:
    """The settings with the best accuracy on `valid`: that accuracy, the model, the mix, and the rest in words."""
    part = _described(shown, names, encode)
    words = pair.learn(Seen(Counts.of(part.texts), None), part.y, len(names), _FEW)
    best: tuple[float, Model, Mix, str] | None = None
    for all_pools, recipe in product((False, True), RECIPES):
        model = _fit(part, words, len(names), recipe, all_pools=all_pools)
        scores = model.scores(valid)
        for mix in MIXES:
            accuracy = float((scores.best(mix) == valid.y).mean())
            if best is None or accuracy > best[0]:
                best = accuracy, model, mix, f"{'all pools, ' * all_pools}{_told(recipe)}"
    assert best is not None
    return best


def _told(recipe: Recipe) -> str:
    return f"vectors {recipe.dense_epochs} epochs decay {recipe.dense_decay:g}"


def _described(shown: Part, names: Sequence[str], encode: Encode) -> Part:
    """With the words of each intent's name as one more text."""
    words = tuple(name.replace("_", " ").casefold() for name in names)
    vectors = np.vstack([shown.vectors, encode(words)])
    return Part(shown.texts + words, vectors, np.concatenate([shown.y, np.arange(len(names))]))


def _fit(shown: Part, words: Pair, classes: int, recipe: Recipe, *, all_pools: bool) -> Model:
    """`words` with a dense half."""
    x, epochs, decay = _read(shown, all_pools=all_pools), recipe.dense_epochs, recipe.dense_decay
    dense = fit(x, shown.y, classes, epochs=epochs, batch=128, rate=0.03, decay=decay)
    return Model(replace(words, dense=dense), shown, classes, all_pools)


def _part(rows: Sequence[tuple[str, str]], names: Sequence[str], encode: Encode) -> Part:
    place = {name: i for i, name in enumerate(names)}
    texts = tuple(text for text, _ in rows)
    return Part(texts, encode(texts), np.array([place[label] for _, label in rows], np.intp))


def _rows(path: Path) -> list[tuple[str, str]]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [(row["text"], row["label"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(where=path, problem=f"not JSON lines with text and label ({error})") from None
