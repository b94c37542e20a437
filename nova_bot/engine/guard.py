"""The guard: what becomes of each tool call of a step, decided before any of them is made. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from nova_bot.context import freshness
from nova_bot.context.conflicts import conflicts
from nova_bot.core.agent_spec import AgentSpec
from nova_bot.core.claims import Basis, Claim, ClaimId, Status
from nova_bot.core.conversation import Asking, Conversation, OpenQuestion, Outdated
from nova_bot.core.deed import Approval, Deed, DeedState, Word
from nova_bot.core.effect import OUTWARD, Effect, ToolRow
from nova_bot.core.envelope import Envelope, Kind, Place, Standing
from nova_bot.core.labels import Integrity, join, of_standing
from nova_bot.core.outcome import ToolCall
from nova_bot.core.pack import ContextPack
from nova_bot.core.run import Run
from nova_bot.core.text import clip
from nova_bot.core.wording import say
from nova_bot.ledger.deeds import Ward
from nova_bot.provenance.graph import EVERYTHING, Graph
from nova_bot.trust import approvals, grants
from nova_bot.trust.grants import Grant, Param, Planned, fold, leaves, mint, spoken, stands_in
from nova_bot.trust.policy import Allow, AskFirst, Call, Decision, Reason, Refuse, Rests, Rules, Sight, Why, decide

LONGEST_LINE = 120
PLANNED = "plan"
"""The origin of what a plan gave back: the agent's own words, read nowhere."""
FINAL = (Effect.DESTROY, Effect.COMMIT)


@dataclass(frozen=True, slots=True)
class Told:
    """The call is not made; the model reads `text`."""

    text: str
    error: bool = True


@dataclass(frozen=True, slots=True)
class Make:
    """The call is made. `deed` is what the log keeps of it, None for a plain read; `grants` were minted for it."""

    deed: Deed | None = None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The call is not made, and the log keeps that it was tried."""

    deed: Deed
    text: str


@dataclass(frozen=True, slots=True)
class Park:
    """The run waits for a person. `asked` is what the card says; None while a card is out already."""

    deed: Deed
    call: Call
    asked: AskFirst | None
    grants: tuple[Grant, ...] = ()


Ruling = Told | Make | Refused | Park


def typed(envelope: Envelope, request: str) -> Integrity:
    """How far a request may be trusted: with somebody else's words pasted in, no further than those.

    What a press says was worded by an agent; it is no outsider's, but it grants nothing.
    """
    standing = of_standing(envelope.sender.standing)
    if envelope.kind is Kind.PRESS:
        return min(standing, Integrity.DIRECTORY)
    return standing if spoken(request) == request.strip() else Integrity.OUTSIDE


def worded(envelope: Envelope, request: str, conversation: Conversation) -> Integrity:
    """How far a request may be trusted that is perhaps an earlier one: no further than whoever wrote it.

    Who answers which agent is to have it, or says that it had the wrong one, does not make it his own.
    """
    own, question = typed(envelope, request), conversation.question
    if request in envelope.text or (question and question.asking is Asking.UNCLEAR and request in question.choices):
        return own
    wrote = [turn.claim.label.integrity for turn in conversation.turns if not turn.agent and turn.claim.text == request]
    return min(own, wrote[-1] if wrote else Integrity.OUTSIDE)


def callable_by(spec: AgentSpec) -> frozenset[str]:
    """The tools an agent may call: its own, and those it may ask a grant for."""
    return frozenset((*spec.tools, *spec.effects))


@dataclass(frozen=True)
class Scene:
    """A step's calls and all that decides about them. `doubtful`: claims of earlier runs that rest on an assumption."""

    run: Run
    step: int
    spec: AgentSpec
    rows: Mapping[str, ToolRow]
    shown: tuple[Claim, ...]
    known: Mapping[ClaimId, Claim]
    earlier: tuple[Claim, ...]
    places: Mapping[str, Place]
    now: datetime
    question: OpenQuestion | None = None
    names: frozenset[str] = frozenset()
    doubtful: frozenset[ClaimId] = frozenset()
    outdated: tuple[Outdated, ...] = ()

    @cached_property
    def said(self) -> str:
        """What the asker typed himself, now and before in this conversation; pastes and quotes are left out.

        So is what others wrote on a button, but not a name of the settings that he chose when Nova asked which.
        """
        envelope, request = self.run.envelope, self.run.route.request
        his = request in envelope.text or self.run.claims[0].label.integrity >= of_standing(envelope.sender.standing)
        texts = ((envelope.text, request) if his else (envelope.text,)) if self.asker_typed else self._chosen
        own = map(spoken, texts)
        return fold("\n".join([*own, *(c.text for c in self.earlier if c.label.integrity is Integrity.OWNER)]))

    @property
    def _chosen(self) -> tuple[str, ...]:
        request, question = self.run.route.request, self.question
        if question is None or question.asking is not Asking.UNCLEAR or request not in question.choices:
            return ()
        return tuple(one for one in request.split("; ") if one in self.names)

    @property
    def _own(self) -> frozenset[ClaimId]:
        """The asker's request; and where it answers which name of the settings he means, what was asked about, too."""
        if self.question is None or "; ".join(self._chosen) != self.run.route.request:
            return self._request
        return self._request | {claim.id for claim in self.view if claim.id.run == self.question.run}

    @cached_property
    def _request(self) -> frozenset[ClaimId]:
        """What the asker says now, and what it tells about single subjects."""
        first, *others = self.run.claims
        return frozenset({first.id, *(claim.id for claim in others if claim.step == 0 and claim.value)})

    @property
    def asker_typed(self) -> bool:
        """Are these a person's own words? Those of a job or reminder that wakes an agent are, since he wrote them.

        What a machine sends, or an agent wrote on a button, is nobody's.
        """
        envelope = self.run.envelope
        written = envelope.kind in (Kind.MESSAGE, Kind.COMMAND) or (envelope.kind is Kind.CLOCK and envelope.mentioned)
        return written and envelope.sender.standing is not Standing.MACHINE

    @cached_property
    def directory(self) -> str:
        """Values of integrity 2: what trusted reads of this run returned, but not what only echoes an agent's words."""
        found = [c for c in self.run.claims if c.basis is Basis.FOUND and c.label.integrity >= Integrity.DIRECTORY]
        return fold("\n".join(c.text for c in found if self._looked_up(c)))

    def _looked_up(self, claim: Claim) -> bool:
        row = self.rows.get(claim.label.origin.removeprefix("tool:"))
        return row is not None and row.effect is Effect.READ and not row.echo

    @cached_property
    def view(self) -> tuple[Claim, ...]:
        """What the step was shown. After a hand-off, all that the run knows: any of it may stand in the brief."""
        return tuple(self.known.values()) if self.run.hand_offs else self.shown

    @cached_property
    def outside(self) -> bool:
        """Was the step shown anything that an outsider may have written? A person's own request is not, to himself."""
        typed = self.run.envelope.sender.standing is not Standing.OWNER
        return any(c.label.integrity < Integrity.DIRECTORY and not (typed and c.id in self._request) for c in self.view)

    @property
    def rules(self) -> Rules:
        """What the agent's file asks for."""
        return Rules(self.spec.supervised, frozenset(self.spec.asks_before))

    @property
    def mintable(self) -> Mapping[str, ToolRow]:
        """What the asker's words can grant: anything for the owner, his own affairs here for everyone else."""
        match self.run.envelope.sender.standing:
            case Standing.OWNER:
                return self.rows
            case Standing.MEMBER | Standing.GUEST:
                return {n: row for n, row in self.rows.items() if row.effect is Effect.INTERNAL or row.own or row.plain}
            case Standing.MACHINE:
                return {}

    def minted(self, plan: Sequence[Planned], by: str) -> tuple[Grant, ...]:
        """The grants that code finds in the asker's words for `plan`."""
        return mint(plan, self.mintable, self.said, self.directory, self.run.id, by)

    def sight(self, call: Call) -> Sight:
        """What the policy looks at."""
        results: dict[str, list[str]] = {}
        for claim in self.run.claims:
            if claim.basis is Basis.FOUND and claim.label.origin != PLANNED:
                results.setdefault(claim.label.origin.removeprefix("tool:"), []).append(fold(claim.text))
        label = join((c.label for c in self.view), f"step:{self.run.name}.{self.step}")
        return Sight(self.said, self.directory, results, label, self.rests(call))

    def rests(self, call: Call) -> Rests:
        """What the call rests on: everything shown for what can't be undone, else what its arguments repeat."""
        assert call.row is not None
        values = [one for value in call.args.values() for one in leaves(value) if len(one) >= grants.SHORTEST_PIN]
        graph = Graph.of(self.known.values(), self.run.edges)
        final = call.row.effect in FINAL
        everything = (*self.view, *self.run.claims)
        base = everything if final else [claim for claim in self.view if _repeats(claim, values)]
        ids = frozenset[ClaimId]().union(*(graph.up(c.id, EVERYTHING) for c in base if c.id in graph.claims))
        cone = [self.known[each] for each in sorted(ids) if self.known[each].status is Status.LIVE]
        contradicted = {claim.id for group in conflicts(self.known.values()) for claim in group}
        return Rests(
            assumed=_lines(c for c in cone if c.basis is Basis.ASSUMED or c.id in self.doubtful),
            conflicts=_lines(c for c in cone if c.id in contradicted),
            stale=_lines(c for c in cone if freshness.told(c, self.spec.fresh, self.now) and c.id not in self._renewed),
            unreadable=_lines(self._unreadable(call)),
        )

    @cached_property
    def _renewed(self) -> frozenset[ClaimId]:
        return freshness.renewed(self.run, self.outdated, self.spec.fresh, self.now)

    def passed_on(self, call: Call) -> list[Claim]:
        """The claims that a call may tell others.

        None where nothing but what the asker said is passed on, or a read is made; the owner's request is his.
        """
        values = [one for value in call.args.values() for one in leaves(value)]
        if call.row is None or call.row.effect not in OUTWARD or all(stands_in(one, self.said) for one in values):
            return []
        owns = self.run.envelope.sender.standing is Standing.OWNER
        return [c for c in self.view if not (owns and c.id in self._own)]

    def _unreadable(self, call: Call) -> list[Claim]:
        """Claims that the call passes on and that not all readers of its targets can read."""
        assert call.row is not None
        targets = [one for name in call.row.targets for one in leaves(call.args.get(name))]
        rooms = {self.places[one].room if one in self.places else None for one in targets} or {None}
        if call.row.pings:
            rooms = {self.run.envelope.place.room}
        return [c for c in self.passed_on(call) if any(c.label.audience - {room} for room in rooms)]


def _lines(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(f"{claim.id} {clip(claim.text, LONGEST_LINE)}" for claim in claims)


def _repeats(claim: Claim, values: Sequence[str]) -> bool:
    text = fold(claim.text)
    return any(stands_in(one, text) or (claim.value and stands_in(claim.value, fold(one))) for one in values)


def scene(
    run: Run,
    step: int,
    spec: AgentSpec,
    rows: Mapping[str, ToolRow],
    pack: ContextPack,
    known: Mapping[ClaimId, Claim],
    conversation: Conversation,
    places: Mapping[str, Place],
    now: datetime,
    names: Collection[str] = (),
) -> Scene:
    """The scene of a step that was shown `pack`. `names` are those of the settings: places and people."""
    shown = tuple(known[each] for each in pack.shown if each in known)
    earlier = tuple(turn.claim for turn in conversation.turns if not turn.agent)
    question = conversation.question
    held = conversation.doubtful
    outdated = conversation.outdated
    return Scene(run, step, spec, rows, shown, known, earlier, places, now, question, frozenset(names), held, outdated)


@dataclass(frozen=True, slots=True)
class Guard:
    """Rules on calls one after the other; `ward` is what was granted and done before."""

    scene: Scene
    ward: Ward

    def rule(self, n: int, call: ToolCall) -> Ruling:
        """What becomes of the n-th call of the step, a tool's own."""
        key = f"{self.scene.run.name}.{self.scene.step}/{n}"
        row = self.scene.rows.get(call.tool)
        asked = Call(call.tool, call.args, row)
        deed = self.ward.deed(key)
        if deed is not None:
            return self._again(deed, asked)
        decision, minted = self._decided(key, asked)
        if row is not None and row.plain and not isinstance(decision, Refuse):
            return Make()
        return self._new(key, asked, decision, minted)

    def _decided(self, key: str, call: Call) -> tuple[Decision, tuple[Grant, ...]]:
        """The decision; with nothing from outside in view the call itself is the plan, if no grant covers it."""
        sight = self.scene.sight(call) if call.row else Sight("", "", {}, join([], ""))
        left = grants.left(self._held(), self.ward.spent(key), self.scene.now)
        decision = decide(call, left, sight, self.scene.rules)
        if not isinstance(decision, Refuse) or self.scene.outside:
            return decision, ()
        minted = self.scene.minted([planned(call)], key)
        return decide(call, minted, sight, self.scene.rules), minted

    def _held(self) -> tuple[Grant, ...]:
        return grants.attenuate(self.ward.grants, callable_by(self.scene.spec))

    def _new(self, key: str, call: Call, decision: Decision, minted: tuple[Grant, ...]) -> Ruling:
        scene = self.scene
        deed = Deed(
            key, scene.run.id, scene.step, scene.spec.name, call.tool, call.args, "", DeedState.REFUSED, scene.now
        )
        if isinstance(decision, Refuse):
            return Refused(replace(deed, why=approvals.reason_line(decision.reason)), say("trust", "told_model"))
        if isinstance(decision, AskFirst):
            why = "; ".join(map(approvals.reason_line, decision.reasons))
            return Park(replace(deed, grant=decision.grant, state=DeedState.WAITING, why=why), call, decision, minted)
        return Make(replace(deed, grant=decision.grant, state=DeedState.UNDERWAY), minted)

    def _again(self, deed: Deed, call: Call) -> Ruling:
        """A call that the log knows: it is not made twice, and a card's answer is looked at."""
        match deed.state:
            case DeedState.DONE:
                return Told(deed.receipt, error=False)
            case DeedState.WAITING:
                return self._answered(deed, call)
            case DeedState.REFUSED:
                return Told(say("trust", "told_model"))
            case DeedState.DENIED:
                return Told(say("trust", "denied"))
            case DeedState.UNDERWAY if call.row and call.row.effect is Effect.INTERNAL:
                return Make(deed)  # what Nova keeps itself is kept under the call's key, and so once
            case DeedState.UNDERWAY | DeedState.UNKNOWN:
                return Refused(replace(deed, state=DeedState.UNKNOWN), say("trust", "not_repeated"))
        return Told(deed.receipt)

    def _answered(self, deed: Deed, call: Call) -> Ruling:
        """At the press everything is looked at again: grant, readers, freshness, arguments."""
        card: Approval | None = self.ward.approval(deed.key)
        if card is None or card.word is Word.OPEN:
            return Park(deed, call, None)
        if card.word is Word.NO:
            return Refused(replace(deed, state=DeedState.DENIED), say("trust", "denied"))
        decision, _ = self._decided(deed.key, call)
        if isinstance(decision, Refuse):
            return Refused(replace(deed, state=DeedState.REFUSED), say("trust", "told_model"))
        now = replace(deed, args=call.args)  # what would be made, whatever the log says
        if approvals.stands(card, decision, now.sha):
            return Make(replace(now, state=DeedState.UNDERWAY))
        if isinstance(decision, Allow):
            decision = AskFirst(decision.grant, (Reason(Why.CHANGED),), decision.targets)
        return Park(now, call, decision)


def planned(call: Call) -> Planned:
    """A call as a plan of its own: what it names has to be quoted, the rest is free."""
    return Planned(call.tool, {name: Param(lit=leaves(value)) for name, value in call.args.items() if leaves(value)})
