"""The grammar engine: rules over terminals, tried only where their first word stands, each place once.

A pattern is a list of parts. `word` is a plain terminal whose value nobody needs, `WORD` a terminal with a value,
`Word` the result of other rules; a question mark makes a part optional, a bar offers a choice. Values of `WORD` and
`Word` parts go to the rule's function in order, None where an optional part is absent. `~` demands that no space
stands here, `$` that the sentence ends here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Results = dict[int, Any]
Build = Callable[..., Any]
Declared = TypeVar("Declared", bound=Build)
State = tuple[int, tuple[Any, ...]]
Fit = tuple[int, int, Build, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """One place in a pattern."""

    names: tuple[str, ...]
    optional: bool
    captured: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and the function that makes a value of its parts; None from it means "does not apply"."""

    parts: tuple[Part, ...]
    build: Build


@dataclass(slots=True)
class Branch:
    """A place in the tree of patterns, so that a beginning shared by many rules is matched once."""

    place: Part
    ends: list[tuple[int, Build]] = field(default_factory=list)
    then: list[Branch] = field(default_factory=list)

    def grown(self, place: Part) -> Branch:
        """The branch for this part, new if there is none yet."""
        for branch in self.then:
            if branch.place == place:
                return branch
        self.then.append(Branch(place))
        return self.then[-1]


RULES: dict[str, list[Rule]] = {}
NOTHING: Results = {}


def part(word: str) -> Part:
    """Read one place of a pattern."""
    names = tuple(word.rstrip("?").split("|"))
    return Part(names, word.endswith("?"), names[0][0].isupper())


def rule(name: str, *patterns: str) -> Callable[[Declared], Declared]:
    """Declare that each of these patterns makes a `name`."""

    def declare(build: Declared) -> Declared:
        RULES.setdefault(name, []).extend(Rule(tuple(map(part, p.split())), build) for p in patterns)
        return build

    return declare


class Grammar:
    """The rules as trees, indexed by the terminals they can begin with."""

    def __init__(self, rules: dict[str, list[Rule]]) -> None:
        self.rules = rules
        self.firsts: dict[str, frozenset[str]] = {}
        for name in rules:
            self.first(name)
        self.begins = {name: self.index(self.tree(members)) for name, members in rules.items()}

    def first(self, name: str) -> frozenset[str]:
        """The terminals a nonterminal can begin with."""
        if name not in self.firsts:
            self.firsts[name] = frozenset()
            self.firsts[name] = frozenset().union(*(self.openings(member.parts) for member in self.rules[name]))
        return self.firsts[name]

    def openings(self, parts: tuple[Part, ...]) -> set[str]:
        """The terminals one pattern can begin with."""
        found: set[str] = set()
        for place in parts:
            for name in place.names:
                found |= self.first(name) if name in self.rules else {name}
            if not place.optional:
                break
        return found

    def tree(self, members: list[Rule]) -> Branch:
        """The patterns of one name as a tree; each end keeps the rank of its rule."""
        root = Branch(Part((), optional=False, captured=False))
        for rank, member in enumerate(members):
            branch = root
            for place in member.parts:
                branch = branch.grown(place)
            branch.ends.append((rank, member.build))
        return root

    def index(self, root: Branch) -> dict[str, list[tuple[int, Branch]]]:
        """The branches of a tree that a terminal can open, each with its number."""
        found: dict[str, list[tuple[int, Branch]]] = {}
        for number, branch in enumerate(root.then):
            for terminal in self.reach(branch):
                found.setdefault(terminal, []).append((number, branch))
        return found

    def reach(self, branch: Branch) -> set[str]:
        """The terminals that can open this branch, or what follows it where it is optional."""
        found = self.openings((branch.place,))
        if branch.place.optional:
            found = found.union(*map(self.reach, branch.then))
        return found


class Chart:
    """The terminals of one text, and what the rules have made of each place so far.

    `marks` are the terminals without width: they say something about a place and take no token.
    """

    def __init__(self, grammar: Grammar, size: int) -> None:
        self.begins = grammar.begins
        self.edges: list[dict[str, Results]] = [{} for _ in range(size + 1)]
        self.marks: list[set[str]] = [set() for _ in range(size + 1)]
        self.done: list[dict[str, Results]] = [{} for _ in range(size + 1)]

    def add(self, at: int, kind: str, end: int, value: Any) -> None:
        """Put a terminal on the chart; the first value for a stretch stays."""
        self.edges[at].setdefault(kind, {}).setdefault(end, value)

    def find(self, name: str, at: int) -> Results:
        """Everything called `name` that begins here: end position and value."""
        begins = self.begins.get(name)
        if begins is None:
            return self.edges[at].get(name) or ({at: None} if name in self.marks[at] else NOTHING)
        known = self.done[at].get(name)
        if known is None:
            self.done[at][name] = NOTHING
            known = self.done[at][name] = self.apply(begins, at)
        return known

    def apply(self, begins: dict[str, list[tuple[int, Branch]]], at: int) -> Results:
        """Run the rules whose first word stands here; the earlier rule wins a stretch."""
        if begins.keys().isdisjoint(self.edges[at]) and begins.keys().isdisjoint(self.marks[at]):
            return NOTHING
        hits = [begins[kind] for kind in (*self.edges[at], *self.marks[at]) if kind in begins]
        opened = dict(hits[0] if len(hits) == 1 else [pair for hit in hits for pair in hit])
        fits: list[Fit] = []
        self.walk(opened.values(), [(at, ())], fits)
        fits.sort(key=rank)
        found: Results = {}
        for _, end, build, values in fits:
            if end not in found and (value := build(*values)) is not None:
                found[end] = value
        return found

    def walk(self, branches: Iterable[Branch], states: list[State], fits: list[Fit]) -> None:
        """Follow every branch as far as the text does, and collect the patterns that end on the way."""
        for branch in branches:
            after = self.step(branch.place, states)
            if after:
                for order, build in branch.ends:
                    fits += [(order, end, build, values) for end, values in after]
                if branch.then:
                    self.walk(branch.then, after, fits)

    def step(self, place: Part, states: list[State]) -> list[State]:
        """All ways to take one more part, longest first."""
        after: list[State] = []
        for position, values in states:
            known, edges = self.done[position], self.edges[position]
            for name in place.names:
                hits = known.get(name) or edges.get(name)
                if hits is None and (name in self.begins or name in self.marks[position]):
                    hits = self.find(name, position)
                if not hits:
                    continue
                ends = hits if len(hits) < 2 else sorted(hits, reverse=True)
                after += [(end, (*values, hits[end]) if place.captured else values) for end in ends]
            if place.optional:
                after.append((position, (*values, None) if place.captured else values))
        return after

    def longest(self, name: str, at: int) -> tuple[int, Any] | None:
        """The longest `name` here, if any."""
        hits = self.find(name, at)
        return max(hits.items(), key=lambda hit: hit[0]) if hits else None


def rank(fit: Fit) -> int:
    """The place of a pattern's rule among its fellows."""
    return fit[0]
