"""Derivation: numbers that follow from a few others in one or two steps, where chance would hardly have met them.

From many numbers almost anything follows. So the numbers to reckon with are taken in `Pools`, the nearest first, and a
result only counts where few results lie near it: how many of the numbers that could be written there follow as well
is the chance that an invented one passes. What is a slip of a number that was read never follows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

MOST = 20
"""Of more numbers than this no two are tried."""
MOST_TWICE = 7
"""The same for two steps."""
CHANCE = 50
"""One in so many numbers near a result may follow as well."""
SPARED = 2
"""So many results near it are never too many where what is tried stands in one sentence or one line."""
ALL_OF_TWO = 4
"""What is made of the two nearest numbers is never too much."""
SHORTEST_SLIP = 3
"""Digits. Shorter numbers are always near another one."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A number that one reckons with; whether it is written as a percentage or as money; and its unit, if known."""

    amount: float
    percent: bool = False
    money: bool = False
    unit: str = ""

    def is_like(self, other: "Operand") -> bool:
        """May one add the two up, or compare them? Degrees and kilometres have no sum."""
        return self.unit == other.unit or not (self.unit and other.unit)


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written: the worth of its last digit, and within how much of it a result is near enough."""

    amount: float
    step: float
    near: float = 0.0
    percent: bool = False
    money: bool = False

    def is_slip_of(self, other: float, digits: int = SHORTEST_SLIP) -> bool:
        """Are these the digits of `other`, `digits` at least, but for one or two that changed places?"""
        mine, its = (f"{round(number / self.step)}" for number in (self.amount, other))
        if len(mine) != len(its):
            return False
        noughts = min(len(mine) - len(mine.rstrip("0")), len(its) - len(its.rstrip("0")))
        mine, its = mine[: len(mine) - noughts], its[: len(its) - noughts]
        odd = [n for n, (a, b) in enumerate(zip(mine, its, strict=True)) if a != b]
        first = odd[0] if odd else 0
        swapped = odd == [first, first + 1] and mine[first : first + 2] == its[first + 1] + its[first]
        return len(mine) >= digits and (len(odd) == 1 or swapped)

    def among(self, results: Iterable[float], spared: int = 0) -> bool:
        """Is it one of `results`, and are those so few around it that this is no chance?"""
        low, high, step = self.amount / 2, self.amount * 2, max(self.step, self.near)
        around = [result for result in results if low <= result <= high]
        if not any(self._is(result) for result in around):
            return False
        room = max(spared, int((high - low) / step) // CHANCE)
        return len({round(result / step) for result in around}) <= room

    def _is(self, result: float) -> bool:
        miss = abs(result - self.amount)
        return miss <= self.step / 2 * 1.000001 or miss < self.near


@dataclass(frozen=True, slots=True)
class Pools:
    """What there is to reckon with, each in the order of the text.

    `beside` stands in the sentence, nearest first, `before` in the one or two before it; `lines` are rows and lines
    that were read, `named` those that the sentence names; `extremes` the largest and the smallest of a column, by
    pairs; `columns` those of a table in the answer; `totals` sums of columns; `answer` what the answer said so far;
    `read` all that was read, `alike` what of it has the unit of the number, in that unit. `words` are the numbers that
    the sentence writes as words, and how many months or weeks a period has that it names; `around` are those of the
    request and of the answer.
    """

    beside: tuple[Operand, ...] = ()
    before: tuple[Operand, ...] = ()
    named: tuple[tuple[Operand, ...], ...] = ()
    lines: tuple[tuple[Operand, ...], ...] = ()
    extremes: tuple[tuple[Operand, ...], ...] = ()
    columns: tuple[tuple[Operand, ...], ...] = ()
    totals: tuple[Operand, ...] = ()
    answer: tuple[Operand, ...] = ()
    read: tuple[Operand, ...] = ()
    alike: tuple[Operand, ...] = ()
    words: tuple[Operand, ...] = ()
    around: tuple[Operand, ...] = ()


def derives(written: Written, pools: Pools) -> bool:
    """Does it follow from two numbers that stand together, or from two and a third one?"""
    if not written.amount:
        return False
    words = tuple(dict.fromkeys((*pools.words, *pools.around)))
    return (
        written.among(_once(pools.beside[:2], written), ALL_OF_TWO)
        or _follows(written, (*pools.beside, *pools.words), SPARED)
        or _follows(written, (*pools.beside, *pools.before, *pools.words), 1)
        or written.among([abs(x.amount - y.amount) for x, y in combinations(pools.alike, 2)], SPARED)
        or any(_follows_in_line(written, lines, words) for lines in (pools.named, pools.lines))
        or written.among([r for pair in (*pools.extremes, *pools.columns) for r in _once(pair, written)], SPARED)
        or written.among(_times((*pools.read, *pools.answer), words, written))
        or written.among(_times(pools.answer, pools.beside, written), SPARED)
        or written.among(_times(pools.read, (*pools.beside, *pools.before), written))
        or written.among(_of_both(pools.answer, pools.read, written))
        or (written.money and _follows(written, [each for each in pools.answer if each.money]))
        or _follows(written, (*pools.totals, *words), SPARED)
        or any(written.among(_once(pool, written)) for pool in (pools.answer, pools.read) if len(pool) <= MOST)
    )


def _of_both(answer: Sequence[Operand], read: Sequence[Operand], written: Written) -> list[float]:
    """What a number that the answer knows makes with one that was read."""
    if max(len(answer), len(read)) > MOST:
        return []
    if written.percent:
        return [share for x in answer for y in read for share in (*_shares(x, y), *_shares(y, x))]
    return [r.amount for x in answer for y in read for r in _results(x, y) if r.money or not written.money]


def _follows_in_line(written: Written, lines: Iterable[Sequence[Operand]], words: Sequence[Operand]) -> bool:
    """Does it follow within one of `lines`? Only a short one is reckoned with."""
    short = [(*line, *words) for line in lines if len(line) < MOST_TWICE]
    once = [result for line in short for result in _once(line, written)]
    return written.among(once, SPARED) or written.among([r for line in short for r in _twice(line, written)])


def _times(pool: Iterable[Operand], words: Sequence[Operand], written: Written) -> list[float]:
    """Numbers times or by one that is written as a word, or stands beside it: "for two", "per month" of a year."""
    if written.percent:
        return []
    plain = [n for n in words if not n.percent]
    plain += [Operand(x.amount * y.amount) for x, y in combinations(plain, 2) if not x.money and not y.money]
    pairs = [(x, n) for x in pool for n in plain if not x.percent and not (written.money and x.money is n.money)]
    return [result for x, n in pairs if n.amount for result in (x.amount * n.amount, x.amount / n.amount)]


def _follows(written: Written, pool: Sequence[Operand], spared: int = 0) -> bool:
    pool = tuple(dict.fromkeys(each for each in pool if each.amount))
    if len(pool) > MOST:
        return False
    if written.among(_once(pool, written), spared):
        return True
    return len(pool) <= MOST_TWICE and written.among(_twice(pool, written))


def _once(pool: Sequence[Operand], written: Written) -> list[float]:
    """What two of a pool make, and the sum of all."""
    if written.percent:
        return [share for x, y in permutations(pool, 2) for share in _shares(x, y)]
    either = not (written.money and any(each.money for each in pool))
    made = [r.amount for x, y in combinations(pool, 2) for r in _results(x, y) if r.money or either]
    return [*made, sum(each.amount for each in pool if not each.percent)]


def _twice(pool: Sequence[Operand], written: Written) -> list[float]:
    """What two of a pool make with a third one, and sums and differences of two products."""
    once = [(result, x, y) for x, y in combinations(pool, 2) for result in _results(x, y)]
    if written.percent:
        both = [(result, z) for result, x, y in once for z in pool if z is not x and z is not y]
        return [share for result, z in both for share in (*_shares(result, z), *_shares(z, result))]
    made = [again for result, _, _ in once for z in pool for again in _results(result, z)]
    products = [x.amount * y.amount for x, y in combinations(pool, 2) if not x.percent and not y.percent]
    pairs = [*combinations(products, 2)]
    either = not (written.money and any(each.money for each in pool))
    alike = [r.amount for r in made if r.money or either]
    return [*alike, *(a + b for a, b in pairs), *(abs(a - b) for a, b in pairs)]


def _shares(x: Operand, y: Operand) -> tuple[float, ...]:
    """What `x` is of `y` in per cent, and how much more or less."""
    if x.percent is not y.percent or not y.amount or not x.is_like(y):
        return ()
    share = 100 * x.amount / y.amount
    return (abs(share - 100),) if x.percent else (share, abs(share - 100))


def _results(x: Operand, y: Operand) -> tuple[Operand, ...]:
    """What two numbers make: a percentage only makes a part of the other, and what that leaves or adds."""
    a, b = x.amount, y.amount
    if x.percent and y.percent:
        return Operand(a + b, percent=True), Operand(abs(a - b), percent=True)
    if x.percent or y.percent:
        base, part = (b, a * b / 100) if x.percent else (a, a * b / 100)
        money = (y if x.percent else x).money
        return tuple(Operand(amount, money=money) for amount in (part, base + part, base - part))
    both, one = x.money and y.money, x.money or y.money
    sums = (Operand(a + b, money=both), Operand(abs(a - b), money=both)) if x.is_like(y) else ()
    quotients = tuple(Operand(q, money=one and not both) for q in ((a / b, b / a) if a and b else ()))
    return (*sums, *quotients) if both else (*sums, *quotients, Operand(a * b, money=one))
