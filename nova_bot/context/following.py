"""Following: which values of an answer stand in what was shown, which follow from it, and which are new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from nova_bot.context import arithmetic, days, measures, phrases, tabular, values, world, zones
from nova_bot.context.evidence import Evidence
from nova_bot.context.reckoning import Reckoner
from nova_bot.context.said import Said
from nova_bot.context.value import Value, ValueKind
from nova_bot.core.claims import Basis, ClaimId
from nova_bot.core.units import known_as

MINUTES_PER_DAY = 1_440

MOST_RECKONED = 50
"""A sentence with more values than this (or an answer with four times as many sentences) is not recalculated."""

MOST_TEXTS = 24
"""Sources with which one is reckoned: from more almost anything follows."""

MOST_NEAR = 16
"""Other numbers of the answer with which one is reckoned."""

SURE_SLIP = 4
"""Digits of a number that is more likely to be a slip of one that was read than to follow."""

EARLIEST, LATEST = 1_900, 2_100
"""Years."""

NEIGHBOURS = 2
"""So many sentences before one are near it."""

MOST_HOLDERS = 12
"""A value that stands in more claims than this is no sign of where something comes from."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """What one sentence is recalculated from: its texts, who does it, and the totals that the answer itself gives."""

    texts: tuple[str, ...]
    reckoner: Reckoner
    totals: frozenset[Decimal]


@dataclass(frozen=True)
class Following:
    """An answer's sentences against the evidence."""

    said: tuple[Said, ...]
    evidence: Evidence

    @cached_property
    def new(self) -> tuple[tuple[Value, ...], ...]:
        """Of each sentence the values that stand nowhere in the pack, and don't follow by plain arithmetic either.

        What follows may rest on what followed before it, in however many steps; never two invented ones on each other.
        A date beside a weekday on which it does not fall is new too.
        """
        wrong = [tuple(v for v in said.stated if self._is_wrong_day(v, said)) for said in self.said]
        open_ = [
            tuple(v for v in said.stated if v not in bad and not self.evidence.states(v))
            for said, bad in zip(self.said, wrong, strict=True)
        ]
        tried = {n: self._sources(self.said[n]) for n in self._reckonable(open_)}
        before: list[tuple[Value, ...]] = []
        while open_ != before:
            before = list(open_)
            for n, sources in tried.items():
                founded = [[v for v in said.stated if v not in new] for said, new in zip(self.said, open_, strict=True)]
                open_[n] = tuple(v for v in open_[n] if not self._follows(v, n, founded, sources))
        return tuple(bad + new for bad, new in zip(wrong, open_, strict=True))

    def lit(self, said: Said) -> tuple[ClaimId, ...]:
        """The claims whose values it repeats and does not cite; by its names only where it has nothing firmer."""
        held = [self.evidence.stands_in(value) or self._follows_from(value) for value in said.firm or said.stated]
        telling = [ids for ids in held if len(ids) <= MOST_HOLDERS and ids.isdisjoint(said.sentence.cited)]
        return tuple(sorted(frozenset[ClaimId]().union(*telling)))

    def _reckonable(self, open_: Sequence[Sequence[Value]]) -> list[int]:
        """The sentences with new values that are not too long to be recalculated."""
        many = len(self.said) // 4
        return [n for n, new in enumerate(open_) if new and max(len(self.said[n].stated), many) <= MOST_RECKONED]

    def _is_wrong_day(self, value: Value, said: Said) -> bool:
        today = self.evidence.today
        dated = value.kind is ValueKind.DATE and today is not None
        return dated and today is not None and days.names_other_weekday(value, said.sentence.plain, today)

    def _sources(self, said: Said) -> _Sources:
        """What a sentence is recalculated from: what it rests on, else all findings; with those of the same shape."""
        found = [claim.text for claim in self.evidence.found()]
        resting = [self.evidence.by_id[source].text for source in (*said.sentence.cited, *self.lit(said))]
        texts = tuple(tabular.with_alike(resting, found) if resting else found)[:MOST_TEXTS]
        request = self.evidence.request
        spoken = (said.sentence.plain, self._text, request)
        ends = days.named(values.values(request), self.evidence.today) - {self.evidence.today}
        length = (max(ends) - min(ends)).days if len(ends) == 2 else 0
        reckoner = Reckoner((*texts, request), spoken, tuple(found[:MOST_TEXTS]), length)
        return _Sources(texts, reckoner, self._totals(said))

    @cached_property
    def _text(self) -> str:
        return "\n".join(each.sentence.plain for each in self.said)

    def _totals(self, said: Said) -> frozenset[Decimal]:
        """Totals of what the answer lists elsewhere, and of its sums of money before this sentence."""
        listed = [other.sentence.plain for other in self.said if other.sentence.listed and other is not said]
        before = self.said[: self.said.index(said)]
        money = [value.amounts[0] for other in before for value in other.stated if value.kind is ValueKind.MONEY]
        sums = arithmetic.column_sums(listed) | ({sum(money, Decimal(0))} if len(money) > 1 else set())
        return frozenset(sums | self._left_by_others(said))

    def _left_by_others(self, said: Said) -> set[Decimal]:
        """What the sums of money of another sentence leave of one in this: "300 of 1,000: 400 for the one, 300 ..."."""
        wholes = [value.amounts[0] for value in said.stated if value.kind is ValueKind.MONEY]
        parts = [
            [v.amounts[0] for v in other.stated if v.kind is ValueKind.MONEY]
            for other in self.said
            if other is not said
        ]
        return {whole - sum(each, Decimal(0)) for whole in wholes for each in parts if len(each) > 1}

    def _follows(self, value: Value, at: int, founded: Sequence[Sequence[Value]], sources: _Sources) -> bool:
        """Does a value of sentence `at` follow from what was read, and from what is `founded` in each sentence?"""
        said = self.said[at]
        if world.is_known(value, said.sentence.plain, self._shown) or self._is_zone(value, said.sentence.plain):
            return True
        if _names_day(value) and self._is_day_off(value, founded[at], sources.texts):
            return True
        if value.kind is ValueKind.TIME and self._is_time_off(value, said, sources.texts):
            return True
        if value.kind is ValueKind.NUMBER and (
            not self._counts(said).isdisjoint(value.amounts) or arithmetic.totals_time(value, sources.texts)
        ):
            return True
        if self._follows_from(value) or not sources.totals.isdisjoint(value.amounts):
            return True
        value = _as_number(value)
        if any(self._worked_out(value, n, at, founded, sources) for n in value.amounts):
            return True
        if any(sources.reckoner.reads(other) for other in measures.others(value, self._shown)):
            return True
        others = measures.in_units(value, self._shown)
        return any(self._worked_out(other, other.amounts[0], at, founded, sources) for other in others)

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        """All that was shown."""
        return (*(claim.text for claim in self.evidence.claims), *self.evidence.texts, self.evidence.request)

    def _is_day_off(self, value: Value, beside: Sequence[Value], texts: Sequence[str]) -> bool:
        """Does this day lie a length of time from one that is known, or a term from one that was read?"""
        today, request = self.evidence.today, values.values(self.evidence.request)
        spans = [v.amounts[0] for v in (*beside, *request) if v.amounts]
        known = days.named(beside, today)
        read = [found for text in texts for found in values.values(text)]
        starts = (days.named(read, today) | days.months(read)) - {today}
        terms = phrases.terms("\n".join((*texts, self._text)))
        found = days.reachable(known, spans) | days.apart(known, terms) | days.apart(starts, terms)
        found = found.union(*(days.ends(text, today) | days.of_weeks(text, self._today) for text in texts))
        return not value.seeks.isdisjoint(days.keys_of(found))

    def _is_time_off(self, value: Value, said: Said, texts: Sequence[str]) -> bool:
        """Does this time of day lie a known length of time from another one, or is it one in another zone?"""
        told = [*said.stated, *(found for text in (*texts, self.evidence.request) for found in values.values(text))]
        known = arithmetic.times(other for other in said.stated if other is not value)
        made = arithmetic.later(known, arithmetic.lengths(told))
        made |= self._shown_times
        return not arithmetic.times([value]).isdisjoint(made)

    def _is_zone(self, value: Value, sentence: str) -> bool:
        """Does it say how far one of the zones that are named is ahead of UTC, or of another one?"""
        named = zones.offsets(self.evidence.request, self._today) | zones.offsets(self._text, self._today)
        written = zones.written_at(sentence, value.start)
        if written is not None:
            return written in zones.named(f"{self._text}\n{self.evidence.request}", self._today)
        hours = value.amounts[0] if value.amounts and value.unit and known_as(value.unit) == known_as("hour") else None
        return hours is not None and int(hours * 60) in zones.apart(named)

    @cached_property
    def _shown_times(self) -> frozenset[int]:
        """The times of day that were shown, and what they are in the zones of the texts, of the answer and of ours.

        What names no zone is a time of ours, unless the answer or the request speaks of several.
        """
        spoken = zones.offsets(f"{self._text}\n{self.evidence.request}", self._today)
        ours = frozenset[int]().union(*(zones.offsets(text, self._today) for text in self.evidence.texts))
        found = set[int]()
        for text in self._shown:
            known = arithmetic.times(values.values(text)) | arithmetic.crons(text)
            named = zones.offsets(text, self._today)
            ahead = named | spoken | ours if named else spoken if len(spoken) > 1 else frozenset[int]()
            found |= known | zones.elsewhere(known, ahead)
        return frozenset(found)

    @cached_property
    def _today(self) -> date:
        return self.evidence.today or date.min

    def _worked_out(
        self, value: Value, amount: Decimal, at: int, founded: Sequence[Sequence[Value]], sources: _Sources
    ) -> bool:
        """Does it follow from what stands beside it, or from a claim that the sentence rests on?"""
        plain, beside = self.said[at].sentence.plain, founded[at]
        texts, reckoner = sources.texts, sources.reckoner
        if arithmetic.multiplies_out(amount, beside, plain) or self._is_span(amount, plain, beside, texts):
            return True
        if reckoner.gives(value, amount):
            return True
        known = [v for each in founded for v in each if v.amounts]
        if reckoner.replaces(value, {v.amounts[0] for v in known}, SURE_SLIP):
            return False
        if phrases.reckons(plain) and any(
            [
                arithmetic.adds_up(amount, beside, percent=value.unit == "%"),
                *(arithmetic.adds_up_in(amount, text, percent=value.unit == "%") for text in texts),
            ]
        ):
            return True
        if reckoner.may_give(value, amount, beside):
            return True
        if ("%" in plain or phrases.reckons(plain)) and reckoner.gives_with(value, amount, known[:MOST_NEAR]):
            return True
        before = [v for each in reversed(founded[max(0, at - NEIGHBOURS) : at]) for v in each if v.amounts]
        if phrases.multiplies(plain) and arithmetic.is_ratio(amount, [*beside, *before]):
            return True
        return reckoner.derives(value, [v for v in beside if v.amounts], known, before)

    def _is_span(self, amount: Decimal, plain: str, beside: Sequence[Value], texts: Sequence[str]) -> bool:
        """Is it a length of time between two days or two times that are named?"""
        units = phrases.minutes_per_unit(plain)
        if not units:
            return False
        told = [*texts, self.evidence.request, *(c.text for c in self.evidence.claims if c.basis is Basis.TOLD)]
        named = [*beside, *(value for text in told for value in values.values(text))]
        dates = [day.toordinal() * MINUTES_PER_DAY for day in days.named(named, self.evidence.today)]
        times = arithmetic.times(named)
        return any(arithmetic.lies_between(amount, dates if u >= MINUTES_PER_DAY else times, u) for u in units)

    def _counts(self, said: Said) -> set[Decimal]:
        """How many things the answer lists, and the sentence and the request name."""
        listed = sum(other.sentence.listed for other in self.said)
        named = len(values.values(self.evidence.request))
        return {Decimal(n) for n in (listed, named, *(sum(v.kind is k for v in said.stated) for k in ValueKind)) if n}

    def _follows_from(self, value: Value) -> frozenset[ClaimId]:
        """The claims that it follows from alone: totals and roundings of their numbers; counts for a bare number."""
        made = [self.evidence.follows_from(n) for n in value.amounts]
        counted = [self.evidence.counted_in(n) for n in value.amounts if value.kind is ValueKind.NUMBER]
        return frozenset[ClaimId]().union(*made, *counted)


def _names_day(value: Value) -> bool:
    """Is it a date, a day of the month behind a weekday, or a year?"""
    bare = value.kind is ValueKind.NUMBER and not value.unit
    year = bare and value.text.isdigit() and EARLIEST < value.amounts[0] < LATEST
    return value.kind is ValueKind.DATE or year or (bare and any(key.startswith("day:") for key in value.seeks))


def _as_number(value: Value) -> Value:
    """ "1.6." at the end of a sentence may be no day, but a number with a full stop."""
    if value.kind is not ValueKind.DATE or value.amounts:
        return value
    read = values.values(value.text.rstrip("."))
    return replace(read[0], start=value.start) if len(read) == 1 and read[0].amounts else value
