"""`nova bench sinks`: what must not leave, said on every path of every platform, and judged by what arrived there."""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from nova_bot.bench import sink_judge
from nova_bot.bench.measured import Measured, Target
from nova_bot.bench.sink_cases import Case, World, filled, load, new_canary
from nova_bot.bench.sink_decisions import decided, shown_card
from nova_bot.bench.sink_judge import Seen
from nova_bot.bench.sink_mentions import asked_for, notified
from nova_bot.bench.sink_scenes import played
from nova_bot.bench.sink_wires import Wire, owners_channel, wires
from nova_bot.bench.sink_world import Stage
from nova_bot.core.delivery import NOVAS_OWN, Outbound, Underway
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import BadInput
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Run
from nova_bot.core.wording import say
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.sieve import Sieve
from nova_bot.ledger.store import Ledger, opened
from nova_bot.settings import Settings
from nova_bot.trust.secrets import Secrets
from nova_bot.trust.sinks import literal, received, words_of

TARGETS = {"passed_share": Target("==", 1.0)}
PATHS = ("send", "edit", "reply", "stream", "scheduled")
OTHER_PATHS = ("webhook", "modal")
"""Paths that are not driven: in a direct message they are judged as a private word, anywhere else as a message."""
ONE_READER = ("D_", "DM_", "EPHEMERAL")
LONG = "\n\n".join(f"Line {n} of a report that is too long for messages." for n in range(400))
"""What makes an answer so long that all of it goes into a file."""
CHUNK = 7
_numbers = count(1)


def measure(data: Path | None, settings: Settings) -> Measured:  # noqa: ARG001
    """Runs every case of the file or folder `data`. Raises BadInput without one."""
    if data is None:
        raise BadInput(where="bench sinks", problem="give a file of sink cases, or their folder, with --data")
    loaded = load(data)
    with _silent():
        wrong = asyncio.run(_all(loaded))
    for case, problems in wrong:
        for problem in problems:
            print(f"{case.id} ({case.why or case.group}): expected {case.expect}, seen: {problem}", file=sys.stderr)
    passed = len(loaded) - len(wrong)
    return Measured({"cases": len(loaded), "passed": passed, "passed_share": passed / len(loaded)}, TARGETS)


@contextmanager
def _silent() -> Iterator[None]:
    """Without the warnings about what is withheld: here it is withheld on purpose."""
    loggers = [logging.getLogger(name) for name in ("nova_bot.engine", "schedules", "discord", "slack_sdk")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


async def _all(loaded: Sequence[tuple[World, Case]]) -> list[tuple[Case, list[str]]]:
    wrong = []
    with tempfile.TemporaryDirectory(prefix="nova-sinks-") as folder:
        async with opened(Path(folder) / "nova.sqlite") as ledger:
            for world, case in loaded:
                try:
                    found = await problems(world, case, ledger)
                except Exception as error:  # a case that can't be run has not passed
                    found = [f"{type(error).__name__}: {error}"]
                if found:
                    wrong.append((case, found))
    return wrong


async def problems(world: World, case: Case, ledger: Ledger) -> list[str]:
    """What is wrong with one case, nothing if it passes. `ledger` keeps what is said."""
    stage = Stage(world, case)
    if case.scenario:
        return await played(world, case)
    if asked_for(case):
        return await notified(world, case)
    if case.sink.startswith("tool:"):
        return decided(stage, new_canary())
    if case.sink.startswith("render:"):
        return shown_card(stage, new_canary())
    return [f"{path}: {problem}" for path in _paths(case) if (problem := await _said(stage, path, ledger))]


def _paths(case: Case) -> tuple[str, ...]:
    """The paths of a case, as far as Nova's words can take them."""
    if case.path:
        alone = case.sink.partition(":")[2].startswith(ONE_READER)
        instead = "ephemeral" if alone else "send"
        return tuple(dict.fromkeys(instead if path in OTHER_PATHS else path for path in case.path))
    if "EPHEMERAL" in case.sink:
        return ("ephemeral",)
    return PATHS


@dataclass(frozen=True, slots=True)
class Saying:
    """One payload on one path. `pieces` are the chunks of a stream; together they are the text."""

    stage: Stage
    payload: Any
    pieces: tuple[str, ...]
    label: Label
    links: frozenset[str]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


def saying(stage: Stage, canary: str) -> Saying:
    """The case's payload as Nova's words, with its label."""
    context = stage.case.context
    payload = filled(stage.case.payload, canary)
    secret = context.secret or any(source.secret for source in context.sources)
    label = Label(Integrity(context.integrity), "step:bench", stage.audience, secret)
    said, sources = (filled(context.owner_said, canary),), [filled(one.text, canary) for one in context.sources]
    pieces, own = _words(payload)
    return Saying(stage, payload, pieces, replace(label, integrity=NOVAS_OWN.integrity) if own else label,
                  received(said, sources, label))  # fmt: skip


def _words(payload: Any) -> tuple[tuple[str, ...], bool]:
    """The payload as text in chunks, and whether it is one of Nova's own sentences."""
    match payload:
        case str():
            return tuple(payload[i : i + CHUNK] for i in range(0, len(payload), CHUNK)), False
        case list():
            return tuple(str(piece) for piece in payload), False
        case {"template": str(template), "values": dict(values)}:
            return (_templated(template, {name: literal(str(value)) for name, value in values.items()}),), True
        case dict():
            return (words_of(payload) or "…",), False
    return (str(payload),), False


def _templated(template: str, values: Mapping[str, str]) -> str:
    section, _, key = template.partition(".")
    try:
        return say(section, key, **values)
    except (KeyError, ValueError):
        return template.format_map(values) if "{" in template else f"{template} {' '.join(values.values())}"


async def _said(stage: Stage, path: str, ledger: Ledger) -> str:
    """Say it on one path; what is wrong with what arrived."""
    canary = new_canary()
    what = saying(stage, canary)
    async with AsyncExitStack() as stack:
        platforms = await stack.enter_async_context(wires(stage))
        secrets = Secrets(filled(list(stage.case.context.secrets), canary))
        sieve = Sieve(stage.people, {name: wire.courier for name, wire in platforms.items()}, secrets)
        couriers = [wire.courier for wire in platforms.values()]
        outbox = Outbox(ledger, couriers, _now, sieve, progress_every_s=0.0)
        wire = platforms[stage.sink.platform]
        place = _alone(stage) or (wire.thread(stage.sink) if path in ("reply", "stream") else stage.sink)
        run = await _run(ledger, place)
        before = len(wire.bodies(place.channel))
        await _PATHS[path](what, run, place, outbox)
        seen = _seen(stage, platforms, wire, place, before)
        payload = stage.case.payload if isinstance(what.payload, dict) else what.text
        return sink_judge.problem(stage.case, filled(payload, canary), canary, seen)


def _alone(stage: Stage) -> Place | None:
    """An ephemeral sink stands inside a channel, which its entry names."""
    if "EPHEMERAL" not in stage.case.sink:
        return None
    about = " ".join(stage.world.places[stage.case.sink])
    channel = next(name for name in stage.world.places if name.partition(":")[2] in about.replace(",", " ").split())
    return stage.place(channel)


def _seen(stage: Stage, platforms: Mapping[str, Wire], wire: Wire, place: Place, before: int) -> Seen:
    sink = wire.bodies(place.channel)[before:]
    if stage.case.expect == "refuse":
        withheld = say("sink", "withheld")
        owner = [body for one in platforms.values() for channel in (*owners_channel(stage.case), "D_OWNER", "DM_OWNER")
                 for body in one.bodies(channel)]  # fmt: skip
        told = [body for body in owner if any("I held it back" in word for word in sink_judge.words(body))]
        return Seen(stage.sink.platform, [body for body in sink if withheld not in str(body) or body in told], told)
    return Seen(stage.sink.platform, sink)


def _now() -> datetime:
    return datetime.now(UTC)


async def _run(ledger: Ledger, place: Place) -> Run:
    """A run for the rows to belong to."""
    number = next(_numbers)
    sender = Sender("U_OWNER", "Owner", Standing.OWNER, "owner")
    envelope = Envelope(f"bench:{number}", Kind.MESSAGE, place, sender, "?", _now())
    accepted = await ledger.accept(envelope, _now())
    assert accepted is not None
    route = Route(Decision.GENERAL, "front", Rule.ONLY_AGENT, 1.0, "?", "bench")
    run = Run(ledger.next_run(), envelope, route, _now())
    await ledger.open_run(run, accepted)
    return run


def _outbound(what: Saying, run: Run, place: Place, number: int = 1) -> Outbound:
    return Outbound(f"{run.name}/{number}", run.id, place, "front", what.text, label=what.label, links=what.links)


async def _send(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:
    await outbox.post(_outbound(what, run, place))


async def _scheduled(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:
    """Kept now and sent later; who reads along is asked when it is sent."""
    outbound = _outbound(what, run, place)
    await outbox.keep(outbound)
    await outbox.recover()


async def _file(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:
    """Behind so much text that it stands in the file of a long answer only."""
    outbound = _outbound(what, run, place)
    await outbox.post(replace(outbound, text=f"{LONG}\n\n{outbound.text}"))


async def _edit(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:
    own = Outbound(f"{run.name}/1", run.id, place, "front", "One moment", label=NOVAS_OWN)
    await outbox.post(own)
    await outbox.post(replace(_outbound(what, run, place, 2), edits=own.key))


async def _stream(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:
    asker = "U_OWNER" if place.platform == "slack" else "42"
    so_far = ""
    for piece in ("", *what.pieces):
        so_far += piece
        outbox.progress(Underway(place, asker, run.name, "front", 1, so_far, _now(), 0.0, what.label, what.links))
        await asyncio.sleep(0.005)
    await outbox.post(_outbound(what, run, place))


async def _ephemeral(what: Saying, run: Run, place: Place, outbox: Outbox) -> None:  # noqa: ARG001
    entry = what.stage.world.places.get(what.stage.case.sink, "owner")
    who = (entry[0] if isinstance(entry, list) and "EPHEMERAL" in what.stage.case.sink else "owner").split(",")[0]
    user = what.stage.identity(who).id if place.platform == "slack" else what.stage.world.owner.get("discord", "42")
    await outbox.private(place, user, what.text, what.label)


_PATHS: dict[str, Callable[..., Any]] = {
    "send": _send, "edit": _edit, "reply": _send, "stream": _stream, "ephemeral": _ephemeral,
    "scheduled": _scheduled, "file": _file,
}  # fmt: skip
