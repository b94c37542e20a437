"""Checks: an answer or a hand-off against what its step was shown. No model is asked.

What a statement rests on is read from its citations and found word for word; what stands nowhere is assumed. Prose
never raises a claim's standing.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from nova_bot.context import arithmetic, coverage, phrases, sentences, tabular, values
from nova_bot.context.evidence import Evidence
from nova_bot.context.names import is_german, names
from nova_bot.context.reckoning import Reckoner
from nova_bot.context.sentences import Sentence
from nova_bot.context.values import Value, ValueKind
from nova_bot.core.claims import Basis, Claim, ClaimId, Edge, How
from nova_bot.core.fault import Fault, FaultKind
from nova_bot.core.labels import Label, aged
from nova_bot.core.outcome import HandOff

_UNFOUNDED = frozenset(FaultKind) - {FaultKind.DROPPED_ASSUMPTION, FaultKind.WRONG_SHAPE}
"""Faults that leave a statement without a basis; a dropped assumption has one, and rests on it."""


MINUTES_PER_DAY = 1_440

MOST_RECKONED = 50
"""A sentence with more values than this (or an answer with four times as many sentences) is not recalculated."""

MOST_TEXTS = 24
"""Sources with which one is reckoned: from more almost anything follows."""

MOST_NEAR = 16
"""Other numbers of the answer with which one is reckoned."""

MOST_HOLDERS = 12
"""A value that stands in more claims than this is no sign of where something comes from."""


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
    return _Answer(_said(sentences.split(clean), evidence.request), evidence).checked(clean, bad, missing)


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
    told = _said(entries, evidence.request, range(len(said), passed_on))
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
    added = _said([sentences.whole(text) for text in back], answer.evidence.request, range(len(back)))
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
class _Said:
    """One sentence and the values it states; `declared`: it is passed on as an assumption, or says so itself."""

    sentence: Sentence
    stated: tuple[Value, ...]
    declared: bool

    @property
    def firm(self) -> tuple[Value, ...]:
        """Its values without names: a name alone is no sign of where something comes from."""
        return tuple(value for value in self.stated if value.kind is not ValueKind.NAME)

    @cached_property
    def unsure(self) -> bool:
        return self.declared or phrases.is_unsure(self.sentence.plain)


def _said(answer: Sequence[Sentence], request: str, declared: Collection[int] = ()) -> tuple[_Said, ...]:
    """The sentences of an answer with what they state."""
    german = any(map(is_german, (request, *(sentence.plain for sentence in answer))))
    return tuple(
        _Said(
            sentence,
            (*values.values(sentence.plain), *_names(sentence, german=german)),
            n in declared or phrases.assumes(sentence.plain),
        )
        for n, sentence in enumerate(answer)
    )


def _names(sentence: Sentence, *, german: bool) -> Iterator[Value]:
    """The names in a sentence; what stands in code only is an identifier, not somebody's name."""
    found = names(sentence.plain, german=german)
    prose = re.sub(r"`[^`]*`", "", sentence.text) if "`" in sentence.text else sentence.text
    return (name for name in found if prose is sentence.text or name.text in prose)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The texts that one sentence is recalculated from, and who does it."""

    texts: tuple[str, ...]
    reckoner: Reckoner


@dataclass(frozen=True)
class _Answer:
    """All sentences of one answer. In a hand-off (`entries_count`) every entry is a statement, questions included."""

    said: tuple[_Said, ...]
    evidence: Evidence
    entries_count: bool = False

    def checked(self, text: str, bad: tuple[ClaimId, ...], missing: tuple[str, ...]) -> Checked:
        statements: list[Statement] = []
        sources: set[ClaimId] = set()
        violations = [Violation(FaultKind.BAD_CITE, str(cited)) for cited in bad]
        for n, said in enumerate(self.said):
            new = self._new[n]
            faults = self._faults(said, new, self.dropped.get(n, frozenset()))
            if self._is_statement(said, faults):
                violations += [Violation(fault, what, len(statements)) for fault, what in faults]
                statements.append(self._statement(said, new, faults, sources))
                sources.update(statements[-1].cited, statements[-1].lit)
        violations += [Violation(FaultKind.PARTIAL, thing) for thing in missing]
        return Checked(text, tuple(statements), tuple(violations), bad)

    def _is_statement(self, said: _Said, faults: Sequence[tuple[FaultKind, str]]) -> bool:
        """Small talk and questions state nothing."""
        if self.entries_count:
            return True
        return not said.sentence.asks and bool(said.stated or said.sentence.cited or faults or said.declared)

    def _statement(
        self, said: _Said, new: Sequence[Value], faults: Sequence[tuple[FaultKind, str]], sources: Collection[ClaimId]
    ) -> Statement:
        """A total has no source of its own: it rests on `sources`, those of statements before, else on all findings."""
        lit = self._lit(said)
        if not (lit or said.sentence.cited) and not all(map(self.evidence.states, said.stated)):
            lit = tuple(sorted(sources or {claim.id for claim in self.evidence.found()}))
        assumed = said.declared or bool(new) or any(fault in _UNFOUNDED for fault, _ in faults)
        return Statement(said.sentence.text, Basis.ASSUMED if assumed else Basis.DERIVED, said.sentence.cited, lit)

    def _faults(self, said: _Said, new: Sequence[Value], dropped: Collection[ClaimId]) -> list[tuple[FaultKind, str]]:
        if said.sentence.asks and not self.entries_count:
            return []
        found = [(FaultKind.NO_RECEIPT, said.sentence.plain)] if self._unproven(said) else []
        if self._hides_failure(said.sentence):
            found.append((FaultKind.FAILED_AS_EMPTY, said.sentence.plain))
        if self.entries_count and not (said.declared or said.sentence.cited or said.stated):
            found.append((FaultKind.NO_SOURCE, said.sentence.plain))
        if said.unsure:
            return found
        found += [(FaultKind(f"new {v.kind}"), v.text) for v in new]
        if dropped:
            found.append((FaultKind.DROPPED_ASSUMPTION, ", ".join(map(str, sorted(dropped)))))
        return found

    @cached_property
    def _new(self) -> tuple[tuple[Value, ...], ...]:
        """Of each sentence the values that stand nowhere in the pack, and don't follow by plain arithmetic either.

        What follows may rest on what followed before it, in however many steps; never two invented ones on each other.
        A date beside a weekday on which it does not fall is new too.
        """
        wrong = [tuple(v for v in said.stated if self._is_wrong_day(v, said)) for said in self.said]
        open_ = [
            tuple(v for v in said.stated if v not in bad and not self.evidence.states(v))
            for said, bad in zip(self.said, wrong, strict=True)
        ]
        tried = {n: (self._totals(self.said[n]), self._sources(self.said[n])) for n in self._reckonable(open_)}
        before: list[tuple[Value, ...]] = []
        while open_ != before:
            before = list(open_)
            for n, (totals, sources) in tried.items():
                founded = [[v for v in said.stated if v not in new] for said, new in zip(self.said, open_, strict=True)]
                open_[n] = tuple(v for v in open_[n] if not self._follows(v, n, founded, totals, sources))
        return tuple(bad + new for bad, new in zip(wrong, open_, strict=True))

    def _reckonable(self, open_: Sequence[Sequence[Value]]) -> list[int]:
        """The sentences with new values that are not too long to be recalculated."""
        many = len(self.said) // 4
        return [n for n, new in enumerate(open_) if new and max(len(self.said[n].stated), many) <= MOST_RECKONED]

    def _is_wrong_day(self, value: Value, said: _Said) -> bool:
        today = self.evidence.today
        dated = value.kind is ValueKind.DATE and today is not None
        return dated and today is not None and arithmetic.names_other_weekday(value, said.sentence.plain, today)

    def _follows(
        self,
        value: Value,
        at: int,
        founded: Sequence[Sequence[Value]],
        totals: Collection[Decimal],
        sources: _Sources,
    ) -> bool:
        """Does a value of sentence `at` follow from what was read, and from what is `founded` in each sentence?"""
        said, beside = self.said[at], founded[at]
        if value.kind is ValueKind.DATE:
            spans = [v.amounts[0] for v in (*beside, *values.values(self.evidence.request)) if v.amounts]
            known = arithmetic.days(beside, self.evidence.today)
            if not value.seeks.isdisjoint(arithmetic.reachable(known, spans)):
                return True
            return any(not value.seeks.isdisjoint(arithmetic.ends(text, self.evidence.today)) for text in sources.texts)
        if value.kind is ValueKind.TIME and self._is_end(value, said, sources.texts):
            return True
        counted = value.kind is ValueKind.NUMBER and not self._counts(said).isdisjoint(value.amounts)
        made = counted or bool(self._follows_from(value))
        return made or any(n in totals or self._worked_out(value, n, at, founded, sources) for n in value.amounts)

    def _is_end(self, value: Value, said: _Said, texts: Sequence[str]) -> bool:
        """Does this time of day lie a known length of time from another one of its sentence?"""
        told = [*said.stated, *(found for text in (*texts, self.evidence.request) for found in values.values(text))]
        known = arithmetic.times(other for other in said.stated if other is not value)
        return not arithmetic.times([value]).isdisjoint(arithmetic.later(known, arithmetic.lengths(told)))

    def _sources(self, said: _Said) -> _Sources:
        """What a sentence is recalculated from: what it rests on, else all findings; with those of the same shape."""
        found = [claim.text for claim in self.evidence.found()]
        resting = [self.evidence.by_id[source].text for source in (*said.sentence.cited, *self._lit(said))]
        texts = tuple(tabular.with_alike(resting, found) if resting else found)[:MOST_TEXTS]
        answer = "\n".join(other.sentence.plain for other in self.said)
        request = self.evidence.request
        spoken = (said.sentence.plain, answer, request)
        ends = arithmetic.days(values.values(request), self.evidence.today) - {self.evidence.today}
        days = (max(ends) - min(ends)).days if len(ends) == 2 else 0
        return _Sources(texts, Reckoner((*texts, request), spoken, tuple(found[:MOST_TEXTS]), days))

    def _worked_out(
        self, value: Value, amount: Decimal, at: int, founded: Sequence[Sequence[Value]], sources: _Sources
    ) -> bool:
        """Does it follow from what stands beside it, or from a claim that the sentence rests on?"""
        plain, beside = self.said[at].sentence.plain, founded[at]
        if arithmetic.multiplies_out(amount, beside, plain):
            return True
        texts, reckoner = sources.texts, sources.reckoner
        if self._is_span(amount, plain, beside, texts):
            return True
        if phrases.reckons(plain) and any(
            [arithmetic.adds_up(amount, beside), *(arithmetic.adds_up_in(amount, text) for text in texts)]
        ):
            return True
        if reckoner.gives(value, amount, beside):
            return True
        known = [v for each in founded for v in each if v.amounts]
        if ("%" in plain or phrases.reckons(plain)) and reckoner.gives_with(value, amount, known[:MOST_NEAR]):
            return True
        return reckoner.derives(value, [v for v in beside if v.amounts], known)

    def _is_span(self, amount: Decimal, plain: str, beside: Sequence[Value], texts: Sequence[str]) -> bool:
        """Is it a length of time between two days or two times that are named?"""
        units = phrases.minutes_per_unit(plain)
        if not units:
            return False
        told = [*texts, self.evidence.request, *(c.text for c in self.evidence.claims if c.basis is Basis.TOLD)]
        named = [*beside, *(value for text in told for value in values.values(text))]
        days = [day.toordinal() * MINUTES_PER_DAY for day in arithmetic.days(named, self.evidence.today)]
        times = arithmetic.times(named)
        return any(arithmetic.lies_between(amount, days if u >= MINUTES_PER_DAY else times, u) for u in units)

    def _totals(self, said: _Said) -> set[Decimal]:
        """Totals of what the answer lists elsewhere, and of its sums of money before this sentence."""
        listed = [other.sentence.plain for other in self.said if other.sentence.listed and other is not said]
        before = self.said[: self.said.index(said)]
        money = [value.amounts[0] for other in before for value in other.stated if value.kind is ValueKind.MONEY]
        return arithmetic.column_sums(listed) | ({sum(money, Decimal(0))} if len(money) > 1 else set())

    def _counts(self, said: _Said) -> set[Decimal]:
        """How many things the answer lists, and the sentence and the request name."""
        listed = sum(other.sentence.listed for other in self.said)
        named = len(values.values(self.evidence.request))
        return {Decimal(n) for n in (listed, named, *(sum(v.kind is k for v in said.stated) for k in ValueKind)) if n}

    def _lit(self, said: _Said) -> tuple[ClaimId, ...]:
        """The claims whose values it repeats and does not cite; by its names only where it has nothing firmer."""
        held = [self.evidence.stands_in(value) or self._follows_from(value) for value in said.firm or said.stated]
        telling = [ids for ids in held if len(ids) <= MOST_HOLDERS and ids.isdisjoint(said.sentence.cited)]
        return tuple(sorted(frozenset[ClaimId]().union(*telling)))

    def _follows_from(self, value: Value) -> frozenset[ClaimId]:
        """The claims that it follows from alone: totals and roundings of their numbers; counts for a bare number."""
        made = [self.evidence.follows_from(n) for n in value.amounts]
        counted = [self.evidence.counted_in(n) for n in value.amounts if value.kind is ValueKind.NUMBER]
        return frozenset[ClaimId]().union(*made, *counted)

    def _doubtful(self, said: _Said) -> frozenset[ClaimId]:
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

    def _unproven(self, said: _Said) -> bool:
        """Does it claim an act without a receipt? News that its source tells in the same words needs none."""
        if len(self.said) == 1 and not self.evidence.receipts and phrases.only_done(said.sentence.plain):
            return phrases.asks_for_an_act(self.evidence.request)
        acts = () if said.sentence.quoted else phrases.acts_claimed(said.sentence.plain)
        if not acts:
            return False
        sources = [self.evidence.by_id[source] for source in (*said.sentence.cited, *self._lit(said))]
        told = [source.text for source in sources if source.basis in (Basis.FOUND, Basis.TOLD)]
        found = any(source.basis is Basis.FOUND for source in sources) and bool(said.firm or said.sentence.cited)

        def is_news(act: phrases.Act) -> bool:
            return not act.own and ((act.state and found) or any(phrases.speaks_of(act.name, text) for text in told))

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
