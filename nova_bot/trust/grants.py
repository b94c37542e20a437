"""Grants: permission for one kind of effect, minted from the owner's own words and only ever narrowed after that."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import JsonValue

from nova_bot.core.effect import ToolRow

SHORTEST_PIN = 4
"""A quoted text argument of so many characters is pinned to what was quoted; a target's template says as much."""
MOST_STARS = 3

_QUOTED_BLOCK = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)|^[ \t]*>.*?$", re.DOTALL | re.MULTILINE
)
_BESIDE = frozenset("_@-")


def fold(text: str) -> str:
    """`text` as it is compared: NFKC, casefolded, white space as single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def spoken(text: str) -> str:
    """What a person typed, without pasted blocks and quoted lines: those are somebody else's words."""
    return _QUOTED_BLOCK.sub("", text).strip()


def stands_in(value: str, folded: str) -> bool:
    """Does `value` stand in a `fold`ed text as whole words? Not as a part of a longer word, address or host."""
    wanted = fold(value)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        before = folded[max(0, at - 1) : at]
        if before != "." and not _glued(before) and not _glued(folded[end : end + 1]):
            return True
        at = folded.find(wanted, at + 1)
    return False


def _glued(character: str) -> bool:
    return bool(character) and (character.isalnum() or character in _BESIDE or unicodedata.category(character) == "Cf")


def leaves(value: JsonValue) -> tuple[str, ...]:
    """The single values of an argument, as text; nothing for what is left out or empty."""
    match value:
        case None | "":
            return ()
        case list():
            return tuple(leaf for each in value for leaf in leaves(each))
        case dict():
            return tuple(leaf for each in value.values() for leaf in leaves(each))
    return (str(value),)


@dataclass(frozen=True, slots=True)
class Param:
    """What an argument may be: one of `lit`, like the template `like` ("Dinner at *"), anything that stands in a
    result of a read in `source`, or with `free` anything at all. For a target like `like` see `fitting`.
    """

    lit: tuple[str, ...] = ()
    like: str = ""
    source: tuple[str, ...] = ()
    free: bool = False

    def __bool__(self) -> bool:
        return bool(self.lit or self.like or self.source or self.free)

    def quotes(self, value: str) -> bool:
        """Is `value` itself written in the grant?"""
        wanted = fold(value)
        return any(wanted == fold(one) for one in self.lit)

    def names(self, value: str) -> bool:
        """Is `value` written in the grant, or like its template?"""
        return self.quotes(value) or (bool(self.like) and _fits(self.like, fold(value)))

    def within(self, wider: "Param") -> "Param":
        """The part of this that `wider` allows as well."""
        if wider.free:
            return self
        if self.free:
            return wider
        return Param(
            lit=tuple(one for one in self.lit if wider.names(one)),
            like=self.like if self.like == wider.like else "",
            source=tuple(one for one in self.source if one in wider.source),
        )


def _fits(template: str, folded: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in fold(template).split("*"))
    return re.fullmatch(pattern, folded, re.DOTALL) is not None


def fitting(template: str, texts: Iterable[str]) -> frozenset[str]:
    """The whole words in `fold`ed texts that a target's template fits, such as "External*" for `external_0`.

    In a target `*` stands for letters, digits, `_` and `-` only, never for a host, a path or a further word.
    """
    pattern = re.compile(r"[\w-]*".join(re.escape(part) for part in fold(template).split("*")))
    return frozenset(hit[0] for text in texts for hit in pattern.finditer(text) if stands_in(hit[0], text))


@dataclass(frozen=True, slots=True)
class Planned:
    """One effect that a planner proposes, or a read that later effects may take values from. Code checks all of it."""

    tool: str
    params: Mapping[str, Param] = field(default_factory=dict)
    uses: int = 1


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to use `tool` `uses` times with arguments that fit `params`. `by` says what it was minted from."""

    id: str
    run: int
    tool: str
    params: Mapping[str, Param]
    uses: int
    by: str
    expires: datetime | None = None
    parent: str = ""


def mint(
    plan: Sequence[Planned], rows: Mapping[str, ToolRow], said: str, directory: str, run: int, by: str
) -> tuple[Grant, ...]:
    """Grants for what is planned; what stands neither in the owner's words nor in the directory is dropped.

    `said` is what the owner typed, `directory` names and addresses of integrity 2. A dropped value is refused later.
    """
    known = fold(f"{said}\n{directory}")
    reads = frozenset(one.tool for one in plan if one.tool in rows and (rows[one.tool].plain or rows[one.tool].egress))
    wanted = [one for one in plan if one.tool in rows]
    return tuple(
        Grant(f"{by}/{n}", run, one.tool, _kept(one, rows[one.tool], known, reads), one.uses, by)
        for n, one in enumerate(wanted)
    )


def _kept(planned: Planned, row: ToolRow, known: str, reads: Collection[str]) -> dict[str, Param]:
    kept = {}
    for name, param in planned.params.items():
        bound = name in row.bound
        grounded = Param(
            lit=tuple(one for one in param.lit if stands_in(one, known) and (bound or len(one) >= SHORTEST_PIN)),
            like=param.like if _is_said(param.like, known, SHORTEST_PIN if bound else 1) else "",
            source=tuple(one for one in param.source if one in reads),
            free=param.free and not bound,
        )
        if grounded:
            kept[name] = grounded
    return kept


def _is_said(template: str, known: str, shortest: int) -> bool:
    """Do the fixed parts of a template stand in the owner's words, one of them at least so long?"""
    fixed = [part.strip() for part in template.split("*") if part.strip()]
    said = all(stands_in(part, known) for part in fixed) and any(len(part) >= shortest for part in fixed)
    return said and template.count("*") <= MOST_STARS


def attenuate(
    grants: Iterable[Grant], tools: Collection[str], narrower: Mapping[str, Mapping[str, Param]] | None = None
) -> tuple[Grant, ...]:
    """The grants that pass a hand-off: only those for the receiver's `tools`, with params never wider than before.

    `narrower` may shrink the params of a tool further. This is the only place where grants change hands.
    """
    passed = []
    for grant in grants:
        if grant.tool in tools:
            less = (narrower or {}).get(grant.tool, {})
            params = {name: less[name].within(p) if name in less else p for name, p in grant.params.items()}
            passed.append(replace(grant, params=params, parent=grant.id) if less else grant)
    return tuple(passed)


def left(grants: Iterable[Grant], spent: Collection[str], now: datetime) -> tuple[Grant, ...]:
    """The grants that can still be spent; `spent` names a grant once for each decision that used it."""
    used = list(spent)
    return tuple(
        replace(grant, uses=grant.uses - used.count(grant.id))
        for grant in grants
        if used.count(grant.id) < grant.uses and (grant.expires is None or now < grant.expires)
    )
