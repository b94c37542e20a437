"""Reckoning: numbers that follow from what tables and lists state: totals, differences, shares, averages.

Which rows count is read from what is spoken of, so that few numbers follow and an invented one seldom does by chance.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import combinations, permutations

from nova_bot.context import phrases, readings, tabular, values
from nova_bot.context.derivation import SHORTEST_SLIP, Operand, Pools, Written, derives
from nova_bot.context.material import FEW, FEW_NUMBERS, Material, in_unit, numbers_of
from nova_bot.context.rates import counted, rates_in, shared_among
from nova_bot.context.value import Value, ValueKind
from nova_bot.core.units import known_as

SUBSETS = 8
"""Rows. Of more than this not every selection is added up."""
MOST_SHARERS = 13
CHANCE = 25
"""One in so many numbers of a length may follow from what is there, and no more."""

_WORD_BEHIND = re.compile(r"[^\W\d_]+$")


@dataclass(frozen=True)
class Reckoner(Material):
    """Makes numbers of the material, and says which are made."""

    def gives(self, value: Value, amount: Decimal) -> bool:
        """Does the number that `value` states follow from rows, columns and shares, as exactly as it is written?"""
        if value.unit == "%":
            exact = self._exactness(value, amount)
            few = len(self._grown) <= self._room(amount) and _meets(self._grown, amount, *exact)
            return few or _meets(self._percentages, amount, *exact)
        coarse = self._about or readings.magnitude(value.text) > 1
        step, near = self._exactness(value, amount)
        return any(_meets(results, amount, step, near) for results in self._plain(value, coarse=coarse))

    def may_give(self, value: Value, amount: Decimal, beside: Iterable[Value]) -> bool:
        """Does it follow from any few numbers, where chance hardly meets one? `beside` is founded, and near it."""
        step, near = self._exactness(value, amount)
        room, tried = self._room(amount), () if value.unit == "%" else self._tried(value, beside)
        return any(len(results) <= room and _meets(results, amount, step, near) for results in tried)

    def reads(self, value: Value) -> bool:
        """Was the number that `value` states read, as exactly as it is written?"""
        step, near = self._exactness(value, value.amounts[0])
        return _meets(self.read, value.amounts[0], step, near)

    def gives_with(self, value: Value, amount: Decimal, known: Sequence[Value]) -> bool:
        """Does it follow from other numbers of the answer that have a source themselves?"""
        step, near = self._exactness(value, amount)
        if value.unit == "%":
            shares = {n * 100 / total for v in known for n in v.amounts[:1] for total in self.made_totals if total}
            return len(shares) <= self._room(amount) and _meets(shares, amount, step, near)
        pool = {v.amounts[0]: v.kind is ValueKind.MONEY for v in known if v.amounts}
        made = _of_few([pool], money=value.kind is ValueKind.MONEY, sums=self._reckons)
        made |= {part for base in pool for p in self.percents for part in _with_part(base, base * p / 100)}
        return len(made) <= self._room(amount) and _meets(made, amount, step, near)

    def replaces(self, value: Value, told: AbstractSet[Decimal], digits: int) -> bool:
        """Does it stand in the place of a number of so many digits that was read and is not `told`, by a slip?"""
        written = Written(float(value.amounts[0]), float(self._exactness(value, value.amounts[0])[0]))
        long = len(value.amounts[0].as_tuple().digits) > SHORTEST_SLIP
        return any(written.is_slip_of(float(n), digits) for n in (self.read | (self.totals if long else set())) - told)

    def derives(self, value: Value, beside: Sequence[Value], known: Sequence[Value], before: Sequence[Value]) -> bool:
        """Does it follow in a step or two from what stands `beside` it, what the answer knows, or what was read?"""
        amount = value.amounts[0]
        step, near = self._exactness(value, amount)
        money = value.kind is ValueKind.MONEY
        written = Written(float(amount), float(step), float(near) if self._about else 0.0, value.unit == "%", money)
        told = {other.amounts[0] for other in known}
        if self.replaces(value, told, SHORTEST_SLIP):
            return False
        places = [(v.kind is not value.kind, v.start, _operand(v)) for v in beside]
        places += [(value.kind is ValueKind.MONEY, start, Operand(float(n))) for start, n in self._numerals]
        nearest = [each for *_, each in sorted(places, key=lambda place: (place[0], abs(place[1] - value.start)))]
        columns = tuple(tuple(each for each in column if each.amount in told) for column in self._answer_columns)
        units = _minutes_and_seconds(value.unit)
        pools = replace(
            self._pools,
            around=(*self._pools.around, *units),
            alike=self.prices if money else self.alike(value.unit),
            beside=tuple(nearest),
            before=_operands(before),
            answer=_operands(known),
            columns=columns,
        )
        return derives(written, pools)

    @cached_property
    def _pools(self) -> Pools:
        """What there is to reckon with beside the answer itself."""
        sentence, answer, request = self.spoken
        words = [*(n for _, n in self._numerals), *phrases.per_period(sentence)]
        asked = [n for _, n in phrases.numerals(request)]
        around = [
            *asked,
            *(n for _, n in phrases.numerals(answer)),
            *phrases.per_period(request),
            *phrases.per_period(answer),
        ]
        lines = [line for text in self.found for line in tabular.lines_of(text)]
        columns = [column for table in self.tables for column in tabular.columns(table, made=False) if len(column) > 1]
        columns += [[*numbers_of(line)] for line in lines if len(numbers_of(line)) > 1]
        return Pools(
            named=tuple(map(_of_text, _named_in(sentence, lines))),
            lines=tuple(map(_of_text, lines)),
            extremes=tuple((Operand(float(max(c))), Operand(float(min(c)))) for c in columns),
            totals=tuple(Operand(float(n)) for n in self.found_totals) if len(self.found_totals) <= FEW else (),
            read=tuple(each for text in (*self.found, request) for each in _of_text(text)),
            words=tuple(Operand(float(n)) for n in dict.fromkeys(words)),
            around=tuple(Operand(float(n)) for n in dict.fromkeys(around)),
        )

    @cached_property
    def _numerals(self) -> tuple[tuple[int, int], ...]:
        return phrases.numerals(self.spoken[0])

    @cached_property
    def _answer_columns(self) -> list[tuple[Operand, ...]]:
        """The columns of what the answer puts in a table or a list."""
        columns = [column for table in tabular.tables(self.spoken[1]) for column in tabular.columns(table, made=False)]
        return [tuple(Operand(float(n)) for n in column) for column in columns if 1 < len(column) <= FEW_NUMBERS]

    def _room(self, amount: Decimal) -> int:
        """How many results there may be before chance meets a number of this length too often."""
        written = amount.normalize().as_tuple().digits if self._about else f"{amount.normalize():f}".replace(".", "")
        return int(10 ** len(written)) // CHANCE

    def _exactness(self, value: Value, amount: Decimal) -> tuple[Decimal, Decimal]:
        """The worth of the last digit that is written (100 for "14.2k"), and how near is near enough beside that."""
        exponent = amount.as_tuple().exponent
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) * readings.magnitude(value.text)
        return step, max(step, _coarse(amount)) if self._about else step if step > 1 else Decimal(0)

    def _plain(self, value: Value, *, coarse: bool) -> Iterator[set[Decimal]]:
        """What follows from the rows and columns that are spoken of, from percentages and from units."""
        yield self.made_totals if coarse or self._reckons else self.totals
        yield self._in_rows
        yield self._parts(value)
        yield self._converted(value)
        yield self._scaled
        yield self._rated
        if coarse:
            yield self.numbers
        if phrases.multiplies(self.spoken[0]):
            yield self._shares
        if phrases.averages(f"{self.spoken[0]} {self.spoken[2]}"):
            yield {mean for table in self.tables for mean in tabular.weighted_means(table)}
        if self._reckons:
            yield self.of_all_columns

    def _tried(self, value: Value, beside: Iterable[Value]) -> Iterator[set[Decimal]]:
        """What can be made of any numbers: it counts only where it is so little that chance hardly meets it."""
        yield _of_few([*map(numbers_of, self.texts)], money=value.kind is ValueKind.MONEY, sums=self._reckons)
        yield self.made_totals
        yield self._steps
        yield self._remainders(beside)
        yield self._averages
        yield self._per_each
        yield self._per_period
        yield self._priced
        yield self._selections

    @cached_property
    def _percentages(self) -> set[Decimal]:
        changes = {(each - 1) * 100 for each in self._changes} | {100 - each for each in self.percents}
        return changes | {each * 100 for each in self._shares} | self._shares_of_named

    @cached_property
    def _shares_of_named(self) -> set[Decimal]:
        """Of a number that the request names, and of the two that it names."""
        asked = [*numbers_of(self.spoken[2])]
        parts = self.found_totals | {number for text in self.found for number in numbers_of(text)}
        return {100 * part / whole for whole in asked if whole for part in (*parts, *asked) if 0 < part < whole}

    @cached_property
    def _per_period(self) -> set[Decimal]:
        return {n * times for times in phrases.per_period(self.spoken[0]) for n in self.numbers}

    @cached_property
    def _priced(self) -> set[Decimal]:
        """Numbers that were read times or by one that the request names, or the days between its two dates."""
        times = {*numbers_of(self.spoken[2]), Decimal(self.days)}
        if len(times) > FEW:
            return set()
        return {made for k in times if k for text in self.found for n in numbers_of(text) for made in (n * k, n / k)}

    @cached_property
    def _rated(self) -> set[Decimal]:
        """Rates times what they are rates of: "19.90 per line" for "8 lines", "6.5 l/100 km" for "620 km"."""
        texts = (*self.found, *self.spoken)
        rates = {rate for text in texts for rate in rates_in(text)}
        if len(rates) > FEW_NUMBERS:
            return set()
        made = {rate.amount * n / rate.per for rate in rates for text in texts for n in counted(text, rate.of)}
        shared = {n for word in shared_among(self.spoken[0]) for text in texts for n in counted(text, word) if n}
        return made | {n / among for n in self.numbers | self.totals for among in shared}

    @cached_property
    def _per_each(self) -> set[Decimal]:
        """Quotients of two numbers of a row: "per day", where the row has its days."""
        if not phrases.averages(self.spoken[0]):
            return set()
        rows = [row for table in self.tables for row in tabular.spoken(table, self.spoken[0])]
        return {x / y for row in rows for x, y in permutations(row.numbers.values(), 2) if y}

    @cached_property
    def _averages(self) -> set[Decimal]:
        """Of columns, and a number shared among a few; only where the sentence speaks of such a thing."""
        if not phrases.averages(self.spoken[0]):
            return set()
        columns = [column for group in self.groups for column in tabular.columns(group, made=False)]
        shared = {n / k for n in self.numbers for k in range(2, MOST_SHARERS)}
        columns += [[*numbers_of(line)] for text in self.texts for line in values.rows(text)]
        return shared | {sum(column, Decimal(0)) / len(column) for column in columns if len(column) > 1}

    @cached_property
    def _selections(self) -> set[Decimal]:
        """The totals of any selection of the rows of a short table."""
        columns = [c for table in self.tables if len(table) <= SUBSETS for c in tabular.columns(table, made=True)]
        picked = (pick for column in columns for n in range(2, len(column)) for pick in combinations(column, n))
        return {sum(pick, Decimal(0)) for pick in picked}

    @cached_property
    def _in_rows(self) -> set[Decimal]:
        """Differences and products within a row that the sentence speaks of."""
        rows = [row for table in self.tables for row in tabular.spoken(table, self.spoken[0])]
        return {column[0] for row in rows for column in tabular.columns((row,), made=True) if column}

    @cached_property
    def _shares(self) -> set[Decimal]:
        """Ratios: within a row, of a row to its column or another row, of columns."""
        rows = [(row, table) for table in self.tables for row in self.rows(table)]
        found = {x / y for row, _ in rows for x, y in permutations(row.numbers.values(), 2) if y}
        for table in self.tables:
            columns = zip(
                tabular.columns(self.rows(table), made=False), tabular.columns(table, made=False), strict=False
            )
            for part, whole in columns:
                found |= {x / y for x in (*part, sum(part)) for y in (*part, sum(whole)) if y}
        return found

    @cached_property
    def _changes(self) -> set[Decimal]:
        """How many times what comes first in a row, or among the totals, is what comes later; and rows of a column."""
        series = [[*row.numbers.values()] for table in self.tables for row in self.rows(table)]
        series += [[sum(column, Decimal(0)) for column in tabular.columns(group, made=False)] for group in self.groups]
        columns = [column for table in self.tables for column in tabular.columns(self.compared(table), made=False)]
        grown = {later / first for each in series for first, later in combinations(each, 2) if first}
        return grown | {x / y for column in columns for x, y in permutations(column[: tabular.MOST_COLUMNS], 2) if y}

    @cached_property
    def _steps(self) -> set[Decimal]:
        """Differences of two rows in a column."""
        columns = [column for table in self.tables for column in tabular.columns(self.compared(table), made=False)]
        return {abs(x - y) for column in columns for x, y in combinations(column[:FEW_NUMBERS], 2)}

    def _remainders(self, beside: Iterable[Value]) -> set[Decimal]:
        """What a total leaves of a number that stands beside it or in the request: "of our 12k 3,970 are left"."""
        if not self._reckons:
            return set()
        named = {v.amounts[0] for v in (*beside, *values.values(self.spoken[2])) if v.amounts}
        return {abs(n - total) for n in named for total in self.found_totals if n}

    @cached_property
    def _grown(self) -> set[Decimal]:
        """By how much per cent the numbers of a row changed, in any row."""
        rows = [[*row.numbers.values()] for table in self.tables for row in table]
        return {(later / first - 1) * 100 for each in rows for first, later in combinations(each, 2) if first}

    @cached_property
    def _scaled(self) -> set[Decimal]:
        """The numbers that stand there in the ratio of the two that the request names: "we are 6 instead of 4".

        Where it names one, the other may be for how many people that is which was read.
        """
        asked = [*numbers_of(self.spoken[2])]
        if len(asked) == 1:
            asked += [n for n in phrases.servings("\n".join(self.found)) if n != asked[0]]
        if len(asked) != 2 or not all(asked):
            return set()
        return {number * asked[0] / asked[1] for text in self.found for number in numbers_of(text)}

    def _parts(self, value: Value) -> set[Decimal]:
        """What the percentages that stand there are of a total or a number, and what they leave or make of it.

        A number with a unit is a part of those with the same one.
        """
        percents = self.percents
        if not percents:
            return set()
        unit = known_as(value.unit) if value.unit else ""
        bases = self.measured(unit) if unit else self.totals | self.numbers
        return {made for base in bases for p in percents for made in _with_part(base, base * p / 100)}

    def _converted(self, value: Value) -> set[Decimal]:
        """The numbers that stand there in the unit of `value`."""
        unit = value.unit or (_WORD_BEHIND.search(value.text) or [""])[0]
        measured = [v for text in self.texts for v in values.values(text) if v.unit and v.amounts] if unit else []
        return {found for v in measured for found in in_unit(v.amounts[0], v.unit, unit)}

    @cached_property
    def _about(self) -> bool:
        return phrases.rounds(self.spoken[0])

    @cached_property
    def _reckons(self) -> bool:
        return phrases.reckons(self.spoken[0])


def _operands(stated: Iterable[Value]) -> tuple[Operand, ...]:
    return tuple(_operand(v) for v in stated if v.amounts)


def _operand(value: Value) -> Operand:
    percent = value.unit == "%"
    return Operand(
        float(value.amounts[0]),
        percent,
        value.kind is ValueKind.MONEY,
        "" if percent or not value.unit else known_as(value.unit),
    )


def _minutes_and_seconds(unit: str) -> tuple[Operand, ...]:
    """What one reckons with where a time is counted in another unit than it was read."""
    return (Operand(60.0), Operand(3600.0)) if known_as(unit).startswith("time ") else ()


def _named_in(sentence: str, lines: Sequence[str]) -> list[str]:
    """The lines that have a word of the sentence in which they differ from the others."""
    words = [values.words(line) for line in lines]
    often = Counter(word for each in words for word in each)
    spoken = {word for word in tabular.words_of(sentence) if often[word] == 1 and not word.isdigit()}
    return [line for line, each in zip(lines, words, strict=True) if not each.isdisjoint(spoken)]


@lru_cache(maxsize=values.REMEMBERED)
def _of_text(text: str) -> tuple[Operand, ...]:
    return _operands(values.values(text))


def _of_few(pools: Iterable[Mapping[Decimal, bool]], *, money: bool, sums: bool) -> set[Decimal]:
    """Differences, products and quotients of two of a pool, where it is small; and `sums`.

    Money and what is none are not added up, and a sum of `money` is no product of two that are none.
    """
    few = [pool for pool in pools if 1 < len(pool) <= FEW_NUMBERS]
    alike = [(x, y) for pool in few for x, y in combinations(pool, 2) if pool[x] is pool[y]]
    made = {abs(x - y) for x, y in alike} | ({x + y for x, y in alike} if sums else set())
    pairs = [(x, y) for pool in few for x, y in permutations(pool, 2) if not money or pool[x] or pool[y]]
    return made | {x * y for x, y in pairs} | {x / y for x, y in pairs if y}


def _with_part(base: Decimal, part: Decimal) -> tuple[Decimal, ...]:
    return part, base + part, base - part


def _meets(results: Iterable[Decimal], amount: Decimal, step: Decimal, near: Decimal) -> bool:
    """Is one of `results` the number, rounded to `step` or within less than `near`?"""
    half = step / 2
    return any(miss <= half or miss < near for miss in (abs(abs(result) - amount) for result in results))


def _coarse(amount: Decimal) -> Decimal:
    """The worth of the last digit of a round number."""
    exponent = amount.normalize().as_tuple().exponent
    return Decimal(10) ** exponent if isinstance(exponent, int) else Decimal(1)
