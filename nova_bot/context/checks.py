"""Checks: an answer or a hand-off against what its step was shown. No model is asked.

What a statement rests on is read from its citations and found word for word; what stands nowhere is assumed. Prose
never raises a claim's standing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nova_bot.context import asserting, coverage, phrases, sentences, values
from nova_bot.context.evidence import Evidence
from nova_bot.context.following import Following
from nova_bot.context.said import Said, spoken
from nova_bot.context.sentences import Sentence
from nova_bot.context.value import Value
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.labels import Label, aged
from nova_bot.core.outcome import HandOff

_UNFOUNDED = frozenset(FaultKind) - {FaultKind.DROPPED_ASSUMPTION, FaultKind.WRONG_SHAPE}
"""Faults that leave a statement without a basis; a dropped assumption has one, and rests on it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """`what` is the offending text; `statement` the index of its statement, None for the answer as a whole."""

    kind: FaultKind
    what: str
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One checked statement: why it may be held, and the claims it cites or repeats word for word."""

    text: str
    basis: Basis
    cited: tuple[ClaimId, ...] = ()
    lit: tuple[ClaimId, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """`text` is the answer without citations of what was not shown; `bad_cites` are those."""

    text: str
    statements: tuple[Statement, ...]
    violations: tuple[Violation, ...]
    bad_cites: tuple[ClaimId, ...]

    @property
    def basis(self) -> Basis:
        """Of the answer as a whole: assumed as soon as one statement is."""
        return Basis.ASSUMED if any(s.basis is Basis.ASSUMED for s in self.statements) else Basis.DERIVED


def check(text: str, evidence: Evidence, asked: Sequence[str] = ()) -> Checked:
    """An answer against its pack. `asked` are things it must speak of, beside those that the request lists."""
    bad = tuple(cited for cited in sentences.citations(text) if cited not in evidence.by_id)
    clean = sentences.without(text, bad)
    listed = (tuple(asked), *coverage.lists(evidence.request, evidence))
    missing = tuple(dict.fromkeys(thing for each in listed for thing in coverage.left_out(each, clean, evidence)))
    return _Answer(spoken(sentences.split(clean), evidence.request), evidence).checked(clean, bad, missing)


def check_hand_off(handoff: HandOff, evidence: Evidence, asked: Sequence[str] = ()) -> tuple[HandOff, Checked]:
    """A hand-off against the pack of its author: one statement for each that it leaves as a claim, in that order.

    Those of its task and its `done_when` that carry a value follow: a receiver takes them for given. Assumptions that
    it tells as facts are put back into it as assumptions: the hand-off with those comes along.
    """
    said = [text for text in (handoff.did, *handoff.found) if text.strip()]
    assumed = [text for text in handoff.assumed if text.strip()]
    brief = [s.text for s in sentences.split(f"{handoff.task}\n{handoff.done_when}") if values.values(s.plain)]
    texts = [*said, *assumed, *brief]
    bad = tuple(c for c in sentences.citations("\n".join(texts)) if c not in evidence.by_id)
    entries = tuple(sentences.whole(sentences.without(text, bad)) for text in texts)
    passed_on = len(said) + len(assumed)
    told = spoken(entries, evidence.request, range(len(said), passed_on))
    answer, back, dropped = _put_back(_Answer(told, evidence, entries_count=True), passed_on)
    missing = coverage.left_out(asked, "\n".join([*texts, *handoff.could_not, *handoff.open]), evidence)
    checked = answer.checked("\n".join(each.sentence.text for each in answer.said), bad, missing)
    mended = replace(handoff, assumed=(*handoff.assumed, *back)) if back else handoff
    return mended, replace(checked, violations=(*checked.violations, *dropped)) if dropped else checked


def _put_back(answer: "_Answer", at: int) -> tuple["_Answer", tuple[str, ...], tuple[Violation, ...]]:
    """`answer` with the assumptions that it tells as facts added as such before entry `at`; they; and the faults."""
    dropped = answer.dropped
    if not dropped:
        return answer, (), ()
    ids = sorted(frozenset[ClaimId]().union(*dropped.values()))
    back = tuple(f"{sentences.bare(answer.evidence.by_id[each].text)} [{each}]" for each in ids)
    added = spoken([sentences.whole(text) for text in back], answer.evidence.request, range(len(back)))
    faults = tuple(
        Violation(FaultKind.DROPPED_ASSUMPTION, ", ".join(map(str, sorted(told))), n if n < at else n + len(back))
        for n, told in dropped.items()
    )
    return replace(answer, said=(*answer.said[:at], *added, *answer.said[at:])), back, faults


def as_claims(
    checked: Checked, run: int, step: int, first: int, label: Label, evidence: Evidence
) -> tuple[tuple[Claim, ...], tuple[Edge, ...], tuple[Fault, ...]]:
    """The statements as claims numbered from `first`, what they rest on, and what is wrong with them.

    Each is as old as what it marks as its source, where it marks any: not as all that happened to be shown.
    """
    claims = tuple(
        Claim(
            ClaimId(run, first + n),
            step,
            said.basis,
            said.text,
            aged(label, [evidence.by_id[source].label for source in (*said.cited, *said.lit)]),
        )
        for n, said in enumerate(checked.statements)
    )
    edges = tuple(
        Edge(claim.id, source, how)
        for claim, said in zip(claims, checked.statements, strict=True)
        for how, sources in ((How.CITED, said.cited), (How.LIT, said.lit))
        for source in sources
    )
    faults = tuple(
        Fault(step, each.kind, each.what, None if each.statement is None else claims[each.statement].id)
        for each in checked.violations
    )
    return claims, edges, faults


@dataclass(frozen=True)
class _Answer:
    """All sentences of one answer. In a hand-off (`entries_count`) every entry is a statement, questions included."""

    said: tuple[Said, ...]
    evidence: Evidence
    entries_count: bool = False

    @cached_property
    def _following(self) -> Following:
        return Following(self.said, self.evidence)

    def checked(self, text: str, bad: tuple[ClaimId, ...], missing: tuple[str, ...]) -> Checked:
        statements: list[Statement] = []
        sources: set[ClaimId] = set()
        violations = [Violation(FaultKind.BAD_CITE, str(cited)) for cited in bad]
        for n, said in enumerate(self.said):
            new = self._following.new[n]
            faults = self._faults(said, new, self.dropped.get(n, frozenset()))
            if self._is_statement(said, faults):
                violations += [Violation(fault, what, len(statements)) for fault, what in faults]
                statements.append(self._statement(said, new, faults, sources))
                sources.update(statements[-1].cited, statements[-1].lit)
        violations += [Violation(FaultKind.PARTIAL, thing) for thing in missing]
        return Checked(text, tuple(statements), tuple(violations), bad)

    def _is_statement(self, said: Said, faults: Sequence[tuple[FaultKind, str]]) -> bool:
        """Small talk and questions state nothing."""
        if self.entries_count:
            return True
        return not said.sentence.asks and bool(said.stated or said.sentence.cited or faults or said.declared)

    def _statement(
        self, said: Said, new: Sequence[Value], faults: Sequence[tuple[FaultKind, str]], sources: Collection[ClaimId]
    ) -> Statement:
        """A total has no source of its own: it rests on `sources`, those of statements before, else on all findings."""
        lit = self._following.lit(said)
        if not (lit or said.sentence.cited) and not all(map(self.evidence.states, said.stated)):
            lit = tuple(sorted(sources or {claim.id for claim in self.evidence.found()}))
        assumed = said.declared or bool(new) or any(fault in _UNFOUNDED for fault, _ in faults)
        return Statement(said.sentence.text, Basis.ASSUMED if assumed else Basis.DERIVED, said.sentence.cited, lit)

    def _faults(self, said: Said, new: Sequence[Value], dropped: Collection[ClaimId]) -> list[tuple[FaultKind, str]]:
        if said.sentence.asks and not self.entries_count:
            return []
        found = [(FaultKind.NO_RECEIPT, said.sentence.plain)] if self._unproven(said) else []
        if self._hides_failure(said.sentence):
            found.append((FaultKind.FAILED_AS_EMPTY, said.sentence.plain))
        if self.entries_count and not (said.declared or said.sentence.cited or said.stated):
            found.append((FaultKind.NO_SOURCE, said.sentence.plain))
        found += [(FaultKind(f"new {v.kind}"), v.text) for v in asserting.claims(said, new, self.evidence)]
        if dropped:
            found.append((FaultKind.DROPPED_ASSUMPTION, ", ".join(map(str, sorted(dropped)))))
        return found

    def _doubtful(self, said: Said) -> frozenset[ClaimId]:
        """The assumptions it cites, and those that alone state one of its values."""
        if not self.evidence.doubtful:
            return frozenset()
        repeated = frozenset[ClaimId]().union(*map(self.evidence.only_doubtful, said.stated))
        return repeated | (self.evidence.doubtful & frozenset(said.sentence.cited))

    @cached_property
    def dropped(self) -> Mapping[int, frozenset[ClaimId]]:
        """The assumptions that its sentences tell as facts, by the index of the sentence.

        Those of which another sentence marks one as what it is are none.
        """
        doubtful = [self._doubtful(said) for said in self.said]
        marked = frozenset[ClaimId]().union(*(d for d, said in zip(doubtful, self.said, strict=True) if said.unsure))
        told = {n: doubtful[n] for n, said in enumerate(self.said) if not said.unsure}
        return {n: ids for n, ids in told.items() if ids and ids.isdisjoint(marked)}

    def _unproven(self, said: Said) -> bool:
        """Does it claim an act without a receipt? News that its source tells in the same words needs none."""
        if len(self.said) == 1 and not self.evidence.receipts and phrases.only_done(said.sentence.plain):
            return phrases.asks_for_an_act(self.evidence.request)
        acts = () if said.sentence.quoted else phrases.acts_claimed(said.sentence.plain)
        if not acts:
            return False
        sources = [self.evidence.by_id[source] for source in (*said.sentence.cited, *self._following.lit(said))]
        told = [source.text for source in sources if source.basis in (Basis.FOUND, Basis.TOLD)]
        found = any(source.basis is Basis.FOUND for source in sources) and bool(said.firm or said.sentence.cited)

        def is_news(act: phrases.Act) -> bool:
            if act.own:
                return False
            asked = phrases.asks_for(act.name, self.evidence.request)
            texts = told if asked else [*told, *(claim.text for claim in self.evidence.found())]
            reported = found and (act.state or not asked)
            return reported or any(phrases.speaks_of(act.name, text) for text in texts)

        return any(act.effects.isdisjoint(self._receipts(act)) and not is_news(act) for act in acts)

    def _receipts(self, act: phrases.Act) -> frozenset[str]:
        """What was done in this run; and earlier in the thread, unless the act is asked for now."""
        if not self.evidence.earlier or phrases.asks_for(act.name, self.evidence.request):
            return self.evidence.receipts
        return self.evidence.receipts | self.evidence.earlier

    def _hides_failure(self, sentence: Sentence) -> bool:
        if not self.evidence.failed or not phrases.finds_nothing(sentence.plain):
            return False
        backed = any(self.evidence.by_id[source].basis is Basis.FOUND for source in sentence.cited)
        return not backed and not any(phrases.tells_failure(other.sentence.plain) for other in self.said)
