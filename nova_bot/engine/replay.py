"""Replay: a run is played again from its script. Only steps whose input says something else now ask a model."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from nova_bot.context import budget
from nova_bot.context.budget import Limits
from nova_bot.context.pack import Full, TooLong
from nova_bot.core.claims import Claim, ClaimId, Edge
from nova_bot.core.conversation import Conversation
from nova_bot.core.errors import UnknownAgent
from nova_bot.core.outcome import Ask, EndingKind, HandOff, Outcome, Say, Stop, Use
from nova_bot.core.roster import Roster
from nova_bot.core.run import Run, Step, Usage
from nova_bot.core.wording import say
from nova_bot.engine import scripts
from nova_bot.engine.scripts import Script
from nova_bot.engine.steps import Stepper
from nova_bot.ledger.store import Progress
from nova_bot.provenance.correct import Correction, reworded
from nova_bot.provenance.pairing import overruled, paired, with_new_answer

Save = Callable[[Run, Progress], Awaitable[None]]


class NotReplayed(Exception):
    """The run could not be played to an end; the message says why."""


@dataclass
class Played:
    """The state of a play. `changed` are claims that something else (or nothing) stands for now, `same` new claims that
    say again what an old one says; `ran` are the steps that asked a model; `unsaved` is the last one.
    """

    run: Run
    changed: dict[ClaimId, ClaimId | None] = field(default_factory=dict)
    same: dict[ClaimId, ClaimId] = field(default_factory=dict)
    ran: list[int] = field(default_factory=list)
    unsaved: Progress | None = None
    fresh: bool = False
    """The next steps see something new that is no claim, up to the next hand-off."""
    parted: bool = False
    """The run went another way than the first time."""

    @property
    def outcome(self) -> Outcome | None:
        """What the last step decided."""
        return self.run.steps[-1].outcome if self.run.steps else None

    @property
    def over(self) -> bool:
        """Is there nothing left to play?"""
        return isinstance(self.outcome, Say | Ask | Stop)


@dataclass(frozen=True, slots=True)
class Replayer:
    """Plays scripts. `save` keeps what a step added to the new run."""

    stepper: Stepper
    limits: Limits
    roster: Roster
    save: Save

    async def play(
        self, script: Script, run: Run, conversation: Conversation, begun: Run | None = None, again_from: int = 0
    ) -> Played:
        """`run` played to its end. `begun` is the same run as an earlier process left it: its steps are taken.

        In a fork all steps from `again_from` on are run again, whatever they were shown. Raises NotReplayed.
        """
        played = Played(replace(run, claims=script.made.get(0, ()), edges=script.edges))
        done = {step.n: step for step in begun.steps} if begun else {}
        while not played.over:
            n = len(played.run.steps) + 1
            old = None if played.parted else script.steps.get(n)
            if old is None and not played.ran:
                break  # it ended between two steps, at a limit
            if n in done and begun:
                progress = await self._finished(script, played.run, _recorded(begun, done[n]), conversation)
            elif old is not None and not self._is_due(script, played, n, again_from):
                played.run = played.run.then(_for_free(old), script.made.get(n, ()), ())
                played.fresh = played.fresh and not isinstance(old.outcome, HandOff)
                continue
            else:
                progress = _in_his_words(script, await self._step(played.run, conversation))
                if not isinstance(progress.step.outcome, Say | Ask):
                    await self.save(played.run, progress)
                progress = await self._finished(script, played.run, progress, conversation)
            _take(script, played, old, progress)
        _withdraw(script, played)
        return played

    def _is_due(self, script: Script, played: Played, n: int, again_from: int) -> bool:
        shown = script.shown.get(n, ())
        says_else = not script.changed.isdisjoint(shown) or not played.changed.keys().isdisjoint(shown)
        return says_else or played.fresh or (again_from > 0 and n >= again_from)

    async def _finished(self, script: Script, run: Run, progress: Progress, conversation: Conversation) -> Progress:
        """A step with the results of its tool calls."""
        if not progress.step.waiting_for_tools:
            return progress
        called = run.then(progress.step, progress.claims, progress.edges)
        results = _in_his_words(script, await self._step(called, conversation))
        await self.save(run, results)
        return replace(
            results, pack=progress.pack, claims=progress.claims + results.claims, edges=progress.edges + results.edges
        )

    async def _step(self, run: Run, conversation: Conversation) -> Progress:
        try:
            spec = self.roster.get(run.agent)
            waiting = bool(run.steps) and run.steps[-1].waiting_for_tools
            reached = "" if waiting else budget.exceeded(run, spec, self.limits)
            if reached:
                raise NotReplayed(reached)
            progress = await self.stepper.step(run, conversation, self.roster)
        except (UnknownAgent, TooLong, Full) as error:
            raise NotReplayed(str(error)) from error
        if isinstance(progress.step.outcome, Stop):
            no_model = progress.step.outcome.ending is EndingKind.NO_MODEL
            raise NotReplayed(say("redo", "no_model") if no_model else progress.step.outcome.sentence)
        return progress


def _recorded(begun: Run, step: Step) -> Progress:
    """A step as an earlier process saved it."""
    claims = tuple(claim for claim in begun.claims if claim.step == step.n)
    ids = {claim.id for claim in claims}
    edges = tuple(edge for edge in begun.edges if edge.dst in ids)
    return Progress(step, None, claims, edges)


def _for_free(step: Step) -> Step:
    """A step that is not run again costs nothing again."""
    return replace(step, usage=Usage(), ended=step.started)


def _in_his_words(script: Script, progress: Progress) -> Progress:
    """A step that says again what the owner corrected: his words stand in their place, word for word."""
    again = overruled(progress.claims, script.his, script.owners)
    if not again:
        return progress
    swaps = [Correction(claim, again[claim.id]) for claim in progress.claims if claim.id in again]
    claims = tuple(replace(claim, text=reduce(reworded, swaps, claim.text)) for claim in progress.claims)
    step = scripts.told(progress.step, progress.claims, {claim.id: claim for claim in claims})
    return replace(progress, step=step, claims=claims)


def _take(script: Script, played: Played, old: Step | None, progress: Progress) -> None:
    """Go on after a step that was run again. What the owner said goes along from the next hand-off on, if it says
    nothing of that.
    """
    step = progress.step
    played.parted = played.parted or old is None or _parts(old.outcome, step.outcome)
    if old is not None and not played.parted:
        played.fresh = _shows_else(old, step, fresh=played.fresh)
    pair = paired(_before(script, played, step.n), progress.claims, script.owners, by_place=not played.parted)
    if isinstance(step.outcome, Say):
        pair = with_new_answer(pair, progress.claims, script.owners)
    if not played.parted:  # else what is missing here may be said in a later step
        played.changed |= pair.changed
    played.same |= pair.same
    edges = tuple(_renamed(progress.edges, pair.same))
    stands = pair.stands if isinstance(step.outcome, Use) else (*pair.unsaid, *pair.stands)
    stands = tuple(replace(claim, step=step.n) for claim in stands)
    played.run = played.run.then(step, stands, edges, progress.faults)
    played.ran.append(step.n)
    played.unsaved = progress if isinstance(step.outcome, Say | Ask) else None


def _renamed(edges: Iterable[Edge], same: Mapping[ClaimId, ClaimId]) -> Iterator[Edge]:
    """`edges` between what stands; a claim that cites what it says again rests on nothing new."""
    for edge in edges:
        dst, src = same.get(edge.dst, edge.dst), same.get(edge.src, edge.src)
        if dst != src:
            yield Edge(dst, src, edge.how)


def _before(script: Script, played: Played, n: int) -> tuple[Claim, ...]:
    """What step `n` made the first time, after what the owner said of steps that are not there to say it any more."""
    placed = {claim.id for claim in played.run.claims}
    made = script.made.get(n, ())
    gone = [claim for claim in script.his if claim not in made and (played.parted or claim.step < n)]
    return (*(claim for claim in gone if claim.id not in placed), *made)


def _parts(was: Outcome, now: Outcome) -> bool:
    """Does a run that decided `now` go another way than when it decided `was`?"""
    match was, now:
        case HandOff(), HandOff():
            return was.to != now.to
        case (Use(), Use()) | (Say() | Ask(), Say() | Ask()):
            return False
    return True


def _shows_else(old: Step, step: Step, *, fresh: bool) -> bool:
    """Do the next steps see something else of this one than the first time, beside its claims?"""
    match old.outcome, step.outcome:
        case HandOff() as was, HandOff() as now:
            return _brief(was) != _brief(now)
        case Use() as was, Use() as now:
            called = [[(call.tool, call.args) for call in use.calls] for use in (was, now)]
            told = [[(result.text, result.error) for result in one.results] for one in (old, step)]
            return fresh or called[0] != called[1] or told[0] != told[1]
    return fresh


def _brief(handed: HandOff) -> tuple[object, ...]:
    return handed.task, handed.done_when, handed.could_not, handed.open


def _withdraw(script: Script, played: Played) -> None:
    """What steps had made that are not part of the run any more stands no longer, unless it is said again.

    However the run went this time, its answer takes the place of the answer.
    """
    if not played.ran:
        return
    stands = {claim.id for claim in played.run.claims} | script.owners.keys() | played.changed.keys()
    gone = {claim.id: claim for claims in script.made.values() for claim in claims if claim.id not in stands}
    used = {*played.same, *played.changed.values()}
    new = [claim for claim in played.run.claims if claim.id.run == played.run.id and claim.id not in used]
    left = paired(list(gone.values()), new, {})
    played.same |= left.same
    said_again = set(left.same.values())
    answer = script.made.get(max(script.steps), ())[-1:]
    for claim in gone.keys() - said_again:
        is_answer = bool(answer) and claim == answer[0].id and isinstance(played.outcome, Say | Ask)
        played.changed[claim] = played.run.claims[-1].id if is_answer else None
