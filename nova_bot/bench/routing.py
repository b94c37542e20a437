"""The routing bench: the right agent, sure or asking; threads; what a decision costs; public sets; a peer.

Every decision is made by `commands.route.decide`, the runtime's own function. `top1`, `top3`, `ece` and
`auto_coverage_at_95` look at the classifier's ranking behind it; `routed_share` and `routed_precision` at the decision.
Without data those four are cross-validated over the agents' own examples, and what needs other messages is left out.
"""

import asyncio
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from nova_bot import judged, parts, router_files
from nova_bot.bench import intents, lessons, peer, route_data
from nova_bot.bench.first_route import in_fresh_processes
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.route_data import Messages, RouteData
from nova_bot.bench.uncertain import arbiter_calls
from nova_bot.commands.route import Asked, decide, router_of
from nova_bot.core.route import Decision, Route
from nova_bot.engine.loop import Router
from nova_bot.judged import Judged, Labelled
from nova_bot.routing.classifier import Declared
from nova_bot.routing.embedder import ROUTING, SENTENCE, Pool
from nova_bot.routing.router import LadderRouter
from nova_bot.settings import Settings
from nova_bot.vectors import KeptVectors

Routed = Sequence[tuple[Labelled, Route]]

PRECISION = 0.95
WARMING = 20
"""Messages routed before the clock runs."""

KEYS = (
    *("top1", "top3", "ece", "auto_coverage_at_95", "routed_share", "routed_precision", "vague_asked"),
    *("oos_to_specialist", "kept", "switched", "people_answered", "nova_missed", "arbiter_calls"),
    *("same_text", "near_repeats", "moved"),
    *("p50_ms", "p99_ms", "rss_mb", "warm_start_s", "banking77_5", "banking77_10", "clinc150_10", "hwu64_10"),
)
TARGETS = {
    "top1": Target(">=", 0.80),
    "top3": Target(">=", 0.93),
    "auto_coverage_at_95": Target(">=", 0.55),
    "routed_share": Target(">=", 0.55),
    "routed_precision": Target(">=", PRECISION),
    "vague_asked": Target(">=", 0.85),
    "oos_to_specialist": Target("<=", 0.02),
    "kept": Target(">=", 0.95),
    "switched": Target(">=", 0.90),
    "people_answered": Target("<=", 0.05),
    "nova_missed": Target("<=", 0.05),
    "arbiter_calls": Target("<=", 0.3),
    "same_text": Target(">=", 1.0),
    "near_repeats": Target(">=", 0.95),
    "moved": Target("<=", 0.005),
    "p50_ms": Target("<=", 10),
    "p99_ms": Target("<=", 25),
    "rss_mb": Target("<=", 150),
    "warm_start_s": Target("<=", 3),
    "banking77_5": Target(">=", 0.81),
    "banking77_10": Target(">=", 0.87),
    "clinc150_10": Target(">=", 0.91),
    "hwu64_10": Target(">=", 0.85),
}


def say(text: str) -> None:
    """One line on stderr."""
    print(f"routing: {text}", file=sys.stderr, flush=True)


def measure(data: Path | None, settings: Settings) -> Measured:
    """All figures; those that can't be measured are left out and named on stderr. Raises BadInput."""
    found = route_data.read(data, say) if data else RouteData()
    router = asyncio.run(router_of(settings))
    if not isinstance(router, LadderRouter):
        raise TypeError("only the ladder has a ranking to look at")
    texts = router_files.declared(parts.agents_folder(settings), router.roster)
    examples = tuple(Labelled(text=text, agent=spec.name) for spec in router.roster for text in spec.examples)
    figures = decided(router, found) if found.everything else latency(routed(router, examples))
    figures |= lessons.measure(router, found.main)
    figures |= ranking(router, found.main) if found.main else _cross_validated(texts, _encoder(settings, ROUTING))
    figures |= _if_possible("a fresh start", lambda: in_fresh_processes(settings, found.everything or examples))
    if found.public and (encode := _encoder(settings, intents.POOLS)):
        figures |= intents.measure(found.public, encode, say)
    peers = {}
    if found.main and (encode := _encoder(settings, SENTENCE)):
        peers = peer.measure(texts, found.main, encode, say)
    _say_what_is_missing(figures, peers)
    return Measured({key: figures[key] for key in KEYS if key in figures}, TARGETS, peers)


def _encoder(settings: Settings, pools: Sequence[Pool]) -> KeptVectors | None:
    """The encoder behind a file of vectors in Nova's home, None without its weights."""
    encoder = router_files.embedder(settings.home, pools)
    if encoder is None:
        say("the encoder's weights are not installed: words alone decide; `nova models install` fetches them")
        return None
    return router_files.vectors(settings.home, encoder, lambda done, total: say(f"encoded {done} of {total} texts"))


def routed(router: Router, messages: Iterable[Labelled], *, mentioned: bool = True) -> Routed:
    """Messages with what the runtime decides for them."""
    made = []
    for message in messages:
        asked = Asked(text=message.text, current=message.current, previous=message.previous, mentioned=mentioned)
        made.append((message, decide(router, asked)))
    return made


def decided(router: LadderRouter, data: RouteData) -> dict[str, float]:
    """What the runtime's own decisions are worth, and how long they take."""
    routed(router, data.everything[:WARMING])
    main, vague, oos, threads = (routed(router, part) for part in (data.main, data.vague, data.oos, data.threads))
    people = routed(router, data.notforbot, mentioned=False)
    alone = [pair for pair in main if _alone(pair)]
    return {
        **_share("routed_share", main, _alone),
        **_share("routed_precision", alone, _right),
        **_share("vague_asked", vague, lambda pair: pair[1].decision is Decision.ASK),
        **_share("oos_to_specialist", oos, lambda pair: pair[1].decision is Decision.ROUTE),
        **_share("kept", [pair for pair in threads if pair[0].stays], lambda pair: _alone(pair) and _right(pair)),
        **_share("switched", [pair for pair in threads if not pair[0].stays], lambda p: _alone(p) and _right(p)),
        **_share("people_answered", [pair for pair in people if not pair[0].for_bot], _answered),
        **_share("nova_missed", [pair for pair in people if pair[0].for_bot], lambda pair: not _answered(pair)),
        **arbiter_calls(router.roster, [route for _, route in (*main, *vague, *oos, *threads)]),
        **latency([*main, *vague, *oos, *threads, *people]),
    }


def _alone(pair: tuple[Labelled, Route]) -> bool:
    """Did it go to an agent without a question?"""
    return pair[1].decision in (Decision.ROUTE, Decision.GENERAL)


def _right(pair: tuple[Labelled, Route]) -> bool:
    return pair[1].agent in pair[0].right


def _answered(pair: tuple[Labelled, Route]) -> bool:
    return pair[1].decision is not Decision.SILENT


def _share(key: str, of: Routed, holds: Callable[[tuple[Labelled, Route]], bool]) -> dict[str, float]:
    """The share for which it holds; nothing at all of nothing."""
    return {key: sum(map(holds, of)) / len(of)} if of else {}


def latency(done: Routed) -> dict[str, float]:
    """Milliseconds of a decision, as the router stamps them on its routes."""
    taken = [route.ms for _, route in done]
    if len(taken) < 2:
        return {}
    percentiles = statistics.quantiles(taken, n=100, method="inclusive")
    return {"p50_ms": percentiles[49], "p99_ms": percentiles[98]}


def ranking(router: LadderRouter, messages: Messages) -> dict[str, float]:
    """What the classifier's ranking of labelled messages is worth; by style to stderr."""
    all_of_them = judged.ranked(router.brain.rank, router.roster.names, messages)
    by_style: dict[str, list[bool]] = defaultdict(list)
    for message, hit in zip(messages, all_of_them.hit, strict=True):
        by_style[message.style].append(bool(hit))
    styles = {style: hits for style, hits in sorted(by_style.items()) if style}
    for style, hits in styles.items():
        say(f"top1 {style:<10} {sum(hits) / len(hits):.3f} of {len(hits)}")
    return worth(all_of_them)


def worth(messages: Judged) -> dict[str, float]:
    """The four figures of a ranking."""
    return {
        "top1": messages.within(1),
        "top3": messages.within(3),
        "ece": messages.calibration_error,
        "auto_coverage_at_95": messages.coverage_at(PRECISION),
    }


def _cross_validated(texts: Declared, encode: KeptVectors | None) -> dict[str, float]:
    say("no labelled messages: top1, top3, ece and auto_coverage_at_95 are cross-validated over the agents' examples")
    return worth(judged.held_out(texts, encode))


def _if_possible(what: str, measured: Callable[[], dict[str, float]]) -> dict[str, float]:
    try:
        return measured()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        say(f"{what} could not be measured: {error}")
        return {}


def _say_what_is_missing(figures: Mapping[str, float], peers: Mapping[str, Mapping[str, float]]) -> None:
    missing = [key for key in KEYS if key not in figures]
    if missing:
        say(f"not measured: {', '.join(missing)}")
    if peers:
        best = max(peers, key=lambda name: peers[name]["top1"])
        say(f"top1 is {(figures['top1'] - peers[best]['top1']) * 100:+.1f} points from {best}")
