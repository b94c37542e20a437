"""Correcting: the owner says what is so; what he corrects no longer stands, and what rested on it is named."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nova_bot.context.exchange import exchanged
from nova_bot.core.claims import Claim, ClaimId, Edge, How, Status
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import NoSuchClaim, NotDone, NotUnderstood
from nova_bot.core.labels import Integrity, Label
from nova_bot.core.outcome import EndingKind
from nova_bot.core.route import Decision, Route, Rule
from nova_bot.core.run import Ending, Run
from nova_bot.core.text import clip, counted, storable
from nova_bot.core.wording import say
from nova_bot.engine.door import NOVA
from nova_bot.ledger import corrections, graphs
from nova_bot.ledger import notes as kept
from nova_bot.ledger.dependants import FINDS, Find, dependants
from nova_bot.ledger.store import Closing, Ledger
from nova_bot.provenance.correct import (
    Correction,
    Reached,
    ThingKind,
    carried,
    correct,
    earlier,
    live,
    reached,
    reworded,
)
from nova_bot.provenance.graph import Graph

LONGEST = 2_000
_SAID = re.compile(r"(c\d+\.\d+)\s*=\s*(\S.*)", re.DOTALL)

InLane = Callable[[Place, Callable[[], Awaitable[Run]]], Awaitable[Run]]
"""Does some work when no run is under way in that conversation."""


@dataclass(frozen=True, slots=True)
class Workroom:
    """What corrections and redos need: the ledger, a turn in a conversation, and a way to have it read anew."""

    ledger: Ledger
    in_lane: InLane
    forget: Callable[[Place], None]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    finds: Sequence[Find] = FINDS


@dataclass(frozen=True, slots=True)
class Corrected:
    """`correction` is None where the owner only repeated what stands already.

    `also` are claims that hold it, such as answers; `notes` are those that held it, as they read now.
    """

    claim: Claim
    correction: Correction | None
    also: tuple[Correction, ...] = ()
    notes: Mapping[int, str] = field(default_factory=dict)


def parsed(text: str) -> tuple[ClaimId, str] | None:
    """`c7.2 = 92`, None for anything else."""
    found = _SAID.fullmatch(text.strip())
    return (ClaimId.parse(found[1]), storable(found[2].strip())[:LONGEST]) if found else None


async def wrong(room: Workroom, text: str, place: Place, by: Sender) -> str:
    """`wrong c7.2 = 92`: the owner's word takes the place of the claim. What Nova says to that.

    Raises NotUnderstood, NotDone, NoSuchRun or NoSuchClaim.
    """
    said = parsed(text)
    if by.standing is not Standing.OWNER:
        raise NotDone(why=say("wrong", "owner_only"))
    if said is None:
        raise NotUnderstood(how=say("wrong", "how"))
    found = await corrected(room, *said, place, by)
    if found is None:
        raise NotDone(why=say("wrong", "withdrawn", claim=said[0]))
    if found.correction is None:
        return say("wrong", "already", claim=said[0], now=found.claim.id, text=clip(found.claim.text, 200))
    was, now = found.correction.was, found.correction.now
    lines = [say("wrong", "done", was=was.id, old=clip(was.text, 200), now=now.id, new=clip(now.text, 200))]
    lines += [say("wrong", "also", claim=each.was.id, now=each.now.id) for each in found.also]
    lines += [say("wrong", "note_now", note=note, text=clip(text, 200)) for note, text in found.notes.items()]
    return "\n".join([*lines, *told(await resting_on(room, now.id), now.id, bool(found.also), found.notes)])


async def corrected(room: Workroom, claim: ClaimId, value: str, place: Place, by: Sender) -> Corrected | None:
    """The owner's `value` for `claim`, or for what stands in its place today. None where nothing does.

    Raises NoSuchClaim.
    """
    gone = {was: one.now for was, one in (await corrections.replaced(room.ledger, [claim.run])).items()}
    current = live(claim, gone)
    found = await graphs.claims(room.ledger, [claim, current] if current else [claim])
    if claim not in found:
        raise NoSuchClaim(name=claim)
    if current is None:
        return None
    was = found[current]
    label = replace(was.label, integrity=Integrity.OWNER, as_of=room.clock(), expires=None)
    if exchanged(was.text, value) == was.text and was.label.integrity is Integrity.OWNER:
        return Corrected(was, None)
    made: list[Corrected] = []

    async def write() -> Run:
        run, result = await _written(room, was, value, label, place, by)
        made.append(result)
        return run

    where = (await room.ledger.run(claim.run)).envelope.place
    await room.in_lane(where, write)
    room.forget(where)
    return made[0]


async def _written(
    room: Workroom, was: Claim, value: str, label: Label, place: Place, by: Sender
) -> tuple[Run, Corrected]:
    """The correction, in one transaction with the run that holds it."""
    now = room.clock()
    said = f"/wrong {was.id} = {value}"
    envelope = Envelope(f"wrong:{room.new_id()}", Kind.COMMAND, place, by, said, now)
    number = await room.ledger.accept(envelope, now)
    assert number is not None, "its identity is new"
    route = Route(Decision.SILENT, NOVA, Rule.COMMAND, 1.0, said, say("wrong", "route"))
    run = Run(room.ledger.next_run(), envelope, route, now, ending=Ending(EndingKind.SILENT))
    text = exchanged(was.text, value)
    fixed = correct(was, value, text, ClaimId(run.id, 1), replace(label, origin=f"turn:{run.name}"))
    notes = await _notes(room, fixed)
    copies = await graphs.claims(room.ledger, await kept.brought(room.ledger, notes) if notes else ())
    holders = [*await _holders(room, was), *(one for one in copies.values() if one.status is Status.LIVE)]
    also = carried(fixed, holders, ClaimId(run.id, 2))
    reads = {number: reworded(text, fixed) for number, text in notes.items()}
    both = (fixed, *also)
    room.ledger.open_run(run, number)
    closing = Closing(
        run,
        now,
        claims=tuple(each.now for each in both),
        replaced=tuple(Replaced(each.was.id, each.now.id, Cause.OWNER, now, by.person or by.id) for each in both),
        writes=(kept.reword(reads),),
        edges=await _made_of(room, fixed, also),
    )
    await room.ledger.save(run, None, closing)
    return run, Corrected(was, fixed, also, reads)


async def _made_of(room: Workroom, fixed: Correction, also: Sequence[Correction]) -> tuple[Edge, ...]:
    """What the reworded claims rest on: the owner's word, and what they rested on beside the corrected one."""
    runs = {each.was.id.run for each in also} | {each.run for each in await _line_of(room, fixed.was.id)}
    graph = await graphs.of_runs(room.ledger, runs) if also else Graph.of(())
    gone = {old: one.now for old, one in (await corrections.replaced(room.ledger, runs)).items()}
    edges: list[Edge] = []
    for each in also:
        stands = {live(source, gone) for source in graph.sources(each.was.id)} - {fixed.was.id, None}
        edges += [Edge(each.now.id, source, How.CITED) for source in sorted(filter(None, stands))]
        edges.append(Edge(each.now.id, fixed.now.id, How.LIT))
    return tuple(edges)


async def _notes(room: Workroom, fixed: Correction) -> dict[int, str]:
    """Notes that rest on the claim and hold it word for word, as they read until now."""
    holding = {n: text for n, text in (await kept.texts(room.ledger)).items() if reworded(text, fixed) != text}
    if not holding:
        return {}
    _, reach = await resting_on(room, fixed.was.id)
    resting = {int(thing.ref) for thing in reach.of(ThingKind.NOTE)}
    return {number: text for number, text in holding.items() if number in resting}


async def _holders(room: Workroom, was: Claim) -> list[Claim]:
    """Claims of the same step that cite it, as they stand today."""
    line = await _line_of(room, was.id)
    graph = await graphs.of_runs(room.ledger, {each.run for each in line})
    gone = {old: one.now for old, one in (await corrections.replaced(room.ledger, {e.run for e in line})).items()}
    users = {
        live(user, gone)
        for each in line
        if each in graph.claims
        for user in graph.dependants(each)
        if graph.step_of(user) == graph.step_of(each)
    }
    found = await graphs.claims(room.ledger, [user for user in users if user and user not in line])
    return [found[each] for each in sorted(found)]


async def _line_of(room: Workroom, claim: ClaimId) -> frozenset[ClaimId]:
    """`claim` and everything it stands for."""
    gone = {was: one.now for was, one in (await corrections.before(room.ledger, claim)).items()}
    return earlier(claim, gone)


async def resting_on(room: Workroom, claim: ClaimId) -> tuple[Graph, Reached]:
    """Everything that rested on what `claim` stands for, also by way of notes; the graph of the runs it is in."""
    starts = await _line_of(room, claim)
    copies = set(await corrections.together(room.ledger, claim))
    while True:
        graph = await graphs.around(room.ledger, starts, down=True)
        runs = {each.run for each in graph.claims}
        reach = reached(graph, starts, await dependants(room.ledger, runs, room.finds))
        further = starts | (copies - reach.claims) | await _by_notes(room, reach)
        if further == starts:
            return graph, reach
        starts = further


async def _by_notes(room: Workroom, reach: Reached) -> set[ClaimId]:
    """The claims by which notes that were reached came into other runs."""
    noted = {int(thing.ref) for thing in reach.of(ThingKind.NOTE)}
    texts = {number: text for number, text in (await kept.texts(room.ledger)).items() if number in noted}
    return await kept.brought(room.ledger, texts) if texts else set()


def told(found: tuple[Graph, Reached], claim: ClaimId, answered: bool, reworded_notes: Collection[int]) -> list[str]:
    """What rests on a corrected claim, in lines; but for notes that were reworded."""
    reach = found[1]
    if not reach.runs and not reach.things:
        return [say("wrong", "nothing")]
    runs, steps = ", ".join(f"r{run}" for run in reach.runs), counted(len(reach.steps), "step")
    lines = [say("wrong", "runs", runs=runs, steps=steps)] if runs else []
    for kind in ThingKind:
        names = [thing.ref for thing in reach.of(kind)]
        if kind is ThingKind.NOTE:
            names = [name for name in names if int(name) not in reworded_notes]
        if names:
            lines.append(say("wrong", kind.value, names=", ".join(names)))
    redo = bool(reach.steps) or answered or bool(reach.of(ThingKind.REPLY))
    return [*lines, say("wrong", "redo", claim=claim)] if redo else lines
