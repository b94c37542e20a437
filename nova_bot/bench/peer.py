"""The peer: `semantic-router`, measured on the same messages when it is installed. It is never a dependency of Nova.

It gets the same declared utterances and the same sentence encoder, through its public encoder class, and the messages
without the call of Nova, as the classifier gets them. No threshold is set, so it always chooses. Its defaults are
measured, and a few settings that did better on our development messages: the best of them may be a little lucky.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from nova_bot.bench.route_data import Messages
from nova_bot.core.text import visible
from nova_bot.routing.address import without_mention
from nova_bot.routing.classifier import Declared
from nova_bot.routing.ngrams import Floats

NAME = "semantic_router"
Encode = Callable[[Sequence[str]], Floats]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Setup:
    """How the peer adds up its hits, how many it looks at, and the weight of vectors beside its own TF-IDF."""

    aggregation: str
    top_k: int = 5
    alpha: float | None = None

    @property
    def name(self) -> str:
        """What its figures are called."""
        hits = f"{self.aggregation} of {self.top_k}"
        return hits if self.alpha is None else f"{hits}, alpha {self.alpha:g}"


SETUPS = (
    *(Setup(aggregation) for aggregation in ("mean", "max", "sum")),
    *(Setup(aggregation, alpha=0.5) for aggregation in ("mean", "max", "sum")),
    *(Setup("sum", top_k, alpha) for top_k in (10, 25) for alpha in (0.5, 0.3)),
)


def measure(texts: Declared, messages: Messages, encode: Encode, say: Callable[[str], None]) -> dict[str, Figures]:
    """`top1` and `top3` of each setup by its name; nothing where the peer is not installed."""
    try:
        peer = import_module(NAME)
    except ImportError:
        say("semantic-router is not installed here, so it is not measured")
        return {}
    said = [without_mention(visible(message.text)) for message in messages]
    encode([*texts.texts, *said])  # all at once: the peer asks for one after the other
    build = _builder(peer, texts, encode)
    figures = {}
    for setup in SETUPS:
        name = f"semantic-router {peer.__version__} {setup.name}"
        figures[name] = _figures(build(setup), said, messages)
        say(f"{name}: top1 {figures[name]['top1']:.3f}, top3 {figures[name]['top3']:.3f}")
    return figures


def _builder(peer: Any, texts: Declared, encode: Encode) -> Callable[[Setup], Any]:
    """Makes the peer's router for a setup. They share two indexes, slow to fill: with and without its TF-IDF."""
    encoders = import_module(f"{NAME}.encoders")

    class NovaEncoder(encoders.DenseEncoder):  # type: ignore[misc, name-defined]
        name: str = "all-MiniLM-L6-v2"

        def __call__(self, docs: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = encode(docs).tolist()
            return vectors

    own: dict[str, list[str]] = {agent: [] for agent in texts.agents}
    for text, owner in zip(texts.texts, texts.owner, strict=True):
        own[texts.agents[owner]].append(text)
    routes = [peer.Route(name=agent, utterances=utterances) for agent, utterances in own.items()]

    @cache
    def filled(*, mixed: bool) -> dict[str, Any]:
        given = {"encoder": NovaEncoder(), **({"sparse_encoder": encoders.TfidfEncoder()} if mixed else {})}
        return {**given, "index": peer.IndexedRouter(routes=routes, **given).index}

    def build(setup: Setup) -> Any:
        mixed = {} if setup.alpha is None else {"alpha": setup.alpha}
        kept = filled(mixed=setup.alpha is not None)
        return peer.IndexedRouter(aggregation=setup.aggregation, top_k=setup.top_k, **mixed, **kept)

    return build


def _figures(router: Any, said: Sequence[str], messages: Messages) -> Figures:
    chosen = [[choice.name for choice in router(text, limit=3)] for text in said]
    first = sum(names[0] in message.right for names, message in zip(chosen, messages, strict=True))
    three = sum(any(name in message.right for name in names) for names, message in zip(chosen, messages, strict=True))
    return {"top1": first / len(messages), "top3": three / len(messages)}
