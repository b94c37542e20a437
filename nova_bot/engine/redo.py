"""Redo: after a correction every run that rested on it is played again, as far as the change goes.

What is known is all in the ledger, so a redo that was cut short goes on where it stopped, and one that is asked for
twice does nothing the second time. Nothing that acts on the world is done again.
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from nova_bot.context import pack as packs
from nova_bot.context.budget import Limits
from nova_bot.core.button import CHOOSE, Button
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion, Turn
from nova_bot.core.correction import Cause, Replaced
from nova_bot.core.delivery import Outbound
from nova_bot.core.envelope import Envelope, Kind, Place, Sender, Standing
from nova_bot.core.errors import NoSuchClaim, NotDone, NotUnderstood
from nova_bot.core.labels import of_model
from nova_bot.core.outcome import Ask, EndingKind, Say
from nova_bot.core.roster import Roster
from nova_bot.core.run import Ending, Run
from nova_bot.core.text import clip, counted
from nova_bot.core.wording import say
from nova_bot.engine import findings, scripts
from nova_bot.engine.correcting import Workroom, resting_on
from nova_bot.engine.endings import footer_of, leaving
from nova_bot.engine.held import Held, HeldTools
from nova_bot.engine.outbox import Outbox
from nova_bot.engine.replay import NotReplayed, Played, Replayer
from nova_bot.engine.scripts import Script
from nova_bot.engine.steps import Stepper
from nova_bot.ledger import corrections, graphs
from nova_bot.ledger.corrections import REDO, replay_write
from nova_bot.ledger.store import Closing
from nova_bot.provenance.fingerprint import fingerprint
from nova_bot.tools.registry import Registry

log = logging.getLogger(__name__)

_RUN = re.compile(r"r?\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Redone:
    """What came of one run: the new run's name, which steps ran, of how many, and what it led to.

    `reply` is "edited", "followed" or "" (it stayed); `failed` is why the run could not be played again.
    """

    root: str
    run: str
    ran: tuple[int, ...]
    steps: int
    reply: str = ""
    held: tuple[Held, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Redo:
    """Plays runs again. `roster` gives the agents in force."""

    room: Workroom
    outbox: Outbox
    stepper: Stepper
    limits: Limits
    roster: Callable[[], Roster]

    async def after(self, claim: ClaimId) -> list[Redone]:
        """Redo everything that rested on what `claim` stands for, first to last. Raises NoSuchClaim."""
        if claim not in await graphs.claims(self.room.ledger, [claim]):
            raise NoSuchClaim(name=claim)
        _, reach = await resting_on(self.room, claim)
        own = await self._roots([one.run for one in await self._line(claim)])
        done = [await self._in_turn(root) for root in sorted({*await self._roots(reach.runs), *own})]
        return [one for one in done if one is not None]

    async def run(self, root: int) -> Redone | None:
        """Redo one run, if anything it was shown says something else now. Raises NoSuchRun."""
        (root,) = await self._roots([root])
        return await self._in_turn(root)

    async def _line(self, claim: ClaimId) -> list[ClaimId]:
        return [claim, *await corrections.before(self.room.ledger, claim)]

    async def _roots(self, runs: Sequence[int]) -> set[int]:
        """The runs that messages began, for those that play one again."""
        of = {one.run: one.of for one in await corrections.replays(self.room.ledger, runs)}
        return {of.get(run, run) for run in runs}

    async def _in_turn(self, root: int) -> Redone | None:
        """Redo a run when its conversation has a moment for it."""
        made: list[Redone | None] = []
        run = await self.room.ledger.run(root)

        async def work() -> Run:
            made.append(await self._redone(root))
            return run

        await self.room.in_lane(run.envelope.place, work)
        return made[0]

    async def _redone(self, root: int) -> Redone | None:
        script = await scripts.script(self.room.ledger, root)
        if script.root.ending is None or not (script.due or script.unpublished):
            return None
        run, begun = await self._opened(script)
        tools = _held_tools(self.stepper.tools, script)
        replayer = self._replayer(tools, self.roster())
        conversation = await self.room.ledger.conversation(run.envelope.place, before=root)
        try:
            played = await replayer.play(script, run, conversation, begun)
        except NotReplayed as error:
            await self._failed(run, error)
            return Redone(script.root.name, run.name, (), len(script.steps), failed=str(error))
        reply = await self._close(script, played, conversation, tools.held)
        self.room.forget(run.envelope.place)
        return Redone(script.root.name, run.name, tuple(played.ran), len(script.steps), reply, tuple(tools.held))

    async def _opened(self, script: Script) -> tuple[Run, Run | None]:
        """The run that plays `script`: one that was cut short and still holds, or a new one."""
        ledger, now, root = self.room.ledger, self.room.clock(), script.root
        for one in await corrections.replays(ledger, [root.id]):
            if one.kind == REDO and one.ended is None:
                begun = await ledger.run(one.run)
                if await self._holds(begun):
                    return replace(begun, steps=(), claims=(), edges=()), begun
                ended = replace(begun, ending=Ending(EndingKind.STOPPED))
                await ledger.save(ended, None, Closing(ended, now))
        return await self._new(script, REDO, ""), None

    async def _new(self, script: Script, kind: str, what: str) -> Run:
        """A new run that plays `script`."""
        ledger, now, root = self.room.ledger, self.room.clock(), script.root
        route = replace(root.route, request=script.made[0][0].text)
        envelope = Envelope(
            f"{kind}:{self.room.new_id()}", Kind.REPLAY, root.envelope.place, root.envelope.sender, route.request, now
        )
        number = await ledger.accept(envelope, now)
        assert number is not None, "its identity is new"
        run = Run(ledger.next_run(), envelope, route, now)
        await ledger.open_run(run, number, replay_write(run.id, root.id, kind, what))
        return run

    async def tried(self, script: Script, roster: Roster, kind: str, what: str, again_from: int) -> tuple[Run, Played]:
        """`script` played in a run that takes no other's place. Raises NotReplayed."""
        run = await self._new(script, kind, what)
        conversation = await self.room.ledger.conversation(run.envelope.place, before=script.root.id)
        replayer = self._replayer(_held_tools(self.stepper.tools, script), roster)
        try:
            return run, await replayer.play(script, run, conversation, again_from=again_from)
        except NotReplayed as error:
            await self._failed(run, error)
            raise

    async def _failed(self, run: Run, error: NotReplayed) -> None:
        ended = replace(run, ending=Ending(EndingKind.FAILED, str(error), type(error).__name__))
        await self.room.ledger.save(ended, None, Closing(ended, self.room.clock()))

    def _replayer(self, tools: HeldTools, roster: Roster) -> Replayer:
        stepper = replace(self.stepper, tools=tools, calls=replace(self.stepper.calls, tools=tools))
        return Replayer(stepper, self.limits, roster, self.room.ledger.save)

    async def _holds(self, begun: Run) -> bool:
        """Does everything that its steps were shown still stand?"""
        graph = await graphs.of_runs(self.room.ledger, [begun.id])
        shown = {each for step in graph.steps.values() for each in step.shown}
        return shown.isdisjoint(await corrections.replaced(self.room.ledger, {each.run for each in shown}))

    async def _close(self, script: Script, played: Played, conversation: Conversation, held: Sequence[Held]) -> str:
        """Put the new run in the place of the old one, in one transaction; then send what has to be said."""
        now, run = self.room.clock(), played.run
        edit = await self._correction_of_reply(script, played, conversation)
        asked = _asked(run, played, held)
        claim = Claim(
            ClaimId(run.id, len(run.claims) + 1), len(run.steps), Basis.DERIVED, asked.text if asked else "",
            of_model([each.label for each in run.claims], f"step:{run.name}.{len(run.steps)}"),
        )  # fmt: skip
        buttons = tuple(Button(self.room.new_id(), choice, CHOOSE, choice) for choice in asked.choices) if asked else ()
        question = Outbound(
            f"{run.name}/2", run.id, run.envelope.place, run.agent, claim.text, buttons, label=claim.label
        )
        ended = replace(run, ending=Ending(EndingKind.ASKED if asked else EndingKind.ANSWERED))
        closing = Closing(
            run=ended,
            at=now,
            turns=(Turn(run.id, run.agent, claim, now),) if asked else (),
            question=asked,
            outbound=question if asked else None,
            claims=(claim,) if asked else (),
            replaced=_replaced(played, self.room),
        )
        if edit:
            await self.room.ledger.outgoing(edit, now)
        await self.room.ledger.save(ended, played.unsaved, closing)
        for outbound in (edit, closing.outbound):
            if outbound:
                await self.outbox.send(outbound)
        return "" if edit is None else "edited" if edit.edits else "followed"

    async def _correction_of_reply(self, script: Script, played: Played, conversation: Conversation) -> Outbound | None:
        """The new answer, over the old one where a platform has it, else after it. None where it stayed the same."""
        answer = played.run.claims[-1]
        old = script.made.get(max(script.steps, default=0), ())[-1:]
        same = bool(old) and fingerprint(old[0]) == fingerprint(answer)
        if not isinstance(played.outcome, Say) or (same and not script.unpublished):
            return None
        run, place = played.run, played.run.envelope.place
        sent = [one for one in await self.room.ledger.sent_in(script.root.id) if not one.outbound.edits]
        there = next((one.outbound.key for one in sent if one.receipt), "")
        key = "edited" if there else "followed"
        known = packs.known(run, conversation)
        outcome = replace(played.outcome, text=answer.text)
        footer = footer_of(run, known, conversation, outcome, self.room.clock(), played.unsaved)
        text = "\n\n".join(part for part in (say("redo", key, text=answer.text, run=script.root.name), footer) if part)
        label, links = leaving(run, known, played.unsaved, text)
        return Outbound(f"{run.name}/1", run.id, place, run.agent, text, edits=there, label=label, links=links)


def _replaced(played: Played, room: Workroom) -> tuple[Replaced, ...]:
    now = room.clock()
    changed = [Replaced(was, new, Cause.REDO, now) for was, new in played.changed.items()]
    return (*changed, *(Replaced(new, old, Cause.SAME, now) for new, old in played.same.items()))


def _held_tools(tools: Registry, script: Script) -> HeldTools:
    made = [claim for claims in script.made.values() for claim in claims]
    return HeldTools(tools, script.steps.values(), findings.facts(made, script.edges))


def _asked(run: Run, played: Played, held: Sequence[Held]) -> OpenQuestion | None:
    """What a redo asks: the agent's own question, or whether what was done shall be done again, corrected."""
    if isinstance(played.outcome, Ask) and played.unsaved:
        own = played.outcome
        return OpenQuestion(run.id, Asking.AGENT, run.agent, own.question, run.route.request, own.choices)
    if not held:
        return None
    lines = [_question(one) for one in held]
    choices = (say("redo", "yes"), say("redo", "no"))
    request = "\n".join(say("redo", "request", tool=one.tool, args=_args(one.args)) for one in held)
    return OpenQuestion(run.id, Asking.AGENT, run.agent, "\n".join(lines), request, choices)


def _question(held: Held) -> str:
    key = "send_correction" if held.instead_of is not None else "do_it"
    return say("redo", key, tool=held.tool, was=_args(held.instead_of or {}), now=_args(held.args))


def _args(args: Mapping[str, object]) -> str:
    return clip(", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in args.items()), 300)


async def redo(service: Redo, text: str, place: Place, by: Sender) -> str:  # noqa: ARG001
    """`redo [c9.1 or r7]`: after the latest correction when nothing is named. What Nova says to that.

    Raises NotUnderstood, NotDone (what was done stands in it), NoSuchRun or NoSuchClaim.
    """
    if by.standing is not Standing.OWNER:
        raise NotDone(why=say("wrong", "owner_only"))
    done = await _redone(service, text)
    said = [told(one) for one in done if not one.failed]
    failed = _failures(done)
    if failed:
        raise NotDone(why=" ".join([*said, *failed]))
    return "\n".join(said) or say("redo", "nothing")


async def _redone(service: Redo, text: str) -> list[Redone]:
    claim = _claim(text) if text else await corrections.latest(service.room.ledger)
    if claim is not None:
        return await service.after(claim)
    if not _RUN.fullmatch(text):
        raise NotUnderstood(how=say("redo", "how"))
    one = await service.run(int(text.removeprefix("r")))
    return [one] if one else []


def _failures(done: Sequence[Redone]) -> list[str]:
    """What could not be done again, a line for each reason."""
    runs: dict[str, list[str]] = defaultdict(list)
    for one in done:
        if one.failed:
            runs[one.failed].append(one.root)
    return [say("redo", "failed", runs=", ".join(names), why=why) for why, names in runs.items()]


def _claim(text: str) -> ClaimId | None:
    try:
        return ClaimId.parse(text)
    except ValueError:
        return None


def told(one: Redone) -> str:
    """One run that was redone, in a line."""
    reply = say("redo", f"reply_{one.reply or 'same'}")
    return say(
        "redo", "done", run=one.root, new=one.run, ran=len(one.ran), steps=counted(one.steps, "step"), reply=reply
    )
