"""The peer: `semantic-router`, measured on the same messages when it is installed. It is never a dependency of Nova.

It gets the same declared utterances and the same sentence encoder, through its public encoder class, and the messages
without the call of Nova, as the classifier gets them. Every way it has of adding up its hits is tried, with the
vectors alone and together with its own TF-IDF; no threshold is set, so it always chooses.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import product
from typing import Any

from nova_bot.bench.route_data import Messages
from nova_bot.core.text import visible
from nova_bot.routing.address import without_mention
from nova_bot.routing.classifier import Declared
from nova_bot.routing.ngrams import Floats

NAME = "semantic_router"
AGGREGATIONS = ("mean", "max", "sum")
Encode = Callable[[Sequence[str]], Floats]
Figures = dict[str, float]


def measure(texts: Declared, messages: Messages, encode: Encode, say: Callable[[str], None]) -> dict[str, Figures]:
    """`top1` and `top3` of each configuration by its name; nothing where the peer is not installed."""
    try:
        peer = import_module(NAME)
    except ImportError:
        say("semantic-router is not installed here, so it is not measured")
        return {}
    said = [without_mention(visible(message.text)) for message in messages]
    encode([*texts.texts, *said])  # all at once: the peer asks for one after the other
    figures = {}
    for hybrid, aggregation in product((False, True), AGGREGATIONS):
        name = f"semantic-router {version('semantic-router')} {aggregation}{' with TF-IDF' if hybrid else ''}"
        router = _router(peer, texts, encode, aggregation, hybrid=hybrid)
        figures[name] = _figures(router, said, messages)
        say(f"{name}: top1 {figures[name]['top1']:.3f}, top3 {figures[name]['top3']:.3f}")
    return figures


def _router(peer: Any, texts: Declared, encode: Encode, aggregation: str, *, hybrid: bool) -> Any:
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
    sparse = encoders.TfidfEncoder() if hybrid else None
    return peer.IndexedRouter(encoder=NovaEncoder(), routes=routes, aggregation=aggregation, sparse_encoder=sparse)


def _figures(router: Any, said: Sequence[str], messages: Messages) -> Figures:
    chosen = [[choice.name for choice in router(text, limit=3)] for text in said]
    first = sum(names[0] in message.right for names, message in zip(chosen, messages, strict=True))
    three = sum(any(name in message.right for name in names) for names, message in zip(chosen, messages, strict=True))
    return {"top1": first / len(messages), "top3": three / len(messages)}
