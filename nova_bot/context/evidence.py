"""Evidence: what a step was shown, and which values stand where in it."""

import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from nova_bot.context import arithmetic, grammar, readings, values
from nova_bot.context.value import Value, ValueKind
from nova_bot.core.claims import Basis, Claim, ClaimId
from nova_bot.core.labels import Label
from nova_bot.core.outcome import Use
from nova_bot.core.pack import NO_THREAD, ContextPack, ItemKind, ThreadView
from nova_bot.core.run import Step


class _Holders:
    """Some claims, and which of them state a value."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._stated = [(claim.id, stated(claim.text)) for claim in claims]
        self._found: dict[frozenset[str], frozenset[ClaimId]] = {}

    def of(self, value: Value) -> frozenset[ClaimId]:
        """The claims that state `value`."""
        if value.seeks not in self._found:
            found = [claim for claim, keys in self._stated if not value.seeks.isdisjoint(keys)]
            self._found[value.seeks] = frozenset(found)
        return self._found[value.seeks]


@lru_cache(maxsize=256)
def _holders_in(thread: ThreadView) -> _Holders:
    return _Holders(thread.claims)


@dataclass(frozen=True)
class Evidence:
    """What a step may rest on.

    `texts` are shown but no claims: the time, our question, what a failed tool said. `failed` names tools whose last
    call in the pack failed, `receipts` the effects that really happened in this run, `earlier` those before it in the
    thread. `doubtful` are the claims that are assumptions or rest on one. `today` is the day of the step, where known.
    `thread` has the first of the claims, where they are those of the thread.
    """

    claims: tuple[Claim, ...] = ()
    texts: tuple[str, ...] = ()
    request: str = ""
    failed: frozenset[str] = frozenset()
    receipts: frozenset[str] = frozenset()
    doubtful: frozenset[ClaimId] = frozenset()
    today: date | None = None
    earlier: frozenset[str] = frozenset()
    thread: ThreadView = NO_THREAD

    @cached_property
    def by_id(self) -> Mapping[ClaimId, Claim]:
        """The claims by their ids."""
        return ChainMap({claim.id: claim for claim in self._beside}, self.thread.by_id)

    @property
    def labels(self) -> list[Label]:
        """The labels of all claims, those of the thread joined into one."""
        return self.thread.labels_with(self._beside)

    @cached_property
    def _beside(self) -> tuple[Claim, ...]:
        return self.claims[len(self.thread.claims) :]

    @cached_property
    def _holders(self) -> _Holders:
        return _Holders(self._beside)

    def states(self, value: Value) -> bool:
        """Does `value` stand in what was shown, or in the calendar of its words? What may be an id is none of ours."""
        stands = bool(self.stands_in(value)) or self._stands_in_texts(value) or self._in_calendar(value)
        return stands or (readings.is_handle(value) and value.text[0] not in self._handles)

    @cached_property
    def _handles(self) -> frozenset[str]:
        """The letters of ids such as "e12" in what was shown."""
        held = (value for claim in self.claims for value in values.values(claim.text) if readings.is_handle(value))
        return frozenset(value.text[0] for value in held)

    def stands_in(self, value: Value) -> frozenset[ClaimId]:
        """The claims that state `value`."""
        return _holders_in(self.thread).of(value) | self._holders.of(value)

    def only_doubtful(self, value: Value) -> frozenset[ClaimId]:
        """The assumptions that state `value`, where nothing firmer does."""
        ids = self.stands_in(value)
        return ids if ids and ids <= self.doubtful and not self._stands_in_texts(value) else frozenset()

    def _stands_in_texts(self, value: Value) -> bool:
        return any(not value.seeks.isdisjoint(stated(text)) for text in self.texts)

    def found(self) -> Iterable[Claim]:
        """What tools returned."""
        return (claim for claim in self.claims if claim.basis is Basis.FOUND)

    def follows_from(self, number: Decimal) -> frozenset[ClaimId]:
        """The claims that `number` follows from alone: a total of a column, or one of their numbers rounded."""
        return frozenset(claim.id for claim in self.claims if number in _worked_out(claim.text))

    def counted_in(self, number: Decimal) -> frozenset[ClaimId]:
        """The claims with so many lines, lines with a value, or things listed in a line; all findings if so many."""
        if number == self._readings:
            return frozenset(claim.id for claim in self.found())
        return frozenset(claim.id for claim in self.claims if number in _counts(claim.text))

    @cached_property
    def _readings(self) -> int:
        """How many things tools returned."""
        return sum(1 for _ in self.found())

    def _in_calendar(self, value: Value) -> bool:
        return value.kind in (ValueKind.DATE, ValueKind.NUMBER) and not value.seeks.isdisjoint(self._calendar)

    @cached_property
    def _calendar(self) -> frozenset[str]:
        """Keys of the days that words of the claims name: "Friday", "tomorrow", and the years around this one."""
        if self.today is None:
            return frozenset()
        spoken = frozenset[str]().union(*(values.words(claim.text) for claim in self.claims))
        years = {f"number:{self.today.year + n}" for n in (-1, 0, 1)}
        return days_named(spoken, self.today) | _keys_of(self.today) | years


_INSTRUCTIONS = frozenset({ItemKind.HAND_OFF, ItemKind.LEFT_OUT})
"""Items that are no evidence for anything about the world."""

_RELATIVE_DAYS = [(frozenset(re.split(r"[ '-]", name)), n) for name, n in grammar.RELATIVE_DAYS.items()]


def days_named(words: frozenset[str], today: date) -> frozenset[str]:
    """The keys of the days that `words` name: "Friday", "tomorrow"."""
    near = [today + timedelta(days=n) for n in range(-7, 15)]
    weekdays = {n for name, n in grammar.WEEKDAYS.items() if name in words}
    steps = {n for names, n in _RELATIVE_DAYS if names <= words}
    days = [day for day in near if day.weekday() in weekdays] + [today + timedelta(days=n) for n in steps]
    return frozenset[str]().union(*map(_keys_of, days))


@lru_cache(maxsize=values.REMEMBERED)
def _keys_of(day: date) -> frozenset[str]:
    return readings.day_keys(day.year, day.month, day.day)[1]


@lru_cache(maxsize=values.REMEMBERED)
def _worked_out(text: str) -> frozenset[Decimal]:
    return frozenset(arithmetic.column_sums(values.rows(text)) | arithmetic.rounded(text))


@lru_cache(maxsize=values.REMEMBERED)
def _counts(text: str) -> frozenset[Decimal]:
    lines = values.rows(text)
    listed = [line.count(",") + 1 for line in lines if "," in line and not re.search(r"\d", line)]
    return frozenset(map(Decimal, {len(lines), sum(bool(values.values(line)) for line in lines), *listed} - {0, 1}))


@lru_cache(maxsize=values.REMEMBERED)
def stated(text: str) -> frozenset[str]:
    """The keys of the values and words that `text` offers."""
    stated = frozenset[str]().union(*(value.offers for value in values.values(text)))
    return stated | {f"word:{word}" for word in values.words(text)}


def of_pack(
    pack: ContextPack,
    known: Mapping[ClaimId, Claim],
    request: str,
    today: date,
    receipts: Collection[str] = (),
    doubtful: Collection[ClaimId] | None = None,
    tools: Collection[str] | None = None,
    earlier: Collection[str] = (),
) -> Evidence:
    """What `pack` gives to rest on. Its system text is no evidence, nor is a hand-off's brief: both are
    instructions.

    `known` is every claim that the pack can show, `doubtful` those that rest on an assumption (left out: those that
    are one). `tools` are the tools whose failure means that something was not read (left out: all).
    """
    claims = (*pack.thread.claims, *(known[shown] for shown in pack.beside if shown in known))
    told = [item.text for item in pack.items if not item.claims and item.kind not in _INSTRUCTIONS]
    failures: dict[str, bool] = {}
    for exchange in pack.exchanges:
        for call, result in zip(exchange.calls, exchange.results, strict=False):
            failures[call.tool] = result.error
            told += [result.text] if result.error else []
    told += [tool.replace(".", " ") for tool in failures]
    if doubtful is None:
        doubtful = [claim.id for claim in claims if claim.basis is Basis.ASSUMED]
    failed = frozenset(tool for tool, error in failures.items() if error and (tools is None or tool in tools))
    return Evidence(
        claims,
        tuple(told),
        request,
        failed,
        frozenset(receipts),
        frozenset(doubtful),
        today,
        frozenset(earlier),
        pack.thread,
    )


def receipts_of(steps: Iterable[Step], effects: Mapping[str, str]) -> frozenset[str]:
    """The effects that the calls of `steps` really had; `effects` maps a tool's name to what it does."""
    return frozenset(effects[tool] for tool in acted(steps, effects))


def acted(steps: Iterable[Step], effects: Mapping[str, str]) -> frozenset[str]:
    """The tools by which `steps` really had an effect."""
    done = [
        call.tool
        for step in steps
        if isinstance(step.outcome, Use)
        for call, result in zip(step.outcome.calls, step.results, strict=False)
        if not result.error
    ]
    return frozenset(tool for tool in done if effects.get(tool, "read") != "read")
